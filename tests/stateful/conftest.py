"""One anvil and one deployment for the whole session; each test on its own snapshot of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from consortium import Consortium, found

from lodetrace.devchain import ANVIL, running
from lodetrace.node import Node
from lodetrace.settings import Network


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
