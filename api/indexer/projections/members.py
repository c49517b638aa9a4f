"""Organisations, accounts and keys."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import accounts, organisations
from api.indexer.writes import add, change
from lodetrace.contracts.enums import MemberStatus


def registered(connection: Connection, event: ChainEvent) -> None:
    add(
        connection,
        organisations,
        organisation=event["organisation"],
        group=event["group"],
        profile=event["profile"],
        roles=event["roles"],
        status=MemberStatus.ACTIVE,
        sequence=event["sequence"],
        admin=event["admin"],
    )


def _organisation(connection: Connection, event: ChainEvent, **values: object) -> None:
    key = {"organisation": event["organisation"]}
    change(connection, organisations, event, key, sequence=event["sequence"], **values)


def suspended(connection: Connection, event: ChainEvent) -> None:
    _organisation(connection, event, status=MemberStatus.SUSPENDED)


def reinstated(connection: Connection, event: ChainEvent) -> None:
    _organisation(connection, event, status=MemberStatus.ACTIVE)


def roles_set(connection: Connection, event: ChainEvent) -> None:
    _organisation(connection, event, roles=event["roles"])


def account_added(connection: Connection, event: ChainEvent) -> None:
    add(
        connection,
        accounts,
        account=event["account"],
        organisation=event["organisation"],
        signer=event["account"],
        viewing_key=event["viewing_key"],
        roles=event["roles"],
    )
    _organisation(connection, event)


def rotation_proposed(connection: Connection, event: ChainEvent) -> None:
    _organisation(connection, event)


def signer_rotated(connection: Connection, event: ChainEvent) -> None:
    change(connection, accounts, event, {"account": event["account"]}, signer=event["signer"])
    _organisation(connection, event)


def viewing_key_rotated(connection: Connection, event: ChainEvent) -> None:
    key = {"account": event["account"]}
    change(connection, accounts, event, key, viewing_key=event["viewing_key"])
    _organisation(connection, event)


HANDLERS = {
    "OrganisationRegistered": registered,
    "OrganisationSuspended": suspended,
    "OrganisationReinstated": reinstated,
    "RolesSet": roles_set,
    "AccountAdded": account_added,
    "RotationProposed": rotation_proposed,
    "SignerRotated": signer_rotated,
    "ViewingKeyRotated": viewing_key_rotated,
}
