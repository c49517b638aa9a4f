"""Organisations, accounts and keys."""

from typing import Final, TypeAlias

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import accounts, organisations
from api.indexer.writes import add, change
from lodetrace.contracts.enums import MemberStatus
from lodetrace.contracts.events import (
    AccountAdded,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    RolesSet,
    RotationProposed,
    SignerRotated,
    ViewingKeyRotated,
)

AboutOrganisation: TypeAlias = (
    AccountAdded
    | OrganisationReinstated
    | OrganisationSuspended
    | RolesSet
    | RotationProposed
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
    )


def _organisation(
    connection: Connection, event: AboutOrganisation, at: ChainEvent, **values: object
) -> None:
    key = {"organisation": event.organisation}
    change(connection, organisations, at, key, sequence=event.sequence, **values)


def suspended(connection: Connection, event: OrganisationSuspended, at: ChainEvent) -> None:
    _organisation(connection, event, at, status=MemberStatus.SUSPENDED)


def reinstated(connection: Connection, event: OrganisationReinstated, at: ChainEvent) -> None:
    _organisation(connection, event, at, status=MemberStatus.ACTIVE)


def roles_set(connection: Connection, event: RolesSet, at: ChainEvent) -> None:
    _organisation(connection, event, at, roles=event.roles)


def account_added(connection: Connection, event: AccountAdded, at: ChainEvent) -> None:
    add(
        connection,
        accounts,
        account=event.account,
        organisation=event.organisation,
        signer=event.account,
        viewing_key=event.viewing_key,
        roles=event.roles,
    )
    _organisation(connection, event, at)


def rotation_proposed(connection: Connection, event: RotationProposed, at: ChainEvent) -> None:
    _organisation(connection, event, at)


def signer_rotated(connection: Connection, event: SignerRotated, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, signer=event.signer)
    _organisation(connection, event, at)


def viewing_key_rotated(connection: Connection, event: ViewingKeyRotated, at: ChainEvent) -> None:
    change(connection, accounts, at, {"account": event.account}, viewing_key=event.viewing_key)
    _organisation(connection, event, at)


PROJECTIONS: Final[Projections] = {
    OrganisationRegistered: registered,
    OrganisationSuspended: suspended,
    OrganisationReinstated: reinstated,
    RolesSet: roles_set,
    AccountAdded: account_added,
    RotationProposed: rotation_proposed,
    SignerRotated: signer_rotated,
    ViewingKeyRotated: viewing_key_rotated,
}
