"""Lots, one by one and in lists; where they come from is told by api/routes/provenance.py."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.deps import Index
from api.errors import QueryInvalid
from api.format import Id, IdPath
from api.indexer.tables import lots
from api.loaders.lots import block_time, lot_rows, lots_now
from api.lot_details import LotDetails, lot_details_view
from api.lot_filters import Chosen
from api.lot_view import LotResource, lot_view
from api.paging import Next, Page, PageAsked
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import IdsQuery, ids_of
from api.rows import keyed, required_row, rows_of
from api.unread_values import LONGEST

router = APIRouter(prefix="/lots", tags=["lots"], responses=PROBLEM_RESPONSES)


class LotPage(BaseModel):
    """Lots in the order of their ids; of their times where a filter is about time."""

    lots: list[LotResource]
    next: Next


class NamedLots(BaseModel):
    """The lots of `ids` with their custody and claims, in the order of the question."""

    lots: list[LotDetails]
    missing: list[Id] = Field(description="ids that the index has no lot of")


@router.get("", summary="List lots, or the details of those that `ids` names")
def list_lots(
    index: Index,
    chosen: Chosen,
    page: Page,
    ids: Annotated[
        IdsQuery | None, Query(description="up to 500, with commas between; alone")
    ] = None,
) -> LotPage | NamedLots:
    if ids is not None:
        if chosen.are_given or page != PageAsked():
            reason = "it goes with no other parameter"
            raise QueryInvalid(name="ids", value=f"{ids[:LONGEST]}…", reason=reason)
        return _named(index, ids_of(ids))
    now = block_time(index)
    order = (lots.c.time, lots.c.lot) if chosen.are_about_time else (lots.c.lot,)
    rows, after = page.of(index, chosen.chosen(now), *order)
    known = lots_now(index, (row["lot"] for row in rows))
    return LotPage(lots=[lot_view(row, known) for row in rows], next=after)


@router.get("/{lot}", summary="One lot with its custody and claims", responses=NOT_FOUND)
def show_lot(index: Index, lot: IdPath) -> LotDetails:
    row = required_row(index, lots.c.lot, lot, "lot")
    return lot_details_view(row, lot_rows(index, [row["lot"]]))


def _named(index: Connection, ids: Sequence[str]) -> NamedLots:
    found = keyed(rows_of(index, lots.c.lot, ids), "lot")
    known = lot_rows(index, found)
    return NamedLots(
        lots=[lot_details_view(found[one], known) for one in ids if one in found],
        missing=[one for one in ids if one not in found],
    )
