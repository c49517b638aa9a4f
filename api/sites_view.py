"""A graph by site and stage: what was made where, and how many lots went from where to where."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.format import Id, metal, word, words_of
from api.graph import Graph
from api.lanes import lanes_of, rows_for, rows_of_lanes
from api.loaders.graphs import GraphRows
from api.loaders.places import Places
from api.lot_view import is_held, state_now
from lodetrace.contracts.enums import EventKind, LotState, Material, RunKind, SiteKind

PASSED_THROUGH: Final = frozenset({RunKind.REBOOK, RunKind.CHARGE, RunKind.SETTLE})
"""Runs after which the metal is what it was, where it was: lots joined, split or measured."""


class Stage(NamedTuple):
    """A material of an element from one site; site "" where none is known."""

    element: int
    material: int
    site: str


class StageNode(BaseModel):
    """The lots of a material that came of one site's events."""

    site: Id | None = Field(description="null: of lots whose origin is not in the graph")
    site_kind: Annotated[str, Field(json_schema_extra=words_of(SiteKind))] | None = Field(
        examples=["refinery"]
    )
    operator: Id | None = Field(description="of the site")
    place: Id | None = Field(description="of the site")
    element: str = Field(examples=["Co"])
    material: str = Field(examples=["hydroxide"], json_schema_extra=words_of(Material))
    lots: int
    events: int = Field(description="site events that they came of")
    held: int = Field(description="lots held or disputed now, or joined or split of them and so")
    offered: int = Field(description="likewise: lots offered to somebody now")
    withdrawn: int = Field(description="lots with a withdrawn event behind them")
    cahra: int = Field(
        description="lots born of a place that counts as a CAHRA for the time of their event, as "
        "known now"
    )
    column: int = Field(description="its lane: of a material, from the mine on, over all elements")
    row: int = Field(
        description="in the lane, among the stages of its element; those of fewest lots share the "
        "last row, where there are many"
    )


class StageArrow(BaseModel):
    """lots: of the stage at its start, which runs used that made lots of the stage at its end."""

    start: int = Field(description="position in `nodes`")
    end: int
    lots: int


class SitesView(BaseModel):
    """A graph of few nodes, however many lots there are."""

    view: Literal["sites"]
    root: list[Id]
    nodes: list[StageNode]
    arrows: list[StageArrow]
    of_root: list[int] = Field(description="stages that the lots of `root` are of")
    passed_through: int = Field(
        description="lots that were only joined, split or measured: they stand for what they are of"
    )


@dataclass(slots=True)
class _Sums:
    lots: int = 0
    held: int = 0
    offered: int = 0
    withdrawn: int = 0
    cahra: int = 0
    events: set[str] = field(default_factory=set)


def sites_view(known: GraphRows, places: Places) -> SitesView:
    """The JSON form of a graph, summed up."""
    graph = known.graph
    sources = _sources(graph)
    stages = {lot: _stage(known, graph.lots[lot]) for lot in set().union(*sources.values())}
    sums = _summed(known, places, stages, sources)
    crossing = _crossing(graph, stages, sources)
    order = sorted(sums)
    position = {stage: at for at, stage in enumerate(order)}
    placed = _placed(sums, crossing)
    return SitesView(
        view="sites",
        root=list(graph.root),
        nodes=[_node(known, stage, sums[stage], placed[stage]) for stage in order],
        arrows=[
            StageArrow(start=position[start], end=position[end], lots=lots)
            for (start, end), lots in sorted(crossing.items())
        ],
        of_root=sorted({position[stages[lot]] for root in graph.root for lot in sources[root]}),
        passed_through=len(graph.lots) - len(stages),
    )


def _stage(known: GraphRows, row: RowMapping) -> Stage:
    return Stage(row["element"], row["material"], known.site_of(row) or "")


def _sources(graph: Graph) -> dict[str, frozenset[str]]:
    """By lot: itself, or the lots that it was joined, split or measured of."""
    inputs: dict[str, list[str]] = {}
    for lot, row in graph.lots.items():
        if row["consumed_by"] is not None:
            inputs.setdefault(row["consumed_by"], []).append(lot)
    found: dict[str, frozenset[str]] = {}
    for lot in graph.lots:
        waiting = [lot]
        while waiting:
            top = waiting[-1]
            before = _before(graph, graph.lots[top], inputs)
            later = [one for one in before if one not in found]
            waiting += later
            if not later:
                found[waiting.pop()] = frozenset().union(
                    *(found[one] for one in before)
                ) or frozenset({top})
    return found


def _before(graph: Graph, row: RowMapping, inputs: Mapping[str, list[str]]) -> list[str]:
    """What a lot was joined, split or measured of; nothing where it was made."""
    run = graph.runs.get(row["made_by"] or "")
    if run is None or run["kind"] not in PASSED_THROUGH:
        return []
    return inputs.get(row["made_by"], [])


def _summed(
    known: GraphRows,
    places: Places,
    stages: Mapping[str, Stage],
    sources: Mapping[str, frozenset[str]],
) -> dict[Stage, _Sums]:
    graph, found = known.graph, dict[Stage, _Sums]()
    for lot, stage in stages.items():
        row, sums = graph.lots[lot], found.setdefault(stage, _Sums())
        sums.lots += 1
        sums.withdrawn += lot in known.lots.withdrawn
        run = graph.runs.get(row["made_by"] or "")
        event = (run or row)["event_id"]
        if event is not None:
            sums.events.add(event)
        sums.cahra += _is_born_in_cahra(known, places, row)
    for lot, row in graph.lots.items():
        state = state_now(row, known.lots.now)
        held = state is LotState.DISPUTED or is_held(row, known.lots)
        for stage in {stages[source] for source in sources[lot]}:
            found[stage].held += held
            found[stage].offered += state is LotState.OFFERED
    return found


def _is_born_in_cahra(known: GraphRows, places: Places, row: RowMapping) -> bool:
    event = known.graph.events.get(row["event_id"] or "")
    if event is None or not EventKind(event["kind"]).is_birth:
        return False
    return places.is_cahra(event, known.sites[event["site"]]["place"])


def _crossing(
    graph: Graph, stages: Mapping[str, Stage], sources: Mapping[str, frozenset[str]]
) -> Counter[tuple[Stage, Stage]]:
    """Lots by the stages that they went from and to; what stays within one is left out."""
    made: dict[str, set[Stage]] = {}
    for lot, stage in stages.items():
        made.setdefault(graph.lots[lot]["made_by"] or "", set()).add(stage)
    pairs = {
        (source, end)
        for lot, row in graph.lots.items()
        for end in made.get(row["consumed_by"] or "none", ())
        for source in sources[lot]
    }
    return Counter((stages[lot], end) for lot, end in pairs if stages[lot] != end)


def _placed(
    sums: Mapping[Stage, _Sums], crossing: Mapping[tuple[Stage, Stage], int]
) -> dict[Stage, tuple[int, int]]:
    """Lane and row of each stage."""
    before: dict[Stage, list[Stage]] = {}
    for start, end in sorted(crossing):
        before.setdefault(end, []).append(start)
    lanes = lanes_of([stage.material for stage in sums])
    elements = sorted({stage.element for stage in sums})
    weights = {stage: one.lots for stage, one in sums.items()}
    found: dict[Stage, tuple[int, int]] = {}
    for element in elements:
        own = [
            sorted(stage for stage in sums if (stage.element, stage.material) == (element, lane))
            for lane in lanes
        ]
        rows = rows_of_lanes(own, before, weights, rows_for(len(elements)))
        found |= {stage: (lanes.index(stage.material), row) for stage, row in rows.items()}
    return found


def _node(known: GraphRows, stage: Stage, sums: _Sums, place: tuple[int, int]) -> StageNode:
    site = known.sites.get(stage.site)
    return StageNode(
        site=stage.site or None,
        site_kind=None if site is None else word(SiteKind, site["kind"]),
        operator=None if site is None else site["operator"],
        place=None if site is None else site["place"],
        element=metal(stage.element),
        material=word(Material, stage.material),
        lots=sums.lots,
        events=len(sums.events),
        held=sums.held,
        offered=sums.offered,
        withdrawn=sums.withdrawn,
        cahra=sums.cahra,
        column=place[0],
        row=place[1],
    )
