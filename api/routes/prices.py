"""Daily price records: that a price exists, never what it is."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, select

from api.deps import Index
from api.format import Id, IdPath, Time, picked, word, words_of
from api.indexer.tables import prices
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import IdQuery
from api.rows import required_row
from lodetrace.contracts.enums import PriceStatus
from lodetrace.text import iso_time
from lodetrace.trading_day import day_of

router = APIRouter(prefix="/prices", tags=["prices"], responses=PROBLEM_RESPONSES)


class PriceResource(BaseModel):
    """One record of a commodity and trading day. Its range is sealed to subscribers."""

    record: Id
    commodity: Id = Field(description="keccak256 of its name")
    day: str = Field(examples=["2026-11-20"], json_schema_extra={"format": "date"})
    status: str = Field(examples=["normal"], json_schema_extra=words_of(PriceStatus))
    sequence: int = Field(description="counts the events of the commodity")
    commitment: Id
    document: Id = Field(description="hash of the administrator's price record")
    assessment: Id
    methodology: Id
    corrects: Id | None
    corrected_by: Id | None = Field(description="null while it is the day's last word")
    time: Time
    block: int
    tx: Id


class PricePage(BaseModel):
    """Price records in the order of the chain, newest first."""

    prices: list[PriceResource]
    next: Next


@router.get("", summary="Price records in the order of the chain, newest first")
def list_prices(
    index: Index,
    page: Page,
    commodity: Annotated[IdQuery | None, Query(description="keccak256 of its name")] = None,
) -> PricePage:
    columns, wanted = prices.c, select(prices)
    if commodity is not None:
        wanted = wanted.where(columns.commodity == commodity)
    order = (columns.block, columns.sequence, columns.record)
    rows, after = page.of(index, wanted, *order, falling=True)
    return PricePage(prices=[_record(row) for row in rows], next=after)


@router.get("/{record}", summary="One price record", responses=NOT_FOUND)
def show_price(index: Index, record: IdPath) -> PriceResource:
    return _record(required_row(index, prices.c.record, record, "price record"))


def _record(row: RowMapping) -> PriceResource:
    copied = ("record", "commodity", "sequence", "commitment", "document", "assessment")
    return PriceResource(
        **picked(row, *copied, "methodology", "corrects", "corrected_by", "block", "tx"),
        day=day_of(row["day"]).isoformat(),
        status=word(PriceStatus, row["status"]),
        time=iso_time(row["time"]),
    )
