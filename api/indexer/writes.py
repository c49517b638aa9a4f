"""The few ways in which handlers touch rows; each says when a row was not there."""

from typing import Any, Final

from sqlalchemy import Connection, Table, insert, update

from api.errors import EventUnexpected
from api.indexer.chain_event import ChainEvent

CHUNK: Final = 500
"""Identifiers in one IN clause; SQLite takes at most 32,766 parameters."""


def add(connection: Connection, table: Table, **values: Any) -> None:
    """A new row; the database refuses one that exists."""
    connection.execute(insert(table).values(**values))


def change(
    connection: Connection, table: Table, event: ChainEvent, key: dict[str, Any], **values: Any
) -> None:
    """Changes exactly one row; raises EventUnexpected where it is missing."""
    statement = update(table)
    for name, value in key.items():
        statement = statement.where(table.c[name] == value)
    touched = connection.execute(statement.values(**values)).rowcount
    if touched != 1:
        reason = f"{touched} rows of {table.name} for {key}"
        raise EventUnexpected(name=event.name, block=event.block, reason=reason)
