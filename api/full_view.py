"""A graph with everything that is known of its nodes, in pages."""

from typing import Literal

from pydantic import BaseModel

from api.format import Id
from api.graph import Graph
from api.loaders.lots import LotRows
from api.loaders.site_events import SiteEventRows
from api.lot_details import LotDetails, lot_details_view
from api.paging import Next
from api.run_view import Run, run_view
from api.site_event_view import SiteEventResource, site_event_view


class Arrow(BaseModel):
    """From node to node, with the metal."""

    start: Id
    end: Id


class Provenance(BaseModel):
    """Nodes of the graph around a lot, in the order of their ids, and the arrows to them."""

    view: Literal["full"]
    root: list[Id]
    lots: list[LotDetails]
    runs: list[Run]
    events: list[SiteEventResource]
    arrows: list[Arrow]
    next: Next


def full_view(
    graph: Graph, page: Graph, after: str | None, lots: LotRows, events: SiteEventRows
) -> Provenance:
    """The JSON form of a page of a graph. after: its last node, where more follow."""
    shown = {*page.lots, *page.runs, *page.events}
    return Provenance(
        view="full",
        root=list(graph.root),
        lots=[lot_details_view(page.lots[lot], lots) for lot in sorted(page.lots)],
        runs=[run_view(page.runs[run]) for run in sorted(page.runs)],
        events=[site_event_view(page.events[key], events) for key in sorted(page.events)],
        arrows=[
            Arrow(start=start, end=end) for start, end in sorted(graph.arrows()) if end in shown
        ],
        next=after,
    )
