"""The inner walls: which rooms never reach which, and that no folder's rooms run in a circle.

A room is a file or a folder of its parent. Imports are followed to the end, inside functions too:
what a room reaches through others counts as if it imported it itself.
"""

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PACKAGES = ("zk_circuits", "lodetrace", "oracle", "api", "demo")

Graph = Mapping[str, frozenset[str]]
"""Module → modules of ours that it imports."""


class Rooms(NamedTuple):
    """Modules below some rooms, without those below others."""

    names: tuple[str, ...]
    without: tuple[str, ...] = ()

    def have(self, module: str) -> bool:
        return below(module, *self.names) and not below(module, *self.without)


class Never(NamedTuple):
    """No module of `source` reaches one of `target`. breach: a pair that would."""

    source: Rooms
    target: Rooms
    breach: tuple[str, str]
    why: str


SENDING = Rooms(("lodetrace.transactions",))
NODE = Rooms(("lodetrace.node", "lodetrace.onchain"))
AUDITOR = Rooms(("lodetrace.audit",))
GATEWAY = Rooms(("api",))
PRICES = Rooms(("oracle.prices",))
INSPECTOR = Rooms(("oracle",), without=("oracle.prices",))

NEVERS = {
    "auditor → node": Never(
        AUDITOR,
        NODE,
        ("lodetrace.audit.verify", "lodetrace.node.client"),
        "a verification is offline",
    ),
    "ceremony → node": Never(
        Rooms(("lodetrace.ceremony",)),
        NODE,
        ("lodetrace.ceremony.verification", "lodetrace.node.client"),
        "a transcript is verified offline, and no secret leaves",
    ),
    "auditor → sending": Never(
        AUDITOR,
        SENDING,
        ("lodetrace.audit.verify", "lodetrace.transactions.sender"),
        "a verification changes nothing",
    ),
    "light client → node": Never(
        Rooms(("lodetrace.chain",)),
        NODE,
        ("lodetrace.chain.trie", "lodetrace.node.client"),
        "pure functions over evidence",
    ),
    "documents → node": Never(
        Rooms(("lodetrace.documents",)),
        NODE,
        ("lodetrace.documents.epcis", "lodetrace.onchain.reads"),
        "a document is read without a chain",
    ),
    "gateway → sending": Never(
        GATEWAY,
        SENDING,
        ("api.routes.lots", "lodetrace.transactions.outbox"),
        "the gateway holds no key",
    ),
    "gateway → inspector": Never(
        GATEWAY,
        Rooms(("oracle",)),
        ("api.routes.events", "oracle.history"),
        "what sites say stays with the inspectors",
    ),
    "member → network": Never(
        Rooms(("lodetrace.member",)),
        Rooms(("lodetrace.network",)),
        ("lodetrace.member.runs", "lodetrace.network.launch"),
        "a member need not run a node",
    ),
    "prices → inspector": Never(
        PRICES,
        INSPECTOR,
        ("oracle.prices.desk", "oracle.history"),
        "two trades of different people",
    ),
    "inspector → prices": Never(
        Rooms(("oracle",), without=("oracle.prices", "oracle.cli", "oracle.__main__")),
        PRICES,
        ("oracle.checks.mass", "oracle.prices.desk"),
        "two trades of different people; only the program names both",
    ),
    "network → devchain": Never(
        Rooms(("lodetrace.network",)),
        Rooms(("lodetrace.devchain",)),
        ("lodetrace.network.launch", "lodetrace.devchain.chain"),
        "a real network does not stand on a toy",
    ),
    "contracts → sending": Never(
        Rooms(("lodetrace.contracts",)),
        Rooms((*SENDING.names, *NODE.names)),
        ("lodetrace.contracts.plan", "lodetrace.transactions.sender"),
        "a schema, which the offline auditor reads",
    ),
}


def below(module: str, *rooms: str) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def modules_of(root: Path) -> dict[str, Path]:
    """Every module of the packages below a folder, by its dotted name."""
    paths = (path for package in PACKAGES for path in sorted((root / package).rglob("*.py")))
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def targets(node: ast.AST, modules: Mapping[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "packages name their modules absolutely"
        for alias in node.names:
            named = f"{node.module}.{alias.name}"
            if named in modules:
                yield named
            elif node.module in modules:
                yield node.module


def graph_of(root: Path) -> Graph:
    modules = modules_of(root)
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in modules.items()}
    return {
        name: frozenset(found for node in ast.walk(tree) for found in targets(node, modules))
        for name, tree in trees.items()
    }


def way(graph: Graph, start: str, target: Rooms) -> list[str]:
    """The shortest way from a module into the rooms; empty without one."""
    before: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if target.have(here):
            found = [here]
            while (last := before[found[-1]]) is not None:
                found.append(last)
            return found[::-1]
        for there in sorted(graph.get(here, ())):
            if there not in before:
                before[there] = here
                waiting.append(there)
    return []


def breaches(graph: Graph, never: Never) -> list[str]:
    sources = [module for module in graph if never.source.have(module)]
    ways = (way(graph, module, never.target) for module in sources)
    return [" → ".join(found) for found in ways if found]


@pytest.fixture(scope="module")
def house() -> Graph:
    return graph_of(ROOT)


@pytest.mark.parametrize("name", NEVERS)
def test_a_wall_holds(house: Graph, name: str) -> None:
    never = NEVERS[name]
    assert breaches(house, never) == [], never.why


@pytest.mark.parametrize("name", NEVERS)
def test_a_breach_of_each_wall_is_seen(house: Graph, name: str) -> None:
    """The pair is tied through a third room; both have to exist, or the wall guards nothing."""
    source, target = NEVERS[name].breach
    assert {source, target} <= house.keys()
    broken = {
        **house,
        source: house[source] | {"a.third.room"},
        "a.third.room": frozenset({target}),
    }
    assert f"{source} → a.third.room → {target}" in breaches(broken, NEVERS[name])


def rooms(graph: Graph, folder: str) -> dict[str, set[str]]:
    """The rooms of a folder, and which of them import which."""
    depth = len(folder.split("."))

    def room(module: str) -> str:
        return ".".join(module.split(".")[: depth + 1])

    found: dict[str, set[str]] = {}
    for module in graph:
        if below(module, folder) and module != folder:
            here = found.setdefault(room(module), set())
            here |= {
                room(there)
                for there in graph[module]
                if below(there, folder) and there != folder and room(there) != room(module)
            }
    return found


def circle_in(graph: Graph, folder: str) -> list[str]:
    try:
        TopologicalSorter(rooms(graph, folder)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def folders(graph: Graph) -> list[str]:
    return sorted({".".join(module.split(".")[:-1]) for module in graph} - {""})


def test_no_folder_has_rooms_in_a_circle(house: Graph) -> None:
    circles = {folder: circle_in(house, folder) for folder in folders(house)}
    assert {folder: circle for folder, circle in circles.items() if circle} == {}


def test_a_circle_is_seen(house: Graph) -> None:
    assert "lodetrace.audit" in folders(house)
    up = {**house, "lodetrace.chain.trie": frozenset({"lodetrace.audit.verify"})}
    assert set(circle_in(up, "lodetrace")) == {"lodetrace.chain", "lodetrace.audit"}
