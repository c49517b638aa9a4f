"""The examination of a site's document: its signature, its form, and what the checks find.

It ends in a report and sends nothing: what is ready to be attested goes on in oracle/service.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lodetrace.contracts.structs import Withdrawal
from lodetrace.documents.contexts import PACKAGED, ContextCopies
from lodetrace.documents.event_hash import EventIdentity, identities
from lodetrace.documents.faults import MOST, faults_in
from lodetrace.documents.profile import read_statement
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import AttestableEvent, SiteStatement, attestable_events
from lodetrace.documents.withdrawal import Withdrawn, is_withdrawal
from lodetrace.errors import InputError
from lodetrace.plausibility.clock import TEMPORARY
from lodetrace.plausibility.rulebook import Rulebook, rulebook_at
from lodetrace.strict_json import parse, read_bytes
from oracle.attestable import Said
from oracle.checks import CheckContext, RuleFinding, Severity, examine, examine_withdrawal
from oracle.contradictions import contradicted
from oracle.declarations import Declaration
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from oracle.registry import Registry


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file and what the node found; events or withdrawals are what it is ready to attest.

    made: lots that its event made. missing: lots of its inputs that no accepted document made.
    is_attributed: an active member signed it. contradicts: the accepted document that its site
    signed under the same number.
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
    is_attributed: bool = False
    contradicts: bytes | None = None

    @property
    def said(self) -> list[Said]:
        """What goes on chain of it: all of one kind."""
        return [*(one.event for one in self.events), *self.withdrawals]

    @property
    def refusals(self) -> list[str]:
        """Why the document is refused, in words; empty when it is not."""
        if self.error is not None:
            return [f"{one.code}: {one}" for one in faults_in(self.error)[:MOST]]
        return [str(one) for one in self.findings if one.severity is Severity.REFUSAL]

    @property
    def codes(self) -> list[str]:
        """Names of what it was refused for, or else of its flags; no values of the document."""
        if self.error is not None:
            return list(dict.fromkeys(one.code for one in faults_in(self.error)))
        worst = Severity.REFUSAL if self.refusals else Severity.FLAG
        return [one.rule for one in self.findings if one.severity is worst]

    @property
    def is_early(self) -> bool:
        """Whether time alone may heal it: nothing is wrong but what has not happened yet."""
        refusals = [one for one in self.findings if one.severity is Severity.REFUSAL]
        healing = all(one.rule in TEMPORARY for one in refusals)
        return self.error is None and healing and bool(refusals or self.missing)


class OracleNode:
    """What one inspector's node judges by: its history, and what operators declared to it."""

    def __init__(
        self,
        declarations: Mapping[bytes, Declaration],
        history: DocumentHistory,
        copies: ContextCopies = PACKAGED,
        books: tuple[Rulebook, ...] | None = None,
    ) -> None:
        """books: versions of the rules, those of the package without any."""
        self._declarations: Final = declarations
        self._history: Final = history
        self._copies: Final = copies
        self._books: Final = books

    def together(self) -> AbstractContextManager[None]:
        """What is judged inside is remembered with one commit, at the end."""
        return self._history.together()

    def is_booked(self, document: bytes) -> bool:
        """Whether the history has all that an accepted document says."""
        return self._history.is_booked(document)

    def recall(self, content: bytes) -> None:
        """Remembers a document that was accepted, in place of a history that has lost it.

        Nothing is judged anew: it may have been acted on. Raises InputError.
        """
        signed = SignedDocument.of(parse(content))
        identity = identities(signed.document.raw, self._copies)[0]
        if is_withdrawal(signed):
            document = Withdrawn.of(signed).document
            self._history.remember_withdrawal(signed, identity, document, ACCEPTED, ())
            return
        statement, declared = SiteStatement.of(signed.document), self._declarations.get(signed.site)
        place = None if declared is None else declared.place
        self._history.remember(signed, identity, statement, place, ACCEPTED, ())

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

        patient: of a document that comes too early nothing is remembered, see FileReport.is_early.
        """
        is_attributed = False
        try:
            signed = SignedDocument.of(parse(content))
            signed.verify(register.domain)
            is_attributed = register.signer(signed.signer) is not None
            identity = identities(signed.document.raw, self._copies)[0]
            if is_withdrawal(signed):
                return self._judge_withdrawal(path, signed, identity, register)
            statement = read_statement(signed.document)
            events = attestable_events(signed, statement)
            case = self._case(signed, str(identity), statement, register)
        except InputError as error:
            return FileReport(path, None, error=error, is_attributed=is_attributed)
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
            is_attributed=is_attributed,
            contradicts=contradicted(case, findings),
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
        return FileReport(
            path,
            signed.hash,
            findings,
            identity=identity,
            withdrawals=ready,
            is_attributed=case.signer is not None,
        )

    def _case(
        self, signed: SignedDocument, identity: str, statement: SiteStatement, register: Registry
    ) -> CheckContext:
        return CheckContext(
            signed=signed,
            statement=statement,
            signer=register.signer(signed.signer),
            site=register.site(signed.site),
            declaration=self._declarations.get(signed.site),
            rules=rulebook_at(statement.to, self._books),
            history=self._history,
            lots=register.lots,
            now=register.now,
            identity=identity,
        )
