"""A consortium on a real anvil, and shells of its members that run the real program."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for _folder in (Path(__file__).resolve().parent, Path(__file__).resolve().parents[1] / "stateful"):
    sys.path.insert(0, str(_folder))

from consortium import Consortium, found  # noqa: E402 - found through the path above
from shells import Village, village_of  # noqa: E402

from lodetrace.devchain import ANVIL, running  # noqa: E402
from lodetrace.node.client import Node  # noqa: E402
from lodetrace.settings import Network  # noqa: E402


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """Deployed, with a mine and a refinery whose documents can be signed."""
    folder = tmp_path_factory.mktemp("village")
    with running(ANVIL) as chain:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        with Node(chain.url, chain.chain_id) as node:
            consortium: Consortium = found(node, network, folder)
            yield village_of(consortium, folder)
            consortium.close()
