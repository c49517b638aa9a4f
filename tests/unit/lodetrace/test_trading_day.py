"""Trading days and the ids of what is priced."""

from datetime import date

import pytest

from lodetrace.contracts.refusals.decoder import say_day
from lodetrace.trading_day import (
    CommodityMalformed,
    DayMalformed,
    day_number,
    day_of,
    name_id,
    parse_commodity,
    parse_day,
)
from zk_circuits.keccak import keccak256


def test_days_are_counted_from_1970() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert parse_day(" 2026-11-20 ") == 20_777 == (date(2026, 11, 20) - date(1970, 1, 1)).days
    assert day_of(20_777) == date(2026, 11, 20)
    assert say_day(20_777) == "2026-11-20"
    assert say_day(2**32 - 1) == "day 4294967295"


@pytest.mark.parametrize(
    "text",
    ["", "today", "2026-11", "2026-02-30", "1969-12-31", "20.11.2026", "20261120", "2026-W47-5"],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(DayMalformed):
        parse_day(text)


def test_commodities_are_named() -> None:
    assert parse_commodity("cobalt-sulphate") == name_id("cobalt-sulphate")
    assert name_id("cobalt-sulphate") == keccak256(b"cobalt-sulphate")
    assert parse_commodity("0x" + "Ab" * 32) == b"\xab" * 32


@pytest.mark.parametrize("text", ["", " ", "a\nb", "0x", "0x" + "ab" * 31, "0x" + "zz" * 32])
def test_what_names_no_commodity_is_refused(text: str) -> None:
    with pytest.raises(CommodityMalformed):
        parse_commodity(text)
