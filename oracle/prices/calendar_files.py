"""Lists of holidays that a desk adds by setting: files of a folder, each of one calendar.

A file adds years to a calendar of the package, or is a calendar that the package has not. It is
read strictly: what nobody would read is refused, and so is a year that is listed twice otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.errors import LodetraceError
from lodetrace.strict_json import parse, read_bytes
from oracle.prices.errors import CalendarUnusable

KEYS: Final = frozenset({"calendar", "hours_from_utc", "source", "years"})
YEAR_KEYS: Final = frozenset({"standing", "against", "holidays"})
STANDINGS: Final = ("verified", "provisional")
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_YEAR: Final = re.compile(r"20[0-9]{2}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WEST, _EAST = -12, 14
"""Hours from UTC that there are."""


@dataclass(frozen=True, slots=True)
class HolidayList:
    """One year's holidays, weekends among them or not. against: what it was checked against."""

    days: frozenset[date]
    against: str
    is_verified: bool

    @classmethod
    def of(cls, year: str, raw: Any) -> Self:
        """Of {"standing": …, "against": …, "holidays": […]}; raises ValueError."""
        _require_keys(f"years.{year}", raw, YEAR_KEYS)
        standing, against, spans = raw["standing"], raw["against"], raw["holidays"]
        if not _YEAR.fullmatch(year):
            raise ValueError(f"years: {year!r:.40} is no year")
        if standing not in STANDINGS or not isinstance(against, str):
            raise ValueError(f"years.{year}: standing is verified or provisional, against a text")
        if standing == "verified" and not against.strip():
            raise ValueError(f"years.{year}: verified, but against says nothing")
        if not isinstance(spans, list) or not spans:
            raise ValueError(f"years.{year}.holidays: no list of days")
        days = [day for span in spans for day in _days(year, span)]
        if len(set(days)) < len(days):
            raise ValueError(f"years.{year}.holidays: a day is listed twice")
        return cls(frozenset(days), against, standing == "verified")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What one file says of one calendar."""

    path: Path
    name: str
    hours: int
    years: Mapping[int, HolidayList]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises CalendarUnusable."""
        try:
            raw = parse(read_bytes(path))
            _require_keys("the file", raw, KEYS)
            name, hours, years = raw["calendar"], raw["hours_from_utc"], raw["years"]
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise ValueError(f"calendar: {name!r:.40} is not of a-z, 0-9 and -")
            if not isinstance(hours, Decimal) or hours != int(hours) or not (
                _WEST <= hours <= _EAST
            ):  # fmt: skip
                raise ValueError(f"hours_from_utc: {hours!s:.40} is no whole number of -12 to 14")
            if not isinstance(raw["source"], str) or not raw["source"].strip():
                raise ValueError("source: says nothing")
            if not isinstance(years, dict) or not years:
                raise ValueError("years: none is listed")
            read = [(year, HolidayList.of(year, one)) for year, one in years.items()]
        except (LodetraceError, ValueError) as error:
            raise CalendarUnusable(path=path, reason=error) from error
        return cls(path, name, int(hours), {int(year): one for year, one in read})


def read_folder(folder: Path) -> tuple[CalendarFile, ...]:
    """All files of a folder, by name; hidden ones are left alone. Raises CalendarUnusable."""
    try:
        entries = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    except OSError as error:
        raise CalendarUnusable(path=folder, reason=error.strerror or error) from error
    for entry in entries:
        if entry.suffix != ".json":
            raise CalendarUnusable(path=entry, reason="a calendar's name ends with .json")
    return tuple(CalendarFile.read(entry) for entry in entries)


def _require_keys(where: str, raw: Any, keys: frozenset[str]) -> None:
    """Raises ValueError for an object that has other keys than these."""
    if not isinstance(raw, dict):
        raise ValueError(f"{where}: is no object")
    missing, unknown = sorted(keys - set(raw)), sorted(set(raw) - keys)
    if missing:
        raise ValueError(f"{where}: {missing[0]} is missing")
    if unknown:
        raise ValueError(f"{where}: {unknown[0]!r:.40} is not read")


def _days(year: str, span: Any) -> list[date]:
    """Of "2027-10-01" or "2027-10-01/2027-10-07", all within the year; raises ValueError."""
    if not isinstance(span, str):
        raise ValueError(f"years.{year}.holidays: {span!s:.40} is no day")
    first, _, last = span.partition("/")
    for day in (first, last or first):
        if not _DAY.fullmatch(day):
            raise ValueError(f"years.{year}.holidays: {span:.40} is no day like {year}-10-01")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if not begin <= end or {begin.year, end.year} != {int(year)}:
        raise ValueError(f"years.{year}.holidays: {span:.40} does not lie in that year")
    return [begin + timedelta(days=count) for count in range((end - begin).days + 1)]
