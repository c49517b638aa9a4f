"""Where a lot or a product comes from: graphs, pictures, tables."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection

from api.deps import Index
from api.errors import QueryInvalid
from api.exports import CSV, LINES, Parents, csv_of, lines_of
from api.format import IdPath
from api.full_view import Provenance, full_view
from api.graph import Direction, Graph, provenance
from api.graph_svg import PICTURE, draw
from api.graph_view import GraphView, graph_view
from api.indexer.tables import parts, products
from api.loaders.graphs import GraphRows, graph_rows, parents_of
from api.loaders.lots import lot_rows
from api.loaders.places import places_of
from api.loaders.site_events import site_event_rows
from api.map_svg import draw_map
from api.problems import GRAPH_TOO_LARGE, NOT_FOUND, PROBLEM_RESPONSES
from api.query import Count, IdQuery, Limit, Said
from api.rows import all_rows, required_row
from api.sites_view import SitesView, sites_view

router = APIRouter(tags=["provenance"], responses=PROBLEM_RESPONSES)


class View(StrEnum):
    """What is told of a graph."""

    FULL = "full"
    GRAPH = "graph"
    SITES = "sites"


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {**NOT_FOUND, **GRAPH_TOO_LARGE}


def _table(media_type: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string"}}}
    told = {"content": content, "description": "one row a lot, with its parents"}
    return {"response_class": Response, "responses": {200: told, **REFUSALS}}


DRAWN: Final[dict[str, Any]] = {
    "response_class": Response, "responses": {**PICTURE, **REFUSALS},
}  # fmt: skip
"""What routes say of their answers."""


@dataclass(frozen=True, slots=True)
class AroundLot:
    """The graph that a lot's routes are asked for."""

    index: Index
    lot: IdPath
    direction: Direction = Direction.ANCESTORS
    depth: Annotated[Count | None, Query(description="runs away; all without it")] = None

    def graph(self) -> Graph:
        """Raises SubjectNotFound or GraphTooLarge."""
        return provenance(self.index, [self.lot.lower()], self.direction, self.depth)


@dataclass(frozen=True, slots=True)
class BehindProduct:
    """Where all metals of a product come from."""

    index: Index
    product: IdPath

    def graph(self) -> Graph:
        """Raises SubjectNotFound or GraphTooLarge."""
        row = required_row(self.index, products.c.product, self.product, "product")
        used = all_rows(self.index, parts, parts.c.product == row["product"])
        roots = sorted({part["lot"] for part in used})
        return provenance(self.index, roots, Direction.ANCESTORS)


OfLot = Annotated[AroundLot, Depends()]
OfProduct = Annotated[BehindProduct, Depends()]
AskedGraph = AroundLot | BehindProduct


@dataclass(frozen=True, slots=True)
class ViewAsked:
    """How much of a graph is told. Only the full view has pages."""

    view: Annotated[View, Query(description="graph and sites come laid out")] = View.FULL
    after: Annotated[IdQuery | None, Query(description="`next` of the page before")] = None
    limit: Annotated[Limit | None, Query(description="nodes of a page, 1,000 without it")] = None

    def of(self, asked: AskedGraph) -> Provenance | GraphView | SitesView:
        """The answer; raises QueryInvalid for a page of a view that has none."""
        if self.view is View.FULL:
            return self._page(asked.index, asked.graph())
        for name, value in (("after", self.after), ("limit", self.limit)):
            if value is not None:
                reason = f"view={self.view} has no pages"
                raise QueryInvalid(name=name, value=value, reason=reason)
        known = graph_rows(asked.index, asked.graph())
        return graph_view(known) if self.view is View.GRAPH else _by_site(asked.index, known)

    def _page(self, index: Connection, graph: Graph) -> Provenance:
        nodes, limit = graph.nodes(), self.limit or MOST_NODES
        start = bisect_right(nodes, self.after or "")
        shown, left = nodes[start : start + limit], len(nodes) - start - limit
        page = graph.part(shown)
        lots = lot_rows(index, page.lots)
        events = site_event_rows(index, list(page.events.values()), lots.state.now)
        return full_view(graph, page, shown[-1] if left > 0 else None, lots, events)


Viewed = Annotated[ViewAsked, Depends()]
Whole = Annotated[
    Said, Query(description="every lot, run and event; without it they are summed up by site")
]
MOST_NODES: Final = 1_000

LOT, PRODUCT = "/lots/{lot}/provenance", "/products/{product}/provenance"


@router.get(LOT, summary="Ancestors and descendants as a graph", responses=REFUSALS)
def show_provenance(asked: OfLot, view: Viewed) -> Provenance | GraphView | SitesView:
    return view.of(asked)


@router.get(f"{LOT}.svg", summary="The same graph as a picture, by site", **DRAWN)
def show_lot_picture(asked: OfLot, full: Whole = None) -> Response:
    return _picture(asked, "this lot", full)


@router.get(f"{LOT}.csv", summary="The lots of the graph as a table", **_table(CSV))
def export_lot_table(asked: OfLot) -> Response:
    return _rows(asked, csv_of, CSV)


@router.get(f"{LOT}.ndjson", summary="The same rows, a JSON object a line", **_table(LINES))
def export_lot_lines(asked: OfLot) -> Response:
    return _rows(asked, lines_of, LINES)


@router.get(
    PRODUCT, summary="Where all metals of a product come from, as a graph", responses=REFUSALS
)
def show_product_provenance(asked: OfProduct, view: Viewed) -> Provenance | GraphView | SitesView:
    return view.of(asked)


@router.get(f"{PRODUCT}.svg", summary="The same graph as a picture, by site", **DRAWN)
def show_product_picture(asked: OfProduct, full: Whole = None) -> Response:
    return _picture(asked, "this product", full)


@router.get(f"{PRODUCT}.csv", summary="The lots of the graph as a table", **_table(CSV))
def export_product_table(asked: OfProduct) -> Response:
    return _rows(asked, csv_of, CSV)


@router.get(f"{PRODUCT}.ndjson", summary="The same rows, a JSON object a line", **_table(LINES))
def export_product_lines(asked: OfProduct) -> Response:
    return _rows(asked, lines_of, LINES)


def _picture(asked: AskedGraph, subject: str, full: bool | None) -> Response:
    known = graph_rows(asked.index, asked.graph())
    drawn = draw(known) if full else draw_map(_by_site(asked.index, known), subject)
    return Response(drawn, media_type="image/svg+xml")


def _by_site(index: Connection, known: GraphRows) -> SitesView:
    places = places_of(index, (site["place"] for site in known.sites.values()))
    return sites_view(known, places)


def _rows(
    asked: AskedGraph, write: Callable[[GraphRows, Parents], str], media_type: str
) -> Response:
    known = graph_rows(asked.index, asked.graph())
    written = write(known, parents_of(asked.index, known.graph))
    return Response(written, media_type=media_type)
