"""The network is cut in two: a majority goes on, halves halt, and no side makes another history."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lodetrace import processes
from lodetrace.network.errors import NodeSilent
from lodetrace.network.join_bundle import assemble
from lodetrace.network.joining import JoiningNode, join, make_card
from lodetrace.network.launch import down, start
from lodetrace.network.manifest import LOOPBACK, NetworkManifest, OwnNode, Placement
from lodetrace.network.node_rpc import NodeRpc
from lodetrace.network.software import Software
from tests.besu.figures import FIGURES
from tests.besu.namespaces import Hosts, NotPermitted, hosts
from tests.besu.rehearsal import Rehearsal, until


@dataclass(frozen=True, slots=True)
class Inside(Software):
    """Starts the node as a process of another host."""

    namespace: str = ""

    def command(self, node: OwnNode, network_folder: Path) -> list[str]:
        plain = Software.command(self, node, network_folder)
        return ["ip", "netns", "exec", self.namespace, *plain]


@dataclass
class Divided:
    """Four organisations on four hosts, each with its own folder and its own key."""

    places: Hosts
    nodes: list[OwnNode]

    def head(self, index: int) -> int:
        try:
            return self.places.inside(index, NodeRpc(self.nodes[index]).head)
        except NodeSilent:
            return -1

    def hash_at(self, index: int, height: int) -> str:
        return self.places.inside(index, lambda: NodeRpc(self.nodes[index]).block(height).hash)


@pytest.fixture
def divided(network: Rehearsal, tmp_path: Path) -> Iterator[Divided]:
    """Founded from cards, as organisations do; the network of the session rests meanwhile."""
    down(network.folder)
    started: list[OwnNode] = []
    try:
        with hosts(4) as places:
            nodes = founded(places, tmp_path, network)
            for index, node in enumerate(nodes):
                software = Inside(
                    network.software.version,
                    network.software.besu,
                    network.software.java,
                    places.names[index],
                )
                folder = node.folder.parents[1]
                start(node, NetworkManifest.read(folder), software, folder)
                started.append(node)
            found = Divided(places, nodes)
            try:
                until(lambda: min(found.head(index) for index in range(4)) > 2, 240, "blocks")
                yield found
            finally:
                for node in started:
                    processes.end(node.folder)
    except NotPermitted as error:
        pytest.skip(f"NO PARTITION: this machine permits no network namespaces: {error}")


def founded(places: Hosts, folder: Path, network: Rehearsal) -> list[OwnNode]:
    sites = [
        JoiningNode(f"seals{index + 1}", f"Organisation {index + 1}", "validator",
             places.address(index), 30303)
        for index in range(4)
    ]  # fmt: skip
    homes = [folder / site.name for site in sites]
    cards = [make_card(home, site) for home, site in zip(homes, sites, strict=True)]
    bundle = assemble("divided", 27_099, network.record.parameters, cards)
    nodes = []
    for index, (home, site) in enumerate(zip(homes, sites, strict=True)):
        placement = Placement(
            places.address(index), LOOPBACK, 8545, LOOPBACK, 9545, "BONSAI", heap_mb=512
        )
        nodes.append(join(home, bundle, site, placement))
    return nodes


def test_halves_halt_and_a_majority_goes_on(divided: Divided) -> None:
    divided.places.split([2, 3])
    time.sleep(12)  # connections that carry nothing any more are noticed late
    stood = [divided.head(index) for index in range(4)]
    time.sleep(15)
    assert [divided.head(index) for index in range(4)] == stood, "no half may make blocks"
    divided.places.heal(2, 3)
    waited = until(lambda: divided.head(0) > max(stood), 600, "a block after healing")
    FIGURES.add("2|2 split of 27 s: healed until a block", f"{waited} s")
    until(lambda: min(divided.head(index) for index in range(4)) > max(stood), 120, "all")

    divided.places.cut(3)
    before = divided.head(0)
    waited = until(lambda: divided.head(0) >= before + 16, 300, "blocks of the majority")
    after = divided.head(0)
    FIGURES.add(f"1|3 split: {after - before} blocks of the majority", f"{waited} s")
    behind = divided.head(3)
    assert behind < after
    divided.places.heal(3)
    waited = until(lambda: divided.head(3) >= divided.head(0) - 1, 240, "catching up")
    FIGURES.add("1|3 split: healed until the one caught up", f"{waited} s")
    height = min(divided.head(index) for index in range(4))
    assert len({divided.hash_at(index, height) for index in range(4)}) == 1
