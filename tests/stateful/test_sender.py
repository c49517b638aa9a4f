"""The sender on a chain that mines when the test says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.devchain import ANVIL, running
from lodetrace.keys.member_keys import development_signing_key, new_signing_key
from lodetrace.node.client import Node
from lodetrace.settings import WINDOW
from lodetrace.transactions.outbox import EntryState, Outbox, OutboxEntry, opened
from lodetrace.transactions.sender import (
    ReceiptMissing,
    ReceiptPending,
    Rehearsal,
    RehearsalPassed,
    Sender,
    TransactionRejected,
)

pytestmark = pytest.mark.chain

KEY = 4
ONE = (1).to_bytes(32, "big")

COUNTER = bytes.fromhex("600c600c600039600c6000f3" + "600035805460010190550000")
"""Adds 1 to the storage slot that its call names."""

ONCE = bytes.fromhex("6010600c60003960106000f3" + "600054600c576001600055005b5f5ffd")
"""Sets slot 0 to 1, and reverts when it is 1."""

PICKY = bytes.fromhex(
    "6013600c60003960136000f3" + "6000358060" + "0a575f5ffd5b80546001019055" + "00"
)
"""As COUNTER, and reverts for slot 0."""


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running(ANVIL) as chain:
        yield Node(chain.url)


@pytest.fixture
def outbox(node: Node, tmp_path: Path) -> Iterator[Outbox]:
    snapshot = node.rpc("evm_snapshot")
    with opened(tmp_path / "outbox.sqlite") as found:
        yield found
    node.rpc("evm_setAutomine", [True])
    node.rpc("evm_revert", [snapshot])


def sender(node: Node, outbox: Outbox, timeout: int = 60) -> Sender:
    return Sender(node, outbox, development_signing_key(KEY), receipt_timeout=timeout)


def deployed(node: Node, outbox: Outbox, code: bytes) -> str:
    address = sender(node, outbox).send(f"deploy {code.hex()}", None, code).contract_address
    assert address is not None
    return address


def value(node: Node, contract: str, slot: int) -> int:
    return int(node.rpc("eth_getStorageAt", [contract, hex(slot), "latest"]), 16)


def states(outbox: Outbox, signer: str) -> list[EntryState]:
    return [entry.state for entry in outbox.entries(signer)]


def test_the_same_purpose_sends_once(node: Node, outbox: Outbox) -> None:
    contract, one = deployed(node, outbox, COUNTER), sender(node, outbox)
    assert one.send("a", contract, ONE) == one.send("a", contract, ONE)
    assert sender(node, outbox).send("a", contract, ONE).succeeded
    assert value(node, contract, 1) == 1
    assert one.sent("a") is not None
    assert one.sent("b") is None


def test_what_the_simulation_refuses_is_not_sent(node: Node, outbox: Outbox) -> None:
    contract, one = deployed(node, outbox, ONCE), sender(node, outbox)
    one.send("first", contract, b"")
    before = node.transaction_count(one.signer)
    with pytest.raises(ContractRefused):
        one.send("second", contract, b"")
    assert node.transaction_count(one.signer) == before
    assert one.sent("second") is None


def test_a_rehearsal_stands_for_the_call(node: Node, outbox: Outbox) -> None:
    """What it shows wrong is not sent; the refusal that ends it says that all else is right."""
    contract, one = deployed(node, outbox, PICKY), sender(node, outbox)
    refused, passing = Rehearsal(bytes(32), "Error"), Rehearsal(ONE, "Error")
    assert one.send("a", contract, ONE, refused).succeeded
    with pytest.raises(ContractRefused):
        one.send("b", contract, ONE, Rehearsal(bytes(32), "AnotherRefusal"))
    with pytest.raises(RehearsalPassed, match="has to refuse with Error"):
        one.send("c", contract, ONE, passing)
    assert value(node, contract, 1) == 1
    assert (one.sent("b"), one.sent("c")) == (None, None)


def test_a_receipt_that_takes_long_is_waited_for_again(node: Node, outbox: Outbox) -> None:
    contract = deployed(node, outbox, COUNTER)
    node.rpc("evm_setAutomine", [False])
    with pytest.raises(ReceiptPending, match="no receipt after 1 s"):
        sender(node, outbox, timeout=1).send("a", contract, ONE)
    node.rpc("evm_mine")
    assert sender(node, outbox).send("a", contract, ONE).succeeded
    assert value(node, contract, 1) == 1


def test_many_at_once_within_the_window(node: Node, outbox: Outbox) -> None:
    contract, one = deployed(node, outbox, COUNTER), sender(node, outbox, timeout=1)
    node.rpc("evm_setAutomine", [False])
    entries = [one.submit(f"number {at}", contract, ONE) for at in range(WINDOW)]
    assert [entry.nonce for entry in entries] == list(range(1, WINDOW + 1))
    with pytest.raises(ReceiptPending):
        one.submit("one too many", contract, ONE)
    node.rpc("evm_mine")
    one.submit("one too many", contract, ONE)
    node.rpc("evm_mine")
    assert one.settle() == []
    assert value(node, contract, 1) == WINDOW + 1
    assert set(states(outbox, one.signer)) == {EntryState.MINED}


def overtaken(node: Node, outbox: Outbox, contract: str) -> Sender:
    """A sender that somebody else overtakes between its simulation and its signature."""
    rival = Sender(node, outbox, development_signing_key(KEY + 1))

    def overtake(step: str) -> None:
        if step == "simulated":
            rival.send("first", contract, b"")

    return Sender(node, outbox, development_signing_key(KEY), checkpoint=overtake)


def test_a_state_that_changed_in_between(node: Node, outbox: Outbox) -> None:
    contract = deployed(node, outbox, ONCE)
    late = overtaken(node, outbox, contract)
    with pytest.raises(ContractRefused):
        late.send("second", contract, b"")
    assert late.sent("second") is None, "it had no effect and may be tried again"
    assert states(outbox, late.signer)[-1] is EntryState.FAILED


def test_settling_names_what_failed(node: Node, outbox: Outbox) -> None:
    contract = deployed(node, outbox, ONCE)
    late = overtaken(node, outbox, contract)
    entry = late.submit("second", contract, b"")
    assert [failed.hash for failed in late.settle()] == [entry.hash]
    assert late.settle() == []


def displaced(node: Node, one: Sender, contract: str, folder: Path) -> OutboxEntry:
    """What was submitted, and lost its nonce to another program with the same key."""
    node.rpc("evm_setAutomine", [False])
    entry = one.submit("a", contract, ONE)
    node.rpc("anvil_dropTransaction", [entry.hash])
    node.rpc("evm_setAutomine", [True])
    with opened(folder / "other.sqlite") as other:
        sender(node, other).send("b", contract, (2).to_bytes(32, "big"))
    return entry


def test_another_program_with_the_same_key(node: Node, outbox: Outbox, tmp_path: Path) -> None:
    """Its nonce was taken: the transaction can never be mined, so a new one is signed."""
    contract, one = deployed(node, outbox, COUNTER), sender(node, outbox)
    entry = displaced(node, one, contract, tmp_path)
    receipt = sender(node, outbox).send("a", contract, ONE)
    assert receipt.transaction != entry.hash
    assert (value(node, contract, 1), value(node, contract, 2)) == (1, 1)
    assert EntryState.DISPLACED in states(outbox, one.signer)


def test_settling_names_what_was_displaced(node: Node, outbox: Outbox, tmp_path: Path) -> None:
    contract, one = deployed(node, outbox, COUNTER), sender(node, outbox)
    entry = displaced(node, one, contract, tmp_path)
    assert [lost.hash for lost in one.settle()] == [entry.hash]
    assert one.settle() == []
    assert states(outbox, one.signer)[-1] is EntryState.DISPLACED


def test_a_chain_that_went_back_gets_the_same_bytes(node: Node, outbox: Outbox) -> None:
    contract = deployed(node, outbox, COUNTER)
    snapshot = node.rpc("evm_snapshot")
    first = sender(node, outbox).send("a", contract, ONE)
    node.rpc("evm_revert", [snapshot])
    assert value(node, contract, 1) == 0
    assert sender(node, outbox).send("a", contract, ONE).transaction == first.transaction
    assert value(node, contract, 1) == 1


def test_history_that_a_node_lost_is_not_sent_again(
    node: Node, outbox: Outbox, tmp_path: Path
) -> None:
    contract = deployed(node, outbox, COUNTER)
    snapshot = node.rpc("evm_snapshot")
    sender(node, outbox).send("a", contract, ONE)
    node.rpc("evm_revert", [snapshot])
    with opened(tmp_path / "other.sqlite") as other:
        sender(node, other).send("b", contract, (2).to_bytes(32, "big"))
    with pytest.raises(ReceiptMissing):
        sender(node, outbox).send("a", contract, ONE)
    assert (value(node, contract, 1), value(node, contract, 2)) == (0, 1)


def test_a_key_without_means_is_rejected_and_kept(node: Node, outbox: Outbox) -> None:
    """The node's own word; later, with means, the same bytes go through."""
    contract = deployed(node, outbox, COUNTER)
    poor = Sender(node, outbox, new_signing_key())
    with pytest.raises(TransactionRejected, match="nsufficient funds"):
        poor.send("a", contract, ONE)
    entry = poor.sent("a")
    assert entry is not None
    node.rpc("anvil_setBalance", [poor.signer, hex(10**20)])
    assert poor.send("a", contract, ONE).transaction == entry.hash
