"""Lots, their custody and their provenance."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, Select, select

from api.claim_view import ClaimResource, claims_on
from api.deps import Index
from api.errors import QueryInvalid
from api.format import Id, IdPath, Time, iso_or_none, picked, word, words_of
from api.graph import Direction, Graph, provenance
from api.graph_svg import PICTURE, draw
from api.indexer.tables import custody, holds, lots
from api.lot_view import LotResource, block_time, lot_view, withdrawn_events
from api.problems import GRAPH_TOO_LARGE, NOT_FOUND, PROBLEM_RESPONSES
from api.query import AddressQuery, Count, IdQuery, Limit
from api.rows import all_rows, required_row
from api.site_event_view import SiteEventResource, site_event_view
from lodetrace.contracts.enums import CustodyModel, LotState, Material, RunKind
from lodetrace.text import enum_words, iso_time

router = APIRouter(prefix="/lots", tags=["lots"], responses=PROBLEM_RESPONSES)

_MATERIALS: Final = enum_words(Material)
_STATES: Final = {said: code for said, code in enum_words(LotState).items() if code}
"""What lots are asked for with; NONE is of no lot."""

ACTS = (
    "offered", "accepted", "rejected", "cancelled", "disputed", "disclosed",
    "held", "renewed", "release proposed", "released", "released by act", "settlement",
    "dispute ended", "arrival consent proposed", "arrival consented", "named", "unnamed",
)  # fmt: skip
"""As api/indexer/projections/custody.py writes them."""


class LotPage(BaseModel):
    """Lots in the order of their ids. next: pass it as `after` for the next page."""

    lots: list[LotResource]
    next: str | None


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
    time: Time


class LotDetails(BaseModel):
    """A lot with everything that happened to it."""

    lot: LotResource
    custody: list[CustodyStep]
    claims: list[ClaimResource]


class Run(BaseModel):
    """A run: one proof that consumed lots and made lots."""

    run: Id
    account: str
    kind: str = Field(examples=["process"], json_schema_extra=words_of(RunKind))
    model: str = Field(json_schema_extra=words_of(CustodyModel))
    in_band: bool = Field(description="the loss lies within the site's declared band")
    event_id: Id | None
    time: Time
    block: int
    tx: Id


class Arrow(BaseModel):
    """From node to node, with the metal."""

    start: Id
    end: Id


class Provenance(BaseModel):
    """The graph around a lot: nodes and arrows."""

    root: list[Id]
    lots: list[LotDetails]
    runs: list[Run]
    events: list[SiteEventResource]
    arrows: list[Arrow]


@router.get("", summary="List lots")
def list_lots(
    index: Index,
    account: Annotated[AddressQuery | None, Query(description="holder")] = None,
    material: Annotated[str | None, Query(json_schema_extra={"enum": [*_MATERIALS]})] = None,
    state: Annotated[
        str | None, Query(description="as stored", json_schema_extra={"enum": [*_STATES]})
    ] = None,
    after: Annotated[IdQuery | None, Query(description="`next` of the page before")] = None,
    limit: Limit = 100,
) -> LotPage:
    wanted = select(lots).order_by(lots.c.lot).limit(limit + 1)
    for column, value in (
        (lots.c.account, account),
        (lots.c.material, _code("material", _MATERIALS, material)),
        (lots.c.state, _code("state", _STATES, state)),
    ):
        wanted = wanted if value is None else wanted.where(column == value)
    rows = _page(index, wanted, after)
    now = block_time(index)
    withdrawn = withdrawn_events(index, (row["lot"] for row in rows[:limit]))
    shown = [lot_view(row, now, withdrawn) for row in rows[:limit]]
    return LotPage(lots=shown, next=shown[-1].lot if len(rows) > limit else None)


@router.get("/{lot}", summary="One lot with its custody and claims", responses=NOT_FOUND)
def show_lot(index: Index, lot: IdPath) -> LotDetails:
    row = required_row(index, lots.c.lot, lot, "lot")
    return _details(index, row, block_time(index), withdrawn_events(index, [row["lot"]]))


@router.get(
    "/{lot}/provenance",
    summary="Ancestors and descendants as a graph",
    responses={**NOT_FOUND, **GRAPH_TOO_LARGE},
)
def show_provenance(
    index: Index,
    lot: IdPath,
    direction: Direction = Direction.ANCESTORS,
    depth: Annotated[Count | None, Query(description="runs away; all without it")] = None,
) -> Provenance:
    return provenance_view(index, provenance(index, [lot.lower()], direction, depth))


@router.get(
    "/{lot}/provenance.svg",
    summary="The same graph as a picture",
    response_class=Response,
    responses={**PICTURE, **NOT_FOUND, **GRAPH_TOO_LARGE},
)
def show_lot_picture(
    index: Index, lot: IdPath, direction: Direction = Direction.ANCESTORS
) -> Response:
    graph = provenance(index, [lot.lower()], direction)
    return Response(draw(index, graph), media_type="image/svg+xml")


def provenance_view(index: Connection, graph: Graph) -> Provenance:
    """The JSON form of a graph."""
    now, withdrawn = block_time(index), withdrawn_events(index, graph.lots)
    return Provenance(
        root=list(graph.root),
        lots=[_details(index, graph.lots[lot], now, withdrawn) for lot in sorted(graph.lots)],
        runs=[_run(graph.runs[run]) for run in sorted(graph.runs)],
        events=[site_event_view(index, graph.events[key], now) for key in sorted(graph.events)],
        arrows=[Arrow(start=start, end=end) for start, end in sorted(graph.arrows())],
    )


def _details(
    index: Connection, row: Any, now: int, withdrawn: Mapping[str, list[str]]
) -> LotDetails:
    return LotDetails(
        lot=lot_view(row, now, withdrawn),
        custody=_custody(index, row["lot"]),
        claims=claims_on(index, [row["lot"]]),
    )


def _custody(index: Connection, lot: str) -> list[CustodyStep]:
    moved = all_rows(index, custody, custody.c.lot == lot)
    held = all_rows(index, holds, holds.c.lot == lot)
    steps = [
        *((_place(row), _step(row, sender=row["from"], receiver=row["to"])) for row in moved),
        *((_place(row), _step(row, by=row["by"], event_id=row["about"])) for row in held),
    ]
    return [step for _, step in sorted(steps, key=lambda placed: placed[0])]


def _place(row: RowMapping) -> tuple[int, int]:
    return row["block"], row["log_index"]


def _step(row: RowMapping, **who: Any) -> CustodyStep:
    return CustodyStep(
        **picked(row, "sequence", "act", "reason"),
        **who,
        until=iso_or_none(row["until"]),
        time=iso_time(row["time"]),
    )


def _run(row: Any) -> Run:
    return Run(
        **picked(row, "run", "account", "in_band", "event_id", "block", "tx"),
        kind=word(RunKind, row["kind"]),
        model=word(CustodyModel, row["model"]),
        time=iso_time(row["time"]),
    )


def _page(index: Connection, wanted: Select[Any], after: str | None) -> list[Any]:
    wanted = wanted if after is None else wanted.where(lots.c.lot > after)
    return list(index.execute(wanted).mappings())


def _code(name: str, known: Mapping[str, IntEnum], value: str | None) -> int | None:
    """A word of a code back to its number; raises QueryInvalid."""
    if value is None:
        return None
    if value not in known:
        raise QueryInvalid(name=name, value=value, reason=f"known: {', '.join(known)}")
    return int(known[value])
