"""The software on a real Besu: sending, several nodes behind one setting, the story to its end."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.keys.member_keys import (
    address_of,
    development_signing_key,
    new_signing_key,
)
from lodetrace.node.client import Node, NodeKind, PoolBusy, RpcRefused, TransactionKnown
from lodetrace.transactions.outbox import opened
from lodetrace.transactions.sender import Sender
from lodetrace.transactions.signing import Fee, Unsigned, sign_transaction
from tests.besu.figures import FIGURES
from tests.besu.rehearsal import Rehearsal
from tests.conftest import ROOT

CHAIN_ID = 27_001
COUNTER = bytes.fromhex("600c600c600039600c6000f3" + "600035805460010190550000")
"""Adds 1 to the storage slot that its call names."""

PAIRS = bytes.fromhex(
    "0000000000000000000000000000000000000000000000000000000000000001"
    "0000000000000000000000000000000000000000000000000000000000000002"
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
)
"""The generators of both groups, as EIP-197 takes them."""

QUICK = 0.3
"""Seconds for the pairing of a proof, above which a block of a second has no room for it."""


@pytest.fixture
def node(healthy: Rehearsal) -> Iterator[Node]:
    """All four behind one setting; gas is free by the network's description."""
    kind = NodeKind(free_gas=True)
    with Node(",".join(healthy.urls()), CHAIN_ID, timeout=20, kind=kind) as found:
        yield found


def signed(key: bytes, nonce: int) -> bytes:
    target = "0x" + "11" * 20
    return sign_transaction(Unsigned(CHAIN_ID, nonce, target, b"", 30_000, Fee(0, 0)), key).raw


def test_what_the_pool_says_is_understood(node: Node) -> None:
    """In the words of this very Besu."""
    key = new_signing_key()
    with pytest.raises(PoolBusy):
        node.send(signed(key, 3_000))
    first = signed(key, 0)
    node.send(first)
    with pytest.raises(TransactionKnown):
        node.send(first)
    deadline = time.monotonic() + 60
    while node.transaction_count(address_of(key), "latest") == 0:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with pytest.raises(TransactionKnown):
        node.send(first)


def test_the_head_is_what_is_final(node: Node) -> None:
    assert node.header("latest").base_fee == 0
    with pytest.raises(RpcRefused):
        node.rpc("eth_getBlockByNumber", ["finalized", False])


def test_the_nearest_validator_is_killed_under_load(
    node: Node, healthy: Rehearsal, tmp_path: Path
) -> None:
    with opened(tmp_path / "outbox.sqlite") as outbox:
        sender = Sender(node, outbox, development_signing_key(7), receipt_timeout=240)
        contract = sender.send("deploy", None, COUNTER).contract_address
        assert contract is not None
        slot = int.from_bytes(bytes.fromhex(contract[2:10]), "big").to_bytes(32, "big")
        entries = []
        for number in range(60):
            if number == 20:
                healthy.kill(1)
            entries.append(sender.submit(f"number {number}", contract, slot))
        started = time.monotonic()
        for entry in entries:
            assert sender.wait(entry).succeeded
        FIGURES.add(
            "nearest node killed amid 60 of one sender: the rest stood after",
            f"{time.monotonic() - started:.0f} s, 0 lost, 0 doubled",
        )
    assert int(node.rpc("eth_getStorageAt", [contract, "0x" + slot.hex(), "latest"]), 16) == 60
    node.look()
    assert [one.url for one in node.left_out] == [healthy.node(1).url]


@pytest.mark.timeout(3_600)
def test_the_whole_story(healthy: Rehearsal, tmp_path: Path) -> None:
    """Founded, played, told by the gateway and verified from its bundle; then checked."""
    require_quick_pairings(healthy)
    environment = {"LODETRACE_RPC_URL": ",".join(healthy.urls()), "LODETRACE_NETWORK": "besu"}
    first, started = healthy.rpc().head(), time.monotonic()
    told = run(["-m", "demo", "--no-serve", "--folder", str(tmp_path / "demo")], environment)
    assert told.returncode == 0, told.stdout[-4_000:] + told.stderr[-2_000:]
    FIGURES.add("the whole story, founding included", f"{time.monotonic() - started:.0f} s")
    last = healthy.rpc().head()
    with Node(healthy.urls()[0], CHAIN_ID) as node:
        blocks = [
            node.rpc("eth_getBlockByNumber", [hex(at), False]) for at in range(first, last + 1)
        ]
    sent = sum(len(block["transactions"]) for block in blocks)
    FIGURES.add("its transactions and blocks", f"{sent} in {len(blocks)}")
    claims, verdict = told.stdout.split("Gateway and chain are stopped.")
    assert len(re.findall(r"\bholds\b", claims)) == 8, "four claims, on chain and in Python"
    assert re.search(r"3 ✓ Seals", verdict), "the bundle's headers are sealed by validators"
    checked = run(
        ["-m", "lodetrace", "check", "--dev-index", "3"],
        {
            **environment,
            "LODETRACE_HOME": str(tmp_path / "demo" / "home"),
            "LODETRACE_DEPLOYMENTS": str(tmp_path / "demo" / "deployments"),
        },
    )
    assert checked.returncode == 0, checked.stdout
    assert "what this clone compiles to" in checked.stdout


def require_quick_pairings(healthy: Rehearsal) -> None:
    """A Besu without its native library computes them in Java, a hundred times slower."""
    call = {"to": "0x" + "08".rjust(40, "0"), "data": "0x" + (PAIRS * 3).hex()}
    with Node(healthy.urls()[0], CHAIN_ID) as node:
        times = []
        for _ in range(3):
            started = time.monotonic()
            node.rpc("eth_call", [call, "latest"])
            times.append(time.monotonic() - started)
    FIGURES.add("pairing of three pairs", f"{min(times) * 1_000:.0f} ms")
    if min(times) > QUICK:
        pytest.skip(
            f"THE STORY DID NOT RUN: a pairing takes this Besu {min(times):.1f} s;"
            " its native library for altbn128 is missing (see its log)"
        )


def run(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
