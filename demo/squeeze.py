"""Squeezes the runs of a moved story into the days before it is told.

A run consumes what was held by the end of its event, or at most 14 days later: the longest grace
that a council may set. On a chain whose clock nobody sets, all goods change hands while the story
is told. So its runs happened within these days, as soon as the goods could be there; births,
certificates and all else stay as long ago as they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from lodetrace.plausibility.rulebook import rulebooks

GRACE: Final = timedelta(days=14)
BEFORE: Final = timedelta(days=13, hours=12)
"""So long before the telling the first run begins: half a day is left to tell the story."""
LASTS: Final = timedelta(hours=1)
REFINES: Final = timedelta(hours=6)
"""What a refinery works on takes it longer: 44 containers, at ten times its usual pace at most."""
RUNS: Final = ("processing", "recovery")
ENDS: Final = "end_of_life"
"""Of what was taken out of a product: a dismantler's document names no inputs."""

Made = tuple[datetime, str]
"""When a batch was there, and at which place."""


def squeeze(figures: Mapping[str, Any], sites: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Moves the runs of figures.yaml, and what their sites received for them; in place."""
    places = {site["site"]: str(site["place"]) for site in sites}
    kinds = {site["site"]: site["kind"] for site in sites}
    made: dict[str, Made] = dict(_filled(figures, places))
    received: dict[tuple[str, str], datetime] = {}
    for entry in figures["documents"]:
        place = places[entry["site"]]
        if entry["statement"] in (*RUNS, ENDS):
            looked_at = "outputs" if entry["statement"] == ENDS else "inputs"
            lots = [item["lot"] for item in entry[looked_at]]
            start = max(now - BEFORE, *(_there(made[lot], place) for lot in lots))
            lasts = REFINES if kinds[entry["site"]] == "REFINERY" else LASTS
            entry["start"], entry["end"] = start, start + lasts
            for lot in lots if entry["statement"] in RUNS else ():
                received.setdefault((entry["site"], lot), start)
        if entry["statement"] in ("birth", *RUNS, ENDS):
            made |= {item["lot"]: (entry["end"], place) for item in entry["outputs"]}
    for entry in figures["documents"]:
        if entry["statement"] == "receiving":
            used = [received.get((entry["site"], item["lot"])) for item in entry["outputs"]]
            if first := min(filter(None, used), default=None):
                entry["start"] = entry["end"] = first


def _filled(figures: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[tuple[str, Made]]:
    for group in figures["containers"]:
        for lot, _, end, *_ in group["rows"]:
            yield lot, (end, places[group["site"]])


def _there(made: Made, place: str) -> datetime:
    """When goods can be at a place at the earliest, by the latest rules."""
    least = rulebooks()[-1].least_transit(made[1], place)
    return made[0] + timedelta(seconds=least)
