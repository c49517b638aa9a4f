"""How a service learns that its reports stand: it listens, and asks only where it has to."""

from pathlib import Path

import pytest

from lodetrace.onchain.contracts import Contracts
from oracle.service.outcomes import OutcomeTracker
from oracle.service.reports import EventReports
from tests.stateful.service_node import FIRST_ORACLE, MINES, ServiceNode, settle
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


@pytest.fixture
def nodes(cobalt: CobaltChain, tmp_path: Path) -> list[ServiceNode]:
    return [
        ServiceNode(cobalt, tmp_path / f"node-{number}", FIRST_ORACLE + number)
        for number in range(4)
    ]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Functions of the contracts that were called, as they are."""
    found: list[str] = []
    call = Contracts.call

    def listed(self: Contracts, contract: str, function: str, *rest, **others):  # type: ignore[no-untyped-def]
        found.append(function)
        return call(self, contract, function, *rest, **others)

    monkeypatch.setattr(Contracts, "call", listed)
    return found


def test_nothing_is_asked_until_something_was_said(
    cobalt: CobaltChain, nodes: list[ServiceNode], asked: list[str]
) -> None:
    nodes[0].drop(*MINES)
    with nodes[0].opened() as running:
        settle(running)
        assert set(nodes[0].states().values()) == {"attested"}
        asked.clear()
        for _ in range(3):
            cobalt.node.rpc("evm_mine")
            running.service.round()
        assert "standingOf" not in asked
        for other in nodes[1:3]:
            other.drop(*MINES)
            other.work()
        asked.clear()
        settle(running)
        assert set(nodes[0].states().values()) == {"standing"}
        assert asked.count("standingOf") == len(MINES)


def test_what_came_to_stand_while_it_was_off_is_asked(nodes: list[ServiceNode]) -> None:
    for node in nodes[:3]:
        node.drop(*MINES)
        node.work()
    assert set(nodes[0].states().values()) == {"attested"}
    nodes[0].work()
    assert set(nodes[0].states().values()) == {"standing"}


def test_an_end_that_is_heard_of_too_early_is_remembered(
    cobalt: CobaltChain, nodes: list[ServiceNode]
) -> None:
    """A receipt may come after the events of its block."""
    with nodes[0].opened() as running:
        parts = running.service._parts
        reports = EventReports(parts.store)
        follower = OutcomeTracker(parts.contracts, reports)
        follower.follow(cobalt.node.head())
        nodes[0].drop(MINES[0])
        while not running.service._gather():
            pass
        running.service._examine(running.service._register())
        for other in nodes[1:]:
            other.drop(MINES[0])
            other.work()
        head = cobalt.node.head()
        assert follower.follow(head) == 0
        assert nodes[0].states() == {MINES[0]: "pending"}
        reports.confirm(reports.unplanned(20))
        assert follower.follow(head) == 1
        assert nodes[0].states() == {MINES[0]: "standing"}


def test_events_that_a_node_lost_are_asked_for_in_time(
    cobalt: CobaltChain, nodes: list[ServiceNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes[0].drop(*MINES)
    with nodes[0].opened() as running:
        settle(running)
        for other in nodes[1:3]:
            other.drop(*MINES)
            other.work()
        running.service._outcomes._heard = cobalt.node.head()
        settle(running)
        assert set(nodes[0].states().values()) == {"attested"}
        monkeypatch.setattr("oracle.service.outcomes.ASK_AGAIN", 0)
        settle(running)
        assert set(nodes[0].states().values()) == {"standing"}
