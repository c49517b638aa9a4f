"""2.4: the range itself, special circumstances, and that nobody moves it alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.prices.assessment import Assessment, Flag, assess
from oracle.prices.datum import DatumOutcome
from oracle.prices.decisions import Choice
from oracle.prices.errors import DeskRefused
from oracle.prices.normalisation import normalised
from oracle.prices.record import RecordStatus
from oracle.prices.submission import Submission
from oracle.prices.synthetic import Scenario, market, synthetic_day
from tests.unit.oracle.prices.street import (
    COBALT,
    DAY,
    assessed,
    decided,
    fate,
    inputs,
    previous,
    said,
    shown,
    trades,
)


def paid(terms: str, days: int) -> Submission:
    return said("amber", "trade", "4.8", payment={"terms": terms, "days": Decimal(days)})


@pytest.mark.parametrize(
    ("terms", "days"),
    [("transfer", 0), ("transfer", 30), ("bank-acceptance", 90), ("transfer", 365)],
)
def test_2_4_2_payment_is_normalised_by_the_bank_acceptance_rate(terms: str, days: int) -> None:
    """A draft of 180 days is worth as much today as what was agreed."""
    found = normalised(paid(terms, days), COBALT, 12_000)
    assert found is not None
    rate = Fraction(12, 1_000)
    worth = 4_800_000 * (1 - rate * days / 360)
    assert abs(found.low * (1 - rate * 180 / 360) - worth) < 1
    assert f"{days} days, at 1.2 % a year" in found.steps[0]


def test_2_5_4_bank_acceptance_of_the_usual_tenor_stays_as_it_is() -> None:
    found = normalised(paid("bank-acceptance", 180), COBALT, None)
    assert found is not None
    assert (found.low, found.steps) == (4_800_000, ())


def test_2_4_2_payment_periods_without_end_are_not_compared() -> None:
    assert normalised(paid("transfer", 366), COBALT, 12_000) is None


def test_2_5_3_and_2_5_5_freight_to_the_buyer_s_factory_is_added() -> None:
    submission = said("amber", "trade", "4.8", delivery={"place": "Ganzhou", "freight": "0.012"})
    found = normalised(submission, COBALT, None)
    assert found is not None
    assert (found.low, found.steps) == (4_812_000, ("freight 0.012 added",))


def test_2_4_2_the_result_is_a_range_of_what_is_most_tradable() -> None:
    found = assessed(trades("4.8", "4.81", "4.82", "4.83", "4.84", "4.85", "4.86"))
    assert shown(found) == ("4.82", "4.84")
    assert (found.status, found.flags) == (RecordStatus.NORMAL, ())


def test_2_3_1_3_a_stated_range_counts_with_both_ends() -> None:
    stated = [said(name, "expected", "4.8", "4.84") for name in ("amber", "birch", "cedar", "fir")]
    assert shown(assessed(stated)) == ("4.8", "4.84")


@pytest.mark.parametrize(("high", "wide"), [("5.3", True), ("5.299999", False)])
def test_2_4_2_a_range_is_usually_less_than_5000_wide(high: str, wide: bool) -> None:
    stated = [said(name, "expected", "4.8", high) for name in ("amber", "birch", "cedar", "fir")]
    found = assessed(stated)
    assert shown(found) == ("4.8", high)
    assert (Flag.WIDE in found.flags) is wide


def test_2_4_4_three_pieces_and_the_previous_day() -> None:
    found = assessed(trades("4.8", "4.81", "4.82"), [], previous("4.7", "4.72"))
    assert shown(found) == ("4.8", "4.81")
    assert found.status is RecordStatus.NORMAL
    assert {Flag.THIN, Flag.CONSIDERED} <= set(found.flags)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_2_4_4_a_thin_market_carries_the_previous_day(count: int) -> None:
    submissions = trades("4.9", "4.91")[:count]
    found = assessed(submissions, [], previous("4.7", "4.72"))
    assert shown(found) == ("4.7", "4.72")
    assert found.status is RecordStatus.CARRIED
    assert Flag.CARRIED in found.flags
    assert {fate(found, one).outcome for one in submissions} <= {DatumOutcome.SET_ASIDE}


def test_2_4_4_nothing_to_carry() -> None:
    found = assessed(trades("4.9"))
    assert (found.range, Flag.NONE in found.flags) == (None, True)


QUOTES = [("amber", "bid"), ("birch", "bid"), ("cedar", "offer"), ("dogwood", "offer")]


@pytest.mark.parametrize(
    ("kinds", "considered"),
    [
        ([], True),
        (QUOTES[:3], True),  # one offer
        (QUOTES[1:], True),  # one bid
        (QUOTES, False),
    ],
)
def test_2_4_4_no_or_only_one_offer_or_bid(
    kinds: Sequence[tuple[str, str]], considered: bool
) -> None:
    quotes = [said(name, kind, "4.8") for name, kind in kinds]
    stated = [said(name, "expected", "4.81") for name in ("elder", "fir", "ginkgo", "hazel")]
    found = assessed([*quotes, *stated], [], previous())
    assert (Flag.CONSIDERED in found.flags) is considered
    assert (Flag.ONE_SIDED in found.flags) is considered


@pytest.mark.parametrize(("offer", "carried"), [("5.8", False), ("5.800001", True)])
def test_2_4_4_bids_and_offers_too_far_apart(offer: str, carried: bool) -> None:
    quotes = [said(name, kind, "4.8" if kind == "bid" else offer) for name, kind in QUOTES]
    found = assessed(quotes, [], previous())
    assert (Flag.SPREAD in found.flags) is carried
    assert (found.status is RecordStatus.CARRIED) is carried


@pytest.mark.parametrize(("offer", "flagged"), [("5.8", False), ("5.800001", True)])
def test_2_4_4_the_spread_lies_between_the_best_bid_and_the_best_offer(
    offer: str, flagged: bool
) -> None:
    quotes = [
        said("amber", "bid", "4.5", "4.6"),
        said("birch", "bid", "4.7", "4.8"),
        said("cedar", "offer", offer, "5.9"),
        said("dogwood", "offer", "6", "6.1"),
    ]
    assert (Flag.SPREAD in assessed(quotes, [], previous()).flags) is flagged


@pytest.mark.parametrize("prices", [("4", "4", "6", "6"), ("4", "4.8", "4.81", "6")])
def test_2_4_4_prices_that_do_not_agree(prices: tuple[str, ...]) -> None:
    """All, or two of four, run against the market: more than a third."""
    found = assessed(trades(*prices), [], previous())
    assert Flag.DISAGREE in found.flags
    assert found.status is RecordStatus.CARRIED


def test_2_4_5_a_delay_is_recorded_with_its_reason() -> None:
    found = assessed(trades("4.8", "4.8", "4.8", "4.8"), [decided(Choice.DELAY, "power outage")])
    assert found.status is RecordStatus.DELAYED


def test_2_4_5_a_delayed_day_is_delayed_whatever_its_range() -> None:
    found = assessed(trades("4.9"), [decided(Choice.DELAY, "power outage")], previous())
    assert Flag.CARRIED in found.flags
    assert found.status is RecordStatus.DELAYED


@pytest.mark.parametrize("reason", ["", " ", "x" * 2_001])
def test_2_4_3_no_judgement_without_a_reason(reason: str) -> None:
    with pytest.raises(DeskRefused, match="reason"):
        decided(Choice.EXCLUDE, reason, submission="0x")


PRICES = st.integers(4_600, 5_000).map(lambda grain: COBALT.unit.text(grain * 1_000))
KINDS = st.sampled_from(["trade", "bid", "offer", "expected"])
LIAR = "hazel"


@st.composite
def honest(draw: st.DrawFn) -> list[Submission]:
    """Three submitters who each say one thing."""
    names = ("amber", "birch", "cedar")
    return [
        said(name, draw(KINDS), draw(PRICES), counterparty=draw(st.sampled_from(["x", LIAR])))
        for name in names
    ]


@st.composite
def lies(draw: st.DrawFn, others: list[Submission]) -> list[Submission]:
    """Whatever one submitter can say, copies and corrections of others among it."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        price = COBALT.unit.text(draw(st.integers(1, 10**9)))
        victim = draw(st.sampled_from(others))
        copied = draw(st.booleans())
        found.append(
            said(
                LIAR,
                draw(KINDS),
                COBALT.unit.text(victim.low) if copied else price,
                counterparty=victim.submitter if copied else "buyer",
                volume=draw(st.sampled_from(["60 t", "5 t", f"{40 + number} t"])),
                time=f"2026-11-20T0{number}:00:00+08:00",
                corrects=draw(st.sampled_from([None, "0x" + victim.hash.hex()])),
                special=draw(st.sampled_from([None, None, "storage"])),
            )
        )
    return found


def inside(found: Assessment, submissions: Sequence[Submission]) -> bool:
    """Whether the range lies within what the honest say and the previous day's range."""
    before = found.inputs.previous
    assert before is not None
    assert found.range is not None
    low = min([one.low for one in submissions] + [before.record.low])
    high = max([one.high for one in submissions] + [before.record.high])
    return low <= found.range[0] <= found.range[1] <= high


@given(st.data())
def test_2_3_1_1_one_submitter_of_four_cannot_move_the_range(data: st.DataObject) -> None:
    """Opposing manipulation: whatever the fourth says, the range stays among the others'."""
    others = data.draw(honest())
    said_by_all = data.draw(st.permutations([*others, *data.draw(lies(others))]))
    assert inside(assessed(said_by_all, [], previous()), others)


@given(st.lists(st.integers(4_600, 5_000), min_size=3, max_size=3), st.integers(1, 10**9))
def test_2_3_1_1_one_trade_of_four_cannot_move_the_range(prices: list[int], lie: int) -> None:
    """Without a previous day: between the lowest and the highest of the honest three."""
    grains = [COBALT.unit.text(price * 1_000) for price in prices]
    found = assessed([*trades(*grains), said(LIAR, "trade", COBALT.unit.text(lie))])
    assert found.range is not None
    assert min(prices) * 1_000 <= found.range[0] <= found.range[1] <= max(prices) * 1_000


def test_the_property_would_see_a_mean() -> None:
    """An average of the four leaves the honest range, so the property above can fail."""
    prices = [4_800_000, 4_810_000, 4_820_000, 10**9]
    assert sum(prices) // 4 > max(prices[:3])


@given(st.randoms(use_true_random=False))
def test_2_4_3_same_inputs_same_range_to_the_fen(chance: Random) -> None:
    day = synthetic_day(chance.choice(list(Scenario)), DAY, 4_800_000, chance)
    given_once = [one.submission for one in day.submissions]
    first = assess(inputs(given_once, day.decisions, previous()))
    again = assess(inputs(given_once, day.decisions, previous()))
    assert (first.range, first.hash) == (again.range, again.hash)
    chance.shuffle(given_once)
    assert assess(inputs(given_once, day.decisions, previous())).range == first.range


def test_the_hash_covers_submissions_decisions_and_salt() -> None:
    base = inputs(trades("4.8", "4.8", "4.8", "4.8"))
    others = [
        replace(base, salt=b"\x08" * 32),
        replace(base, submissions=base.submissions[:3]),
        replace(base, decisions=(decided(Choice.DELAY),)),
        replace(base, previous=previous()),
        replace(base, day=date(2026, 11, 19)),
    ]
    hashes = {assess(one).hash for one in others} | {assess(base).hash}
    assert len(hashes) == len(others) + 1


def test_2_1_synthetic_markets_are_deterministic_and_skip_holidays() -> None:
    first = list(market(7, date(2026, 9, 28), 6))
    assert [one.day.isoformat() for one in first] == [
        "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-12",
    ]  # fmt: skip
    again = list(market(7, date(2026, 9, 28), 6))
    assert [one.submissions for one in again] == [one.submissions for one in first]
    assert [one.level for one in market(8, date(2026, 9, 28), 6)] != [one.level for one in first]
