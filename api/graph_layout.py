"""Places the nodes of a directed acyclic graph in columns: the layered layout of Sugiyama.

A node's column is the longest way to it from a source; within a column nodes are ordered by the
mean position of their neighbours, sweeping a few times in both directions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

SWEEPS: Final = 6


def layers(nodes: Sequence[str], arrows: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Nodes by column, each column in the order in which to draw it."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in arrows:
        before[end].append(start)
        after[start].append(end)
    columns = _columns(nodes, before, after)
    for sweep in range(SWEEPS):
        neighbours = before if sweep % 2 == 0 else after
        _sort(columns if sweep % 2 == 0 else columns[::-1], neighbours)
    return columns


def _columns(
    nodes: Sequence[str], before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> list[list[str]]:
    depth = dict.fromkeys(nodes, 0)
    waiting = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:  # grows while it is walked: Kahn's order
        for child in after[node]:
            depth[child] = max(depth[child], depth[node] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    _pull_sources(depth, before, after)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        columns[depth[node]].append(node)
    return columns


def _pull_sources(
    depth: dict[str, int], before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> None:
    """A source stands right before what it feeds, not at the far left."""
    for node, parents in before.items():
        if not parents and after[node]:
            depth[node] = min(depth[child] for child in after[node]) - 1


def _sort(columns: Sequence[list[str]], neighbours: Mapping[str, Sequence[str]]) -> None:
    place: dict[str, int] = {}
    for column in columns:
        ranks = {node: index for index, node in enumerate(column)}
        means = {node: _mean(neighbours[node], place, ranks[node]) for node in column}
        column.sort(key=lambda node: (means[node], ranks[node]))
        place.update({node: index for index, node in enumerate(column)})


def _mean(around: Sequence[str], place: Mapping[str, int], own: int) -> tuple[int, int]:
    """Mean position as whole thousandths; a node without placed neighbours keeps its own."""
    known = [place[node] for node in around if node in place]
    return (1_000 * sum(known) // len(known), 0) if known else (1_000 * own, 1)
