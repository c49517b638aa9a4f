"""A graph for programs that draw it: what is in each box, and where the box stands."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.format import Id, metal, word, words_of
from api.graph_layout import layers
from api.loaders.graphs import GraphRows
from api.lot_view import is_held, state_now
from lodetrace.contracts.enums import EventKind, LotState, Material, RunKind
from lodetrace.text import enum_words

KINDS = ("event", "run", "lot")
WHAT = [*dict.fromkeys(w for codes in (EventKind, RunKind, Material) for w in enum_words(codes))]


class GraphNode(BaseModel):
    """A box. column, row: its place, from the mine on the left and from the top, both from 0."""

    id: Id
    kind: str = Field(examples=["lot"], json_schema_extra={"enum": [*KINDS]})
    what: str = Field(
        examples=["hydroxide"],
        description="material of a lot, kind of a run or event",
        json_schema_extra={"enum": [*WHAT]},
    )
    element: str | None = Field(description="of a lot or event")
    count: int | None = Field(description="units of a lot")
    state: Annotated[str, Field(json_schema_extra=words_of(LotState))] | None = Field(
        description="of a lot, now"
    )
    site: Id | None = Field(description="whose event it is, or came of")
    withdrawn: bool = Field(description="its event, or one behind it, was withdrawn")
    column: int
    row: int


class GraphView(BaseModel):
    """Nodes and arrows with their places; GET /lots?ids= tells more of lots."""

    view: Literal["graph"]
    root: list[Id]
    nodes: list[GraphNode]
    arrows: list[tuple[int, int]] = Field(
        description="from node to node, with the metal, as positions in `nodes`"
    )


def graph_view(known: GraphRows) -> GraphView:
    """The JSON form of a graph, laid out."""
    graph = known.graph
    arrows = sorted(graph.arrows())
    columns = layers(sorted([*graph.events, *graph.runs, *graph.lots]), arrows)
    places = {node: (x, y) for x, column in enumerate(columns) for y, node in enumerate(column)}
    nodes = [*_nodes(known, places)]
    position = {node.id: at for at, node in enumerate(nodes)}
    return GraphView(
        view="graph",
        root=list(graph.root),
        nodes=nodes,
        arrows=[(position[start], position[end]) for start, end in arrows],
    )


def _nodes(known: GraphRows, places: dict[str, tuple[int, int]]) -> Iterator[GraphNode]:
    """By kind, then by id."""
    graph = known.graph
    gone = {event for events in known.lots.withdrawn.values() for event in events}
    for key in sorted(graph.events):
        row = graph.events[key]
        what = {"what": word(EventKind, row["kind"]), "element": metal(row["element"])}
        yield _node(key, "event", places, **what, site=row["site"], withdrawn=key in gone)
    for key in sorted(graph.runs):
        row = graph.runs[key]
        what = {"what": word(RunKind, row["kind"])}
        yield _node(key, "run", places, **what, site=known.site_of(row), withdrawn=False)
    for key in sorted(graph.lots):
        yield _node(key, "lot", places, **_lot(graph.lots[key], known))


def _lot(row: RowMapping, known: GraphRows) -> dict[str, object]:
    return {
        "what": word(Material, row["material"]),
        "element": metal(row["element"]),
        "count": row["count"],
        "state": word(
            LotState, LotState.HELD if is_held(row, known.lots) else state_now(row, known.lots.now)
        ),
        "site": known.site_of(row),
        "withdrawn": row["lot"] in known.lots.withdrawn,
    }


def _node(id_: str, kind: str, places: dict[str, tuple[int, int]], **told: object) -> GraphNode:
    column, row = places[id_]
    absent = {"element": None, "count": None, "state": None}
    return GraphNode.model_validate(
        {"id": id_, "kind": kind, "column": column, "row": row, **absent, **told}
    )
