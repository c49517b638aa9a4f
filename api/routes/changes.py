"""What happened, in the order of the chain: for programs that follow it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import RowMapping, select, tuple_

from api.deps import Index
from api.format import Id, Time, picked
from api.indexer.tables import cursor, events
from api.problems import PROBLEM_RESPONSES
from api.query import Limit, PlaceQuery, place_of
from lodetrace.text import iso_time

router = APIRouter(prefix="/changes", tags=["changes"], responses=PROBLEM_RESPONSES)


class Change(BaseModel):
    """An event of the contracts, as it was recorded."""

    block: int
    log_index: int = Field(description="within the block")
    time: Time
    tx: Id
    contract: str = Field(examples=["Custody"])
    name: str = Field(examples=["LotOffered"])
    lot: Id | None = Field(description="that it is about, if it is about one")
    fields: dict[str, JsonValue] = Field(
        description="as the contract names them; numbers above 2^53 and bytes are text"
    )


class ChangePage(BaseModel):
    """Changes in the order of the chain."""

    changes: list[Change]
    next: str = Field(
        examples=["412", "412-7"],
        description="pass it as `after`: for the rest, or for what is recorded later",
    )
    more: bool = Field(description="there is a next page already")


@router.get("", summary="What the contracts recorded after a block")
def list_changes(
    index: Index,
    after: Annotated[
        PlaceQuery | None,
        Query(description="a block, or `next` of the page before; from the beginning without it"),
    ] = None,
    limit: Limit = 100,
) -> ChangePage:
    block, log = (0, 0) if after is None else place_of(after)
    columns = events.c
    later = tuple_(columns.block, columns.log_index) > tuple_(block, log)
    wanted = select(events) if after is None else select(events).where(later)
    ordered = wanted.order_by(columns.block, columns.log_index).limit(limit + 1)
    rows = index.execute(ordered).mappings().all()
    shown, more = rows[:limit], len(rows) > limit
    read = index.execute(select(cursor.c.next_block)).scalar_one_or_none() or 0
    return ChangePage(
        changes=[_change(row) for row in shown],
        next=_place(shown[-1]) if more else str(max(read - 1, block)),
        more=more,
    )


def _place(row: RowMapping) -> str:
    return f"{row['block']}-{row['log_index']}"


def _change(row: RowMapping) -> Change:
    told: dict[str, Any] = picked(row, "block", "log_index", "tx", "contract", "name", "lot")
    return Change(**told, fields=row["fields"], time=iso_time(row["time"]))
