"""Trading days: dates, on chain the days since 1970-01-01; and the ids of what is priced."""

from datetime import date, timedelta
from typing import Final

from lodetrace.errors import InputError
from lodetrace.text import ID_BYTES, TextMalformed, parse_hex
from zk_circuits.keccak import keccak256

DAY_ZERO: Final = date(1970, 1, 1)


class DayMalformed(InputError):
    """No date that the chain can hold."""

    template = "{text!r} is no trading day"
    advice = "Write a date from 1970 on, for example 2026-11-20."


class CommodityMalformed(InputError):
    """No name of a commodity."""

    template = "{text!r} names no commodity"
    advice = "Give its name as the administrator writes it (cobalt-sulphate), or its 0x id."


def day_number(day: date) -> int:
    """Days since 1970-01-01; raises DayMalformed before that."""
    number = (day - DAY_ZERO).days
    if number < 0:
        raise DayMalformed(text=day.isoformat())
    return number


def day_of(number: int) -> date:
    """The reverse of day_number."""
    return DAY_ZERO + timedelta(days=number)


def parse_day(text: str) -> int:
    """Day number of "2026-11-20", the one form; raises DayMalformed."""
    try:
        day = date.fromisoformat(text.strip())
        if day.isoformat() != text.strip():  # 20261120 and 2026-W47-5 are days as well
            raise DayMalformed(text=text[:40])
        return day_number(day)
    except ValueError as error:
        raise DayMalformed(text=text[:40]) from error


def name_id(name: str) -> bytes:
    """Id on chain of a commodity or methodology: keccak256 of its name."""
    return keccak256(name.encode("utf-8"))


def parse_commodity(text: str) -> bytes:
    """Id of a commodity by its name, or 0x and 64 digits as they are; raises CommodityMalformed."""
    stripped = text.strip()
    if not stripped or not stripped.isprintable():
        raise CommodityMalformed(text=stripped[:80])
    if not stripped.startswith("0x"):
        return name_id(stripped)
    try:
        return parse_hex(stripped, ID_BYTES)
    except TextMalformed as error:
        raise CommodityMalformed(text=stripped[:80]) from error
