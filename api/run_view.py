"""Runs as readers see them."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.format import Id, Time, picked, word, words_of
from lodetrace.contracts.enums import CustodyModel, RunKind
from lodetrace.text import iso_time


class Run(BaseModel):
    """A run: one proof that consumed lots and made lots."""

    run: Id
    account: str
    kind: str = Field(examples=["process"], json_schema_extra=words_of(RunKind))
    model: str = Field(json_schema_extra=words_of(CustodyModel))
    in_band: bool = Field(
        description="loss and scrap lie within the site's bounds; settlements and losses have none"
    )
    event_id: Id | None
    time: Time
    block: int
    tx: Id


def run_view(row: RowMapping) -> Run:
    """The JSON form of a row."""
    return Run(
        **picked(row, "run", "account", "in_band", "event_id", "block", "tx"),
        kind=word(RunKind, row["kind"]),
        model=word(CustodyModel, row["model"]),
        time=iso_time(row["time"]),
    )
