"""Another organisation joins from a bundle, becomes a validator, and leaves again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.network.access import allow, deny
from lodetrace.network.errors import NodeSilent, QuorumEndangered, VoteUnneeded
from lodetrace.network.founding import found
from lodetrace.network.join_bundle import bundle_of, read_bundle, write_bundle
from lodetrace.network.joining import JoiningNode, join
from lodetrace.network.launch import down, start, up
from lodetrace.network.manifest import LOOPBACK, NetworkManifest, OwnNode
from lodetrace.network.node_rpc import NodeRpc
from lodetrace.network.votes import propose, read_headers, tallies
from tests.besu.figures import FIGURES
from tests.besu.rehearsal import Rehearsal, until


@pytest.fixture
def newcomer(healthy: Rehearsal, tmp_path: Path) -> Iterator[tuple[Path, OwnNode]]:
    """A fifth node in a folder of its own, with ports that nobody has."""
    spare = found(tmp_path / "spare", "spare", 9, healthy.record.parameters, 1)
    borrowed = next(iter(spare.placements.values()))
    write_bundle(bundle_of(healthy.folder), tmp_path / "bundle")
    folder = tmp_path / "newcomer"
    site = JoiningNode("seals5", "Newcomer", "validator", LOOPBACK, spare.peers[0].port)
    node = join(folder, read_bundle(tmp_path / "bundle"), site, borrowed)
    yield folder, node
    down(folder)


def test_a_node_that_nobody_allowed_gets_no_block(healthy: Rehearsal, newcomer) -> None:
    folder, node = newcomer
    start(node, NetworkManifest.read(folder), healthy.software, folder)
    until(lambda: answers(node), 120, "an answer")
    time.sleep(15)
    assert NodeRpc(node).head() == 0
    assert int(NodeRpc(node).ask("net_peerCount"), 16) == 0


def test_add_and_remove_a_validator(healthy: Rehearsal, newcomer) -> None:
    folder, node = newcomer
    assert allow(healthy.folder, node.peer) == ()
    with FIGURES.seconds("fifth node: start, join, at the head"):
        up(folder, healthy.software)
        until(lambda: NodeRpc(node).head() >= healthy.rpc().head() - 1, 120, "catching up")

    address = node.peer.address
    voters = healthy.nodes
    propose(voters[:2], address, True)
    first = healthy.rpc().head()
    until(lambda: healthy.rpc().head() >= first + 6, 120, "turns of the two voters")
    assert address not in healthy.rpc().validators(), "two of four votes decide nothing"
    epoch = healthy.record.parameters.epoch
    (open_vote,) = tallies(read_headers(healthy.node(1), epoch))
    assert (open_vote.address, open_vote.add, open_vote.needed) == (address, True, 3)
    assert set(open_vote.voters) == {one.peer.address for one in voters[:2]}

    propose(voters[2:], address, True)
    waited = until(lambda: address in healthy.rpc().validators(), 120, "the fifth")
    FIGURES.add("third vote until five validators", f"{waited} s")
    started = healthy.rpc().head()
    until(lambda: proposed(healthy, address, started), 120, "a block of the fifth")
    assert tallies(read_headers(healthy.node(1), epoch)) == []
    with pytest.raises(VoteUnneeded):
        propose(voters, address, True)

    propose([*voters, node], address, False)
    waited = until(lambda: address not in healthy.rpc().validators(), 120, "four again")
    FIGURES.add("votes to remove until four validators", f"{waited} s")
    with pytest.raises(QuorumEndangered):
        propose(voters, voters[3].peer.address, False)

    assert deny(healthy.folder, "seals5") == ()
    until(lambda: int(NodeRpc(node).ask("net_peerCount"), 16) == 0, 60, "no peers")
    stood = NodeRpc(node).head()
    seen = healthy.rpc().head()
    until(lambda: healthy.rpc().head() > seen + 3, 60, "blocks of the others")
    assert NodeRpc(node).head() <= stood + 1


def proposed(network: Rehearsal, address: str, since: int) -> bool:
    return any(block.proposer == address for block in network.blocks(since, network.rpc().head()))


def answers(node: OwnNode) -> bool:
    try:
        NodeRpc(node).head()
    except NodeSilent:
        return False
    return True
