"""Typed quantities become exact integers, or a clear error."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.units import (
    AMOUNT_LIMIT,
    MASS_UNITS,
    QuantityInexact,
    QuantityMalformed,
    QuantityTooLarge,
    UnitUnknown,
    contained_metal,
    format_carbon,
    format_intensity,
    format_metal,
    format_price,
    format_share,
    parse_carbon,
    parse_intensity,
    parse_metal,
    parse_price,
    parse_share,
)

AMOUNTS = st.integers(0, AMOUNT_LIMIT - 1)


@pytest.mark.parametrize(
    ("text", "milligrams"),
    [
        ("20 t", 20 * 10**9),
        ("152.4 kg", 152_400_000),
        ("152.4kg", 152_400_000),
        ("3 mg", 3),
        ("0.0019 g", 1),
        ("0 mg", 0),
        ("  7\u202fg ", 7_000),
        ("18446744073709551615 mg", AMOUNT_LIMIT - 1),
    ],
)
def test_metal_is_rounded_down(text: str, milligrams: int) -> None:
    assert parse_metal(text) == milligrams


@pytest.mark.parametrize(
    ("text", "milligrams"),
    [("12.4 t CO2e", 12_400_000_000), ("0.0011 g CO2e", 2), ("5 kg CO₂e", 5_000_000)],
)
def test_carbon_is_rounded_up(text: str, milligrams: int) -> None:
    assert parse_carbon(text) == milligrams


def test_shares_and_intensities_are_exact() -> None:
    assert parse_share("30.2 %") == 302_000
    assert parse_share("100 %") == 1_000_000
    assert parse_share("7 ppm") == 7
    assert parse_intensity("8.2 kg/kg") == 8_200_000
    assert parse_intensity("8.2 kg CO2e/kg") == 8_200_000
    assert parse_intensity("8.2 t/t") == 8_200_000
    with pytest.raises(QuantityInexact):
        parse_share("30.20001 %")
    with pytest.raises(QuantityInexact):
        parse_intensity("8.00000001 kg/kg")


@pytest.mark.parametrize(
    "text",
    ["20", "-3 kg", "NaN kg", "inf kg", "1e3 kg", "20,5 t", "1'000 kg", "1_000 kg", "", "kg",
     "٣ kg", ".5 kg", "5. kg", "1" * 70 + " kg"],
)  # fmt: skip
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(QuantityMalformed) as refused:
        parse_metal(text)
    assert refused.value.advice


@pytest.mark.parametrize("value", [3.5, 3, None, Decimal("3"), True])
def test_numbers_without_text_are_refused(value: object) -> None:
    for parse in (parse_metal, parse_carbon, parse_share, parse_intensity):
        with pytest.raises(QuantityMalformed):
            parse(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_metal, "3 lb"),
        (parse_metal, "3 T"),
        (parse_metal, "0x10 kg"),
        (parse_metal, "3 kg CO2e"),
        (parse_carbon, "3 kg"),
        (parse_carbon, "3 kg CO2"),
        (parse_share, "3"),
        (parse_share, "3 kg"),
        (parse_intensity, "3 kg"),
    ],
)
def test_a_unit_of_another_kind_is_refused(parse: object, text: str) -> None:
    with pytest.raises((UnitUnknown, QuantityMalformed)):
        parse(text)  # type: ignore[operator]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(QuantityTooLarge):
        parse_metal("18446744073709551616 mg")
    with pytest.raises(QuantityTooLarge):
        parse_carbon("18446744073709551615.5 mg CO2e")
    with pytest.raises(QuantityTooLarge):
        parse_share("100.0001 %")
    with pytest.raises(QuantityTooLarge):
        parse_intensity("18446744073709551616 mg/kg")


@given(AMOUNTS)
def test_what_is_written_is_read_again(amount: int) -> None:
    assert parse_metal(format_metal(amount)) == amount
    assert parse_carbon(format_carbon(amount)) == amount
    assert parse_intensity(format_intensity(amount)) == amount


@given(st.integers(0, 1_000_000))
def test_a_written_share_is_read_again(ppm: int) -> None:
    assert parse_share(format_share(ppm)) == ppm


@given(st.integers(0, 10**6), st.integers(0, 999_999), st.sampled_from(sorted(MASS_UNITS)))
def test_metal_never_grows_and_carbon_never_shrinks(whole: int, part: int, unit: str) -> None:
    text = f"{whole}.{part:06d}0000001 {unit}"
    exact = Decimal(text.split()[0]) * MASS_UNITS[unit]
    assert 0 <= exact - parse_metal(text) < 1
    assert 0 <= parse_carbon(text + " CO2e") - exact < 1


def test_contained_metal() -> None:
    wet, moisture, assay = 20 * 10**9, 550_000, 302_000
    assert contained_metal(wet, moisture, assay) == 2_718_000_000
    assert contained_metal(wet, 0, 1_000_000) == wet
    assert contained_metal(3, 0, 333_333) == 0


@given(AMOUNTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_contained_metal_is_rounded_down_once(wet: int, moisture: int, assay: int) -> None:
    exact = Decimal(wet) * (10**6 - moisture) * assay / 10**12
    assert 0 <= exact - contained_metal(wet, moisture, assay) < 1


@pytest.mark.parametrize(
    "numbers", [(-1, 0, 0), (1, -1, 0), (1, 0, 1_000_001), (AMOUNT_LIMIT, 0, 0), (1.5, 0, 0)]
)
def test_contained_metal_refuses_what_cannot_be(numbers: tuple[int, int, int]) -> None:
    with pytest.raises((QuantityTooLarge, QuantityMalformed)):
        contained_metal(*numbers)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("81500 CNY/mt", 8_150_000),
        ("0.01 CNY/mt", 1),
        ("7 fen/mt", 7),
        ("81500.5 CNY/mt", 8_150_050),
    ],
)
def test_prices_are_fen_per_mt(text: str, fen: int) -> None:
    assert parse_price(text) == fen


@pytest.mark.parametrize(
    "text", ["81500", "8.15 CNY/kg", "81,500 CNY/mt", "0.001 CNY/mt", "-1 CNY/mt"]
)
def test_prices_are_exact_and_have_their_unit(text: str) -> None:
    with pytest.raises((QuantityInexact, QuantityMalformed, UnitUnknown)):
        parse_price(text)


def test_prices_are_written_as_they_are_read() -> None:
    assert format_price(8_150_050) == "81500.5 CNY/mt"
    assert parse_price(format_price(1)) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5,5 t", "write 5.5 t"),
        ("5,500 t", "may mean 5500 or 5"),
        ("5 mt", "for 'mt' write t"),
        ("5 tonnes", "for 'tonnes' write t"),
        ("5 KG", "for 'KG' write kg"),
        ("5", "the unit is missing"),
    ],
)
def test_what_was_meant_is_told(text: str, told: str) -> None:
    with pytest.raises((UnitUnknown, QuantityMalformed)) as refused:
        parse_metal(text)
    assert told in str(refused.value)


def test_a_missing_quantity_is_not_called_none() -> None:
    with pytest.raises(QuantityMalformed) as refused:
        parse_metal(None)  # type: ignore[arg-type]  # as a file may have it
    assert "None" not in str(refused.value)
