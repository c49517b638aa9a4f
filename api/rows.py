"""What routes and loaders ask the index: all rows of a table, one of an id, those of many ids."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, select

from api.errors import SubjectNotFound
from api.indexer.writes import CHUNK


def all_rows(
    index: Connection, table: Table, *conditions: ColumnElement[bool]
) -> Sequence[RowMapping]:
    """In the order of the primary key."""
    wanted = select(table).where(*conditions).order_by(*table.primary_key.columns)
    return index.execute(wanted).mappings().all()


def required_row(index: Connection, column: Column[str], id_: str, kind: str) -> RowMapping:
    """The row that an id names, however its reader spelled it; raises SubjectNotFound."""
    wanted = select(column.table).where(column == id_.lower())
    row = index.execute(wanted).mappings().one_or_none()
    if row is None:
        raise SubjectNotFound(kind=kind, id=id_)
    return row


def rows_of(index: Connection, column: Column[str], ids: Iterable[str]) -> list[RowMapping]:
    """The rows whose column is one of some ids: a statement for 500 of them.

    Those of one id are in the order of the primary key; the whole is the same in every database.
    """
    table: Table = column.table
    found: list[RowMapping] = []
    for chunk in chunks(ids):
        chosen = select(table).where(column.in_(chunk)).order_by(*table.primary_key.columns)
        found += index.execute(chosen).mappings()
    return found


def chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    """Each id once, in order, as many at a time as one statement names."""
    wanted = sorted(set(ids))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


def keyed(rows: Iterable[RowMapping], name: str) -> dict[str, RowMapping]:
    """Rows by a column of which each has its own value."""
    return {row[name]: row for row in rows}


def grouped(rows: Iterable[RowMapping], name: str) -> Mapping[str, Sequence[RowMapping]]:
    """Rows by a column that many share, each group in the order of the rows."""
    found: dict[str, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found
