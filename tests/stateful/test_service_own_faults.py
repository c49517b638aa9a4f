"""A disk that is locked, full or emptied, a key that is rotated or used twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.rotation import rotate_signer
from lodetrace.member.session import MemberSession
from lodetrace.settings import Network
from lodetrace.strict_json import parse
from oracle.registry import NotAnOracle
from oracle.service.nonces import ForeignNonce
from oracle.service.store import FILE, StoreGone
from tests.stateful.service_node import (
    MINES,
    ServiceNode,
    attested,
    lot_named,
    put,
    run_until,
    settle,
    signed_birth,
)
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

FULL_VICTIM = Path(__file__).with_name("full_service_victim.py")


@pytest.fixture
def node(cobalt: CobaltChain, tmp_path: Path) -> ServiceNode:
    return ServiceNode(cobalt, tmp_path / "node")


def test_a_locked_database(
    cobalt: CobaltChain, node: ServiceNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodetrace.storage.BUSY_TIMEOUT", 1)
    content = signed_birth(cobalt, 70, lot_named("D1"))
    with node.opened() as running:
        running.service.round()
        with closing(sqlite3.connect(node.folder / FILE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            answer = httpx.post(f"{running.address}/documents", content=content, timeout=30)
            assert (answer.status_code, answer.json()["code"]) == (503, "StorageBusy")
            node.drop(*MINES)
            run_until(running, lambda: running.service_health.faults["StorageBusy"] > 1)
        assert httpx.post(f"{running.address}/documents", content=content).status_code == 202
        run_until(running, lambda: len(attested(cobalt)) == 5)
        settle(running)
    assert set(node.states().values()) == {"attested"}


def test_a_full_disk(cobalt: CobaltChain, node: ServiceNode) -> None:
    """What was acknowledged is attested; what was not has no effect, or one."""
    node.drop(*MINES)
    node.work()
    limit = max(path.stat().st_size for path in node.folder.iterdir()) + 32_768
    words = [sys.executable, str(FULL_VICTIM), str(node.index), str(limit)]
    environment = {**os.environ, **node.variables()}
    acknowledged, answers = set(), set()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address, monitor = process.stdout.readline().split()
        assert httpx.get(f"{monitor}/health").status_code == 200
        for number in range(40):
            content = signed_birth(cobalt, 100 + number, lot_named(f"F{number}"))
            answer = httpx.post(f"{address}/documents", content=content, timeout=30)
            answers.add(answer.status_code)
            if answer.status_code == 202:
                acknowledged.add(SignedDocument.of(parse(content)).hash)
        assert httpx.get(f"{monitor}/health").status_code == 200
        ready = httpx.get(f"{monitor}/ready")
        assert (ready.status_code, ready.json()["reason"][:8]) == (503, "DiskFull")
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    finally:
        process.kill()
        process.stdout.close()
    assert answers == {202, 503}, "some were stored, then the disk was full"
    node.work()
    said = [one.statement.document for one in attested(cobalt)]
    assert len(said) == len(set(said)), "doubled"
    assert acknowledged <= set(said), "lost"


def test_a_database_that_is_deleted_under_the_service(
    cobalt: CobaltChain, node: ServiceNode
) -> None:
    """Nothing is acknowledged into a file that is gone; the next start rebuilds it."""
    node.drop(*MINES[:2])
    with node.opened() as running:
        settle(running)
        assert httpx.get(f"{running.monitor}/metrics").status_code == 200
        (node.folder / FILE).unlink()
        content = signed_birth(cobalt, 71, lot_named("D2"))
        answer = httpx.post(f"{running.address}/documents", content=content)
        assert (answer.status_code, answer.json()["code"]) == (503, "StoreGone")
        with pytest.raises(StoreGone):
            running.service.round()
    node.drop(*MINES[2:])
    node.work()
    assert node.states() == dict.fromkeys(MINES, "attested")
    assert len(attested(cobalt)) == 4


def test_a_node_that_lost_its_disk(cobalt: CobaltChain, node: ServiceNode) -> None:
    node.drop(*MINES)
    node.work()
    sent = node.sent()
    for path in list(node.folder.iterdir()):
        path.unlink()
    node.work()
    assert node.states() == dict.fromkeys(MINES, "attested")
    assert node.sent() == sent, "the chain says what this organisation attested"
    assert len(attested(cobalt)) == 4


def test_a_key_that_is_rotated(cobalt: CobaltChain, node: ServiceNode) -> None:
    """The service with the old key ends; with the new one it goes on where that stopped."""
    node.drop(*MINES[:2])
    with node.opened() as running:
        settle(running)
        node.keys = rotated(node)
        node.drop(*MINES[2:])
        with pytest.raises(NotAnOracle):
            settle(running)
    node.work()
    assert node.states() == dict.fromkeys(MINES, "attested")
    assert len(attested(cobalt)) == 4


def rotated(node: ServiceNode) -> MemberKeys:
    chain = node.chain
    network = Network("anvil", "anvil", chain.node.url, chain.deployment.chain_id, True)
    member = MemberSession(network, chain.contracts(), node.keys, node.folder)

    def save(keys: MemberKeys) -> None:
        following = keys.next_signing_key
        if following is not None:
            from lodetrace.keys.member_keys import address_of

            chain.node.rpc("anvil_setBalance", [address_of(following), hex(10**21)])

    try:
        return rotate_signer(member, save)
    finally:
        member.vault.close()
        member.outbox.close()


def test_two_nodes_with_one_key(
    cobalt: CobaltChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On two machines: each of them that sees the other's transaction stops."""
    monkeypatch.setattr("oracle.service.lock._claimed", lambda name: None)  # another machine
    first, second = (ServiceNode(cobalt, tmp_path / name) for name in ("first", "second"))
    with first.opened() as one, second.opened() as two:
        settle(one)
        settle(two)
        first.drop(*MINES[:2])
        settle(one)
        second.drop(*MINES[2:])
        with pytest.raises(ForeignNonce, match="1 nonces are used from 0 on, this node signed 0"):
            settle(two)
        settle(one)
    with pytest.raises(ForeignNonce):
        second.work()
    assert len(attested(cobalt)) == 2, "the second sent nothing"
    second.work(adopt_nonces=True)
    assert len(attested(cobalt)) == 4
    with pytest.raises(ForeignNonce, match="2 nonces are used"):
        first.work()


def test_a_nonce_that_two_nodes_signed_for(
    cobalt: CobaltChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's transaction is mined between this one's signature and its broadcast."""
    monkeypatch.setattr("oracle.service.lock._claimed", lambda name: None)  # another machine
    first, second = (ServiceNode(cobalt, tmp_path / name) for name in ("first", "second"))
    put(first.inbox / "a.json", signed_birth(cobalt, 72, lot_named("D3")))
    put(second.inbox / "b.json", signed_birth(cobalt, 73, lot_named("D4")))
    overtaken = []

    def overtake(step: str) -> None:
        if step == "persisted" and not overtaken:
            overtaken.append(step)
            first.work()

    with pytest.raises(ForeignNonce), second.opened(checkpoint=overtake) as two:
        settle(two)
    assert len({one.event_id for one in attested(cobalt)}) == len(attested(cobalt))
