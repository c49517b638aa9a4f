"""One anvil and one deployment for the whole session; each test on its own snapshot of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.contracts.abi import Artifacts
from lodetrace.devchain import ANVIL, running
from lodetrace.node.client import Node
from lodetrace.settings import Network
from tests.stateful.service_node import FIRST_ORACLE, ServiceNode
from tests.support.cobalt_chain import CobaltChain, found_cobalt
from tests.support.consortium import Consortium, compiled, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consortium]:
    """Everything deployed and registered."""
    with running(ANVIL) as chain:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        node = Node(chain.url, chain.chain_id)
        yield found(node, network, tmp_path_factory.mktemp("founding"))
        node.close()


@pytest.fixture
def consortium(founded: Consortium, tmp_path: Path) -> Iterator[Consortium]:
    """The consortium as it was founded, with empty disks."""
    snapshot = founded.node.rpc("evm_snapshot")
    fresh = Consortium(founded.node, founded.network, founded.deployment, tmp_path)
    yield fresh
    fresh.close()
    founded.node.rpc("evm_revert", [snapshot])


@pytest.fixture(scope="session")
def founded_cobalt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CobaltChain]:
    """The story's organisations and sites, registered on an anvil of their own."""
    with running(ANVIL) as chain:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        node = Node(chain.url, chain.chain_id)
        home = tmp_path_factory.mktemp("cobalt")
        yield found_cobalt(node, network, Artifacts(compiled()), home).file_all()
        node.close()


@pytest.fixture
def cobalt(founded_cobalt: CobaltChain) -> Iterator[CobaltChain]:
    """The story's chain as it was founded."""
    snapshot = founded_cobalt.node.rpc("evm_snapshot")
    yield founded_cobalt
    founded_cobalt.node.rpc("evm_revert", [snapshot])


@pytest.fixture
def nodes(cobalt: CobaltChain, tmp_path: Path) -> list[ServiceNode]:
    """Four independent oracle nodes; three are the quorum."""
    return [
        ServiceNode(cobalt, tmp_path / f"node-{number}", FIRST_ORACLE + number)
        for number in range(4)
    ]
