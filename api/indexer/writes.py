"""The few ways in which projections touch rows; each says when a row was not there.

Values are those of the events: a column of ids turns bytes into hex, and a trailing underscore
keeps a column's name apart from a keyword of Python.
"""

from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select, update

from api.errors import EventUnexpected
from api.indexer.chain_event import ChainEvent, stored_form

CHUNK: Final = 500
"""Identifiers in one IN clause; SQLite takes at most 32,766 parameters."""


def add(connection: Connection, table: Table, **values: Any) -> None:
    """A new row; the database refuses one that exists."""
    connection.execute(insert(table).values(_named(values)))


def exists(connection: Connection, table: Table, **key: bytes) -> bool:
    """Whether there is a row of this key."""
    statement = select(table)
    for name, value in _named(key).items():
        statement = statement.where(table.c[name] == value)
    return connection.execute(statement.limit(1)).first() is not None


def change(
    connection: Connection, table: Table, at: ChainEvent, key: dict[str, Any], **values: Any
) -> None:
    """Changes exactly one row; raises EventUnexpected where it is missing."""
    statement = update(table)
    for name, value in key.items():
        statement = statement.where(table.c[name] == value)
    touched = connection.execute(statement.values(_named(values))).rowcount
    if touched != 1:
        named = {name: stored_form(value) for name, value in key.items()}
        reason = f"{touched} rows of {table.name} for {named}"
        raise EventUnexpected(name=at.name, block=at.block, reason=reason)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {name.rstrip("_"): value for name, value in values.items()}


def unless_zero(word: bytes) -> bytes | None:
    """A bytes32 in which the contracts write "none" as zero."""
    return word if any(word) else None
