"""2.3 and 2.4.3: what does not count, and the ground that is kept beside it."""

from datetime import timedelta
from typing import Any

import pytest

from oracle.prices.assessment import Flag
from oracle.prices.datum import DatumOutcome, Ground
from oracle.prices.decisions import Choice
from oracle.prices.inputs import deals
from oracle.prices.submission import Submission
from oracle.prices.submitters import EntryKind, SubmitterEntry
from oracle.prices.synthetic import entries
from tests.unit.oracle.prices.street import (
    COBALT,
    DAY,
    assessed,
    decided,
    fate,
    previous,
    said,
    shown,
    trades,
    used,
)

OTHERS = trades("4.8", "4.81", "4.82", "4.83", "4.84")


def ground_of(submission: Submission, *rest: Any) -> Ground | None:
    """Its ground beside five honest trades; it must not be used where it has one."""
    line = fate(assessed([*OTHERS, submission], *rest), submission)
    assert (line.ground is None) is (line.outcome is not DatumOutcome.EXCLUDED)
    return line.ground


def hazel(**given: Any) -> Submission:
    return said("hazel", given.pop("kind", "trade"), given.pop("price", "4.82"), **given)


def test_an_ordinary_one_counts() -> None:
    assert ground_of(hazel()) is None


@pytest.mark.parametrize(
    ("given", "ground"),
    [
        ({"independent": False}, Ground.PARTIES),
        ({"specification": {"standard": "GB/T 1", "content": "21 %"}}, Ground.SPECIFICATION),
        ({"special": "with storage for a month"}, Ground.SPECIAL),
        ({"kind": "bid", "volume": "20 t"}, Ground.VOLUME),
        ({"kind": "offer", "volume": "201 t"}, Ground.VOLUME),
        ({"time": "2026-11-18T10:00:00+08:00"}, Ground.DAY),
        ({"time": "2026-11-21T10:00:00+08:00"}, Ground.DAY),
        ({"kind": "bid", "time": "2026-11-19T10:00:00+08:00"}, Ground.DAY),
    ],
)
def test_2_4_3_what_is_stated_of_it(given: dict[str, Any], ground: Ground) -> None:
    assert ground_of(hazel(**given)) is ground


@pytest.mark.parametrize(("content", "counts"), [("20.5 %", True), ("20.4999 %", False)])
def test_2_5_1_at_least_20_5_percent_cobalt(content: str, counts: bool) -> None:
    specification = {"standard": "GB/T 26523-2011", "content": content}
    assert (ground_of(hazel(specification=specification)) is None) is counts


def test_2_3_1_only_approved_submitters_count() -> None:
    stranger = said("stranger", "trade", "4.82")
    assert ground_of(stranger) is Ground.SUBMITTER
    revoked = SubmitterEntry("hazel", DAY, EntryKind.REVOKED, {"reason": "invented a deal"})
    assert ground_of(hazel(), [], None, [*entries(), revoked]) is Ground.SUBMITTER
    later = SubmitterEntry("hazel", DAY + timedelta(days=1), EntryKind.REVOKED, {"reason": "later"})
    assert ground_of(hazel(), [], None, [*entries(), later]) is None


def test_2_3_1_2_a_notified_submitter_counts_until_its_time_is_over() -> None:
    for days, ground in ((30, None), (31, Ground.SUBMITTER)):
        notice = SubmitterEntry(
            "hazel", DAY - timedelta(days=days), EntryKind.NOTIFIED, {"reason": "sales too low"}
        )
        assert ground_of(hazel(), [], None, [*entries(), notice]) is ground


def test_2_3_1_3_late_trades_of_the_prior_day() -> None:
    late = hazel(time="2026-11-19T16:00:00+08:00")
    assert ground_of(late) is None
    assert ground_of(late, [], previous(deals=deals([late], COBALT.calendar))) is Ground.ASSESSED


def test_2_3_1_3_the_day_is_that_of_the_market() -> None:
    """23:30 UTC on Thursday is Friday morning in China, whatever offset is written."""
    assert ground_of(hazel(kind="expected", time="2026-11-19T23:30:00+00:00")) is None
    assert ground_of(hazel(kind="expected", time="2026-11-20T23:30:00+00:00")) is Ground.DAY


def test_2_6_quotes_of_no_standard_volume_are_no_standard_contracts() -> None:
    assert ground_of(hazel(kind="offer", volume="200 t")) is None
    assert ground_of(hazel(kind="offer", volume="200.001 t")) is Ground.VOLUME


def test_2_4_3_affiliated_parties() -> None:
    assert ground_of(hazel(counterparty="hazel")) is Ground.PARTIES
    register = [_affiliated(one, "hazel", "hazel-holding") for one in entries()]
    assert ground_of(hazel(counterparty="hazel-holding"), [], None, register) is Ground.PARTIES


def test_2_4_3_affiliated_submitters_count_once() -> None:
    register = [_affiliated(one, "birch", "amber") for one in entries()]
    four = trades("4.8", "4.81", "4.82", "4.83")
    assert Flag.THIN not in assessed(four).flags
    assert Flag.THIN in assessed(four, [], None, register).flags


def test_2_4_3_a_deal_that_both_parties_report_counts_once() -> None:
    mine = hazel(counterparty="ginkgo")
    theirs = said("ginkgo", "trade", "4.82", counterparty="hazel")
    found = assessed([*OTHERS, mine, theirs])
    assert sorted(str(fate(found, one).ground) for one in (mine, theirs)) == sorted(
        ["None", str(Ground.DUPLICATE)]
    )
    assert Flag.CONTRADICTED not in found.flags


def test_2_4_3_two_parties_who_contradict_each_other_are_shown() -> None:
    mine = hazel(counterparty="ginkgo")
    theirs = said("ginkgo", "trade", "4.83", counterparty="hazel")
    found = assessed([*OTHERS, mine, theirs])
    assert Flag.CONTRADICTED in found.flags
    assert found.contradicted == ("ginkgo and hazel",)


def test_2_4_3_a_corrected_submission_gives_way() -> None:
    wrong = hazel(price="48.2")
    right = hazel(corrects="0x" + wrong.hash.hex())
    found = assessed([*OTHERS, wrong, right])
    assert fate(found, wrong).ground is Ground.CORRECTED
    assert fate(found, right).outcome is DatumOutcome.USED


def test_2_4_3_nobody_corrects_what_another_said() -> None:
    foreign = hazel(corrects="0x" + OTHERS[0].hash.hex())
    assert fate(assessed([*OTHERS, foreign]), OTHERS[0]).outcome is DatumOutcome.USED


def test_2_4_3_counter_to_the_wider_market() -> None:
    far = hazel(price="5.36")
    line = fate(assessed([*OTHERS, far]), far)
    assert (line.ground, line.outcome) == (Ground.AGAINST_THE_MARKET, DatumOutcome.EXCLUDED)
    assert "4825000 fen/mt" in line.note
    near = hazel(price="5.3")
    assert fate(assessed([*OTHERS, near]), near).outcome is DatumOutcome.USED


def test_2_4_3_an_analyst_disqualifies_with_a_reason() -> None:
    choice = decided(Choice.EXCLUDE, "a bid made in public in advance",
                     submission="0x" + OTHERS[0].hash.hex())  # fmt: skip
    found = assessed(OTHERS, [choice])
    line = fate(found, OTHERS[0])
    assert (line.ground, line.note) == (Ground.JUDGED, "a bid made in public in advance")
    assert Flag.JUDGEMENT in found.flags
    assert Flag.JUDGEMENT not in assessed(OTHERS).flags


def test_2_4_2_terms_that_cannot_be_compared() -> None:
    cash = hazel(payment={"terms": "transfer", "days": 0 * OTHERS[0].raw["payment"]["days"]})
    assert ground_of(cash) is Ground.PAYMENT
    assert ground_of(cash, [decided(Choice.RATE, rate=12_000, source="exchange")]) is None


def test_2_4_3_everything_stays_on_the_sheet() -> None:
    odd = [hazel(independent=False), hazel(special="x"), said("stranger", "bid", "1")]
    found = assessed([*OTHERS, *odd])
    assert len(found.data) == len(OTHERS) + len(odd)
    assert used(found) == ["trade"] * 5
    assert shown(found) == ("4.81", "4.83")


def _affiliated(entry: SubmitterEntry, name: str, affiliate: str) -> SubmitterEntry:
    if entry.entry is not EntryKind.PROPOSED or entry.submitter != name:
        return entry
    values = {**entry.values, "affiliates": [affiliate]}
    return SubmitterEntry(entry.submitter, entry.day, entry.entry, values)
