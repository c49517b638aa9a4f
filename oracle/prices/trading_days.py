"""Complete trading days: no weekend, no listed holiday. A year without a list has none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Final

from oracle.prices.errors import HolidaysMissing, MethodologyUnusable

SATURDAY: Final = 5


@dataclass(frozen=True)
class Calendar:
    """years: those whose holidays are listed. zone: the market's time.

    provisional: years whose list was not checked against a source yet.
    """

    name: str
    zone: timezone
    years: frozenset[int]
    provisional: frozenset[int]
    holidays: frozenset[date]

    def is_trading_day(self, day: date) -> bool:
        """Whether a range is published for the day; raises HolidaysMissing."""
        if day.year not in self.years:
            raise HolidaysMissing(calendar=self.name, year=day.year)
        return day.weekday() < SATURDAY and day not in self.holidays

    def before(self, day: date) -> date:
        """The trading day before; raises HolidaysMissing."""
        found = day - timedelta(days=1)
        while not self.is_trading_day(found):
            found -= timedelta(days=1)
        return found

    def day_at(self, at: int) -> date:
        """The market's date at a time in seconds since 1970."""
        return datetime.fromtimestamp(at, self.zone).date()

    def day_of(self, time: datetime) -> date:
        """The market's date at a time, whatever its offset."""
        return time.astimezone(self.zone).date()

    def from_day(self, first: date, count: int) -> list[date]:
        """So many trading days, the first on `first` or after; raises HolidaysMissing."""
        found: list[date] = []
        day = first
        while len(found) < count:
            if self.is_trading_day(day):
                found.append(day)
            day += timedelta(days=1)
        return found


@cache
def calendar(name: str) -> Calendar:
    """The calendar in oracle/prices/calendars; raises MethodologyUnusable."""
    try:
        path = files("oracle.prices") / "calendars" / f"{name}.json"
        raw = json.loads(path.read_text("utf-8"))
        years, zone = raw["years"], timezone(timedelta(hours=raw["hours_from_utc"]))
        return Calendar(
            name=name,
            zone=zone,
            years=frozenset(map(int, years)),
            provisional=frozenset(int(year) for year in years if not _is_verified(years[year])),
            holidays=frozenset(
                day for year in years.values() for span in year["holidays"] for day in _days(span)
            ),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise MethodologyUnusable(name=f"calendar {name}", reason=repr(error)) from error


def _is_verified(year: Mapping[str, str]) -> bool:
    """A list is verified against something that is named."""
    if year["standing"] not in ("verified", "provisional"):
        raise ValueError(f"standing {year['standing']}")
    return year["standing"] == "verified" and bool(year["against"])


def _days(span: str) -> list[date]:
    """Of "2026-10-01" or "2026-10-01/2026-10-07"."""
    first, _, last = span.partition("/")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [begin + timedelta(days=count) for count in range((end - begin).days + 1)]
