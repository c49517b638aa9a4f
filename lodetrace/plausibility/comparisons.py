"""Bounds of the rules that hold a document against others: of its batches, its site, its trade.

Each is read from the rule data by its `of`; raises KeyError, TypeError or ValueError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Self

from lodetrace.contracts.enums import Material
from lodetrace.units import parse_share

MINUTE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class LedgerBounds:
    """ppm by which what is used of a batch may exceed what was made, and its assay differ."""

    dry_mass: int
    assay: int

    @classmethod
    def of(cls, raw: Mapping[str, str]) -> Self:
        """From {"dry_mass": "1 %", …}."""
        return cls(parse_share(raw["dry_mass"]), parse_share(raw["assay"]))


@dataclass(frozen=True, slots=True)
class OpinionBounds:
    """How far a laboratory and a site may differ: ppm of the assay, and of the wet mass."""

    assay: int
    moisture: int

    @classmethod
    def of(cls, raw: Mapping[str, str]) -> Self:
        """From {"assay": "3 %", …}."""
        return cls(parse_share(raw["assay"]), parse_share(raw["moisture"]))


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two documents that may be one: so many seconds and ppm of dry mass apart."""

    seconds: int
    mass: int


@dataclass(frozen=True, slots=True)
class ProfileBounds:
    """What is unusual at a site, by its own last documents.

    last: documents that are looked at; at_least: those without which nothing is said.
    deviations: standard deviations, by median absolute deviation. floors: ppm that never count
    as a deviation: of the wet mass for moisture, of the median for the others;
    what has none is not asked. same_most: of the
    last same_of documents that may share moisture and assay with this one.
    """

    materials: frozenset[Material]
    last: int
    at_least: int
    deviations: int
    floors: Mapping[str, int]
    same_of: int
    same_most: int
    near: NearDuplicate

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `profile`."""
        same, near = raw["same_figures"], raw["near_duplicate"]
        return cls(
            materials=frozenset(Material[name] for name in raw["materials"]),
            last=raw["last"],
            at_least=raw["at_least"],
            deviations=raw["deviations"],
            floors={name: parse_share(share) for name, share in raw["floors"].items()},
            same_of=same["of"],
            same_most=same["most"],
            near=NearDuplicate(near["minutes"] * MINUTE_SECONDS, parse_share(near["mass"])),
        )


@dataclass(frozen=True, slots=True)
class CapacityWindow:
    """A site makes at most `share` ppm of its yearly capacity within `days`."""

    days: int
    share: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From {"days": 30, "share": "20 %"}."""
        return cls(raw["days"], parse_share(raw["share"]))


@dataclass(frozen=True, slots=True)
class RateBounds:
    """How fast a site makes metal.

    filling, together: percent of the capacity's hour that one event, and all events of the same
    hours, may reach. windows: as of the capacity, with the metal of long events spread over them.
    new_days: a site is new so long after its first document; of_new: what it makes meanwhile.
    """

    filling: int
    together: int
    windows: tuple[CapacityWindow, ...]
    new_days: int
    of_new: CapacityWindow

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `rate`."""
        new = raw["new_site"]
        return cls(
            filling=raw["filling_percent"],
            together=raw["together_percent"],
            windows=tuple(map(CapacityWindow.of, raw["windows"])),
            new_days=new["days"],
            of_new=CapacityWindow(new["within_days"], parse_share(new["share"])),
        )


@dataclass(frozen=True, slots=True)
class FeedBounds:
    """What a recycler needs to have received for its births, over so many days.

    free: ppm of its yearly capacity that needs no receiving document. post_consumer: what metal
    of retired products is born of; nothing where it is not asked.
    """

    days: int
    free: int
    materials: frozenset[Material]
    post_consumer: frozenset[Material]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `feed`."""
        materials = frozenset(Material[name] for name in raw["materials"])
        retired = frozenset(Material[name] for name in raw.get("post_consumer", ()))
        return cls(raw["days"], parse_share(raw["free"]), materials, retired)


@dataclass(frozen=True, slots=True)
class DeliveryBounds:
    """What a receiver finds beside the maker and the sender, ppm of the metal or dry mass.

    slack, limit: of the running balance over the site's last `batches` deliveries. part: a
    delivery that is lighter by more is a part of its batch, and says nothing of the balance.
    """

    slack: int
    limit: int
    part: int
    batches: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `deliveries`."""
        slack, limit, part = (parse_share(raw[name]) for name in ("slack", "limit", "part"))
        return cls(slack, limit, part, raw["batches"])


@dataclass(frozen=True, slots=True)
class LossBounds:
    """Losses beside the site's own last `runs` runs; with fewer than at_least nothing is said.

    least_deviation: ppm of what went in, where the runs scatter less. limit: of the running
    balance beyond the median and one deviation a run, in deviations.
    """

    runs: int
    at_least: int
    least_deviation: int
    limit: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `losses`."""
        least = parse_share(raw["least_deviation"])
        return cls(raw["runs"], raw["at_least"], least, raw["limit"])


@dataclass(frozen=True, slots=True)
class GainBounds:
    """Metal that comes out and did not go in, ppm of what went in.

    noise: of one run. slack, limit: of the running balance over the site's last `runs` runs.
    """

    noise: int
    slack: int
    limit: int
    runs: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `gain`."""
        noise, slack, limit = (parse_share(raw[name]) for name in ("noise", "slack", "limit"))
        return cls(noise, slack, limit, raw["runs"])


@dataclass(frozen=True, slots=True)
class TransitDefault:
    """Least times between countries that are in no table, in seconds.

    region_of: by country. joined: pairs of regions with a border between them.
    """

    border: int
    sea: int
    region_of: Mapping[str, str]
    joined: frozenset[frozenset[str]]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """From the section `transit_default`."""
        regions = raw["regions"]
        for (first, here), (second, there) in combinations(regions.items(), 2):
            if twice := set(here) & set(there):
                raise ValueError(f"{sorted(twice)} lie in {first} and in {second}")
        return cls(
            border=raw["border_hours"] * 3_600,
            sea=raw["sea_hours"] * 3_600,
            region_of={country: name for name, here in regions.items() for country in here},
            joined=frozenset(frozenset(pair) for pair in raw["joined"]),
        )

    def between(self, origin: str, destination: str) -> int:
        """Seconds between two countries; an unlisted one lies across a border from everything."""
        if origin == destination:
            return 0
        regions = frozenset(self.region_of.get(one, "") for one in (origin, destination))
        if "" in regions or len(regions) == 1 or regions in self.joined:
            return self.border
        return self.sea
