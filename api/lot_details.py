"""A lot with everything that happened to it: its custody and the claims on it."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.claim_view import ClaimResource, claim_view
from api.format import Time, iso_or_none, picked
from api.loaders.lots import LotRows
from api.lot_view import LotResource, lot_view
from lodetrace.text import iso_time

ACTS = (
    "offered", "accepted", "rejected", "cancelled", "disputed", "disclosed",
    "held", "renewed", "release proposed", "released", "released by act", "settlement",
    "arrival consent proposed", "arrival consented",
)  # fmt: skip
"""As api/indexer/projections/custody.py writes them."""


class CustodyStep(BaseModel):
    """One act about a lot."""

    sequence: int
    act: str = Field(examples=["accepted"], json_schema_extra={"enum": [*ACTS]})
    by: str | None = None
    sender: str | None = None
    receiver: str | None = None
    until: Time | None = None
    reason: str | None = None
    time: Time


class LotDetails(BaseModel):
    """A lot with everything that happened to it."""

    lot: LotResource
    custody: list[CustodyStep]
    claims: list[ClaimResource]


def lot_details_view(row: RowMapping, known: LotRows) -> LotDetails:
    """The JSON form of a row and of what is told beside it."""
    id_ = row["lot"]
    steps = [
        *(_step(one, sender=one["from"], receiver=one["to"]) for one in known.custody.get(id_, ())),
        *(_step(one, by=one["by"]) for one in known.holds.get(id_, ())),
    ]
    return LotDetails(
        lot=lot_view(row, known.now, known.withdrawn),
        custody=sorted(steps, key=lambda step: step.sequence),
        claims=[claim_view(one) for one in known.claims.get(id_, ())],
    )


def _step(row: RowMapping, **who: Any) -> CustodyStep:
    return CustodyStep(
        **picked(row, "sequence", "act", "reason"),
        **who,
        until=iso_or_none(row["until"]),
        time=iso_time(row["time"]),
    )
