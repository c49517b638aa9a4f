"""A graph by site and stage: what was made where, and how many lots went from where to where."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, Field

from api.format import Id, metal, word, words_of
from api.graph_layout import layers
from api.loaders.graphs import GraphRows
from api.lot_view import is_held, state_now
from lodetrace.contracts.enums import LotState, Material, SiteKind


class Stage(NamedTuple):
    """A material of an element from one site; site "" for what no site made by an event."""

    element: int
    material: int
    site: str


class StageNode(BaseModel):
    """The lots of a material that came of one site's events."""

    site: Id | None = Field(description="null: made by runs without an event, as rebookings are")
    site_kind: Annotated[str, Field(json_schema_extra=words_of(SiteKind))] | None = Field(
        examples=["refinery"]
    )
    element: str = Field(examples=["Co"])
    material: str = Field(examples=["hydroxide"], json_schema_extra=words_of(Material))
    lots: int
    events: int = Field(description="site events that they came of")
    held: int = Field(description="lots held or disputed now")
    withdrawn: int = Field(description="lots with a withdrawn event behind them")
    column: int
    row: int


class StageArrow(BaseModel):
    """lots: of the stage at its start, consumed by runs that made lots of the stage at its end."""

    start: int = Field(description="position in `nodes`")
    end: int
    lots: int


class SitesView(BaseModel):
    """A graph of few nodes, however many lots there are."""

    view: Literal["sites"]
    root: list[Id]
    nodes: list[StageNode]
    arrows: list[StageArrow]


@dataclass(slots=True)
class _Sums:
    lots: int = 0
    held: int = 0
    withdrawn: int = 0
    events: set[str] = field(default_factory=set)


def sites_view(known: GraphRows) -> SitesView:
    """The JSON form of a graph, summed up."""
    stages = _stages(known)
    sums = _summed(known, stages)
    crossing = _crossing(known, stages)
    names = {stage: f"{at:06}" for at, stage in enumerate(sorted(sums))}
    arrows = [(names[start], names[end]) for start, end in crossing]
    columns = layers([*names.values()], arrows)
    places = {node: (x, y) for x, column in enumerate(columns) for y, node in enumerate(column)}
    return SitesView(
        view="sites",
        root=list(known.graph.root),
        nodes=[_node(known, stage, sums[stage], places[name]) for stage, name in names.items()],
        arrows=[
            StageArrow(start=int(names[start]), end=int(names[end]), lots=lots)
            for (start, end), lots in sorted(crossing.items())
        ],
    )


def _stages(known: GraphRows) -> dict[str, Stage]:
    return {
        lot: Stage(row["element"], row["material"], known.site_of(row) or "")
        for lot, row in known.graph.lots.items()
    }


def _summed(known: GraphRows, stages: dict[str, Stage]) -> dict[Stage, _Sums]:
    found: dict[Stage, _Sums] = {}
    for lot, stage in stages.items():
        row, sums = known.graph.lots[lot], found.setdefault(stage, _Sums())
        sums.lots += 1
        disputed = state_now(row, known.lots.now) is LotState.DISPUTED
        sums.held += disputed or is_held(row, known.lots)
        sums.withdrawn += lot in known.lots.withdrawn
        run = known.graph.runs.get(row["made_by"] or "")
        event = (run or row)["event_id"]
        if event is not None:
            sums.events.add(event)
    return found


def _crossing(known: GraphRows, stages: dict[str, Stage]) -> Counter[tuple[Stage, Stage]]:
    """Lots by the stages that they went from and to; what stays within one is left out."""
    made: dict[str, set[Stage]] = {}
    for lot, row in known.graph.lots.items():
        if row["made_by"] is not None:
            made.setdefault(row["made_by"], set()).add(stages[lot])
    return Counter(
        (stages[lot], end)
        for lot, row in known.graph.lots.items()
        for end in made.get(row["consumed_by"] or "", ())
        if end != stages[lot]
    )


def _node(known: GraphRows, stage: Stage, sums: _Sums, place: tuple[int, int]) -> StageNode:
    site = known.sites.get(stage.site)
    return StageNode(
        site=stage.site or None,
        site_kind=None if site is None else word(SiteKind, site["kind"]),
        element=metal(stage.element),
        material=word(Material, stage.material),
        lots=sums.lots,
        events=len(sums.events),
        held=sums.held,
        withdrawn=sums.withdrawn,
        column=place[0],
        row=place[1],
    )
