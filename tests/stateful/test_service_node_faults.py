"""A chain node that is down, slow, behind or restarted: nothing is lost, nothing is doubled."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lodetrace.contracts.abi import Artifacts
from lodetrace.devchain import ANVIL, attach_or_start
from lodetrace.node.client import Node
from lodetrace.settings import Network
from tests.stateful.fault_proxy import Fault, FaultProxy, proxied
from tests.stateful.service_node import (
    MINES,
    ServiceNode,
    attested,
    lot_named,
    run_until,
    signed_birth,
)
from tests.support.cobalt_chain import CobaltChain, found_cobalt
from tests.support.consortium import compiled

pytestmark = pytest.mark.chain


@pytest.fixture
def proxy(cobalt: CobaltChain) -> Iterator[FaultProxy]:
    with proxied(cobalt.node.url) as found:
        yield found


@pytest.fixture
def node(cobalt: CobaltChain, proxy: FaultProxy, tmp_path: Path) -> ServiceNode:
    return ServiceNode(cobalt, tmp_path / "node", url=proxy.url)


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.SLOW, Fault.BAD_GATEWAY, Fault.LOST_REPLY])
def test_a_node_that_fails(
    fault: Fault, cobalt: CobaltChain, proxy: FaultProxy, node: ServiceNode
) -> None:
    """Intake goes on, readiness says why, and afterwards everything is attested once."""
    with node.opened() as running:
        running.service.round()
        assert httpx.get(f"{running.monitor}/health").status_code == 200
        proxy.fault = fault
        node.drop(*MINES[:2])
        posted = signed_birth(cobalt, 50, lot_named("P1"))
        answer = httpx.post(f"{running.address}/documents", content=posted, timeout=30)
        assert answer.status_code == 202, "the intake does not depend on the node"
        run_until(running, lambda: bool(running.service_health.faults))
        ready = httpx.get(f"{running.monitor}/ready")
        assert (ready.status_code, bool(ready.json()["reason"])) == (503, True)
        assert httpx.get(f"{running.monitor}/health").status_code == 200
        assert f'error="{next(iter(running.service_health.faults))}"' in metrics(running.monitor)
        proxy.fault = Fault.NONE
        run_until(running, lambda: set(node.states().values()) == {"attested"})
        run_until(running, lambda: httpx.get(f"{running.monitor}/ready").status_code == 200)
    assert proxy.failed > 0
    assert len(attested(cobalt)) == 3
    assert len({one.event_id for one in attested(cobalt)}) == 3


def test_a_node_that_answers_stale_blocks(
    cobalt: CobaltChain, proxy: FaultProxy, node: ServiceNode
) -> None:
    """Its head stands still: not ready; nothing is sent a second time."""
    node.environment["LODETRACE_ORACLE_HEAD_SECONDS"] = "1"
    with node.opened() as running:
        running.service.round()
        proxy.freeze()
        node.drop(*MINES)
        run_until(running, lambda: len(attested(cobalt)) == 4)
        run_until(running, lambda: httpx.get(f"{running.monitor}/ready").status_code == 503)
        assert set(node.states().values()) == {"pending"}, "no receipt was seen"
        assert node.sent() == 1
        proxy.fault = Fault.NONE
        run_until(running, lambda: set(node.states().values()) == {"attested"})
        proxy.fault = Fault.STALE
        running.service.round()
        assert running.service_health.stale_heads > 0, "an answer behind an earlier head is counted"
    proxy.fault = Fault.NONE
    assert len(attested(cobalt)) == 4


def test_a_node_that_is_restarted(tmp_path: Path) -> None:
    chain = attach_or_start(tmp_path / "chain", ANVIL)
    network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
    try:
        with Node(chain.url, chain.chain_id) as own:
            cobalt = found_cobalt(own, network, Artifacts(compiled()), tmp_path).file_all()
            node = ServiceNode(cobalt, tmp_path / "node")
            with node.opened() as running:
                node.drop(*MINES[:2])
                run_until(running, lambda: len(attested(cobalt)) == 2)
                chain.stop()
                node.drop(*MINES[2:])
                run_until(running, lambda: bool(running.service_health.faults))
                again = attach_or_start(tmp_path / "chain", ANVIL, chain.port)
                assert again.url == chain.url
                run_until(running, lambda: set(node.states().values()) == {"attested"})
            assert len(attested(cobalt)) == 4
    finally:
        chain.stop()


def metrics(address: str) -> str:
    return httpx.get(f"{address}/metrics").text
