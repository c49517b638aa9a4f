"""Organisations, accounts and keys."""

from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import accounts, accreditations, organisations
from api.indexer.writes import add, change
from lodetrace.contracts.enums import MemberStatus, Role
from lodetrace.contracts.events import (
    AccountAdded,
    AccountRemoved,
    AccountRestored,
    AccreditationSet,
    AdminSet,
    GroupSet,
    OrganisationFrozen,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    RolesSet,
    RolesUnseasoned,
    RotationProposed,
    SignerReplaced,
    SignerRotated,
    ViewingKeyRotated,
)

AboutOrganisation: TypeAlias = (
    AccountAdded
    | AccountRemoved
    | AccountRestored
    | AccreditationSet
    | AdminSet
    | GroupSet
    | OrganisationFrozen
    | OrganisationReinstated
    | OrganisationSuspended
    | RolesSet
    | RolesUnseasoned
    | RotationProposed
    | SignerReplaced
    | SignerRotated
    | ViewingKeyRotated
)


def registered(connection: Connection, event: OrganisationRegistered, at: ChainEvent) -> None:
    add(
        connection,
        organisations,
        organisation=event.organisation,
        group=event.group,
        profile=event.profile,
        roles=event.roles,
        status=MemberStatus.ACTIVE,
        sequence=event.sequence,
        admin=event.admin,
        frozen_until=0,
        accredited="0",
    )


def _organisation(
    connection: Connection, event: AboutOrganisation, at: ChainEvent, **values: object
) -> None:
    key = {"organisation": event.organisation}
    change(connection, organisations, at, key, sequence=event.sequence, **values)


def suspended(connection: Connection, event: OrganisationSuspended, at: ChainEvent) -> None:
    _organisation(connection, event, at, status=MemberStatus.SUSPENDED)
    _certify(connection, event, at)


def reinstated(connection: Connection, event: OrganisationReinstated, at: ChainEvent) -> None:
    _organisation(connection, event, at, status=MemberStatus.ACTIVE)
    _certify(connection, event, at)


def roles_set(connection: Connection, event: RolesSet, at: ChainEvent) -> None:
    _organisation(connection, event, at, roles=event.roles)
    _certify(connection, event, at)


def accredited(connection: Connection, event: AccreditationSet, at: ChainEvent) -> None:
    _organisation(connection, event, at, accredited=str(event.schemes))
    _certify(connection, event, at)


def _certify(connection: Connection, event: AboutOrganisation, at: ChainEvent) -> None:
    """What it certifies from now on, by what its row says."""
    wanted = select(organisations).where(organisations.c.organisation == event.organisation)
    row = connection.execute(wanted).mappings().one()
    certifies = row["status"] == MemberStatus.ACTIVE and row["roles"] & Role.CERTIFIER
    add(
        connection,
        accreditations,
        organisation=event.organisation,
        block=at.block,
        log_index=at.log_index,
        time=at.time,
        schemes=row["accredited"] if certifies else "0",
    )


def account_added(connection: Connection, event: AccountAdded, at: ChainEvent) -> None:
    add(
        connection,
        accounts,
        account=event.account,
        organisation=event.organisation,
        signer=event.account,
        viewing_key=event.viewing_key,
        roles=event.roles,
        removed=False,
    )
    _organisation(connection, event, at)


def rotation_proposed(connection: Connection, event: RotationProposed, at: ChainEvent) -> None:
    _organisation(connection, event, at)


def frozen(connection: Connection, event: OrganisationFrozen, at: ChainEvent) -> None:
    _organisation(connection, event, at, frozen_until=event.until)


def roles_unseasoned(connection: Connection, event: RolesUnseasoned, at: ChainEvent) -> None:
    _organisation(connection, event, at)


def group_set(connection: Connection, event: GroupSet, at: ChainEvent) -> None:
    _organisation(connection, event, at, group=event.group)


def admin_set(connection: Connection, event: AdminSet, at: ChainEvent) -> None:
    roles = select(organisations.c.roles).where(organisations.c.organisation == event.organisation)
    change(connection, accounts, at, {"account": event.admin}, roles=roles.scalar_subquery())
    _organisation(connection, event, at, admin=event.admin)


def account_removed(connection: Connection, event: AccountRemoved, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, removed=True)
    _organisation(connection, event, at)


def account_restored(connection: Connection, event: AccountRestored, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, removed=False)
    _organisation(connection, event, at)


def _signer(connection: Connection, event: SignerRotated | SignerReplaced, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, signer=event.signer)
    _organisation(connection, event, at)


def signer_rotated(connection: Connection, event: SignerRotated, at: ChainEvent) -> None:
    _signer(connection, event, at)


def signer_replaced(connection: Connection, event: SignerReplaced, at: ChainEvent) -> None:
    _signer(connection, event, at)


def viewing_key_rotated(connection: Connection, event: ViewingKeyRotated, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, viewing_key=event.viewing_key)
    _organisation(connection, event, at)


PROJECTIONS: Final[Projections] = {
    OrganisationRegistered: registered,
    OrganisationSuspended: suspended,
    OrganisationReinstated: reinstated,
    RolesSet: roles_set,
    AccreditationSet: accredited,
    AccountAdded: account_added,
    RotationProposed: rotation_proposed,
    SignerRotated: signer_rotated,
    SignerReplaced: signer_replaced,
    AccountRemoved: account_removed,
    AccountRestored: account_restored,
    AdminSet: admin_set,
    GroupSet: group_set,
    OrganisationFrozen: frozen,
    RolesUnseasoned: roles_unseasoned,
    ViewingKeyRotated: viewing_key_rotated,
}
