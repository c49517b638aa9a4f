"""Versioned rule data of the plausibility checks, chosen as of the event's time.

A rule that changes is a new file in rules/, beside this one, with a later `valid_from`; old events
keep being judged by the rules of their time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, Self, TypeVar

from lodetrace.contracts.enums import EventKind, Material, SiteKind
from lodetrace.documents.energy import parse_factor
from lodetrace.errors import InputError, SettingsError
from lodetrace.plausibility.comparisons import (
    CapacityWindow,
    DeliveryBounds,
    FeedBounds,
    GainBounds,
    LedgerBounds,
    LossBounds,
    OpinionBounds,
    ProfileBounds,
    RateBounds,
    TransitDefault,
)
from lodetrace.text import DAY_SECONDS, HOUR_SECONDS, iso_time, parse_iso_time
from lodetrace.units import PPM, parse_intensity, parse_metal, parse_share

_MICRO: Final = 10**6
T = TypeVar("T")


class RulesUnusable(SettingsError):
    """Rule data that cannot be read."""

    template = "rule data {name}: {reason}"
    advice = "Install the package again: rule data are JSON files in lodetrace/plausibility/rules/."


Range = tuple[int, int]
"""Least and most, both allowed."""


class EventBeforeRules(InputError):
    """An event of a time for which there are no rules."""

    template = "an event of {time} is older than all rules"
    advice = "Rules begin with the consortium: what happened before cannot be attested."


@dataclass(frozen=True, slots=True)
class Substance:
    """What a material can be made of. masses: micro-units u of each element in one formula.

    moisture_from, moisture_to, usual_moisture: ppm of the wet mass. usual_assay: ppm of the dry
    mass, by symbol. packaging: what one batch is in where its document does not say.
    """

    name: str
    material: Material
    masses: Mapping[str, int]
    moisture_from: int
    moisture_to: int
    usual_assay: Mapping[str, Range]
    usual_moisture: Range | None
    packaging: str | None

    def theoretical(self, symbol: str) -> int:
        """Highest content of an element in the dry substance, ppm rounded up."""
        return -(-self.masses.get(symbol, 0) * PPM // sum(self.masses.values()))


@dataclass(frozen=True, slots=True)
class UsualVolume:
    """A site makes within `days` at most `percent` of its median over earlier such windows.

    windows: how many of them are looked at; at_least: those with production that it takes.
    """

    days: int
    windows: int
    at_least: int
    percent: int


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of one version. What its data leave out is not asked.

    largest_gap: numbers that may be missing in a series, by kind. usual_carbon: mg CO2e per kg of
    metal made in one step. usual_stock: ppm of a year's capacity that lies in a continuous site.
    largest_mass: mg that one packaging holds, by its name. energy: mg CO2e per kWh, by carrier.
    order: seconds by which a batch may be older than one with a lower number. recycled_at: kinds
    of sites that attest recycled metal.
    """

    version: str
    valid_from: int
    substances: Mapping[str, Substance]
    capacity_windows: tuple[CapacityWindow, ...]
    longest_event: int
    transit: Mapping[frozenset[str], int]
    largest_gap: Mapping[str, int]
    usual_volume: UsualVolume | None
    usual_carbon: Mapping[EventKind, Range]
    usual_stock: int | None
    ledger: LedgerBounds | None
    second_opinion: OpinionBounds | None
    profile: ProfileBounds | None
    rate: RateBounds | None
    gain: GainBounds | None
    feed: FeedBounds | None
    deliveries: DeliveryBounds | None
    losses: LossBounds | None
    order: int | None
    recycled_at: frozenset[SiteKind] | None
    transit_default: TransitDefault | None
    largest_mass: Mapping[str, int]
    energy: Mapping[str, Range]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """The rules in parsed JSON; raises KeyError, TypeError or ValueError."""
        masses = {name: int(Decimal(text) * _MICRO) for name, text in raw["atomic_masses"].items()}
        return cls(
            version=raw["version"],
            valid_from=parse_iso_time(raw["valid_from"]),
            substances={
                name: _substance(name, entry, masses) for name, entry in raw["substances"].items()
            },
            capacity_windows=tuple(map(CapacityWindow.of, raw["capacity_windows"])),
            longest_event=raw["longest_event_days"] * DAY_SECONDS,
            transit={
                frozenset(route["between"]): route["hours"] * 3_600
                for route in raw["transit_hours"]
            },
            largest_gap=raw.get("largest_gap", {}),
            usual_volume=_usual_volume(raw.get("usual_volume")),
            usual_carbon={
                EventKind[kind]: (parse_intensity(least), parse_intensity(most))
                for kind, (least, most) in raw.get("usual_carbon", {}).items()
            },
            usual_stock=_section(raw, "usual_stock", parse_share),
            ledger=_section(raw, "ledger", LedgerBounds.of),
            second_opinion=_section(raw, "second_opinion", OpinionBounds.of),
            profile=_section(raw, "profile", ProfileBounds.of),
            rate=_section(raw, "rate", RateBounds.of),
            gain=_section(raw, "gain", GainBounds.of),
            feed=_section(raw, "feed", FeedBounds.of),
            deliveries=_section(raw, "deliveries", DeliveryBounds.of),
            losses=_section(raw, "losses", LossBounds.of),
            order=_section(raw, "number_order_hours", _hours),
            recycled_at=_section(raw, "recycled_at", _site_kinds),
            transit_default=_section(raw, "transit_default", TransitDefault.of),
            largest_mass={
                name: parse_metal(mass) for name, mass in raw.get("largest_mass", {}).items()
            },
            energy={
                carrier: (parse_factor(least), parse_factor(most))
                for carrier, (least, most) in raw.get("energy", {}).items()
            },
        )

    def least_transit(self, origin: str, destination: str) -> int:
        """Seconds that goods need at least between two places (ISO 3166-2), 0 if not known."""
        here, there = (place.split("-")[0].upper() for place in (origin, destination))
        listed = self.transit.get(frozenset((here, there)))
        if listed is not None or self.transit_default is None:
            return listed or 0
        return self.transit_default.between(here, there)


@cache
def rulebooks(folder: Traversable | None = None) -> tuple[Rulebook, ...]:
    """All versions, oldest first; those of the package, or of another folder."""
    source = files("lodetrace.plausibility") / "rules" if folder is None else folder
    found = [_read(entry) for entry in source.iterdir() if entry.name.endswith(".json")]
    return tuple(sorted(found, key=lambda book: book.valid_from))


def rulebook_at(time: int, books: tuple[Rulebook, ...] | None = None) -> Rulebook:
    """The rules as of a time in seconds since 1970; raises RulesUnusable or EventBeforeRules."""
    candidates = rulebooks() if books is None else books
    valid = [book for book in candidates if book.valid_from <= time]
    if not valid:
        raise EventBeforeRules(time=iso_time(time))
    return valid[-1]


def _read(entry: Traversable) -> Rulebook:
    try:
        return Rulebook.of(json.loads(entry.read_text("utf-8")))
    except (OSError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise RulesUnusable(name=entry.name, reason=repr(error)) from error


def _section(raw: Mapping[str, Any], name: str, read: Callable[[Any], T]) -> T | None:
    """Part of the rules, None where their version has none."""
    return read(raw[name]) if name in raw else None


def _usual_volume(entry: Mapping[str, int] | None) -> UsualVolume | None:
    if entry is None:
        return None
    numbers = (entry["days"], entry["windows"], entry["at_least"])
    return UsualVolume(*numbers, percent=entry["percent_of_median"])


def _substance(name: str, entry: Mapping[str, Any], masses: Mapping[str, int]) -> Substance:
    least, most = entry["moisture"]
    return Substance(
        name=name,
        material=Material[entry["material"]],
        masses={symbol: count * masses[symbol] for symbol, count in entry["formula"].items()},
        moisture_from=parse_share(least),
        moisture_to=parse_share(most),
        usual_assay={
            symbol: (parse_share(low), parse_share(high))
            for symbol, (low, high) in entry.get("usual_assay", {}).items()
        },
        usual_moisture=_section(entry, "usual_moisture", _share_range),
        packaging=entry.get("packaging"),
    )


def _hours(count: int) -> int:
    """In seconds."""
    return count * HOUR_SECONDS


def _site_kinds(names: list[str]) -> frozenset[SiteKind]:
    return frozenset(SiteKind[name] for name in names)


def _share_range(entry: tuple[str, str]) -> Range:
    least, most = entry
    return parse_share(least), parse_share(most)
