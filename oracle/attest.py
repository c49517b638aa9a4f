"""An oracle node: from a site's file to an attestation on chain, in one method.

Reads are pinned to one block, what was examined is committed before it is acted on, and the same
files again lead to no second attestation: neither after a crash nor from another folder.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from lodetrace.contracts.enums import Role
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import Withdrawal
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import AttestableEvent, SiteStatement, attestable_events
from lodetrace.documents.withdrawal import Withdrawn, is_withdrawal
from lodetrace.errors import InputError, Refused
from lodetrace.onchain.contracts import Contracts
from lodetrace.strict_json import parse, read_bytes
from lodetrace.transactions.sender import Sender, TransactionFailed
from oracle.attestable import Said, function_of, purpose_of
from oracle.checks import CheckContext, RuleFinding, Severity, examine, examine_withdrawal
from oracle.declarations import Declaration
from oracle.event_hash import EventIdentity, identities
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from oracle.registry import ChainRegistry, Registry
from oracle.rulebook import rulebook_at

BATCH: Final = 20
"""Statements in one transaction: a few million gas, well below a block's."""
ATTEMPTS: Final = 3
"""Readings of the chain, when other nodes reach the quorum meanwhile."""

OVERTAKEN: Final = (
    "AlreadyStanding",
    "AlreadyAttested",
    "AlreadyWithdrawn",
    "WithdrawalAlreadyAttested",
)
"""Refusals of the contract when other nodes reached the quorum first."""

TEMPORARY: Final = frozenset({"event-in-future", "declared-in-future"})
"""Rules that a document may pass later without a change."""


class NotAnOracle(Refused):
    """A key that may not attest."""

    template = "{signer} signs for no active member with the oracle role"
    advice = "The council registers the organisation; see `lodetrace check`."


class FileOutcome(StrEnum):
    """What became of a file.

    attested: by this node, now or earlier. standing: at quorum without this node.
    evidence: in order, but nothing of it goes on chain. withdrawn: a quorum attested that the
    site withdrew it, or, of a declaration, what it declares wrong.
    """

    REFUSED = "refused"
    EVIDENCE = "evidence"
    ATTESTED = "attested"
    STANDING = "standing"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file and what the node found; events or withdrawals are what it is ready to attest.

    made: lots that its event made. missing: lots of its inputs that no accepted document made.
    """

    path: Path
    document: bytes | None
    findings: tuple[RuleFinding, ...] = ()
    error: InputError | None = None
    events: tuple[AttestableEvent, ...] = field(default=(), repr=False)
    identity: EventIdentity | None = None
    made: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def said(self) -> list[Said]:
        """What goes on chain of it: all of one kind."""
        return [*(one.event for one in self.events), *self.withdrawals]

    @property
    def refusals(self) -> list[str]:
        """Why the document is refused, in words; empty when it is not."""
        if self.error is not None:
            return [f"{self.error.code}: {self.error}"]
        return [str(one) for one in self.findings if one.severity is Severity.REFUSAL]

    @property
    def is_early(self) -> bool:
        """Whether time alone may heal it: nothing is wrong but what has not happened yet."""
        refusals = [one for one in self.findings if one.severity is Severity.REFUSAL]
        healing = all(one.rule in TEMPORARY for one in refusals)
        return self.error is None and healing and bool(refusals or self.missing)


@dataclass(frozen=True, slots=True)
class FileAttestation:
    """A report and what became of it. transactions: hashes of those that carry its events."""

    report: FileReport
    outcome: FileOutcome
    transactions: tuple[str, ...] = ()


class OracleNode:
    """One inspector's node: its history, what operators declared to it, and its key."""

    def __init__(self, declarations: Mapping[bytes, Declaration], history: DocumentHistory) -> None:
        self._declarations: Final = declarations
        self._history: Final = history

    def attest(
        self, paths: Iterable[Path], contracts: Contracts, sender: Sender
    ) -> list[FileAttestation]:
        """Examines the files in their order and attests what holds; the same call resumes.

        Raises NotAnOracle, StorageError, NodeError or what Sender.send raises.
        """
        sender.settle()
        register = ChainRegistry.at_head(contracts)
        signer = register.signer(sender.signer)
        if signer is None or Role.ORACLE not in signer.roles:
            raise NotAnOracle(signer=sender.signer)
        reports = [self.examine(path, register) for path in paths]
        ready = [one.event for report in reports for one in report.events]
        leaving = [one for report in reports for one in report.withdrawals]
        sent = _Sent(contracts, sender)
        for attempt in range(1, ATTEMPTS + 1):
            gone = register.withdrawn([*ready, *leaving])
            done = register.said_by(signer.organisation, [*ready, *leaving])
            standing = {event for event in ready if event not in gone and register.stands(event)}
            settled = {*gone, *standing, *done}
            try:
                sent.send([event for event in ready if event not in settled])
                sent.send([one for one in leaving if one not in settled])
                break
            except (ContractRefused, TransactionFailed) as error:
                if attempt == ATTEMPTS or not _was_overtaken(error):
                    raise
                register = ChainRegistry.at_head(contracts)
        return [_attestation(report, gone, done, sent.transactions) for report in reports]

    def together(self) -> AbstractContextManager[None]:
        """What is judged inside is remembered with one commit, at the end."""
        return self._history.together()

    def examine(self, path: Path, register: Registry) -> FileReport:
        """Reads, verifies and checks one file; what was found is in the history afterwards."""
        try:
            content = read_bytes(path)
        except InputError as error:
            return FileReport(path, None, error=error)
        return self.judge(path, content, register)

    def judge(
        self, path: Path, content: bytes, register: Registry, patient: bool = False
    ) -> FileReport:
        """As examine, of bytes that were read from somewhere.

        patient: of a document that comes too early nothing is remembered, see Report.is_early.
        """
        try:
            signed = SignedDocument.of(parse(content))
            signed.verify(register.chain_id)
            identity = identities(signed.document.raw)[0]
            if is_withdrawal(signed):
                return self._judge_withdrawal(path, signed, identity, register)
            statement = SiteStatement.of(signed.document)
            events = attestable_events(signed, statement)
            case = self._case(signed, str(identity), statement, register)
        except InputError as error:
            return FileReport(path, None, error=error)
        findings = examine(case)
        refused = any(one.severity is Severity.REFUSAL for one in findings)
        inputs = [one.epc_class for one in statement.inputs]
        known = {parent.epc_class for parent in self._history.parents(inputs)}
        report = FileReport(
            path,
            signed.hash,
            tuple(findings),
            events=() if refused else tuple(events),
            identity=identity,
            made=tuple(one.epc_class for one in statement.outputs),
            missing=tuple(lot for lot in inputs if lot not in known),
        )
        if not (patient and report.is_early):
            self._history.remember(
                signed,
                identity,
                statement,
                case.declaration.place if case.declaration is not None else None,
                REFUSED if refused else ACCEPTED,
                map(str, findings),
            )
        return report

    def _judge_withdrawal(
        self, path: Path, signed: SignedDocument, identity: EventIdentity, register: Registry
    ) -> FileReport:
        """As judge, of a document that declares an earlier one wrong; raises InputError."""
        withdrawn = Withdrawn.of(signed)
        case = self._case(signed, str(identity), withdrawn.statement, register)
        findings = tuple(examine_withdrawal(case, withdrawn.document, withdrawn.declared))
        refused = any(one.severity is Severity.REFUSAL for one in findings)
        outcome = REFUSED if refused else ACCEPTED
        self._history.remember_withdrawal(
            signed, identity, withdrawn.document, outcome, map(str, findings)
        )
        ready = () if refused else withdrawn.withdrawals
        return FileReport(path, signed.hash, findings, identity=identity, withdrawals=ready)

    def _case(
        self, signed: SignedDocument, identity: str, statement: SiteStatement, register: Registry
    ) -> CheckContext:
        return CheckContext(
            signed=signed,
            statement=statement,
            signer=register.signer(signed.signer),
            site=register.site(signed.site),
            declaration=self._declarations.get(signed.site),
            rules=rulebook_at(statement.to),
            history=self._history,
            now=register.now,
            identity=identity,
        )


class _Sent:
    """What was sent in one call; transactions: hash by event."""

    def __init__(self, contracts: Contracts, sender: Sender) -> None:
        self.transactions: Final[dict[Said, str]] = {}
        self._contracts: Final = contracts
        self._sender: Final = sender

    def send(self, said: Sequence[Said]) -> None:
        """Attests in batches. A purpose names the very statements: a retry is no second one."""
        target = self._contracts.address("Attestations")
        submitted = []
        for start in range(0, len(said), BATCH):
            batch = list(said[start : start + BATCH])
            purpose = purpose_of(batch)
            data = self._contracts.data("Attestations", function_of(batch), batch)
            submitted.append((batch, self._sender.submit(purpose, target, data)))
        for batch, entry in submitted:
            transaction = self._sender.wait(entry).transaction
            self.transactions.update(dict.fromkeys(batch, transaction))


def _was_overtaken(error: ContractRefused | TransactionFailed) -> bool:
    """Whether others reached the quorum between the reading and the sending."""
    return isinstance(error, TransactionFailed) or error.name in OVERTAKEN


def _attestation(
    report: FileReport, gone: set[Said], done: set[Said], sent: Mapping[Said, str]
) -> FileAttestation:
    said = report.said
    transactions = tuple(dict.fromkeys(sent[one] for one in said if one in sent))
    if report.refusals:
        return FileAttestation(report, FileOutcome.REFUSED)
    if not said:
        return FileAttestation(report, FileOutcome.EVIDENCE)
    if any(one in gone for one in said):
        return FileAttestation(report, FileOutcome.WITHDRAWN, transactions)
    mine = all(one in sent or one in done for one in said)
    return FileAttestation(
        report, FileOutcome.ATTESTED if mine else FileOutcome.STANDING, transactions
    )
