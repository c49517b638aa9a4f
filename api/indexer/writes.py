"""The rows of an index while a range of blocks is written, and the few ways to touch them.

New rows wait in memory and go to the database together; whatever reads rows makes them go first, so
that a projection sees everything before it. A change of a row that still waits is made in memory.
The numbers of subjects are read once a range, for all of its events.

Values are those of the events: a column of ids turns bytes into hex, and a trailing underscore
keeps a column's name apart from a keyword of Python.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Executable, Result, Table, bindparam, insert, select, update
from sqlalchemy.sql import ClauseElement

from api.errors import EventUnexpected
from api.indexer.chain_event import ChainEvent, stored_form

CHUNK: Final = 500
"""Identifiers in one IN clause; SQLite takes at most 32,766 parameters."""

Row = dict[str, Any]
Key = tuple[Any, ...]


class Rows:
    """Over a connection of its own, which nobody else writes to meanwhile."""

    def __init__(self, connection: Connection, numbers: dict[Any, int] | None = None) -> None:
        """numbers: of the last event of each subject in the range, before it."""
        self._connection: Final = connection
        self._waiting: Final[dict[Table, dict[Key, Row]]] = {}
        self.numbers: Final = {} if numbers is None else numbers

    def execute(self, statement: Executable) -> Result[Any]:
        """Anything that reads rows, or writes them in another way than those below."""
        self.flush()
        return self._connection.execute(statement)

    def flush(self) -> None:
        """Writes what waits."""
        for table, waiting in self._waiting.items():
            self._connection.execute(_insertion(table), list(waiting.values()))
        self._waiting.clear()

    def add(self, table: Table, values: Row) -> None:
        """A new row; the database refuses one that exists."""
        row: Row = {**_blank(table), **values}
        key = _key(table, row)
        waiting = self._waiting.setdefault(table, {})
        if key in waiting:
            self.flush()
            waiting = self._waiting.setdefault(table, {})
        waiting[key] = row

    def change(self, table: Table, key: Mapping[str, Any], values: Row) -> int:
        """How many rows have the key."""
        if any(isinstance(value, ClauseElement) for value in values.values()):
            statement = update(table).values(values)
            for name, value in key.items():
                statement = statement.where(table.c[name] == value)
            return int(self.execute(statement).rowcount)  # type: ignore[attr-defined]
        if (waiting := self._waiting.get(table)) is not None:
            if key.keys() != set(_key_names(table)):
                self.flush()
            elif (row := waiting.get(_key(table, key))) is not None:
                row.update(values)
                return 1
        given = {f"key {name}": value for name, value in key.items()}
        done = self._connection.execute(
            _alteration(table, tuple(key), tuple(values)), {**values, **given}
        )
        return int(done.rowcount)


def add(rows: Rows, table: Table, **values: Any) -> None:
    """A new row."""
    rows.add(table, _named(values))


def exists(rows: Rows, table: Table, **key: bytes) -> bool:
    """Whether there is a row of this key."""
    statement = select(table)
    for name, value in _named(key).items():
        statement = statement.where(table.c[name] == value)
    return rows.execute(statement.limit(1)).first() is not None


def change(rows: Rows, table: Table, at: ChainEvent, key: dict[str, Any], **values: Any) -> None:
    """Changes exactly one row; raises EventUnexpected where it is missing."""
    touched = rows.change(table, key, _named(values))
    if touched != 1:
        named = {name: stored_form(value) for name, value in key.items()}
        reason = f"{touched} rows of {table.name} for {named}"
        raise EventUnexpected(name=at.name, block=at.block, reason=reason)


def _named(values: dict[str, Any]) -> Row:
    return {name.rstrip("_"): value for name, value in values.items()}


@cache
def _insertion(table: Table) -> Executable:
    return insert(table)


@cache
def _alteration(table: Table, key: Sequence[str], changed: Sequence[str]) -> Executable:
    statement = update(table).values({name: bindparam(name) for name in changed})
    for name in key:
        statement = statement.where(table.c[name] == bindparam(f"key {name}"))
    return statement


@cache
def _blank(table: Table) -> Row:
    return dict.fromkeys(column.name for column in table.columns)


@cache
def _key_names(table: Table) -> Key:
    return tuple(column.name for column in table.primary_key.columns)


def _key(table: Table, row: Mapping[str, Any]) -> Key:
    """However its ids are spelled."""
    return tuple(stored_form(row[name]) for name in _key_names(table))


def unless_zero(word: bytes) -> bytes | None:
    """A bytes32 in which the contracts write "none" as zero."""
    return word if any(word) else None
