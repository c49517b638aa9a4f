"""The work of a day: take submissions, decide, prepare, release, correct.

Whatever is written into the book is checked before, and committed when a method returns.
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from lodetrace.canonical_json import document_hash
from lodetrace.text import hex_of, parse_bare_hex, parse_hex
from oracle.prices.assessment import Assessment, assess
from oracle.prices.book import LineKind
from oracle.prices.book_reader import BookReader
from oracle.prices.decisions import Choice, DeskDecision, DeskRole, in_force, require_values
from oracle.prices.errors import DeskRefused, SubmissionInvalid, SubmitterRefused
from oracle.prices.inputs import Inputs
from oracle.prices.methodology import AssessmentMethodology, methodology_on
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.staff import ANALYSTS, Person
from oracle.prices.submission import Submission
from oracle.prices.submitters import EntryKind, SubmitterEntry, SubmitterRegister


class PriceDesk(BookReader):
    """One commodity's desk over its book. at: seconds since 1970, wherever it stands."""

    def enter(
        self,
        entries: Sequence[SubmitterEntry],
        person: Person,
        at: int,
        staff: Collection[str] = (),
    ) -> None:
        """Adds to the register of submitters, all or nothing; again, changes nothing.

        staff: accounts of all who work at the desk; none of them submits. Raises SubmitterRefused.
        """
        known = list(self.entries())
        if all(entry in known for entry in entries):
            return
        first = len(known)
        for entry in entries:
            methodology = self._methodology(entry.day)
            _require_entered_by(entry, person, staff)
            today = methodology.calendar.day_at(at)
            known.append(SubmitterRegister(methodology, known).checked(entry, today))
        acts = [
            {"entry": entry.to_json(), "number": number, "by": person.account}
            for number, entry in enumerate(entries, first)
        ]
        self.book.append_all(
            [
                (
                    LineKind.ENTRY,
                    self.commodity,
                    entry.day,
                    document_hash(act),
                    at,
                    _text(person, act),
                )
                for entry, act in zip(entries, acts, strict=True)
            ]
        )

    def submit(self, signed: SignedSubmission, at: int) -> bool:
        """Takes a submission; False where the book has it already.

        2.3.2: of somebody unknown nothing is taken. Raises SignatureInvalid, SubmitterRefused or
        SubmissionInvalid. What is taken and does not count is shown with its ground.
        """
        submission = signed.submission
        signer = signed.verified_signer(self.chain_id)
        methodology = self._methodology(submission.day)
        day = max(submission.day, methodology.calendar.day_at(at))
        known = SubmitterRegister(methodology, self.entries()).on(day).get(submission.submitter)
        if known is None or known.account.lower() != signer.lower():
            reason = f"{signer} is not its registered account"
            raise SubmitterRefused(submitter=submission.submitter, reason=reason)
        self._require_own(submission)
        kept = (submission.commodity, submission.day, submission.hash, at, signed.to_json())
        return self.book.append(LineKind.SUBMISSION, *kept)

    def decide(self, decision: DeskDecision, person: Person) -> None:
        """Records a decision; raises DeskRefused or DecisionMalformed."""
        self._require_day(decision.day, decision.at)
        if (decision.by, decision.role) != (person.account, person.role):
            raise DeskRefused(day=decision.day, reason="everybody decides in their own name")
        known = {hex_of(one.hash) for one in self.submissions(decision.day)}
        require_values(decision, self._methodology(decision.day), known)
        if decision.choice is Choice.UNDO:
            self._require_undoable(decision)
        act = {"decision": decision.to_json()}
        self._write(LineKind.DECISION, decision.day, person, act, decision.at, decision.hash)

    def _require_undoable(self, decision: DeskDecision) -> None:
        """It undoes a decision of the day that stands, of the same role."""
        standing = {hex_of(one.hash): one for one in in_force(self.decisions(decision.day))}
        undone = standing.get(decision.values["decision"])
        if undone is None:
            reason = f"{decision.values['decision']} is no decision of that day that stands"
            raise DeskRefused(day=decision.day, reason=reason)
        if undone.role is not decision.role:
            reason = f"{undone.choice} is undone by the {undone.role}, not by the {decision.role}"
            raise DeskRefused(day=decision.day, reason=reason)

    def assess(self, day: date) -> Assessment:
        """The assessment from what the book holds now. A new day draws its salt."""
        methodology = self._methodology(day)
        added = methodology.calendar.rests_on_added(day)
        return assess(
            Inputs(
                methodology=methodology,
                day=day,
                entries=self.entries(),
                submissions=self.submissions(day),
                decisions=self.decisions(day),
                previous=self.previous(day),
                salt=self._salt(day),
                calendar=methodology.calendar.digest(day) if added else None,
            )
        )

    def prepare(self, day: date, person: Person, at: int) -> Assessment:
        """An analyst stands by the assessment as it is now (2.2). Raises DeskRefused."""
        self._require_day(day, at)
        _require_role(day, person, DeskRole.ANALYST)
        found = self.assess(day)
        if found.range is None:
            raise DeskRefused(day=day, reason="there is no range, and no previous one to carry")
        text = json.dumps(found.to_json(), ensure_ascii=False)
        self.book.append(LineKind.ASSESSMENT, self.commodity, day, found.hash, at, text)
        act = {"prepared": hex_of(found.hash)}
        self._write(LineKind.PREPARED, day, person, act, at)
        return found

    def prepared(self, day: date) -> tuple[bytes, set[str]] | None:
        """Hash of the last assessment that was prepared, and the analysts who did."""
        acts = [self.act(line) for line in self.book.lines(LineKind.PREPARED, self.commodity, day)]
        if not acts:
            return None
        last = acts[-1]["prepared"]
        return parse_hex(last, 32), {act["by"] for act in acts if act["prepared"] == last}

    def release(self, day: date, person: Person, at: int) -> PriceRecord:
        """A manager releases what two analysts prepared; again, returns the record.

        Raises as releasable.
        """
        if self.releasable(day, person):
            return self._write_record(day, person, at, "", None)
        return self.require_standing(day)

    def releasable(self, day: date, person: Person) -> bool:
        """Whether release would write a record; False where it did already.

        Raises DeskRefused or ReplayDiffers.
        """
        standing = self.standing(day)
        prepared = self._prepared_by_two(day, person)
        if standing is not None and standing.assessment_hash != prepared:
            raise DeskRefused(day=day, reason="was released already; correct it")
        return standing is None

    def correct(self, day: date, person: Person, at: int, reason: str) -> PriceRecord:
        """A new record in place of the one that stands (2.4.6); again, returns that one.

        Raises as correctable.
        """
        if self.correctable(day, person, reason):
            return self._write_record(day, person, at, reason, self.require_standing(day))
        return self.require_standing(day)

    def correctable(self, day: date, person: Person, reason: str) -> bool:
        """Whether correct would write a record; False where it did, for that reason.

        Raises RecordMissing, DeskRefused or ReplayDiffers.
        """
        standing = self.require_standing(day)
        if not reason.strip():
            raise DeskRefused(day=day, reason="a correction states its reason")
        if standing.assessment_hash != self._prepared_by_two(day, person):
            return True
        acts = [self.act(line) for line in self.book.lines(LineKind.RELEASED, self.commodity, day)]
        if standing.corrects is None or acts[-1]["reason"] != reason:
            raise DeskRefused(day=day, reason="nothing else was prepared since it was released")
        return False

    def _prepared_by_two(self, day: date, person: Person) -> bytes:
        """Hash of the assessment that a manager may release; raises DeskRefused."""
        _require_role(day, person, DeskRole.MANAGER)
        prepared, analysts = self.prepared(day) or (b"", set())
        if len(analysts) < ANALYSTS:
            raise DeskRefused(day=day, reason=f"{ANALYSTS} analysts have to prepare it first")
        self.replayed(prepared)
        return prepared

    def _write_record(
        self, day: date, person: Person, at: int, reason: str, standing: PriceRecord | None
    ) -> PriceRecord:
        found = self.replayed(self._prepared_by_two(day, person))
        record = _record_of(found, standing, at)
        text = json.dumps({**record.public, "low": str(record.low), "high": str(record.high)})
        act = {"released": hex_of(record.hash), "reason": reason, "by": person.account}
        kept = _text(person, act)
        self.book.append_all(
            [
                (LineKind.RELEASED, self.commodity, day, _place(record), at, kept),
                (LineKind.RECORD, self.commodity, day, record.hash, at, text),
            ]
        )
        return record

    def _methodology(self, day: date) -> AssessmentMethodology:
        return methodology_on(self.commodity, day)

    def _salt(self, day: date) -> bytes:
        name = document_hash({"salt": self.commodity, "day": day.isoformat()})
        self.book.append(LineKind.SALT, self.commodity, day, name, 0, secrets.token_hex(32))
        return parse_bare_hex(self._line(LineKind.SALT, name).text, 32)

    def _write(
        self,
        kind: LineKind,
        day: date,
        person: Person,
        act: Mapping[str, Any],
        at: int,
        name: bytes | None = None,
    ) -> None:
        said = {**act, "by": person.account}
        text = _text(person, said)
        self.book.append(kind, self.commodity, day, name or document_hash(said), at, text)

    def _require_own(self, submission: Submission) -> None:
        if submission.commodity != self.commodity:
            raise SubmissionInvalid(name="commodity", reason=f"this desk is for {self.commodity}")
        if submission.corrects is None:
            return
        line = self.book.line(LineKind.SUBMISSION, submission.corrects)
        if line is None or self.submissions_in([line])[0].submitter != submission.submitter:
            reason = "names no earlier submission of the same submitter"
            raise SubmissionInvalid(name="corrects", reason=reason)

    def require_trading_day(self, day: date) -> None:
        """Raises DeskRefused or HolidaysMissing."""
        if not self._methodology(day).calendar.is_trading_day(day):
            raise DeskRefused(day=day, reason="is no trading day")

    def _require_day(self, day: date, at: int) -> None:
        self.require_trading_day(day)
        if day > self._methodology(day).calendar.day_at(at):
            raise DeskRefused(day=day, reason="has not come yet")


def _place(record: PriceRecord) -> bytes:
    """One record a day, and one correction of each record: two managers cannot release at once."""
    public = record.public
    return document_hash({name: public[name] for name in ("commodity", "day", "corrects")})


def _text(person: Person, act: dict[str, Any]) -> str:
    return json.dumps(person.signed(act), ensure_ascii=False)


def _require_entered_by(entry: SubmitterEntry, person: Person, staff: Collection[str]) -> None:
    """A manager approves, and nobody at the desk lets one of the desk's accounts submit."""
    if entry.entry is EntryKind.APPROVED and person.role is not DeskRole.MANAGER:
        reason = f"it is approved by a manager, not by the {person.role}"
        raise SubmitterRefused(submitter=entry.submitter, reason=reason)
    desk = {account.lower() for account in (person.account, *staff)}
    if str(entry.values.get("account", "")).lower() in desk:
        reason = f"{entry.values['account']} works at the desk"
        raise SubmitterRefused(submitter=entry.submitter, reason=reason)


def _require_role(day: date, person: Person, wanted: DeskRole) -> None:
    if person.role is not wanted:
        raise DeskRefused(day=day, reason=f"this is for the {wanted}, not for the {person.role}")


def _record_of(found: Assessment, standing: PriceRecord | None, at: int) -> PriceRecord:
    if found.range is None:
        raise AssertionError("what has no range is not prepared")
    low, high = found.range
    return PriceRecord(
        commodity=found.inputs.methodology.commodity,
        day=found.inputs.day,
        methodology=found.inputs.methodology.id,
        status=found.status if standing is None else RecordStatus.CORRECTED,
        low=low,
        high=high,
        assessment_hash=found.hash,
        flags=found.codes,
        corrects=None if standing is None else standing.hash,
        released_at=at,
    )
