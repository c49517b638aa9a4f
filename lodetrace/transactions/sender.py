"""Sends transactions so that each takes effect once, whatever fails in between.

Simulate, sign, persist, broadcast, wait for the receipt, record it. A purpose names what a
transaction is for: the same purpose again never sends a second one. One key has one writer at a
time; nonces are counted in the outbox, behind which the chain may only lag.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.refusals.decoder import ContractRefused, RefusalDecoder
from lodetrace.errors import Refused
from lodetrace.node.client import (
    CallReverted,
    Node,
    NodeHeader,
    NodeReceipt,
    NodeUnreachable,
    PoolBusy,
    RpcRefused,
    TransactionKnown,
)
from lodetrace.secp256k1 import SigningKey
from lodetrace.transactions.errors import (
    NonceTaken,
    ReceiptMissing,
    ReceiptPending,
    RehearsalPassed,
    TransactionFailed,
    TransactionRejected,
)
from lodetrace.transactions.outbox import EntryState, Outbox, OutboxEntry, SignedTransaction
from lodetrace.transactions.signing import Unsigned, fee_over, sign_transaction

__all__ = [
    "NonceTaken",
    "ReceiptMissing",
    "ReceiptPending",
    "Rehearsal",
    "RehearsalPassed",
    "Sender",
    "TransactionFailed",
    "TransactionRejected",
]

GAS_CEILING: Final = 15_000_000
"""Gas of a transaction: more than the longest batch uses, less than half of a block."""

REBROADCAST_SECONDS: Final = 5
BUSY_SECONDS: Final = 1
"""Until a node whose pool had no room is asked again."""
ATTEMPTS: Final = 3
LOOKS: Final = 4
LOOK_SECONDS: Final = 0.5

Checkpoint = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is simulated in place of a transaction that is dear to run twice.

    data: of a call that the contract refuses only after all its rules; refusal: by which name.
    """

    data: bytes
    refusal: str


class Sender:
    """Sends with one key. Not for several threads; several processes are fine."""

    def __init__(
        self,
        node: Node,
        outbox: Outbox,
        signing_key: SigningKey,
        refusals: RefusalDecoder | None = None,
        receipt_timeout: int = 120,
        checkpoint: Checkpoint = lambda step: None,
    ) -> None:
        """receipt_timeout in seconds; checkpoint is told of every finished step."""
        from lodetrace.keys.member_keys import address_of

        self.node: Final = node
        self.outbox: Final = outbox
        self.signer: Final = address_of(signing_key)
        self._signing_key: Final = signing_key
        self._refusals: Final = refusals
        self._receipt_timeout: Final = receipt_timeout
        self._checkpoint: Final = checkpoint
        self._reconciled = False
        self._untaken: Final[set[str]] = set()

    def send(
        self,
        purpose: str,
        target: str | None,
        data: bytes,
        rehearsal: Rehearsal | None = None,
    ) -> NodeReceipt:
        """Sends, or takes up what was sent for the same purpose, and waits for success.

        target None deploys; rehearsal: simulated in place of the call itself. Raises
        ContractRefused (nothing was sent), RehearsalPassed, TransactionFailed, ReceiptPending,
        TransactionRejected or NodeError; after the last three the same call goes on where this
        one stopped.
        """
        return self.wait(self.submit(purpose, target, data, rehearsal))

    def rehearse(self, target: str, data: bytes, rehearsal: Rehearsal | None = None) -> None:
        """Asks the chain and sends nothing; raises ContractRefused or RehearsalPassed."""
        self._simulate(target, data, rehearsal, self.node.header())

    def submit(
        self,
        purpose: str,
        target: str | None,
        data: bytes,
        rehearsal: Rehearsal | None = None,
    ) -> OutboxEntry:
        """As send, without waiting: for transactions that do not depend on one another."""
        self.reconcile()
        found = self.outbox.live(purpose, self.signer)
        if found is None:
            self._make_room()
            header = self.node.header()
            gas = self._simulate(target, data, rehearsal, header)
            self._checkpoint("simulated")
            found = self._persist(purpose, target, data, gas, header)
            self._checkpoint("persisted")
        if found.state is EntryState.SIGNED:
            self._broadcast(found)
            self._checkpoint("broadcast")
        return found

    def wait(self, entry: OutboxEntry) -> NodeReceipt:
        """The receipt of a submitted transaction that succeeded; raises as send."""
        for _ in range(ATTEMPTS):
            receipt = self._receipt(entry)
            if receipt is not None:
                return self._settle(entry, receipt)
            entry = self.submit(entry.purpose, entry.target, entry.data)
        raise NonceTaken(signer=self.signer)

    def sent(self, purpose: str) -> OutboxEntry | None:
        """What was sent for a purpose and took effect, or still may."""
        return self.outbox.live(purpose, self.signer)

    def has_room(self) -> bool:
        """Whether one more would be sent at once, with as many on their way as the node keeps."""
        return len(self.outbox.pending(self.signer)) < self.node.kind.window

    def reconcile(self) -> None:
        """Once a session: gives the node again what it has not taken, in order of nonces."""
        if self._reconciled:
            return
        count = self.node.transaction_count(self.signer, "latest")
        for entry in self.outbox.from_nonce(self.signer, count):
            self._broadcast(entry)
        self._reconciled = True

    def settle(self) -> list[OutboxEntry]:
        """Waits for everything on its way; returns what failed or was displaced.

        Raises ReceiptPending where something stays without a receipt.
        """
        self.reconcile()
        failed = []
        for entry in self.outbox.pending(self.signer):
            receipt = self._receipt(entry)
            if receipt is None or not receipt.succeeded:
                failed.append(entry)
            if receipt is not None:
                self._record(entry, receipt)
        return failed

    def _make_room(self) -> None:
        while len(waiting := self.outbox.pending(self.signer)) >= self.node.kind.window:
            receipt = self._receipt(waiting[0])
            if receipt is not None:
                self._record(waiting[0], receipt)

    def _simulate(
        self, target: str | None, data: bytes, rehearsal: Rehearsal | None, header: NodeHeader
    ) -> int:
        """Gas to give; raises ContractRefused with the contract's reason, or RehearsalPassed.

        A call with the gas of the transaction runs it once. An estimate searches: Ganache 7.9.2
        runs it twice, and a proof costs Ganache a quarter of a second each time.
        """
        try:
            if target is None:
                estimate = self.node.estimate_gas(target, data, self.signer)
                return estimate + estimate // 4
            gas = min(GAS_CEILING, header.gas_limit)
            self.node.call(target, rehearsal.data if rehearsal else data, self.signer, gas=gas)
        except CallReverted as reverted:
            refused = self._refusal(reverted)
            if rehearsal is None or refused.name != rehearsal.refusal:
                raise refused from reverted
        else:
            if rehearsal is not None:
                raise RehearsalPassed(target=target, refusal=rehearsal.refusal)
        return gas

    def _persist(
        self, purpose: str, target: str | None, data: bytes, gas: int, header: NodeHeader
    ) -> OutboxEntry:
        fee = fee_over(header.base_fee, free_gas=self.node.kind.free_gas)
        chain_id = self.node.chain_id
        count = self.node.transaction_count(self.signer, "latest")

        def sign(nonce: int) -> SignedTransaction:
            unsigned = Unsigned(chain_id, nonce, target, data, gas, fee)
            signed = sign_transaction(unsigned, self._signing_key)
            self._checkpoint("signed")
            return signed

        return self.outbox.add(purpose, self.signer, target, data, count, sign)

    def _broadcast(self, entry: OutboxEntry) -> bool:
        """Hands the bytes to the node, again as often as need be.

        Ganache 7.9.2 runs the transaction with a sender's nonce 0 again whenever it gets it
        again; so its receipt is asked for first. False where its pool has no room now.
        """
        if entry.nonce == 0 and self.node.receipt(entry.hash) is not None:
            return True
        try:
            self.node.send(entry.raw)
        except PoolBusy:
            self._untaken.add(entry.hash)
            return False
        except (TransactionKnown, CallReverted):
            pass  # some nodes tell of a revert at once; the receipt tells the same
        except RpcRefused as refused:
            raise TransactionRejected(
                transaction=entry.hash,
                purpose=entry.purpose,
                message=refused.values["message"],
            ) from refused
        self._untaken.discard(entry.hash)
        return True

    def _broadcast_up_to(self, entry: OutboxEntry) -> bool:
        """Hands over again what has to come before, too: a restarted node may have lost it."""
        count = self.node.transaction_count(self.signer, "latest")
        earlier = self.outbox.from_nonce(self.signer, count)
        taken = [self._broadcast(one) for one in earlier if one.nonce < entry.nonce]
        return self._broadcast(entry) and all(taken)

    def _receipt(self, entry: OutboxEntry) -> NodeReceipt | None:
        """Waits for the receipt; None when the entry was displaced. Raises ReceiptPending."""
        deadline = time.monotonic() + self._receipt_timeout
        busy = entry.hash in self._untaken
        again = time.monotonic() + (BUSY_SECONDS if busy else REBROADCAST_SECONDS)
        pause = 0.02
        while True:
            try:
                receipt = self.node.receipt(entry.hash)
                if receipt is not None:
                    self._checkpoint("receipt")
                    return receipt
                if self._is_displaced(entry):
                    if entry.state is EntryState.MINED:
                        raise ReceiptMissing(
                            transaction=entry.hash, purpose=entry.purpose, block=entry.block
                        )
                    self.outbox.record(entry, EntryState.DISPLACED, None)
                    return None
                if time.monotonic() > again:
                    taken = self._broadcast_up_to(entry)
                    again = time.monotonic() + (REBROADCAST_SECONDS if taken else BUSY_SECONDS)
            except NodeUnreachable:
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise ReceiptPending(
                    transaction=entry.hash, purpose=entry.purpose, seconds=self._receipt_timeout
                )
            time.sleep(pause)
            pause = min(2 * pause, 0.5)

    def _is_displaced(self, entry: OutboxEntry) -> bool:
        """Whether another transaction used the nonce, so that this one can never be mined.

        A busy node may know of the block before it knows of the receipt: look for a while.
        """
        for _ in range(LOOKS):
            if self.node.transaction_count(self.signer, "latest") <= entry.nonce:
                return False
            if self.node.knows(entry.hash):
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _settle(self, entry: OutboxEntry, receipt: NodeReceipt) -> NodeReceipt:
        self._record(entry, receipt)
        if not receipt.succeeded:
            raise self._reason(entry, receipt)
        return receipt

    def _record(self, entry: OutboxEntry, receipt: NodeReceipt) -> None:
        state = EntryState.MINED if receipt.succeeded else EntryState.FAILED
        if (entry.state, entry.block) != (state, receipt.block):
            self.outbox.record(entry, state, receipt.block)
            self._checkpoint("recorded")

    def _reason(self, entry: OutboxEntry, receipt: NodeReceipt) -> Refused:
        """Why a mined transaction reverted, asked of the state around its block."""
        for block in (receipt.block - 1, receipt.block):
            try:
                if entry.target is not None:
                    self.node.call(entry.target, entry.data, self.signer, block)
            except CallReverted as reverted:
                return self._refusal(reverted)
            except RpcRefused:
                break  # the node keeps no older states
        return TransactionFailed(transaction=entry.hash, purpose=entry.purpose, block=receipt.block)

    def _refusal(self, reverted: CallReverted) -> ContractRefused:
        if self._refusals is None or not reverted.data:
            return ContractRefused("Error", {"message": str(reverted.values["message"])})
        return self._refusals.decode(reverted.data)
