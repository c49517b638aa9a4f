"""What the book holds, read back: every signature is checked anew, every assessment replayed."""

from collections.abc import Iterable, Set
from datetime import date
from typing import Any, Final

from lodetrace.strict_json import parse
from lodetrace.text import hex_of, parse_hex
from oracle.prices.assessment import Assessment, Flag, assess
from oracle.prices.book import BookLine, LineKind, PriceBook
from oracle.prices.datum import DatumOutcome
from oracle.prices.decisions import DeskDecision
from oracle.prices.errors import DeskRefused, RecordMissing, ReplayDiffers, SubmissionUnclear
from oracle.prices.inputs import Inputs, Previous, deals
from oracle.prices.methodology import AssessmentMethodology, methodology_called
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.staff import signer_of
from oracle.prices.submission import Submission
from oracle.prices.submitters import EntryKind, SubmitterEntry


class BookReader:
    """One commodity's lines in a book. Raises SignatureInvalid for a line that was altered."""

    def __init__(self, book: PriceBook, commodity: str, chain_id: int) -> None:
        self.book: Final = book
        self.commodity: Final = commodity
        self.chain_id: Final = chain_id

    def entries(self) -> tuple[SubmitterEntry, ...]:
        """The register's history, oldest first."""
        lines = self.book.lines(LineKind.ENTRY, self.commodity)
        return tuple(_entry(self.act(line)["entry"]) for line in lines)

    def submissions(self, day: date) -> tuple[Submission, ...]:
        """All that was said for a day, in the order in which it came."""
        return self.submissions_in(self.book.lines(LineKind.SUBMISSION, self.commodity, day))

    def decisions(self, day: date) -> tuple[DeskDecision, ...]:
        """What was decided about a day, oldest first."""
        lines = self.book.lines(LineKind.DECISION, self.commodity, day)
        return tuple(self._decision(line) for line in lines)

    def records(self) -> list[PriceRecord]:
        """All records, oldest first, corrected ones among them."""
        return [_record(line) for line in self.book.lines(LineKind.RECORD, self.commodity)]

    def standing(self, day: date) -> PriceRecord | None:
        """The record that stands for a day: the last one."""
        lines = self.book.lines(LineKind.RECORD, self.commodity, day)
        return _record(lines[-1]) if lines else None

    def require_standing(self, day: date) -> PriceRecord:
        """The record that stands for a day; raises RecordMissing."""
        found = self.standing(day)
        if found is None:
            raise RecordMissing(commodity=self.commodity, day=day)
        return found

    def previous(self, day: date) -> Previous | None:
        """The record that stands for the last day before that has one."""
        earlier = [one for one in self.records() if one.day < day]
        if not earlier:
            return None
        last = max(one.day for one in earlier)
        return self._of_record([one for one in earlier if one.day == last][-1])

    def records_of(self, day: date) -> list[PriceRecord]:
        """A day's records, the first one and its corrections, oldest first."""
        return [_record(one) for one in self.book.lines(LineKind.RECORD, self.commodity, day)]

    def outdated(self) -> list[date]:
        """Days whose standing record rests on a previous day's range that was corrected since.

        Oldest first: correct them in this order, each rests on the one before.
        """
        standing = {one.day: one for one in self.records()}
        last = {one.hash for one in standing.values()}
        return sorted(day for day, one in standing.items() if self._rests_on_another(one, last))

    def _rests_on_another(self, record: PriceRecord, last: Set[bytes]) -> bool:
        raw = self._line(LineKind.ASSESSMENT, record.assessment_hash).json
        rests = {str(Flag.CARRIED), str(Flag.CONSIDERED)} & set(raw["flags"])
        return bool(rests) and parse_hex(raw["previous"], 32) not in last

    def replay(self, record: PriceRecord) -> Assessment:
        """Assesses a record's stored inputs anew; raises ReplayDiffers."""
        found = self.replayed(record.assessment_hash)
        if found.range != (record.low, record.high):
            raise ReplayDiffers(found=found.range, stated=(record.low, record.high))
        return found

    def replayed(self, assessment: bytes) -> Assessment:
        """The assessment with a hash, made anew from its inputs; raises ReplayDiffers."""
        found = assess(self._inputs(self._line(LineKind.ASSESSMENT, assessment).json))
        if found.hash != assessment:
            raise ReplayDiffers(found=hex_of(found.hash), stated=hex_of(assessment))
        return found

    def act(self, line: BookLine) -> dict[str, Any]:
        """What a person at the desk did; raises DeskRefused where another one signed it."""
        kept = line.json
        act = dict(kept["act"])
        if signer_of(kept).lower() != act["by"].lower():
            raise DeskRefused(day=f"line {line.number}", reason="it was signed by somebody else")
        return act

    def submission_called(self, day: date, start: str) -> str:
        """0x and the hash of the day's one submission that begins so; raises SubmissionUnclear."""
        known = [hex_of(one.hash) for one in self.submissions(day)]
        found = [one for one in known if start.startswith("0x") and one.startswith(start.lower())]
        if len(found) != 1:
            raise SubmissionUnclear(start=start, day=day, count=len(found))
        return found[0]

    def submissions_in(self, lines: Iterable[BookLine]) -> tuple[Submission, ...]:
        """The submissions in lines, each signed by an account that its submitter had or has."""
        accounts = {
            (entry.submitter, entry.values["account"].lower())
            for entry in self.entries()
            if "account" in entry.values
        }
        return tuple(self._submission(line, accounts) for line in lines)

    def _submission(self, line: BookLine, accounts: Set[tuple[str, str]]) -> Submission:
        signed = SignedSubmission.of(parse(line.text.encode()))
        signer = signed.verified_signer(self.chain_id)
        if (signed.submission.submitter, signer.lower()) not in accounts:
            raise DeskRefused(day=f"line {line.number}", reason=f"{signer} is no submitter's")
        return signed.submission

    def _inputs(self, raw: dict[str, Any]) -> Inputs:
        said = [self._named(LineKind.SUBMISSION, one) for one in raw["submissions"]]
        decided = [self._named(LineKind.DECISION, one) for one in raw["decisions"]]
        before = raw["previous"]
        methodology, day = methodology_called(raw["methodology"]), date.fromisoformat(raw["day"])
        return Inputs(
            methodology=methodology,
            day=day,
            entries=self.entries()[: raw["registerEntries"]],
            submissions=self.submissions_in(said),
            decisions=tuple(self._decision(line) for line in decided),
            previous=before and self._of_record(_record(self._named(LineKind.RECORD, before))),
            salt=parse_hex(raw["salt"], 32),
            calendar=_same_calendar(raw.get("calendar"), methodology, day),
        )

    def _of_record(self, record: PriceRecord) -> Previous:
        """A record with the deals that its range was made of."""
        raw = self._line(LineKind.ASSESSMENT, record.assessment_hash).json
        known = set(raw["submissions"])
        counted = [
            one["source"]
            for one in raw["data"]
            if one["outcome"] == str(DatumOutcome.USED) and one["source"] in known
        ]
        found = self.submissions_in(self._named(LineKind.SUBMISSION, one) for one in counted)
        return Previous(record, deals(found, methodology_called(record.methodology).calendar))

    def _decision(self, line: BookLine) -> DeskDecision:
        return DeskDecision.of(self.act(line)["decision"])

    def _named(self, kind: LineKind, text: str) -> BookLine:
        return self._line(kind, parse_hex(text, 32))

    def _line(self, kind: LineKind, hash_: bytes) -> BookLine:
        found = self.book.line(kind, hash_)
        if found is None:
            raise ReplayDiffers(found="no such line", stated=f"{kind} {hex_of(hash_)}")
        return found


def _same_calendar(
    stated: str | None, methodology: AssessmentMethodology, day: date
) -> bytes | None:
    """The digest that a sheet states, if the lists are still those; raises ReplayDiffers."""
    if stated is None:
        return None
    digest = methodology.calendar.digest(day)
    if hex_of(digest) != stated:
        raise ReplayDiffers(found=f"calendar {hex_of(digest)}", stated=f"calendar {stated}")
    return digest


def _entry(raw: dict[str, Any]) -> SubmitterEntry:
    day = date.fromisoformat(raw["day"])
    return SubmitterEntry(raw["submitter"], day, EntryKind(raw["entry"]), raw["values"])


def _record(line: BookLine) -> PriceRecord:
    raw = line.json
    return PriceRecord(
        commodity=raw["commodity"],
        day=date.fromisoformat(raw["day"]),
        methodology=raw["methodology"],
        status=RecordStatus(raw["status"]),
        low=int(raw["low"]),
        high=int(raw["high"]),
        assessment_hash=parse_hex(raw["assessmentHash"], 32),
        corrects=None if raw["corrects"] is None else parse_hex(raw["corrects"], 32),
        released_at=raw["releasedAt"],
        flags=tuple(raw["flags"]) if "flags" in raw else None,
    )
