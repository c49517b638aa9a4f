"""One anvil and one deployment, with the model's cast and metal at every stage."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from lodetrace.devchain import ANVIL, running
from lodetrace.node.client import Node
from lodetrace.settings import Network as NetworkSettings
from tests.model.protocol_2.network import Network
from tests.model_tests.protocol_2.cast import YEAR, peopled, supplied
from tests.stateful.protocol.chain import found_protocol
from tests.stateful.protocol.played import Played, Tally
from tests.stateful.protocol.stage import Stage


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The cast with its metal; somebody looked at both places, so that new metal moves."""
    with running(ANVIL) as anvil:
        settings = NetworkSettings("anvil", "anvil", anvil.url, anvil.chain_id, True)
        node = Node(anvil.url, anvil.chain_id)
        chain = found_protocol(node, settings, tmp_path_factory.mktemp("protocol"))
        played = Played(Stage(chain, Network()), Tally())
        peopled(played)
        now = played.ground.now
        played.facts.determine("front", "ortega", ["group of mine"], now, now + YEAR, False)
        supplied(played)
        yield played
        node.close()


@pytest.fixture
def played(stocked: Played) -> Iterator[Played]:
    """A copy of it, from the same block."""
    chain = stocked.stage.chain
    snapshot = chain.snapshot()
    yield Played(stocked.stage.copied(deepcopy(stocked.network)), Tally())
    chain.revert(snapshot)
