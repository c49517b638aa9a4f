"""A service that is given more than its node takes: bounded, in order, nothing left behind."""

import os
import time
from pathlib import Path

import pytest

from lodetrace.transactions.sender import ReceiptPending
from tests.stateful.service_node import ServiceNode, attested, settle
from tests.support.births import birth_of
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

DOCUMENTS = 60


@pytest.fixture
def node(cobalt: CobaltChain, tmp_path: Path) -> ServiceNode:
    found = ServiceNode(cobalt, tmp_path / "node")
    for number in range(DOCUMENTS):
        path = found.inbox / f"{number}.json"
        content = birth_of(cobalt.domain, 1_000 + number, f"B{number}", 100)
        path.write_bytes(content)
        past = time.time_ns() - (DOCUMENTS - number) * 10**9 - 10**10
        os.utime(path, ns=(past, past))
    return found


def test_a_node_that_mines_nothing_is_given_no_more(
    cobalt: CobaltChain, node: ServiceNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.service.pipeline.AHEAD", 5)
    monkeypatch.setattr("oracle.service.pipeline.EXAMINED_AT_ONCE", 20)
    monkeypatch.setattr("oracle.service.submitter.BATCH", 1)
    cobalt.node.rpc("evm_setAutomine", [False])
    try:
        with node.opened() as running:
            window = running.service._parts.contracts.node.kind.window
            with pytest.raises(ReceiptPending):
                settle(running)
            states = list(node.states().values())
            assert states.count("pending") == DOCUMENTS
            assert cobalt.node.transaction_count(node.keys.account, "pending") == window
            examined = running.service._parts.store.rows("SELECT count(*) FROM reports")[0][0]
            assert window + 5 < examined <= window + 5 + 20 < DOCUMENTS
            cobalt.node.rpc("evm_setAutomine", [True])
            cobalt.node.rpc("evm_mine")
            settle(running)
    finally:
        cobalt.node.rpc("evm_setAutomine", [True])
    assert set(node.states().values()) == {"attested"}
    sequences = [one.statement.sequence for one in attested(cobalt)]
    assert sequences == [1_000 + number for number in range(DOCUMENTS)]


def test_a_full_folder_is_read_in_parts_and_in_order(
    cobalt: CobaltChain, node: ServiceNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.sources.folder.TAKEN_AT_ONCE", 7)
    monkeypatch.setattr("oracle.sources.folder.STORED_AT_ONCE", 3)
    with node.opened() as running:
        assert running.service._gather() == 7
        settle(running)
        found = running.service._parts.store.rows("SELECT name FROM intake ORDER BY id")
    assert found == [(f"{number}.json",) for number in range(DOCUMENTS)]
    assert set(node.states().values()) == {"attested"}


def test_after_a_slow_look_the_folder_has_a_rest(
    cobalt: CobaltChain, node: ServiceNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.sources.folder.SLOW_LOOK", 0)
    monkeypatch.setattr("oracle.sources.folder.RESTS", 10**6)
    with node.opened() as running:
        assert running.service._gather() == DOCUMENTS
        (node.inbox / "late.json").write_bytes(b"{}")
        assert running.service._gather() == 0
        monkeypatch.setattr("oracle.sources.folder.RESTS", 0)
        [folder] = [one for one in running.service.sources if one.name == "folder"]
        folder._next_look = 0  # type: ignore[attr-defined]
        settle(running)
    assert node.states()["late"] == "refused"
