"""Which years the calendars of the methodologies cover, and whether the next list is due."""

from dataclasses import dataclass
from datetime import date

from lodetrace.text import counted
from oracle.prices.methodology import methodologies
from oracle.prices.trading_days import ENDS_SOON, Calendar

DUE = (
    "Put the next year's list into the folder that LODETRACE_PRICE_CALENDARS names, as soon as its"
    " notice is out: without it no day of that year is assessed (docs/prices.md)."
)


@dataclass(frozen=True, slots=True)
class CalendarStatus:
    """One calendar as of a day. until: the last day that is listed, None where today is not."""

    calendar: Calendar
    until: date | None
    is_due: bool

    @property
    def words(self) -> str:
        """Years, those that a folder added or nobody checked among them; how long they last."""
        one = self.calendar
        years = ", ".join(f"{year}{self._mark(year)}" for year in sorted(one.years))
        ends = "today's year is not listed" if self.until is None else f"listed until {self.until}"
        return f"{one.name}: {years}; {ends}"

    def to_json(self, today: date) -> dict[str, object]:
        """For programs."""
        return {
            "calendar": self.calendar.name,
            "years": sorted(self.calendar.years),
            "added": sorted(self.calendar.added),
            "provisional": sorted(self.calendar.provisional),
            "until": None if self.until is None else self.until.isoformat(),
            "daysLeft": None if self.until is None else (self.until - today).days,
            "due": self.is_due,
        }

    def due(self, today: date) -> str:
        """Why somebody has to act."""
        if self.until is None:
            return f"{self.calendar.name} lists no holidays of {today.year}"
        left = counted((self.until - today).days, "days")
        return f"{self.calendar.name} ends in {left}; {ENDS_SOON.days} days before, it is time"

    def _mark(self, year: int) -> str:
        if year in self.calendar.added:
            return " (added)"
        return " (provisional)" if year in self.calendar.provisional else ""


def calendar_statuses(today: date) -> list[CalendarStatus]:
    """Of each calendar that a methodology names; raises MethodologyUnusable, CalendarUnusable."""
    named = {one.calendar.name: one.calendar for one in methodologies()}
    return [
        CalendarStatus(one, one.listed_until(today), one.ends_soon(today))
        for _, one in sorted(named.items())
    ]
