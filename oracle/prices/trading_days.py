"""Complete trading days: no weekend, no listed holiday. A year without a list has none."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from lodetrace.canonical_json import document_hash
from oracle.prices.calendar_files import CalendarFile, HolidayList, read_folder
from oracle.prices.errors import CalendarUnusable, HolidaysMissing, MethodologyUnusable

SATURDAY: Final = 5
ENDS_SOON: Final = timedelta(days=60)
"""Before the last listed day somebody is told that the next year's list is due."""


@dataclass(frozen=True)
class Calendar:
    """hours: from UTC, the market's time. lists: of each year whose holidays are known.

    added: years whose list is not the package's.
    """

    name: str
    hours: int
    lists: Mapping[int, HolidayList]
    added: frozenset[int] = frozenset()

    @property
    def zone(self) -> timezone:
        """The market's time."""
        return timezone(timedelta(hours=self.hours))

    @property
    def years(self) -> frozenset[int]:
        """Those whose holidays are listed."""
        return frozenset(self.lists)

    @property
    def provisional(self) -> frozenset[int]:
        """Years whose list was not checked against a source yet."""
        return frozenset(year for year, one in self.lists.items() if not one.is_verified)

    def listed_until(self, today: date) -> date | None:
        """The last day of the years that are listed without a gap from today's on."""
        year = today.year
        while year in self.lists:
            year += 1
        return None if year == today.year else date(year - 1, 12, 31)

    def ends_soon(self, today: date) -> bool:
        """Whether the next year's list is due."""
        until = self.listed_until(today)
        return until is None or until - today < ENDS_SOON

    def is_trading_day(self, day: date) -> bool:
        """Whether a range is published for the day; raises HolidaysMissing."""
        listed = self.lists.get(day.year)
        if listed is None:
            raise HolidaysMissing(calendar=self.name, year=day.year)
        return day.weekday() < SATURDAY and day not in listed.days

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

    def between(self, first: date, last: date) -> list[date]:
        """Trading days of `first` to `last`, both among them; raises HolidaysMissing."""
        days = (first + timedelta(days=count) for count in range((last - first).days + 1))
        return [day for day in days if self.is_trading_day(day)]

    def rests_on_added(self, day: date) -> bool:
        """Whether the day, or the trading day before it, may be known by an added list."""
        return bool(self._years_of(day) & self.added)

    def digest(self, day: date) -> bytes:
        """32 bytes over the lists that the day rests on, wherever they come from.

        A list that is added later, of another year, changes nothing.
        """
        listed = {
            str(year): sorted(one.isoformat() for one in self.lists[year].days)
            for year in sorted(self._years_of(day))
        }
        return document_hash(
            {"calendar": self.name, "hoursFromUtc": self.hours, "holidays": listed}
        )

    def _years_of(self, day: date) -> frozenset[int]:
        """Of the day, and in January of the year before: a trading day before may lie there."""
        return self.years & {day.year, (day - timedelta(days=31)).year}


@cache
def calendar(name: str, folder: Path | None = None) -> Calendar:
    """The package's calendar with what a folder adds to it, or one that only the folder has.

    Raises MethodologyUnusable or CalendarUnusable.
    """
    added = [] if folder is None else [one for one in read_folder(folder) if one.name == name]
    resource = files("oracle.prices") / "calendars" / f"{name}.json"
    if not resource.is_file() and added:
        return _joined(Calendar(name, added[0].hours, {}), added)
    try:
        raw = json.loads(resource.read_text("utf-8"))
        years = {int(year): HolidayList.of(year, one) for year, one in raw["years"].items()}
        found = Calendar(name, raw["hours_from_utc"], years)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise MethodologyUnusable(name=f"calendar {name}", reason=repr(error)) from error
    return _joined(found, added)


def _joined(found: Calendar, added: Iterable[CalendarFile]) -> Calendar:
    """Raises CalendarUnusable where two lists of a year, or two market times, differ."""
    lists, new = dict(found.lists), set[int]()
    for one in added:
        if one.hours != found.hours:
            reason = f"{one.hours} hours from UTC; {found.name} has {found.hours}"
            raise CalendarUnusable(path=one.path, reason=reason)
        for year, listed in one.years.items():
            known = lists.setdefault(year, listed)
            if known.days != listed.days:
                reason = f"{year} is listed already, with other holidays"
                raise CalendarUnusable(path=one.path, reason=reason)
            if year not in found.lists:
                new.add(year)
    return Calendar(found.name, found.hours, lists, frozenset(new))
