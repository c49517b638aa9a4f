"""Complete trading days: no weekend, no listed holiday. A year without a list has none."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Final

from oracle.prices.errors import MethodologyUnusable

SATURDAY: Final = 5


@dataclass(frozen=True)
class Calendar:
    """years: those whose holidays are listed. zone: the market's time."""

    name: str
    zone: timezone
    years: frozenset[int]
    holidays: frozenset[date]

    def is_trading_day(self, day: date) -> bool:
        """Whether a range is published for the day; raises MethodologyUnusable."""
        if day.year not in self.years:
            reason = f"calendar {self.name} lists no holidays of {day.year}"
            raise MethodologyUnusable(name=self.name, reason=reason)
        return day.weekday() < SATURDAY and day not in self.holidays

    def before(self, day: date) -> date:
        """The trading day before; raises MethodologyUnusable."""
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
        """So many trading days, the first on `first` or after; raises MethodologyUnusable."""
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
        years, zone = raw["holidays"], timezone(timedelta(hours=raw["hours_from_utc"]))
        holidays = {day for spans in years.values() for span in spans for day in _days(span)}
        return Calendar(name, zone, frozenset(map(int, years)), frozenset(holidays))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise MethodologyUnusable(name=f"calendar {name}", reason=repr(error)) from error


def _days(span: str) -> list[date]:
    """Of "2026-10-01" or "2026-10-01/2026-10-07"."""
    first, _, last = span.partition("/")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [begin + timedelta(days=count) for count in range((end - begin).days + 1)]
