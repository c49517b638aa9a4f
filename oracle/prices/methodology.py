"""Methodologies as versioned data. A change is a new file; it applies 28 days after its notice.

Sections in docstrings are those of the source: SMM price assessment methodology, cobalt
sulphate, 2023-08-31.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.errors import LodetraceError
from lodetrace.units import parse_metal, parse_share
from oracle.prices.errors import CalendarUnusable, MethodologyUnusable
from oracle.prices.money import PriceUnit
from oracle.prices.settings import price_calendars
from oracle.prices.trading_days import Calendar, calendar

LEAST_NOTICE: Final = 28
"""Days (1, 2.7); no methodology can shorten it for its successors."""


@dataclass(frozen=True, slots=True)
class BankAcceptance:
    """Terms on which prices are compared (2.4.2, 2.5.4). highest: ppm a year."""

    source: str
    highest: int
    longest_days: int
    tenor_days: int
    year_days: int


@dataclass(frozen=True, slots=True)
class DealRoom:
    """How a range is made one that deals lie in, fen per mt.

    tick: both ends are multiples of it, rounded outwards. least_width: of every assessed range.
    reach: how far beyond what the voices agree on a deal still moves an end.
    """

    tick: int
    least_width: int
    reach: int


@dataclass(frozen=True, slots=True)
class AssessmentMethodology:
    """One version of how a commodity's range is assessed.

    vat, content, against_the_market: ppm. least_volume, most_volume and the values of
    submitters: mg. usual_width, widest_spread: fen per mt.
    """

    id: str
    commodity: str
    name: str
    source: str
    notice: date
    in_force: date
    force_majeure: str | None
    unit: PriceUnit
    vat: int
    standard: str
    content: int
    least_volume: int
    most_volume: int
    pieces: int
    usual_width: int
    widest_spread: int
    against_the_market: int
    bank_acceptance: BankAcceptance
    submitters: Mapping[str, int]
    rectification: timedelta
    records_years: int
    calendar: Calendar
    deal_room: DealRoom | None

    @classmethod
    def of(cls, raw: Mapping[str, Any], calendars: Path | None = None) -> Self:
        """The methodology in parsed JSON; raises KeyError, TypeError, ValueError, LodetraceError.

        2.7: MethodologyUnusable where the notice is too short without force majeure. calendars:
        folder of lists that a desk adds.
        """
        unit = PriceUnit(raw["unit"]["name"], raw["unit"]["fen"])
        least, most = raw["volume"]
        acceptance = raw["bank_acceptance"]
        found = cls(
            id=raw["id"],
            commodity=raw["commodity"],
            name=raw["name"],
            source=raw["source"],
            notice=date.fromisoformat(raw["notice"]),
            in_force=date.fromisoformat(raw["in_force"]),
            force_majeure=raw["force_majeure"],
            unit=unit,
            vat=parse_share(raw["vat"]),
            standard=raw["standard"],
            content=parse_share(raw["content"]),
            least_volume=parse_metal(least),
            most_volume=parse_metal(most),
            pieces=raw["pieces"],
            usual_width=unit.parse(raw["usual_width"]),
            widest_spread=unit.parse(raw["own"]["widest_spread"]),
            against_the_market=parse_share(raw["own"]["against_the_market"]),
            bank_acceptance=BankAcceptance(
                **{**acceptance, "highest": parse_share(acceptance["highest"])}
            ),
            submitters={kind: parse_metal(text) for kind, text in raw["submitters"].items()},
            rectification=timedelta(days=raw["rectification_days"]),
            records_years=raw["records_years"],
            calendar=calendar(raw["calendar"], calendars),
            deal_room=_deal_room(raw["own"].get("deal_room"), unit),
        )
        _require_notice(found, raw["notice_days"])
        return found


def methodologies(folder: Path | None = None) -> tuple[AssessmentMethodology, ...]:
    """All versions, oldest first: those of the package, or of another folder.

    Their calendars have what LODETRACE_PRICE_CALENDARS adds.
    """
    return _all_of(folder, price_calendars())


def methodology_on(
    commodity: str, day: date, versions: tuple[AssessmentMethodology, ...] | None = None
) -> AssessmentMethodology:
    """The version in force on a day; raises MethodologyUnusable."""
    known = methodologies() if versions is None else versions
    valid = [one for one in known if one.commodity == commodity and one.in_force <= day]
    if not valid:
        raise MethodologyUnusable(name=commodity, reason=f"none is in force on {day}")
    return valid[-1]


def methodology_called(name: str) -> AssessmentMethodology:
    """The version with an id; raises MethodologyUnusable."""
    for one in methodologies():
        if one.id == name:
            return one
    raise MethodologyUnusable(name=name, reason="there is none of that id")


@cache
def _all_of(folder: Path | None, calendars: Path | None) -> tuple[AssessmentMethodology, ...]:
    source: Traversable = folder or files("oracle.prices") / "methodologies"
    found = [_read(one, calendars) for one in source.iterdir() if one.name.endswith(".json")]
    return tuple(sorted(found, key=lambda one: one.in_force))


def _deal_room(raw: Mapping[str, str] | None, unit: PriceUnit) -> DealRoom | None:
    """None in a version whose range is what the voices agree on, and nothing more."""
    if raw is None:
        return None
    found = DealRoom(**{name: unit.parse(text) for name, text in raw.items()})
    if min(found.tick, found.least_width) <= 0 or found.least_width % found.tick:
        raise ValueError(f"a least width of {found.least_width} is no multiple of {found.tick}")
    return found


def _require_notice(found: AssessmentMethodology, said: int) -> None:
    days = (found.in_force - found.notice).days
    if said < LEAST_NOTICE:
        raise MethodologyUnusable(name=found.id, reason=f"notice_days is {said}, less than 28")
    if days < said and not (found.force_majeure and found.force_majeure.strip()):
        reason = f"in force {days} days after its notice, not {said}, without force majeure"
        raise MethodologyUnusable(name=found.id, reason=reason)


def _read(entry: Traversable, calendars: Path | None) -> AssessmentMethodology:
    try:
        return AssessmentMethodology.of(json.loads(entry.read_text("utf-8")), calendars)
    except (MethodologyUnusable, CalendarUnusable):
        raise
    except (OSError, KeyError, TypeError, ValueError, ArithmeticError, LodetraceError) as error:
        raise MethodologyUnusable(name=entry.name, reason=repr(error)) from error
