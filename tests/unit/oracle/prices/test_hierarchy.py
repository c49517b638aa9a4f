"""2.4.1 and 2.4.2: which information is used, and where abnormal volumes stand."""

import pytest

from oracle.prices.assessment import Flag
from oracle.prices.datum import DatumOutcome, Rank
from oracle.prices.decisions import Choice
from oracle.prices.hierarchy import Sufficiency
from tests.unit.oracle.prices.street import (
    assessed,
    decided,
    fate,
    previous,
    said,
    shown,
    trades,
    used,
)


def test_2_2_confirmed_deals_take_precedence_over_bids_and_offers() -> None:
    bid = said("elder", "bid", "4.6")
    found = assessed([*trades("4.8", "4.81", "4.82", "4.83"), bid, said("fir", "offer", "4.99")])
    assert used(found) == ["trade"] * 4
    assert fate(found, bid).outcome is DatumOutcome.NOT_NEEDED
    assert shown(found) == ("4.81", "4.82")


def test_2_4_1_quotes_fill_up_what_deals_leave_short() -> None:
    expected = said("hazel", "expected", "4.5")
    found = assessed(
        [*trades("4.8", "4.81", "4.82"), said("elder", "bid", "4.79"),
         said("fir", "offer", "4.83"), expected]
    )  # fmt: skip
    assert used(found) == ["bid or offer"] * 2 + ["trade"] * 3
    assert fate(found, expected).outcome is DatumOutcome.NOT_NEEDED


def test_2_4_1_expected_prices_come_after_quotes_and_before_cross_validated() -> None:
    quotes = [said("amber", "bid", "4.79"), said("birch", "bid", "4.79"),
              said("cedar", "offer", "4.82")]  # fmt: skip
    cross = decided(Choice.CROSS_VALIDATE, low=4_800_000, high=4_800_000, source="precursor")
    expected = said("dogwood", "expected", "4.8")
    found = assessed([*quotes, expected], [cross])
    assert fate(found, expected).outcome is DatumOutcome.USED
    assert "cross-validated" not in used(found)
    found = assessed(quotes, [cross])
    assert "cross-validated" in used(found)
    assert Flag.JUDGEMENT in found.flags


@pytest.mark.parametrize(("count", "thin"), [(4, False), (3, True)])
def test_2_4_1_no_less_than_four_pieces(count: int, thin: bool) -> None:
    found = assessed(trades("4.8", "4.81", "4.82", "4.83")[:count], [], previous())
    assert (Flag.THIN in found.flags) is thin
    assert (Flag.CONSIDERED in found.flags) is thin


def test_2_4_1_pieces_of_one_voice_count_once() -> None:
    """Four deals of one submitter do not push out what the others say."""
    many = [said("amber", "trade", "4.9", volume=f"{tons} t") for tons in (40, 50, 60, 70)]
    others = [said(name, "expected", "4.8") for name in ("birch", "cedar", "dogwood")]
    found = assessed([*many, *others])
    assert [fate(found, one).outcome for one in others] == [DatumOutcome.USED] * 3


ODD = ("240 t", "29.999 t")


@pytest.mark.parametrize("volume", ODD)
def test_2_4_2_abnormal_volume_is_last_where_information_is_sufficient(volume: str) -> None:
    odd = [said("elder", "trade", "5", volume=volume), said("fir", "trade", "5", volume=volume)]
    expected = [said(name, "expected", "4.8") for name in ("amber", "birch", "cedar", "dogwood")]
    found = assessed([*odd, *expected])
    assert found.case is Sufficiency.SUFFICIENT
    assert {fate(found, one).outcome for one in odd} == {DatumOutcome.NOT_NEEDED}
    assert used(found) == ["expected"] * 4


@pytest.mark.parametrize("volume", ODD)
def test_2_4_2_abnormal_volume_after_expected_where_information_is_short(volume: str) -> None:
    odd = [
        said("elder", "trade", "4.85", volume=volume),
        said("fir", "trade", "4.8", volume=volume),
    ]
    stated = [said("amber", "bid", "4.79"), said("birch", "offer", "4.83"),
              said("cedar", "expected", "4.81")]  # fmt: skip
    cross = decided(Choice.CROSS_VALIDATE, low=4_000_000, high=4_000_000, source="precursor")
    found = assessed([*odd, *stated], [cross])
    assert found.case is Sufficiency.SHORT
    assert used(found) == ["abnormal volume"] * 2 + ["bid or offer"] * 2 + ["expected"]
    assert Flag.ABNORMAL_USED in found.flags


@pytest.mark.parametrize("volume", ODD)
def test_2_4_2_single_deal_abnormal_before_expected(volume: str) -> None:
    deal = said("elder", "trade", "4.81", volume=volume)
    quotes = [said("amber", "bid", "4.79"), said("birch", "bid", "4.8"),
              said("cedar", "offer", "4.83")]  # fmt: skip
    expected = [said(name, "expected", "4.5") for name in ("dogwood", "fir", "ginkgo", "hazel")]
    found = assessed([deal, *quotes, *expected])
    assert found.case is Sufficiency.SINGLE_DEAL
    assert fate(found, deal).outcome is DatumOutcome.USED
    assert {fate(found, one).outcome for one in expected} == {DatumOutcome.NOT_NEEDED}


def test_2_4_2_single_deal_after_bids_and_offers() -> None:
    deal = said("elder", "trade", "4.81", volume="240 t")
    quotes = [said("amber", "bid", "4.79"), said("birch", "bid", "4.8"),
              said("cedar", "offer", "4.83"), said("dogwood", "offer", "4.84")]  # fmt: skip
    found = assessed([deal, *quotes])
    assert fate(found, deal).outcome is DatumOutcome.NOT_NEEDED
    assert used(found) == ["bid or offer"] * 4


def test_2_4_2_a_normal_deal_beside_it_makes_no_single_deal() -> None:
    found = assessed([*trades("4.8"), said("elder", "trade", "4.81", volume="240 t")])
    assert found.case is Sufficiency.SHORT


@pytest.mark.parametrize(("volume", "rank"), [("30 t", Rank.TRADE), ("200 t", Rank.TRADE),
                                              ("200.001 t", Rank.ABNORMAL)])  # fmt: skip
def test_2_5_2_the_bounds_of_a_normal_volume(volume: str, rank: Rank) -> None:
    deal = said("amber", "trade", "4.8", volume=volume)
    assert fate(assessed([deal]), deal).rank is rank


def test_2_3_1_3_volumes_are_adjusted_under_force_majeure() -> None:
    deal = said("amber", "trade", "4.8", volume="10 t")
    adjusted = decided(Choice.VOLUMES, "flood in Ganzhou", least=10 * 10**9, most=200 * 10**9)
    found = assessed([deal], [adjusted])
    assert fate(found, deal).rank is Rank.TRADE
    assert Flag.JUDGEMENT in found.flags


def test_2_4_4_there_is_no_least_volume_of_trading() -> None:
    """A day without any deal is assessed from what else is said."""
    expected = [said(name, "expected", "4.8") for name in ("amber", "birch", "cedar", "dogwood")]
    assert shown(assessed(expected)) == ("4.8", "4.8")
