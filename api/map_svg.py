"""A graph by site and stage as an SVG picture that fits a screen and a page: a lane a material,
a band an element, from the mine on the left to the product on the right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from api.sites_view import SitesView, StageNode
from lodetrace.text import counted, short_id

WIDEST: Final = 1_600
MARGIN: Final = 24
HEAD: Final = 88
PITCH: Final = 196
"""Of lanes, where there is room."""
GAP: Final = 44
"""Between two lanes, for arrows."""
HEIGHT: Final = 46
ROW: Final = 58
UNDER: Final = 14
"""Below a band, for what goes back."""
LETTER: Final = 6
"""Width of one at font size 11, at most nearly always."""

FILL: Final = {
    "stage": "#e3edf7", "cahra": "#fdebd3", "held": "#f8dedd", "withdrawn": "#efe0f5",
    "root": "#e8f1e4",
}  # fmt: skip
LINE: Final = {
    "stage": "#3f6f9f", "cahra": "#a8590c", "held": "#b4413c", "withdrawn": "#7d3c98",
    "root": "#4c7a39",
}  # fmt: skip
LEGEND: Final = (
    ("stage", "site and material"),
    ("cahra", "conflict-affected or high-risk origin"),
    ("held", "with lots held or disputed"),
    ("withdrawn", "with withdrawn documents behind it"),
)


class _Spot(NamedTuple):
    """Of a box: element, lane, row."""

    element: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class _Box:
    kind: str
    lines: tuple[str, str]
    tooltip: str
    x: int
    y: int


def draw_map(view: SitesView, subject: str) -> str:
    """The picture, self-contained. subject: what the lots asked for are, in words."""
    boxes = _stages_by_spot(view.nodes)
    lanes = [*dict.fromkeys(node.material for node in sorted(view.nodes, key=_lane))]
    pitch = min(PITCH, (WIDEST - 2 * MARGIN) // (len(lanes) + 1))
    tops, bottom = _bands(view.nodes)
    placed = {
        spot: _box(nodes, MARGIN + pitch * spot.column, tops[spot.element] + ROW * spot.row)
        for spot, nodes in boxes.items()
    }
    middle = HEAD + (bottom - HEAD - HEIGHT - UNDER) // 2
    said = (subject, counted(len(view.root), "lots"))
    root = _Box("root", said, "what was asked for", MARGIN + pitch * len(lanes), middle)
    width = pitch - GAP
    wide = max(MARGIN * 2 + pitch * len(lanes) + width, 900)
    body = (
        *_legend(),
        *_captions(lanes, tops, pitch),
        *_arrows(view, placed, root, width, tops),
        *(line for box in (*placed.values(), root) for line in _drawn(box, width)),
    )
    lots = sum(node.lots for node in view.nodes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {bottom}" width="{wide}" '
        f'height="{bottom}" font-family="system-ui, sans-serif" font-size="11">'
        f"<title>Provenance by site and material: {counted(lots, 'lots')} of "
        f"{counted(len(view.nodes), 'stages')}</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>'
    )


def _lane(node: StageNode) -> int:
    return node.column


def _stages_by_spot(nodes: Iterable[StageNode]) -> dict[_Spot, list[StageNode]]:
    found: dict[_Spot, list[StageNode]] = {}
    for node in nodes:
        found.setdefault(_Spot(node.element, node.column, node.row), []).append(node)
    return found


def _bands(nodes: Iterable[StageNode]) -> tuple[dict[str, int], int]:
    """Top of each element's band, that of most lots first, and where the picture ends."""
    rows, lots = Counter[str](), Counter[str]()
    for node in nodes:
        rows[node.element] = max(rows[node.element], node.row + 1)
        lots[node.element] += node.lots
    tops, top = {}, HEAD
    for element, _ in lots.most_common():
        tops[element] = top
        top += ROW * rows[element] + UNDER + 8
    return tops, top + MARGIN // 2


def _box(nodes: Sequence[StageNode], x: int, y: int) -> _Box:
    lots = sum(node.lots for node in nodes)
    events = sum(node.events for node in nodes)
    kind = next(
        (
            name
            for name in ("withdrawn", "held", "cahra")
            if any(getattr(node, name) for node in nodes)
        ),
        "stage",
    )
    if len(nodes) > 1:
        tooltip = "\n".join(node.site or "origin not shown" for node in nodes)
        return _Box(kind, (f"{len(nodes)} more sites", counted(lots, "lots")), tooltip, x, y)
    [node] = nodes
    title = node.site_kind or "earlier lots"
    site = "" if node.site is None else f" · {short_id(node.site, 6)}…"
    tooltip = f"{title} {node.site or ''}: {counted(lots, 'lots')}, {counted(events, 'events')}"
    return _Box(kind, (title, f"{counted(lots, 'lots')}{site}"), tooltip, x, y)


def _captions(lanes: Sequence[str], tops: dict[str, int], pitch: int) -> Iterator[str]:
    for at, lane in enumerate(lanes):
        x = MARGIN + pitch * at
        yield f'<text x="{x}" y="58" font-weight="600" fill="#52606d">{escape(lane)}</text>'
    for element, top in tops.items():
        yield (
            f'<text x="{MARGIN}" y="{top - 8}" font-weight="700" fill="#1f2933">'
            f"{escape(element)}</text>"
        )


def _arrows(
    view: SitesView, placed: dict[_Spot, _Box], root: _Box, width: int, tops: dict[str, int]
) -> Iterator[str]:
    spots = [_Spot(node.element, node.column, node.row) for node in view.nodes]
    rows = {element: max(one.row for one in spots if one.element == element) for element in tops}
    lots: dict[tuple[_Spot, _Spot], int] = {}
    for arrow in view.arrows:
        pair = (spots[arrow.start], spots[arrow.end])
        lots[pair] = lots.get(pair, 0) + arrow.lots
    for (start, end), count in lots.items():
        ends = (placed[start], placed[end], width)
        between = range(start.column + 1, end.column)
        if start.column >= end.column:
            under = tops[start.element] + ROW * rows[start.element] + HEIGHT + UNDER // 2
            path = _back(*ends, under)
        elif any(one.element == start.element and one.column in between for one in spots):
            path = _past(*ends)
        else:
            path = _forward(*ends)
        yield _line(path, counted(count, "lots"))
    for spot in dict.fromkeys(spots[at] for at in view.of_root):
        blocked = any(one.column > spot.column for one in spots)
        yield _line((_past if blocked else _forward)(placed[spot], root, width), "")


def _line(path: str, told: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="#7b8794" stroke-width="1.3">'
        f"<title>{told}</title></path>"
    )


def _forward(start: _Box, end: _Box, width: int) -> str:
    x1, y1, x2, y2 = start.x + width, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"


def _past(start: _Box, end: _Box, width: int) -> str:
    """Between two rows, past the boxes of the lanes on the way."""
    x1, y1, x2, y2 = start.x + width, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
    half, over = GAP // 2, min(start.y, end.y) - (ROW - HEIGHT) // 2
    return (
        f"M{x1} {y1}C{x1 + half} {y1} {x1 + half} {over} {x1 + GAP} {over}"
        f"L{x2 - GAP} {over}C{x2 - half} {over} {x2 - half} {y2} {x2} {y2}"
    )


def _back(start: _Box, end: _Box, width: int, under: int) -> str:
    """Below the band, so that no box is crossed."""
    x1, y1, x2, y2 = start.x + width, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
    out, into = x1 + 18, x2 - 14
    return (
        f"M{x1} {y1}C{out} {y1} {out} {under} {x1} {under}"
        f"L{x2} {under}C{into} {under} {into} {y2} {x2} {y2}"
    )


def _drawn(box: _Box, width: int) -> Iterator[str]:
    most = (width - 14) // LETTER
    title, subtitle = (line if len(line) <= most else f"{line[: most - 1]}…" for line in box.lines)
    yield (
        f'<g><title>{escape(box.tooltip)}</title><rect x="{box.x}" y="{box.y}" width="{width}" '
        f'height="{HEIGHT}" rx="6" fill="{FILL[box.kind]}" stroke="{LINE[box.kind]}"/>'
        f'<text x="{box.x + 8}" y="{box.y + 19}" font-weight="600" fill="#1f2933">'
        f'{escape(title)}</text><text x="{box.x + 8}" y="{box.y + 35}" fill="#52606d">'
        f"{escape(subtitle)}</text></g>"
    )


def _legend() -> Iterator[str]:
    x = MARGIN
    for kind, text in LEGEND:
        yield (
            f'<rect x="{x}" y="16" width="14" height="14" rx="3" fill="{FILL[kind]}" '
            f'stroke="{LINE[kind]}"/><text x="{x + 20}" y="27" fill="#52606d">{text}</text>'
        )
        x += 44 + LETTER * len(text)
