"""The outbox under kill -9: nothing is lost, nothing happens twice."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, DevChain, attach_or_start, running
from lodetrace.keys.member_keys import development_signing_key
from lodetrace.node.client import Node, NodeUnreachable
from lodetrace.transactions.outbox import EntryState, Outbox, opened
from lodetrace.transactions.sender import Sender

pytestmark = pytest.mark.chain

VICTIM = Path(__file__).with_name("sender_victim.py")
PURPOSES = 3
STEPS = 6
"""simulated, signed, persisted, broadcast, receipt, recorded."""

COUNTER = bytes.fromhex("600c600c600039600c6000f3" + "600035805460010190550000")
"""Deploys a contract that adds 1 to the storage slot named by its call's first word."""


@pytest.fixture(scope="module", params=[ANVIL, GANACHE], ids=["anvil", "ganache"])
def chain(request: pytest.FixtureRequest) -> Iterator[DevChain]:
    with running(request.param) as started:
        yield started


def deploy_counter(node: Node, folder: Path) -> str:
    with opened(folder / "deployer.sqlite") as outbox:
        receipt = Sender(node, outbox, development_signing_key(2)).send("counter", None, COUNTER)
    assert receipt.contract_address is not None
    return receipt.contract_address


def counted(node: Node, contract: str) -> list[int]:
    words = [
        node.rpc("eth_getStorageAt", [contract, hex(slot), "latest"])
        for slot in range(1, PURPOSES + 1)
    ]
    return [0 if word == "0x" else int(word, 16) for word in words]  # Ganache drops zeros


def run_victim(url: str, outbox: Path, contract: str, steps: int) -> int:
    words = [sys.executable, str(VICTIM), url, str(outbox), contract, str(PURPOSES), str(steps)]
    return subprocess.run(words, check=False, timeout=120).returncode


@pytest.mark.parametrize("seed", range(2))
def test_each_purpose_takes_effect_once_over_seeded_kills(
    chain: DevChain, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(f"sender {seed}")
    node = Node(chain.url)
    contract = deploy_counter(node, tmp_path)
    outbox, kills = tmp_path / "outbox.sqlite", 0
    before = node.transaction_count(Sender(node, Outbox(outbox), key()).signer)
    while (
        code := run_victim(chain.url, outbox, contract, chance.randint(1, STEPS * PURPOSES))
    ) != 0:
        assert code == -signal.SIGKILL
        kills += 1
        assert kills < 40, "the victim gets on"
    assert counted(node, contract) == [1] * PURPOSES
    with opened(outbox) as found:
        sender = Sender(node, found, key())
        entries = found.entries(sender.signer)
    assert [entry.state for entry in entries] == [EntryState.MINED] * PURPOSES
    assert node.transaction_count(sender.signer) - before == PURPOSES


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_after_each_step(chain: DevChain, tmp_path: Path, step: int) -> None:
    node = Node(chain.url)
    contract = deploy_counter(node, tmp_path)
    outbox = tmp_path / "outbox.sqlite"
    assert run_victim(chain.url, outbox, contract, step) == -signal.SIGKILL
    assert run_victim(chain.url, outbox, contract, 0) == 0
    assert counted(node, contract) == [1] * PURPOSES


def key() -> bytes:
    return development_signing_key(3)


def restarted(folder: Path, settings: ChainSettings) -> Node:
    return Node(attach_or_start(folder, settings).url)


def test_a_node_that_dies_under_the_sender(tmp_path: Path) -> None:
    """The node is killed after the bytes were persisted; another one over its database goes on."""
    folder = tmp_path / "chain"
    chain = attach_or_start(folder, GANACHE)
    try:
        contract = deploy_counter(Node(chain.url), tmp_path)
        with opened(tmp_path / "outbox.sqlite") as outbox:
            data = (1).to_bytes(32, "big")

            def end_node(step: str) -> None:
                if step == "persisted":
                    chain.stop()

            dying = Sender(Node(chain.url), outbox, key(), receipt_timeout=1, checkpoint=end_node)
            with pytest.raises(NodeUnreachable):
                dying.send("increment", contract, data)
            node = restarted(folder, GANACHE)
            receipt = Sender(node, outbox, key()).send("increment", contract, data)
            again = Sender(node, outbox, key()).send("increment", contract, data)
        assert receipt == again
        assert counted(node, contract)[0] == 1
    finally:
        attach_or_start(folder, GANACHE).stop()
