"""A lot as readers see it, with its state as of the last block read."""

from collections.abc import Mapping

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.format import Id, Time, iso_or_none, metal, picked, word, words_of
from lodetrace.contracts.enums import FOREVER, CustodyModel, LotState, Material
from lodetrace.text import iso_time


class LotResource(BaseModel):
    """A lot: who holds which unit of account. Its amounts are in its commitment, not here."""

    lot: Id
    account: str = Field(examples=["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"])
    state: str = Field(
        examples=["active"],
        description="with expiries that have passed applied",
        json_schema_extra=words_of(LotState),
    )
    until: Time | None = Field(examples=["2026-05-01T00:00:00Z"])
    element: str = Field(examples=["Co"])
    material: str = Field(examples=["hydroxide"], json_schema_extra=words_of(Material))
    model: str = Field(
        examples=["mass balance"],
        description="chain-of-custody model, ISO 22095",
        json_schema_extra=words_of(CustodyModel),
    )
    count: int = Field(examples=[1], description="equal units of a series, else 1")
    root: int = Field(
        examples=[12], description="number of the document, or set of lots, that it comes from"
    )
    index: int = Field(
        examples=[0], description="output of that document; a physical batch is (root, index)"
    )
    mixed: bool = Field(description="of several roots; it rests for 24 hours where it was made")
    charge: bool = Field(description="of whole lots: it is processed, and nothing else")
    reworked: bool = Field(description="made by a rework: it is not reworked again")
    young: bool = Field(
        description="retired within 180 days of its product's sealing: manufacturing waste"
    )
    revision: int = Field(examples=[0])
    sequence: int = Field(examples=[3], description="events about this lot so far")
    born_at: Time = Field(examples=["2026-03-02T08:00:00Z"], description="block time")
    time: Time = Field(examples=["2026-03-01T16:00:00Z"], description="end of its event")
    held_since: Time = Field(
        examples=["2026-03-01T16:00:00Z"],
        description="when its holder's ownership group got it, in whole hours",
    )
    event_id: Id | None = Field(description="the event it was born from")
    made_by: Id | None = Field(description="the run that made it")
    consumed_by: Id | None = Field(description="the run that consumed it")
    lost_by: Id | None = Field(description="the event that attests the loss of all of it")
    named_by: Id | None = Field(
        description="the event that says that it went in, while it waits for the run of that event"
    )
    withdrawn_events: list[Id] = Field(
        description="events behind it, or behind what it was made of, that their sites withdrew"
    )


def state_now(row: RowMapping, now: int) -> LotState:
    """The state as of a block time; a hold comes before the lock beneath it."""
    if row["state"] == LotState.NAMED and now <= row["named_hold"]:
        return LotState.HELD
    return LotState(row["state"]).at(row["until"], now)


def lot_view(row: RowMapping, now: int, withdrawn: Mapping[str, list[str]]) -> LotResource:
    """The JSON form of a row. now: block time, seconds; withdrawn: see withdrawn_events."""
    state = state_now(row, now)
    is_named = row["state"] == LotState.NAMED and now <= row["until"]
    end = row["named_hold"] if is_named and state is LotState.HELD else row["until"]
    until = end if state.lapses and end != FOREVER else None
    return LotResource(
        lot=row["lot"],
        account=row["account"],
        state=word(LotState, state),
        until=iso_or_none(until),
        element=metal(row["element"]),
        material=word(Material, row["material"]),
        model=word(CustodyModel, row["model"]),
        count=row["count"],
        **picked(row, "root", "index", "mixed", "charge", "reworked", "young", "lost_by"),
        held_since=iso_time(row["held_since"]),
        named_by=row["named_by"] if is_named else None,
        revision=row["revision"],
        sequence=row["sequence"],
        born_at=iso_time(row["born_at"]),
        time=iso_time(row["time"]),
        event_id=row["event_id"],
        made_by=row["made_by"],
        consumed_by=row["consumed_by"],
        withdrawn_events=withdrawn.get(row["lot"], []),
    )
