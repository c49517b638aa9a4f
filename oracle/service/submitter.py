"""Brings reports to the chain in batches, and learns what became of each batch."""

from collections.abc import Sequence
from typing import Final

from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.onchain.contracts import Contracts
from lodetrace.transactions.outbox import OutboxEntry
from lodetrace.transactions.sender import NonceTaken, Sender, TransactionFailed
from oracle.attestable import Said, function_of, purpose_of
from oracle.registry import ChainRegistry
from oracle.service.event_fate import fates_of
from oracle.service.nonces import ForeignNonce
from oracle.service.reports import EventReport, EventReports
from oracle.service.states import ReportState

BATCH: Final = 20
"""Statements in one transaction: a few million gas, well below a block's."""

LATER: Final = frozenset({"TimeInvalid", "NotFiled"})
"""Refusals that a later block heals: the chain's clock is behind the site's, or the site has still
to file the document that others attested as well."""

Refusal = ContractRefused | TransactionFailed


class BatchSubmitter:
    """Sends and collects. A batch is planned on disk before it is sent: a restart resends it."""

    def __init__(self, contracts: Contracts, sender: Sender, reports: EventReports) -> None:
        self._contracts: Final = contracts
        self._sender: Final = sender
        self._reports: Final = reports

    def send(self, register: ChainRegistry) -> int:
        """Hands to the node what is ready and has room there; returns how many batches were sent.

        Raises NodeError.
        """
        while batch := self._reports.unplanned(BATCH):
            self._reports.plan(f"batch {batch[0].id}", batch)
        sent = 0
        for batch in self._reports.batches(ReportState.READY):
            if not self._sender.has_room():
                break
            try:
                entry = self._submit(batch)
            except ContractRefused as refused:
                self._resolve(batch, refused, register)
                continue
            self._reports.sent(batch, entry.hash)
            sent += 1
        return sent

    def collect(self, register: ChainRegistry, patient: bool) -> int:
        """Receipts of what was sent, in order; returns how many came.

        The first that does not come ends it: the later ones wait for it. patient: it is waited
        for; raises ReceiptPending.
        """
        collected = 0
        for batch in self._reports.batches(ReportState.SENT):
            entry = self._sender.sent(_purpose(batch))
            if entry is None:  # the outbox was lost; the chain says what was mined
                self._reports.unplan(batch)
                continue
            if not patient and self._sender.node.receipt(entry.hash) is None:
                break
            try:
                self._sender.wait(entry)
            except (ContractRefused, TransactionFailed) as refused:
                self._resolve(batch, refused, register)
                continue
            except NonceTaken as taken:
                raise ForeignNonce(signer=self._sender.signer, reason=str(taken)) from taken
            self._reports.confirm(batch)
            collected += 1
        return collected

    def _submit(self, batch: Sequence[EventReport]) -> OutboxEntry:
        said = [one.said for one in batch]
        data = self._contracts.data("Attestations", function_of(said), said)
        return self._sender.submit(_purpose(batch), self._contracts.address("Attestations"), data)

    def _resolve(
        self, batch: Sequence[EventReport], refused: Refusal, register: ChainRegistry
    ) -> None:
        """A batch was refused: the chain says of each report what is so; the rest go alone."""
        found = fates_of(self._contracts, batch)
        own = self._attested(batch, register)
        left = []
        for one in batch:
            if (verdict := found[one.id]) is not None:
                self._reports.mark([one], verdict.state, verdict.reason)
            elif one.said in own:
                self._reports.mark([one], ReportState.ATTESTED)
            else:
                left.append(one)
        if len(batch) > 1 or not left:
            self._reports.unplan(left)
        elif isinstance(refused, ContractRefused) and refused.name not in LATER:
            self._reports.mark(left, ReportState.REFUSED, f"{refused.name}: {refused}")

    def _attested(self, batch: Sequence[EventReport], register: ChainRegistry) -> set[Said]:
        signer = register.signer(self._sender.signer)
        said = [one.said for one in batch]
        return set() if signer is None else register.said_by(signer.organisation, said)


def _purpose(batch: Sequence[EventReport]) -> str:
    return purpose_of([one.said for one in batch])
