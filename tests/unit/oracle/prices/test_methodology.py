"""The configured methodology, its notice, its calendar and its money."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.prices.calendar_files import HolidayList
from oracle.prices.errors import HolidaysMissing, MethodologyUnusable, PriceMalformed
from oracle.prices.methodology import AssessmentMethodology, methodologies, methodology_on
from oracle.prices.money import HIGHEST, PriceUnit, decimal_text, per_kg_metal

FILE = "oracle/prices/methodologies/cobalt-sulphate-2023-08-31.json"
COBALT = methodology_on("cobalt-sulphate", date(2026, 11, 20))
UNIT = PriceUnit("10000 CNY/mt", 1_000_000)


@pytest.fixture
def raw(root: Path) -> dict[str, Any]:
    return json.loads((root / FILE).read_text("utf-8"))


def test_2_5_review_of_key_points() -> None:
    """2.5.1 to 2.5.7, and the numbers of 2.3.1.1, 2.4.1 and 2.4.2."""
    assert COBALT.standard == "GB/T 26523-2011"
    assert COBALT.content == 205_000
    assert (COBALT.least_volume, COBALT.most_volume) == (30 * 10**9, 200 * 10**9)
    assert (COBALT.unit.name, COBALT.unit.fen) == ("10000 CNY/mt incl. VAT", 10_000 * 100)
    assert COBALT.vat == 130_000
    assert COBALT.pieces == 4
    assert COBALT.usual_width == 5_000 * 100
    assert COBALT.submitters == {"smelter": 600 * 10**9, "downstream": 500 * 10**9}
    assert COBALT.rectification == timedelta(days=30)
    assert COBALT.records_years == 5


def test_2_7_a_change_applies_28_days_after_its_notice(raw: dict[str, Any]) -> None:
    exact = {**raw, "notice": "2026-11-01", "in_force": "2026-11-29"}
    assert AssessmentMethodology.of(exact).in_force == date(2026, 11, 29)
    short = {**exact, "in_force": "2026-11-28"}
    with pytest.raises(MethodologyUnusable, match="27 days after its notice"):
        AssessmentMethodology.of(short)
    with pytest.raises(MethodologyUnusable):
        AssessmentMethodology.of({**short, "force_majeure": " "})
    reason = "bankruptcy of the exchange"
    assert AssessmentMethodology.of({**short, "force_majeure": reason}).force_majeure == reason


def test_2_7_no_version_shortens_the_notice(raw: dict[str, Any]) -> None:
    with pytest.raises(MethodologyUnusable, match="less than 28"):
        AssessmentMethodology.of({**raw, "notice_days": 27})


def test_1_the_version_in_force_as_of_a_day(raw: dict[str, Any], tmp_path: Path) -> None:
    later = {**raw, "id": "later", "notice": "2026-10-01", "in_force": "2026-11-10"}
    other = {**raw, "id": "nickel-1", "commodity": "nickel-sulphate"}
    for number, one in enumerate((later, raw, other)):
        (tmp_path / f"{number}.json").write_text(json.dumps(one), "utf-8")
    versions = methodologies(tmp_path)
    assert methodology_on("cobalt-sulphate", date(2026, 11, 9), versions).id == raw["id"]
    assert methodology_on("cobalt-sulphate", date(2026, 11, 10), versions).id == "later"
    assert methodology_on("nickel-sulphate", date(2026, 11, 10), versions).id == "nickel-1"
    with pytest.raises(MethodologyUnusable, match="none is in force"):
        methodology_on("cobalt-sulphate", date(2023, 8, 30), versions)


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 1}'])
def test_data_that_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(text, "utf-8")
    with pytest.raises(MethodologyUnusable, match=r"broken\.json"):
        methodologies(tmp_path)


@pytest.mark.parametrize(
    ("day", "trading"),
    [
        ("2026-11-20", True),  # Friday
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-02-14", False),  # a Saturday that is worked
    ],
)
def test_2_1_each_complete_trading_day(day: str, trading: bool) -> None:
    assert COBALT.calendar.is_trading_day(date.fromisoformat(day)) is trading


def test_2_1_the_trading_day_before_a_holiday_week() -> None:
    assert COBALT.calendar.before(date(2026, 10, 8)) == date(2026, 9, 30)


@pytest.mark.parametrize("day", [date(2030, 1, 2), date(2030, 1, 5), date(2022, 12, 30)])
def test_2_1_a_year_without_a_list_is_refused(day: date) -> None:
    with pytest.raises(HolidaysMissing, match=f"no holidays of {day.year}"):
        COBALT.calendar.is_trading_day(day)


def test_2_1_the_day_before_a_year_that_is_listed() -> None:
    with pytest.raises(HolidaysMissing, match="2022"):
        COBALT.calendar.before(date(2023, 1, 2))


def test_2_1_every_list_says_what_it_was_checked_against() -> None:
    """Every year since the methodology came into force; those of before this desk are not
    checked yet."""
    assert COBALT.calendar.years == {2023, 2024, 2025, 2026}
    assert COBALT.calendar.provisional == {2023, 2024}
    assert not COBALT.calendar.is_trading_day(date(2024, 2, 12))
    assert COBALT.calendar.before(date(2023, 10, 9)) == date(2023, 9, 28)


@pytest.mark.parametrize(
    ("standing", "against", "verified"),
    [("verified", "a notice", True), ("provisional", "", False), ("provisional", "memory", False)],
)
def test_2_1_a_list_without_a_source_is_provisional(
    standing: str, against: str, verified: bool
) -> None:
    raw = {"standing": standing, "against": against, "holidays": ["2026-01-01"]}
    assert HolidayList.of("2026", raw).is_verified is verified


def test_2_1_no_list_is_verified_against_nothing() -> None:
    raw = {"standing": "verified", "against": " ", "holidays": ["2026-01-01"]}
    with pytest.raises(ValueError, match="against says nothing"):
        HolidayList.of("2026", raw)


def test_2_1_a_list_of_an_unknown_standing() -> None:
    raw = {"standing": "surely", "against": "a notice", "holidays": ["2026-01-01"]}
    with pytest.raises(ValueError, match="verified or provisional"):
        HolidayList.of("2026", raw)


def test_2_5_6_prices_are_exact() -> None:
    assert UNIT.parse("4.85") == 4_850_000
    assert UNIT.parse("0.000001") == 1
    assert UNIT.text(4_850_000) == "4.85"


@pytest.mark.parametrize(
    "text",
    ["", "4,85", "-1", "+1", "1e3", "4.85 ", "0", "0.0000001", "NaN", "٤", "1000000.000001", 4.85,
     None, "1" * 30],
)  # fmt: skip
def test_2_5_6_what_is_no_price(text: object) -> None:
    with pytest.raises(PriceMalformed):
        UNIT.parse(text)


@given(st.integers(1, HIGHEST))
def test_2_5_6_text_and_back(fen: int) -> None:
    assert UNIT.parse(UNIT.text(fen)) == fen


def test_2_5_7_per_kg_of_contained_metal_without_vat() -> None:
    """48,500 CNY/mt ÷ 1.13 ÷ 205 kg."""
    found = per_kg_metal(4_850_000, 130_000, 205_000)
    assert found == Fraction(48_500) / Fraction(113, 100) / 205
    assert decimal_text(found, 4) == "209.3676"
    assert decimal_text(Fraction(5, 2), 0) == "2"


@given(st.integers(1, HIGHEST))
def test_2_5_7_the_conversion_loses_nothing(fen: int) -> None:
    assert per_kg_metal(fen, 130_000, 205_000) * 205 * Fraction(113, 100) * 100 == fen
