"""The day at the desk: three people, an append-only book, corrections, replays."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from lodetrace.errors import LodetraceError, StorageError
from lodetrace.secp256k1 import SignatureInvalid
from lodetrace.text import hex_of
from oracle.prices.assessment import Assessment
from oracle.prices.book import LineKind, LineTaken, PriceBook
from oracle.prices.datum import DatumOutcome
from oracle.prices.decisions import Choice, DeskDecision, DeskRole
from oracle.prices.desk import PriceDesk
from oracle.prices.entries_file import read_entries
from oracle.prices.errors import (
    DecisionMalformed,
    DeskRefused,
    RecordMissing,
    ReplayDiffers,
    SubmissionInvalid,
    SubmitterRefused,
)
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.staff import Person, Staff, StaffUnusable
from oracle.prices.submitters import EntryKind, SubmitterEntry
from oracle.prices.synthetic import (
    CHAIN_ID,
    COMMODITY,
    RATE,
    Scenario,
    SyntheticDay,
    account_of,
    entries,
    key_of,
    synthetic_day,
)

DAY, NEXT = date(2026, 11, 19), date(2026, 11, 20)
AT = 1_795_150_000
"""Friday, 20 November 2026, in the evening of China."""


def person(name: str, role: DeskRole) -> Person:
    return Person(account_of(name), role, key_of(name), CHAIN_ID)


ANALYST, SECOND = person("analyst", DeskRole.ANALYST), person("second", DeskRole.ANALYST)
MANAGER = person("manager", DeskRole.MANAGER)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with eight approved submitters and nothing else."""
    path = tmp_path_factory.mktemp("book") / "prices.sqlite"
    with PriceBook(path) as book:
        PriceDesk(book, COMMODITY, CHAIN_ID).enter(entries(), MANAGER, AT)
    return path


@pytest.fixture
def path(tmp_path: Path, register: Path) -> Path:
    return Path(shutil.copy(register, tmp_path))


@pytest.fixture
def desk(path: Path) -> Iterator[PriceDesk]:
    with PriceBook(path) as book:
        yield PriceDesk(book, COMMODITY, CHAIN_ID)


def decision(
    choice: Choice, who: Person = ANALYST, day: date = DAY, **values: object
) -> DeskDecision:
    return DeskDecision(COMMODITY, day, choice, who.account, who.role, AT, "because", values)


def told(desk: PriceDesk, scenario: Scenario, day: date = DAY, seed: int = 1) -> SyntheticDay:
    """A synthetic day in the book, with its rate."""
    found = synthetic_day(scenario, day, 4_800_000, random.Random(seed))
    for signed in found.submissions:
        assert desk.submit(signed, AT)
    desk.decide(decision(Choice.RATE, day=day, rate=RATE, source="synthetic"), ANALYST)
    return found


def published(desk: PriceDesk, day: date = DAY) -> PriceRecord:
    desk.prepare(day, ANALYST, AT)
    desk.prepare(day, SECOND, AT + 1)
    return desk.release(day, MANAGER, AT + 2)


def test_2_2_two_analysts_prepare_and_a_manager_releases(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    record = published(desk)
    assert desk.standing(DAY) == record
    assert (record.status, record.methodology) == (
        RecordStatus.NORMAL,
        "cobalt-sulphate-2023-08-31",
    )
    assert 4_700_000 < record.low <= record.high < 4_900_000


def test_2_2_three_different_people(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    with pytest.raises(DeskRefused, match="2 analysts have to prepare"):
        desk.release(DAY, MANAGER, AT)
    desk.prepare(DAY, ANALYST, AT)
    desk.prepare(DAY, ANALYST, AT + 1)
    with pytest.raises(DeskRefused, match="2 analysts have to prepare"):
        desk.release(DAY, MANAGER, AT)
    with pytest.raises(DeskRefused, match="for the analyst, not for the manager"):
        desk.prepare(DAY, MANAGER, AT)
    desk.prepare(DAY, SECOND, AT)
    with pytest.raises(DeskRefused, match="for the manager, not for the analyst"):
        desk.release(DAY, SECOND, AT)
    desk.release(DAY, MANAGER, AT)


def test_2_2_both_analysts_prepare_the_same(desk: PriceDesk) -> None:
    found = told(desk, Scenario.LIQUID)
    desk.prepare(DAY, ANALYST, AT)
    out = "0x" + found.submissions[0].submission.hash.hex()
    desk.decide(decision(Choice.EXCLUDE, SECOND, submission=out), SECOND)
    desk.prepare(DAY, SECOND, AT)
    with pytest.raises(DeskRefused, match="2 analysts"):
        desk.release(DAY, MANAGER, AT)


def test_2_4_6_a_correction_is_a_new_record_that_points_at_the_old(desk: PriceDesk) -> None:
    found = told(desk, Scenario.CORRECTION)
    first = published(desk)
    assert desk.release(DAY, MANAGER, AT) == first, "again, the same record"
    with pytest.raises(DeskRefused, match="nothing else was prepared"):
        desk.correct(DAY, MANAGER, AT, "x")
    for signed in found.later:
        desk.submit(signed, AT)
    desk.prepare(DAY, ANALYST, AT)
    desk.prepare(DAY, SECOND, AT)
    with pytest.raises(DeskRefused, match="released already"):
        desk.release(DAY, MANAGER, AT)
    with pytest.raises(DeskRefused, match="states its reason"):
        desk.correct(DAY, MANAGER, AT, " ")
    second = desk.correct(DAY, MANAGER, AT + 9, "a mistyped deal")
    assert (second.status, second.corrects) == (RecordStatus.CORRECTED, first.hash)
    assert desk.records() == [first, second]
    assert desk.standing(DAY) == second
    assert desk.replay(first).hash == first.assessment_hash
    assert desk.replay(second).hash == second.assessment_hash


def test_2_4_5_one_record_a_day_whoever_is_faster(
    desk: PriceDesk, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second manager looked before the first one released."""
    told(desk, Scenario.LIQUID)
    first = published(desk)
    monkeypatch.setattr(desk, "standing", lambda _: None)
    with pytest.raises(LineTaken):
        desk.release(DAY, MANAGER, AT + 5)
    monkeypatch.undo()
    assert desk.records() == [first]


def test_2_4_6_nothing_to_correct(desk: PriceDesk) -> None:
    with pytest.raises(RecordMissing):
        desk.correct(DAY, MANAGER, AT, "x")


def test_2_4_4_a_thin_day_carries_the_standing_range(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    first = published(desk)
    told(desk, Scenario.THIN, NEXT)
    second = published(desk, NEXT)
    assert (second.low, second.high, second.status) == (first.low, first.high, RecordStatus.CARRIED)
    assert desk.replay(second).inputs.previous is not None


def test_2_4_6_a_correction_names_the_days_that_rest_on_it(desk: PriceDesk) -> None:
    """A thin day carried what was corrected: corrected as well, nothing is outdated any more."""
    found = told(desk, Scenario.CORRECTION)
    published(desk)
    told(desk, Scenario.THIN, NEXT)
    carried = published(desk, NEXT)
    assert desk.outdated() == []
    for signed in found.later:
        desk.submit(signed, AT)
    corrected = _corrected(desk, DAY)
    assert desk.outdated() == [NEXT]
    second = _corrected(desk, NEXT)
    assert (second.low, second.high) == (corrected.low, corrected.high)
    assert second.corrects == carried.hash
    assert desk.outdated() == []
    assert desk.records_of(NEXT) == [carried, second]


def _corrected(desk: PriceDesk, day: date) -> PriceRecord:
    for analyst in (ANALYST, SECOND):
        desk.prepare(day, analyst, AT + 5)
    return desk.correct(day, MANAGER, AT + 9, "a mistyped deal")


def test_a_decision_is_undone(desk: PriceDesk) -> None:
    """It stays in the book, counts no more, and is undone by whoever may decide it."""
    found = told(desk, Scenario.LIQUID)
    before = desk.assess(DAY)
    excluded = decision(Choice.EXCLUDE, submission=hex_of(found.submissions[0].submission.hash))
    desk.decide(excluded, ANALYST)
    assert len(_used(desk)) == len(_used_of(before)) - 1
    undo = decision(Choice.UNDO, decision=hex_of(excluded.hash))
    desk.decide(undo, ANALYST)
    assert _used(desk) == _used_of(before)
    assert excluded in desk.decisions(DAY)
    with pytest.raises(DeskRefused, match="no decision of that day that stands"):
        desk.decide(decision(Choice.UNDO, reason="again", decision=hex_of(excluded.hash)), ANALYST)


def _used(desk: PriceDesk) -> list[str]:
    return _used_of(desk.assess(DAY))


def _used_of(found: Assessment) -> list[str]:
    return [one.source for one in found.data if one.outcome is DatumOutcome.USED]


def test_an_analyst_does_not_undo_what_the_manager_decided(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    delay = decision(Choice.DELAY, MANAGER)
    desk.decide(delay, MANAGER)
    assert desk.assess(DAY).status is RecordStatus.DELAYED
    with pytest.raises(DeskRefused, match="undone by the manager"):
        desk.decide(decision(Choice.UNDO, decision=hex_of(delay.hash)), ANALYST)
    desk.decide(decision(Choice.UNDO, MANAGER, decision=hex_of(delay.hash)), MANAGER)
    assert desk.assess(DAY).status is RecordStatus.NORMAL


def test_nobody_at_the_desk_approves_a_submitter_of_the_desk(desk: PriceDesk) -> None:
    """One analyst alone, with an account of his own behind it."""
    sham = {"kind": "smelter", "metal": 700 * 10**9, "contact": "x", "affiliates": []}
    own = SubmitterEntry("sham", DAY, EntryKind.PROPOSED, {**sham, "account": ANALYST.account})
    with pytest.raises(SubmitterRefused, match="works at the desk"):
        desk.enter([own], ANALYST, AT)
    other = SubmitterEntry("sham", DAY, EntryKind.PROPOSED, {**sham, "account": SECOND.account})
    with pytest.raises(SubmitterRefused, match="works at the desk"):
        desk.enter([other], ANALYST, AT, staff=[SECOND.account.lower()])
    friend = SubmitterEntry("sham", DAY, EntryKind.PROPOSED, {**sham, "account": "0x" + "77" * 20})
    rest = [
        SubmitterEntry("sham", DAY, EntryKind.DOCUMENT,
                       {"kind": "business-licence", "hash": "0x22"}),
        SubmitterEntry("sham", DAY, EntryKind.VERIFIED, {"by": "amber"}),
        SubmitterEntry("sham", DAY, EntryKind.AGREED, {}),
    ]  # fmt: skip
    desk.enter([friend, *rest], ANALYST, AT)
    approval = SubmitterEntry("sham", DAY, EntryKind.APPROVED, {})
    with pytest.raises(SubmitterRefused, match="approved by a manager"):
        desk.enter([approval], ANALYST, AT)
    desk.enter([approval], MANAGER, AT)


def test_2_4_4_without_any_range_nothing_is_prepared(desk: PriceDesk) -> None:
    told(desk, Scenario.THIN)
    with pytest.raises(DeskRefused, match="no previous one to carry"):
        desk.prepare(DAY, ANALYST, AT)


def test_2_4_5_a_delayed_publication(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    desk.decide(decision(Choice.DELAY, MANAGER), MANAGER)
    assert published(desk).status is RecordStatus.DELAYED


def test_2_1_only_complete_trading_days(desk: PriceDesk) -> None:
    with pytest.raises(DeskRefused, match="no trading day"):
        desk.prepare(date(2026, 10, 1), ANALYST, AT)
    with pytest.raises(DeskRefused, match="has not come yet"):
        desk.prepare(date(2026, 11, 23), ANALYST, AT)


def test_2_3_1_3_a_late_trade_counts_once(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    published(desk)
    late = told(desk, Scenario.LATE_TRADE, NEXT).submissions[-1].submission
    source = "0x" + late.hash.hex()
    line = next(one for one in desk.assess(NEXT).data if one.source == source)
    assert (late.time.date(), line.outcome) == (DAY, DatumOutcome.USED)


def test_2_3_2_nobody_unknown_and_no_other_key(desk: PriceDesk) -> None:
    raw = dict(synthetic_day(Scenario.LIQUID, DAY, 4_800_000, random.Random(1))
               .submissions[0].submission.raw)  # fmt: skip
    with pytest.raises(SubmitterRefused, match="not its registered account"):
        desk.submit(SignedSubmission.sign(raw, CHAIN_ID, key_of("birch")), AT)
    stranger = SignedSubmission.sign({**raw, "submitter": "nobody"}, CHAIN_ID, key_of("nobody"))
    with pytest.raises(SubmitterRefused):
        desk.submit(stranger, AT)
    other = SignedSubmission.sign(raw, 1, key_of("amber"))
    with pytest.raises(SignatureInvalid):
        desk.submit(other, AT)
    foreign = "0x" + told(desk, Scenario.LIQUID).submissions[1].submission.hash.hex()
    with pytest.raises(SubmissionInvalid, match="same submitter"):
        desk.submit(SignedSubmission.sign({**raw, "corrects": foreign}, CHAIN_ID, key_of("amber")),
                    AT)  # fmt: skip


def test_the_same_submission_is_taken_once(desk: PriceDesk) -> None:
    found = told(desk, Scenario.LIQUID)
    assert not desk.submit(found.submissions[0], AT)
    assert len(desk.submissions(DAY)) == len(found.submissions)


def test_2_3_1_2_a_later_revocation_leaves_old_assessments_alone(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    record = published(desk)
    desk.enter([SubmitterEntry("amber", DAY, EntryKind.REVOKED, {"reason": "lied"})], MANAGER, AT)
    assert desk.replay(record).range == (record.low, record.high)
    assert desk.assess(DAY).hash != record.assessment_hash


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        (Choice.RATE, {"rate": 200_001, "source": "x"}),
        (Choice.RATE, {"rate": 1}),
        (Choice.EXCLUDE, {"submission": "0x" + "00" * 32}),
        (Choice.EXCLUDE, {"submission": "0xz"}),
        (Choice.EXCLUDE, {}),
        (Choice.CROSS_VALIDATE, {"low": 2, "high": 1, "source": "x"}),
        (Choice.CROSS_VALIDATE, {"low": 1, "high": 2, "source": " "}),
    ],
)
def test_2_4_3_decisions_are_checked(
    desk: PriceDesk, choice: Choice, values: dict[str, object]
) -> None:
    with pytest.raises(DecisionMalformed):
        desk.decide(decision(choice, **values), ANALYST)
    with pytest.raises(DeskRefused, match="own name"):
        desk.decide(decision(Choice.RATE, rate=1, source="x"), SECOND)


@pytest.mark.parametrize("statement", ["DELETE FROM lines", "UPDATE lines SET text = ''"])
def test_2_4_2_the_book_refuses_to_forget(desk: PriceDesk, path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection, pytest.raises(sqlite3.Error, match="append-only"):
        connection.execute(statement)


def _alter(path: Path, kind: LineKind, old: str, new: str) -> None:
    """As somebody would who owns the disk."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER never_UPDATE")
        done = connection.execute(
            "UPDATE lines SET text = replace(text, ?, ?) WHERE kind = ? AND text LIKE ?",
            (old, new, kind, f"%{old}%"),
        )
        assert done.rowcount > 0


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (LineKind.SUBMISSION, '"volume":"', '"volume":"1'),
        (LineKind.DECISION, "because", "no cause"),
        (LineKind.ENTRY, "desk of amber", "desk of birch"),
    ],
)
def test_what_was_altered_in_the_book_is_seen(
    desk: PriceDesk, path: Path, kind: LineKind, old: str, new: str
) -> None:
    told(desk, Scenario.LIQUID)
    record = published(desk)
    _alter(path, kind, old, new)
    with pytest.raises((SignatureInvalid, DeskRefused)):
        desk.replay(record)


def test_2_3_1_what_was_slipped_into_the_book_is_seen(desk: PriceDesk) -> None:
    """By somebody who owns the disk, with a key of their own."""
    raw = dict(told(desk, Scenario.LIQUID).submissions[0].submission.raw) | {"volume": "61 t"}
    forged = SignedSubmission.sign(raw, CHAIN_ID, key_of("forger"))
    desk.book.append(
        LineKind.SUBMISSION, COMMODITY, DAY, forged.submission.hash, AT, forged.to_json()
    )
    with pytest.raises(DeskRefused, match="no submitter's"):
        desk.assess(DAY)


def test_2_3_1_2_another_account_signs_from_then_on(desk: PriceDesk) -> None:
    raw = dict(told(desk, Scenario.LIQUID).submissions[0].submission.raw) | {"volume": "61 t"}
    entry = SubmitterEntry("amber", DAY, EntryKind.ACCOUNT, {"account": account_of("amber-new")})
    desk.enter([entry], MANAGER, AT)
    with pytest.raises(SubmitterRefused):
        desk.submit(SignedSubmission.sign(raw, CHAIN_ID, key_of("amber")), AT)
    assert desk.submit(SignedSubmission.sign(raw, CHAIN_ID, key_of("amber-new")), AT)
    assert desk.assess(DAY).range is not None
    taken = SubmitterEntry("birch", DAY, EntryKind.ACCOUNT, {"account": account_of("cedar")})
    with pytest.raises(SubmitterRefused, match="cedar signs with that account"):
        desk.enter([taken], MANAGER, AT)


def test_an_altered_range_is_seen(desk: PriceDesk, path: Path) -> None:
    told(desk, Scenario.LIQUID)
    record = published(desk)
    _alter(path, LineKind.RECORD, f'"low": "{record.low}"', f'"low": "{record.low - 1}"')
    with pytest.raises(ReplayDiffers):
        desk.replay(desk.require_standing(DAY))


def test_the_salt_is_drawn_once_a_day_and_differs(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    salts = {desk.assess(day).inputs.salt for day in (DAY, DAY, NEXT)}
    assert [len(salt) for salt in salts] == [32, 32]


def test_a_book_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no database" * 100)
    with pytest.raises(StorageError):
        PriceBook(tmp_path / "broken")


def test_staff(tmp_path: Path) -> None:
    path = tmp_path / "staff.yaml"
    path.write_text(f"analysts: ['{ANALYST.account}']\nmanagers: ['{MANAGER.account}']\n", "utf-8")
    staff = Staff.read(path)
    assert staff.role_of(MANAGER.account, DAY) is DeskRole.MANAGER
    with pytest.raises(DeskRefused, match="does not work at this desk"):
        staff.role_of(SECOND.account, DAY)
    for text in (
        f"analysts: ['{ANALYST.account}']\nmanagers: ['{ANALYST.account}']\n", "analysts: 1", "x",
        f"analysts: ['{ANALYST.account}', '{ANALYST.account.lower()}']\nmanagers: []\n",
        f"analysts: ['{ANALYST.account}']\nanalysts: []\nmanagers: []\n",
        f"analysts: ['{ANALYST.account}']\nmanagers: '{MANAGER.account}'\n",
        f"analysts: ['{ANALYST.account}']\nmanagers: []\nmanager: ['{MANAGER.account}']\n",
        f"analysts: ['{ANALYST.account.swapcase().replace('X', 'x', 1)}']\nmanagers: []\n",
        "analysts: ['0xNOTANADDRESS']\nmanagers: []\n",
    ):  # fmt: skip
        path.write_text(text, "utf-8")
        with pytest.raises(StaffUnusable, match="line"):
            Staff.read(path)


@pytest.mark.parametrize(
    ("name", "read", "said"),
    [
        ("staff.yaml", Staff.read, "line 2: the key 'analysts' stands twice, first in line 1"),
        ("submitters-key-twice.yaml", read_entries, "the key 'metal' stands twice"),
        ("submitters-wrong-checksum.yaml", read_entries, r"entries\[0\]\.account: .* no address"),
    ],
)
def test_files_that_were_taken_without_looking(
    shared_dir: Path, name: str, read: Callable[[Path], object], said: str
) -> None:
    with pytest.raises(LodetraceError, match=said):
        read(shared_dir / "cases" / "13-yaml-taken-without-looking" / name)


def test_2_3_1_2_entries_are_added_all_or_none(desk: PriceDesk) -> None:
    before = desk.entries()
    good = SubmitterEntry("amber", DAY, EntryKind.NOTIFIED, {"reason": "sales too low"})
    with pytest.raises(SubmitterRefused):
        desk.enter([good, SubmitterEntry("nobody", DAY, EntryKind.AGREED, {})], MANAGER, AT)
    assert desk.entries() == before
