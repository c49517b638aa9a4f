"""A lot with everything that happened to it: its custody and the claims on it."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.claim_view import ClaimResource, claim_view
from api.format import Id, Time, iso_or_none, picked
from api.loaders.lots import LotRows
from api.lot_view import LotResource, lot_view
from lodetrace.text import iso_time

ACTS = (
    "offered", "accepted", "rejected", "cancelled", "disputed", "disclosed",
    "held", "renewed", "release proposed", "released", "released by act", "settlement",
    "dispute ended", "arrival consent proposed", "arrival consented", "named", "unnamed",
)  # fmt: skip
"""As api/indexer/projections/custody.py writes them."""


class CustodyStep(BaseModel):
    """One act about a lot. sequence: of the lot; none for an act that does not touch it."""

    sequence: int | None
    act: str = Field(examples=["accepted"], json_schema_extra={"enum": [*ACTS]})
    by: str | None = None
    sender: str | None = None
    receiver: str | None = None
    until: Time | None = None
    reason: str | None = None
    event_id: Id | None = Field(default=None, description="the site event that it names")
    document: Id | None = Field(default=None, description="receiving document of a dispute")
    time: Time


class LotDetails(BaseModel):
    """A lot with everything that happened to it."""

    lot: LotResource
    custody: list[CustodyStep]
    claims: list[ClaimResource]


def lot_details_view(row: RowMapping, known: LotRows) -> LotDetails:
    """The JSON form of a row and of what is told beside it."""
    moved, held = known.custody.get(row["lot"], ()), known.holds.get(row["lot"], ())
    steps = [
        *((_place(one), _moved(one)) for one in moved),
        *((_place(one), _step(one, by=one["by"], event_id=one["about"])) for one in held),
    ]
    return LotDetails(
        lot=lot_view(row, known.now, known.withdrawn),
        custody=[step for _, step in sorted(steps, key=lambda placed: placed[0])],
        claims=[claim_view(one) for one in known.claims.get(row["lot"], ())],
    )


def _place(row: RowMapping) -> tuple[int, int]:
    return row["block"], row["log_index"]


def _moved(row: RowMapping) -> CustodyStep:
    return _step(row, sender=row["from"], receiver=row["to"], document=row["document"])


def _step(row: RowMapping, **who: Any) -> CustodyStep:
    return CustodyStep(
        **picked(row, "sequence", "act", "reason"),
        **who,
        until=iso_or_none(row["until"]),
        time=iso_time(row["time"]),
    )
