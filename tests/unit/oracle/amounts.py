"""Amounts of a story step: what an output is to hold, and whether a claim is true."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

from lodetrace.units import parse_intensity, parse_metal, parse_share
from zk_circuits.allocation import metal_to_book
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.schema import SCHEMA, SCHEMAS

CREDIT_NAMES = {meaning.name: credit for credit, meaning in SCHEMAS[SCHEMA].items()}


def wanted_metal(step: dict[str, Any], metal_in: int, event: RunMeasurement | None) -> list[int]:
    """mg of each output of a run: typed, by units, as measured, or the rest."""
    available = metal_to_book(metal_in, event)
    shares = by_count(available, [output.get("count", 1) for output in step["outputs"]])
    wanted: list[int | None] = []
    for output, share in zip(step["outputs"], shares, strict=True):
        text = output["metal"]
        if text == "rest":
            wanted.append(None)
        elif text == "scrap":
            assert event is not None
            wanted.append(min(event.scrap, available))
        elif text == "by-count":
            wanted.append(share)
        else:
            wanted.append(parse_metal(text))
    rest = available - sum(metal for metal in wanted if metal is not None)
    assert wanted.count(None) <= 1
    assert rest >= 0, f"{step['id']}: {rest} mg is left"
    return [rest if metal is None else metal for metal in wanted]


def by_count(metal: int, counts: Sequence[int]) -> list[int]:
    """Shares by units, whole; milligrams that are left go where most was cut off."""
    exact = [Fraction(metal * count, sum(counts)) for count in counts]
    made = [floor(share) for share in exact]
    cut = sorted(range(len(counts)), key=lambda at: made[at] - exact[at])
    for at in cut[: metal - sum(made)]:
        made[at] += 1
    return made


def claim_holds(step: dict[str, Any], balance: Balance) -> bool:
    """SPEC section 8, in plain arithmetic."""
    if step["measure"] == "CREDIT_SHARE":
        bearing = sum(balance.credit(CREDIT_NAMES[name]) for name in step["credits"])
        return bearing * 10**6 >= parse_share(step["threshold"]) * balance.metal
    if step["measure"] == "CAHRA_SHARE":
        return balance.cahra * 10**6 <= parse_share(step["threshold"]) * balance.metal
    return balance.carbon * 10**6 <= parse_intensity(step["threshold"]) * balance.metal
