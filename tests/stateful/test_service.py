"""The oracle as a service on a real chain: from a file or a request to an event that stands."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from lodetrace.errors import ExitCode
from oracle.service.lock import FolderInUse, KeyInUse
from tests.stateful.refinery import BIRTHS, RECEIVING, REFINING, Delivery, delivered
from tests.stateful.service_node import MINES, ServiceNode, attested, settle, standing
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


def test_three_services_make_events_stand(cobalt: CobaltChain, nodes: list[ServiceNode]) -> None:
    for number, node in enumerate(nodes[:3], 1):
        node.drop(*MINES)
        node.work()
        assert set(node.states().values()) == {"attested" if number < 3 else "standing"}
    nodes[0].work()
    assert nodes[0].states() == dict.fromkeys(MINES, "standing")
    nodes[3].drop(*MINES)
    nodes[3].work()
    assert nodes[3].states() == dict.fromkeys(MINES, "standing"), "without its own attestation"
    assert nodes[3].sent() == 0
    assert len(standing(cobalt)) == 4


def test_the_same_documents_by_all_ways_are_attested_once(
    cobalt: CobaltChain, nodes: list[ServiceNode]
) -> None:
    node = nodes[0]
    node.drop(*MINES)
    with node.opened() as running:
        for label in MINES * 2:
            content = cobalt.documents[label].read_bytes()
            answer = httpx.post(f"{running.address}/documents", content=content)
            assert answer.status_code == 202
        settle(running)
        digest = answer.json()["digest"]
        told = httpx.get(f"{running.address}/documents/{digest}").json()
        assert told == {"state": "attested", "reason": ""}
    node.work()
    assert len(attested(cobalt)) == 4
    assert node.sent() == 1, "four statements travel in one transaction"


@pytest.fixture
def delivery(nodes: list[ServiceNode], tmp_path: Path) -> Delivery:
    """By which three nodes know the births of the containers, and the first one does not."""
    return delivered(nodes[1:], tmp_path)


def test_children_wait_for_their_parents(nodes: list[ServiceNode], delivery: Delivery) -> None:
    """A refining names lots that are on chain; this node has seen no document of theirs."""
    node = nodes[0]
    delivery.drop(node)
    node.work()
    assert node.states() == {REFINING: "pending"}
    assert "parent-unknown" in node.reasons()[REFINING]
    node.drop(RECEIVING, *BIRTHS)
    node.work()
    assert node.states()[REFINING] == "attested", node.reasons()[REFINING]


def test_without_patience_a_missing_parent_is_a_flag(
    nodes: list[ServiceNode], delivery: Delivery
) -> None:
    node = nodes[0]
    node.environment["LODETRACE_ORACLE_PARENT_HOURS"] = "0"
    node.drop(RECEIVING)
    node.work()
    delivery.drop(node)
    node.work()
    assert node.states()[REFINING] == "attested", node.reasons()[REFINING]
    assert "parent-unknown" in node.reasons()[REFINING]


def test_a_refining_of_lots_of_nobody_waits_for_them(nodes: list[ServiceNode]) -> None:
    """The story's own document: its lots are not on this chain, or not yet for this node."""
    nodes[0].drop(REFINING)
    nodes[0].work()
    assert nodes[0].states() == {REFINING: "pending"}
    assert "named-unknown" in nodes[0].reasons()[REFINING]


def test_one_service_for_one_folder_and_one_key(nodes: list[ServiceNode], tmp_path: Path) -> None:
    first = nodes[0]
    elsewhere = ServiceNode(first.chain, tmp_path / "elsewhere", first.index)
    with first.opened():
        with pytest.raises(FolderInUse), first.opened():
            pass
        with pytest.raises(KeyInUse), elsewhere.opened():
            pass
    with elsewhere.opened():
        pass


def start(node: ServiceNode) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "oracle", "run", "--dev-index", str(node.index)]
    environment = {**os.environ, **node.variables()}
    return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)


def test_the_command_runs_and_ends_at_sigterm(
    cobalt: CobaltChain, nodes: list[ServiceNode]
) -> None:
    node = nodes[0]
    node.drop(*MINES)
    process = start(node)
    try:
        deadline = time.monotonic() + 60
        while len(attested(cobalt)) < 4 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == ExitCode.OK, said
    assert len(attested(cobalt)) == 4
    words = [sys.executable, "-m", "oracle", "status", "--json", "--dev-index", str(node.index)]
    found = subprocess.run(
        words, env={**os.environ, **node.variables()}, capture_output=True, text=True, check=True
    )
    status = json.loads(found.stdout)
    assert status["counts"]["attested"] == 4
    assert {one["state"] for one in status["documents"]} == {"attested"}
    assert all(one["identity"].startswith("ni:///") for one in status["documents"])
