"""A consortium on a real anvil, and shells of its members that run the real program."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.workspace import Workspace
from lodetrace.devchain import ANVIL, running
from lodetrace.node.client import Node
from lodetrace.settings import Network
from tests.conftest import ROOT
from tests.e2e.shells import Village, village_of
from tests.e2e.told_demo import Told, tell
from tests.support.consortium import Consortium, found


@contextmanager
def founded(folder: Path) -> Iterator[Village]:
    """Deployed, with a mine and a refinery whose documents can be signed."""
    with running(ANVIL) as chain:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        with Node(chain.url, chain.chain_id) as node:
            consortium: Consortium = found(node, network, folder)
            yield village_of(consortium, folder)
            consortium.close()


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One for all tests of the lane, in which each finds what others left."""
    with founded(tmp_path_factory.mktemp("village")) as made:
        yield made


@pytest.fixture
def new_village(tmp_path: Path) -> Iterator[Village]:
    """For a test that looks at all that its members hold."""
    with founded(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story costs minutes, so all tests of the lane share it."""
    folder = tmp_path_factory.mktemp("told") / "demo"
    ended = tell(folder)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    untouched = folder.parent / "untouched"
    shutil.copytree(folder, untouched)
    return Told(Workspace(folder, ROOT / "examples" / "cobalt"), ended.stdout, untouched)
