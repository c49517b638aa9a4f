"""Lists in pages: each goes on after the key at which the page before it ended.

A page costs what it shows, wherever it is in the list: nothing is counted or skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import Column, Connection, RowMapping, Select, select, tuple_

from api.errors import QueryInvalid
from api.format import Id
from api.query import IdQuery, Limit

Next = Annotated[
    Id | None, Field(description="pass it as `after` for the next page; null at the end")
]


class PageRows(NamedTuple):
    """The rows of a page. next: its last key, None where the list ends with it."""

    rows: Sequence[RowMapping]
    next: str | None


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page a reader asks for."""

    after: Annotated[IdQuery | None, Query(description="`next` of the page before")] = None
    limit: Limit = 100

    def of(
        self, index: Connection, wanted: Select[Any], *order: Column[Any], falling: bool = False
    ) -> PageRows:
        """The page of a list. order: its columns; the last one names a row, and is the key.

        Raises QueryInvalid where `after` is the key of no row, and the order needs more of it.
        """
        if self.after is not None:
            keys, last = tuple_(*order), tuple_(*self._last(index, order))
            wanted = wanted.where(keys < last if falling else keys > last)
        sorted_ = [column.desc() if falling else column for column in order]
        rows = index.execute(wanted.order_by(*sorted_).limit(self.limit + 1)).mappings().all()
        shown = rows[: self.limit]
        return PageRows(shown, shown[-1][order[-1].name] if len(rows) > self.limit else None)

    def _last(self, index: Connection, order: Sequence[Column[Any]]) -> Sequence[Any]:
        """The values of the order in the row at which the page before ended."""
        key = order[-1]
        if len(order) == 1:
            return [self.after]
        found = index.execute(select(*order).where(key == self.after)).one_or_none()
        if found is None:
            reason = "no page ends there; take `next` of the page before"
            raise QueryInvalid(name="after", value=self.after, reason=reason)
        return found


Page = Annotated[PageAsked, Depends()]
