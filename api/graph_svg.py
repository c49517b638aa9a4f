"""A provenance graph as an SVG picture: from the mine on the left to the car on the right."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from sqlalchemy import RowMapping

from api.format import metal, word
from api.graph_layout import layers
from api.loaders.graphs import GraphRows
from api.loaders.lots import LotsNow
from api.lot_view import is_held, state_now
from lodetrace.audit.replay.runs import BANDED
from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, RunKind, SiteKind
from lodetrace.text import iso_time, short_id

WIDTH: Final = 176
HEIGHT: Final = 40
COLUMN: Final = 232
ROW: Final = 52
MARGIN: Final = 24
HEAD: Final = 64

FILL: Final = {
    "event": "#e8f1e4",
    "run": "#fdf1dc",
    "lot": "#e3edf7",
    "held": "#f8dedd",
    "withdrawn": "#efe0f5",
}
LINE: Final = {
    "event": "#5b8a47",
    "run": "#c08a2d",
    "lot": "#3f6f9f",
    "held": "#b4413c",
    "withdrawn": "#7d3c98",
}
PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        "description": "a picture as wide and high as its graph needs",
    }
}
"""What a route says of its answer."""

LEGEND: Final = (
    ("event", "site event, attested"),
    ("lot", "lot"),
    ("held", "lot held or disputed"),
    ("withdrawn", "withdrawn, or made of it"),
    ("run", "run, proven"),
)


class GraphBox(NamedTuple):
    """What stands in one box."""

    kind: str
    title: str
    subtitle: str
    tooltip: str


def draw(known: GraphRows) -> str:
    """The picture, self-contained: no scripts, no fonts, no addresses but its name space."""
    graph, nodes = known.graph, _nodes(known)
    arrows = sorted(graph.arrows())
    columns = layers(sorted(nodes), arrows)
    places = _places(columns)
    wide = MARGIN * 2 + COLUMN * max(len(columns) - 1, 0) + WIDTH
    tall = HEAD + ROW * max(map(len, columns), default=0) + MARGIN
    body = (*_legend(), *_curves(arrows, places), *_boxes(nodes, places, graph.root))
    wide = max(wide, 900)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" '
        f'width="{wide}" height="{tall}" font-family="system-ui, sans-serif" font-size="11">'
        f"<title>Provenance: {len(graph.lots)} lots, {len(graph.runs)} runs, "
        f"{len(graph.events)} events</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>'
    )


def _nodes(known: GraphRows) -> dict[str, GraphBox]:
    graph, flags = known.graph, known.lots.withdrawn
    gone = {event for events in flags.values() for event in events}
    return {
        **{key: _event(row, known.sites, key in gone) for key, row in graph.events.items()},
        **{key: _run(row) for key, row in graph.runs.items()},
        **{key: _lot(row, known.lots, key in flags) for key, row in graph.lots.items()},
    }


def _event(row: RowMapping, sites: Mapping[str, RowMapping], withdrawn: bool) -> GraphBox:
    place = word(SiteKind, sites[row["site"]]["kind"])
    what = f"{word(EventKind, row['kind'])}, {metal(row['element'])}, {iso_time(row['to'])[:10]}"
    return GraphBox("withdrawn" if withdrawn else "event", place, what, f"event {row['event_id']}")


def _run(row: RowMapping) -> GraphBox:
    band = "" if row["in_band"] or row["kind"] not in BANDED else ", out of band"
    what = f"{word(CustodyModel, row['model'])}{band}"
    return GraphBox("run", word(RunKind, row["kind"]), what, f"run {row['run']}")


def _lot(row: RowMapping, known: LotsNow, withdrawn: bool) -> GraphBox:
    state = state_now(row, known.now)
    held = is_held(row, known)
    units = f" ×{row['count']}" if row["count"] > 1 else ""
    title = f"{metal(row['element'])} {word(Material, row['material'])}{units}"
    kind = "withdrawn" if withdrawn else "lot"
    kind = "held" if held or state is LotState.DISPUTED else kind
    said = "held" if held else word(LotState, state)
    return GraphBox(kind, title, f"{short_id(row['lot'], 8)}… {said}", f"lot {row['lot']}")


def _places(columns: list[list[str]]) -> dict[str, tuple[int, int]]:
    tallest = max(map(len, columns), default=0)
    return {
        node: (MARGIN + COLUMN * x, HEAD + ROW * y + ROW * (tallest - len(column)) // 2)
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }


def _curves(arrows: list[tuple[str, str]], places: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    for start, end in arrows:
        (x1, y1), (x2, y2) = places[start], places[end]
        x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
        bend = (x1 + x2) // 2
        yield (
            f'<path d="M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}" fill="none" '
            'stroke="#9aa5b1" stroke-width="1.2"/>'
        )


def _boxes(
    nodes: Mapping[str, GraphBox], places: Mapping[str, tuple[int, int]], root: tuple[str, ...]
) -> Iterator[str]:
    for key, node in nodes.items():
        x, y = places[key]
        thick = 3 if key in root else 1
        yield (
            f'<g><title>{escape(node.tooltip)}</title><rect x="{x}" y="{y}" width="{WIDTH}" '
            f'height="{HEIGHT}" rx="6" fill="{FILL[node.kind]}" stroke="{LINE[node.kind]}" '
            f'stroke-width="{thick}"/><text x="{x + 8}" y="{y + 16}" font-weight="600" '
            f'fill="#1f2933">{escape(node.title)}</text><text x="{x + 8}" y="{y + 31}" '
            f'fill="#52606d">{escape(node.subtitle)}</text></g>'
        )


def _legend() -> Iterator[str]:
    for index, (kind, text) in enumerate(LEGEND):
        x = MARGIN + 170 * index
        yield (
            f'<rect x="{x}" y="18" width="14" height="14" rx="3" fill="{FILL[kind]}" '
            f'stroke="{LINE[kind]}"/><text x="{x + 20}" y="29" fill="#52606d">{text}</text>'
        )
