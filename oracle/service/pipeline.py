"""The oracle's work, round by round: see OracleService.round, which is all of it in order."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.onchain.contracts import Contracts
from lodetrace.transactions.sender import Sender
from oracle.examination import OracleNode
from oracle.lot_reader import LotFacts
from oracle.registry import ChainRegistry
from oracle.service.health import ServiceHealth
from oracle.service.intake import Checkpoint, Intake, WaitingDocument
from oracle.service.nonces import NonceGuard
from oracle.service.outcomes import OutcomeTracker
from oracle.service.recall import recall
from oracle.service.refusals import RefusalFiler
from oracle.service.reports import EventReports
from oracle.service.source import Source
from oracle.service.store import Store
from oracle.service.submitter import BatchSubmitter

EXAMINED_AT_ONCE: Final = 100
COMMITTED_AT_ONCE: Final = 20
"""Documents in one commit: others who write wait for a fraction of a second."""
AHEAD: Final = 1_000
"""Reports that may wait to be sent; beyond them documents wait where they are."""
LOOK_AGAIN: Final = 60
"""Seconds after which a document that comes too early is looked at again."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service works with. parent_wait: seconds that a document waits for its parents."""

    contracts: Contracts
    sender: Sender
    node: OracleNode
    store: Store
    sources: Sequence[Source]
    service_health: ServiceHealth
    parent_wait: int
    checkpoint: Checkpoint = lambda step: None


class OracleService:
    """One oracle node at work. Begin once, then round after round."""

    def __init__(self, parts: Parts) -> None:
        self._parts: Final = parts
        self.intake: Final = Intake(parts.store, parts.checkpoint)
        self._reports: Final = EventReports(parts.store)
        self._submitter: Final = BatchSubmitter(parts.contracts, parts.sender, self._reports)
        self._guard: Final = NonceGuard(parts.store, parts.sender)
        self._lot_facts: Final = LotFacts()
        self._outcomes: Final = OutcomeTracker(parts.contracts, self._reports)
        self._refusals: Final = RefusalFiler(parts.contracts, parts.sender, parts.store)

    @property
    def sources(self) -> Sequence[Source]:
        """Where its documents come from."""
        return self._parts.sources

    def begin(self, adopt_nonces: bool = False) -> None:
        """Takes up where the last process stopped. Raises NodeError or StorageError."""
        self._guard.begin(adopt_nonces)
        recall(self.intake, self._parts.node)
        self.intake.wake_all()

    def round(self) -> bool:
        """Everything that can be done now; whether something was.

        Raises ForeignNonce, NotAnOracle or StoreGone, after which there is no use in going on,
        and NodeError, StorageError or ReceiptPending, after which the next round goes on.
        """
        self._parts.store.require_present()
        taken = self._gather()
        register = self._register()
        self._guard.check()
        examined = self._examine(register)
        refused = self._refusals.file()
        brought = self._bring(register, patient=examined == 0)
        ended = self._follow(register)
        return bool(taken or examined or refused or brought or ended)

    def _gather(self) -> int:
        """Sources -> intake: stored before anything else happens with it."""
        return sum(source.collect(self.intake) for source in self._parts.sources)

    def _register(self) -> ChainRegistry:
        """The chain as of its head; raises NotAnOracle once the key may not attest."""
        parts = self._parts
        register = ChainRegistry.at_head(parts.contracts, self._lot_facts)
        parts.service_health.saw_head(register.head.number, register.head.time)
        register.require_oracle(parts.sender.signer)
        return register

    def _examine(self, register: ChainRegistry) -> int:
        """Pending -> refused, evidence or examined; what comes too early goes on waiting."""
        if self._reports.is_backed_up(AHEAD):
            return 0
        found = self.intake.due(int(time.time()), EXAMINED_AT_ONCE)
        for start in range(0, len(found), COMMITTED_AT_ONCE):
            # the history is committed first: what is reported has been remembered
            with self._parts.store.write(), self._parts.node.together():
                for taken in found[start : start + COMMITTED_AT_ONCE]:
                    self._examine_one(taken, register)
        return len(found)

    def _examine_one(self, taken: WaitingDocument, register: ChainRegistry) -> None:
        until = taken.received + (0 if taken.is_by_hand else self._parts.parent_wait)
        patient = time.time() < until
        report = self._parts.node.judge(Path(taken.name), taken.content, register, patient)
        self._parts.checkpoint("judged")
        if patient and report.is_early:
            look = min(until, int(time.time()) + LOOK_AGAIN) if not report.missing else until
            self.intake.wait(taken, "\n".join(map(str, report.findings)), look, report.missing)
        else:
            self._reports.settle(taken, report, report.made if not report.refusals else ())
        self._parts.checkpoint("examined")

    def _bring(self, register: ChainRegistry, patient: bool) -> int:
        """Examined -> attested. patient: there is nothing else to do than wait for receipts.

        A node that is too slow is given no more (back-pressure).
        """
        service_health = self._parts.service_health
        sent = self._submitter.send(register)
        service_health.sent += sent
        self._parts.checkpoint("sent")
        collected = self._submitter.collect(register, patient)
        service_health.confirmed += collected
        self._parts.checkpoint("collected")
        return sent + collected

    def _follow(self, register: ChainRegistry) -> int:
        """Attested -> standing, or overruled where other nodes brought something else to stand."""
        ended = self._outcomes.follow(register.head.number)
        self._parts.checkpoint("followed")
        return ended
