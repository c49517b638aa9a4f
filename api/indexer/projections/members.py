"""Organisations, accounts and keys."""

from typing import Final, TypeAlias

from sqlalchemy import func, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import (
    accounts,
    accreditations,
    memberships,
    organisations,
    standings,
)
from api.indexer.writes import Rows, add, change
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


def registered(rows: Rows, event: OrganisationRegistered, at: ChainEvent) -> None:
    add(
        rows,
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
    _join(rows, event, 0)


def _join(rows: Rows, event: OrganisationRegistered | GroupSet, place: int) -> None:
    about = {"organisation": event.organisation, "place": place, "group": event.group}
    add(rows, memberships, **about, left_at=None)


def _organisation(rows: Rows, event: AboutOrganisation, at: ChainEvent, **values: object) -> None:
    key = {"organisation": event.organisation}
    change(rows, organisations, at, key, sequence=event.sequence, **values)


def _standing(rows: Rows, subject: bytes | str, at: ChainEvent) -> None:
    place = {"block": at.block, "log_index": at.log_index}
    add(rows, standings, subject=subject, **place, change=at.name)


def suspended(rows: Rows, event: OrganisationSuspended, at: ChainEvent) -> None:
    _organisation(rows, event, at, status=MemberStatus.SUSPENDED)
    _certify(rows, event, at)
    _standing(rows, event.organisation, at)


def reinstated(rows: Rows, event: OrganisationReinstated, at: ChainEvent) -> None:
    _organisation(rows, event, at, status=MemberStatus.ACTIVE)
    _certify(rows, event, at)
    _standing(rows, event.organisation, at)


def roles_set(rows: Rows, event: RolesSet, at: ChainEvent) -> None:
    _organisation(rows, event, at, roles=event.roles)
    _certify(rows, event, at)


def accredited(rows: Rows, event: AccreditationSet, at: ChainEvent) -> None:
    _organisation(rows, event, at, accredited=str(event.schemes))
    _certify(rows, event, at)


def _certify(rows: Rows, event: AboutOrganisation, at: ChainEvent) -> None:
    """What it certifies from now on, by what its row says."""
    wanted = select(organisations).where(organisations.c.organisation == event.organisation)
    row = rows.execute(wanted).mappings().one()
    certifies = row["status"] == MemberStatus.ACTIVE and row["roles"] & Role.CERTIFIER
    add(
        rows,
        accreditations,
        organisation=event.organisation,
        block=at.block,
        log_index=at.log_index,
        time=at.time,
        schemes=row["accredited"] if certifies else "0",
    )


def account_added(rows: Rows, event: AccountAdded, at: ChainEvent) -> None:
    add(
        rows,
        accounts,
        account=event.account,
        organisation=event.organisation,
        signer=event.account,
        viewing_key=event.viewing_key,
        roles=event.roles,
        removed=False,
    )
    _organisation(rows, event, at)


def rotation_proposed(rows: Rows, event: RotationProposed, at: ChainEvent) -> None:
    _organisation(rows, event, at)


def frozen(rows: Rows, event: OrganisationFrozen, at: ChainEvent) -> None:
    _organisation(rows, event, at, frozen_until=event.until)


def roles_unseasoned(rows: Rows, event: RolesUnseasoned, at: ChainEvent) -> None:
    _organisation(rows, event, at)


def group_set(rows: Rows, event: GroupSet, at: ChainEvent) -> None:
    chosen = memberships.c.organisation == event.organisation
    before = rows.execute(select(func.count()).where(chosen)).scalar_one()
    left = {"organisation": event.organisation, "place": before - 1}
    change(rows, memberships, at, left, left_at=at.time)
    _join(rows, event, before)
    _organisation(rows, event, at, group=event.group)


def admin_set(rows: Rows, event: AdminSet, at: ChainEvent) -> None:
    roles = select(organisations.c.roles).where(organisations.c.organisation == event.organisation)
    change(rows, accounts, at, {"account": event.admin}, roles=roles.scalar_subquery())
    _organisation(rows, event, at, admin=event.admin)


def account_removed(rows: Rows, event: AccountRemoved, at: ChainEvent) -> None:
    change(rows, accounts, at, {"account": event.account}, removed=True)
    _organisation(rows, event, at)
    _standing(rows, event.account, at)


def account_restored(rows: Rows, event: AccountRestored, at: ChainEvent) -> None:
    change(rows, accounts, at, {"account": event.account}, removed=False)
    _organisation(rows, event, at)
    _standing(rows, event.account, at)


def _signer(rows: Rows, event: SignerRotated | SignerReplaced, at: ChainEvent) -> None:
    change(rows, accounts, at, {"account": event.account}, signer=event.signer)
    _organisation(rows, event, at)
    _standing(rows, event.account, at)


def signer_rotated(rows: Rows, event: SignerRotated, at: ChainEvent) -> None:
    _signer(rows, event, at)


def signer_replaced(rows: Rows, event: SignerReplaced, at: ChainEvent) -> None:
    _signer(rows, event, at)


def viewing_key_rotated(rows: Rows, event: ViewingKeyRotated, at: ChainEvent) -> None:
    change(rows, accounts, at, {"account": event.account}, viewing_key=event.viewing_key)
    _organisation(rows, event, at)


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
