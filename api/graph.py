"""Provenance: the lots that a lot was made of, and those made of it.

A graph of three kinds of nodes (lots, runs, site events); arrows go with the metal: a site event
bears a lot or feeds a run, a run consumes lots and makes lots.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, RowMapping

from api.errors import GraphTooLarge, SubjectNotFound
from api.indexer.tables import lots, runs, site_events
from api.rows import keyed, rows_of

LARGEST_GRAPH: Final = 5_000
"""Lots in one answer."""


class Direction(StrEnum):
    """Which way to walk from a lot."""

    ANCESTORS = "ancestors"
    DESCENDANTS = "descendants"
    BOTH = "both"


@dataclass(slots=True)
class Graph:
    """Nodes by id, arrows as (from, to). root: the lots that were asked for."""

    root: tuple[str, ...]
    lots: dict[str, RowMapping] = field(default_factory=dict)
    runs: dict[str, RowMapping] = field(default_factory=dict)
    events: dict[str, RowMapping] = field(default_factory=dict)

    def nodes(self) -> list[str]:
        """Ids of all nodes, in order."""
        return sorted([*self.lots, *self.runs, *self.events])

    def part(self, nodes: Iterable[str]) -> "Graph":
        """Some of its nodes alone."""
        wanted = set(nodes)
        return Graph(
            self.root,
            {key: row for key, row in self.lots.items() if key in wanted},
            {key: row for key, row in self.runs.items() if key in wanted},
            {key: row for key, row in self.events.items() if key in wanted},
        )

    def arrows(self) -> Iterator[tuple[str, str]]:
        """Every arrow between nodes of the graph, each once."""
        for lot in self.lots.values():
            if lot["event_id"] in self.events:
                yield lot["event_id"], lot["lot"]
            if lot["made_by"] in self.runs:
                yield lot["made_by"], lot["lot"]
            if lot["consumed_by"] in self.runs:
                yield lot["lot"], lot["consumed_by"]
        for run in self.runs.values():
            if run["event_id"] in self.events:
                yield run["event_id"], run["run"]


def provenance(
    connection: Connection,
    roots: Sequence[str],
    direction: Direction,
    depth: int | None = None,
    limit: int = LARGEST_GRAPH,
) -> Graph:
    """The graph around some lots. depth: runs away from them, None for all.

    Raises SubjectNotFound for an unknown lot, GraphTooLarge above `limit` lots.
    """
    graph = Graph(root=tuple(roots))
    graph.lots.update(keyed(rows_of(connection, lots.c.lot, roots), "lot"))
    for missing in set(roots) - set(graph.lots):
        raise SubjectNotFound(kind="lot", id=missing)
    if direction is not Direction.DESCENDANTS:
        _walk(connection, graph, "made_by", "consumed_by", depth, limit)
    if direction is not Direction.ANCESTORS:
        _walk(connection, graph, "consumed_by", "made_by", depth, limit)
    _add_runs_and_events(connection, graph)
    return graph


def _walk(
    connection: Connection, graph: Graph, towards: str, back: str, depth: int | None, limit: int
) -> None:
    """Level by level: from a lot by its run `towards` to all lots whose run `back` it is."""
    frontier = {lot: graph.lots[lot] for lot in graph.root}
    level = 0
    while frontier and (depth is None or level < depth):
        through = {row[towards] for row in frontier.values() if row[towards]}
        found = keyed(rows_of(connection, lots.c[back], through), "lot")
        frontier = {lot: row for lot, row in found.items() if lot not in graph.lots}
        graph.lots.update(frontier)
        level += 1
        if len(graph.lots) > limit:
            raise GraphTooLarge(lot=graph.root[0], limit=limit)


def _add_runs_and_events(connection: Connection, graph: Graph) -> None:
    """Runs that made a lot of the graph, and the events of its births and runs."""
    made = {row["made_by"] for row in graph.lots.values() if row["made_by"]}
    graph.runs.update(keyed(rows_of(connection, runs.c.run, made), "run"))
    named = {row["event_id"] for row in (*graph.lots.values(), *graph.runs.values())} - {None}
    found = rows_of(connection, site_events.c.event_id, named)
    graph.events.update(keyed(found, "event_id"))
