"""What is told of a graph's nodes beside their own rows, in pictures and views of the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from api.graph import Graph
from api.indexer.tables import lots
from api.loaders.lots import LotsNow, lots_now
from api.loaders.site_events import sites_of
from api.rows import grouped, rows_of


@dataclass(frozen=True, slots=True)
class GraphRows:
    """sites: of the events, by id."""

    graph: Graph
    lots: LotsNow
    sites: Mapping[str, RowMapping]

    def site_of(self, node: RowMapping) -> str | None:
        """The site whose event bore a lot or fed a run; of a lot made by a run, the run's."""
        run = self.graph.runs.get(node.get("made_by") or "")
        event = self.graph.events.get((run or node)["event_id"] or "")
        return None if event is None else str(event["site"])


def graph_rows(index: Connection, graph: Graph) -> GraphRows:
    """Everything that a picture of a graph is made of."""
    return GraphRows(
        graph=graph,
        lots=lots_now(index, graph.lots),
        sites=sites_of(index, list(graph.events.values())),
    )


def parents_of(index: Connection, graph: Graph) -> Mapping[str, Sequence[RowMapping]]:
    """By run: the lots that it consumed, in the graph or not."""
    made_by = (row["made_by"] for row in graph.lots.values() if row["made_by"])
    return grouped(rows_of(index, lots.c.consumed_by, made_by), "consumed_by")
