"""The two questions that most routes ask the index: all rows of a table, and the one of an id."""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, select

from api.errors import SubjectNotFound


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
