"""Forgeries of units, in runs and rebooks alike."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forgery import Forgery, on
from tests.circuits.ground import reseries
from tests.circuits.signals import R, RunCase


def run_units(run: RunCase) -> Iterator[Forgery]:
    """From two series of packs that become two others: 300 mg in 3 units, 700 mg in 7."""
    series = reseries(run.circuit)
    for group in (_counts, _equal, _declared):
        yield from group(series)


def remade(series: RunCase, metals: tuple[int, int], units: tuple[int, int]) -> RunCase:
    """The same series as other ones."""
    return replace(series, outputs=fair(series.inputs, metals, units=units))


def _counts(series: RunCase) -> Iterator[Forgery]:
    x, y = series.outputs
    hidden = replace(series, rule=replace(series.rule, counts=(3, 7)))
    for name, units in (("more", 700), ("fewer", 1)):
        case = replace(hidden, outputs=(x, replace(y, units=units)))
        stop = [on("units.slots[1][3]", "units.count[1]")]
        yield Forgery(f"count edited, {name} units than the public ones", case, stop)
    total = [on("units.made", "units.units")]
    yield Forgery("units from nothing", remade(series, (300, 700), (6, 14)), total)
    yield Forgery("units lost", remade(series, (500, 500), (1, 1)), total)
    pooled = {"consumed.sum[3]": 20}
    slots = (f"consumed.slots[{i}][3]" for i in range(series.size))
    stop = [on("consumed.sum[3]", *slots)]
    doubled = remade(series, (300, 700), (6, 14))
    yield Forgery("units added to the sum", doubled, stop, chosen=pooled)


def _equal(series: RunCase) -> Iterator[Forgery]:
    lighter = ["units.equal[0].notBelow", "units.equal[1].notAbove"]
    yield Forgery("unequal units", remade(series, (299, 701), (3, 7)), lighter)
    heavier = ["units.equal[0].notAbove", "units.equal[1].notBelow"]
    yield Forgery("unequal units, the other way", remade(series, (301, 699), (3, 7)), heavier)
    # 1,000,000 packs of one milligram beside one that holds the rest
    yield Forgery("husks beside a full unit", remade(series, (1, 999), (9, 1)), lighter)
    # without metal of its own a unit would weigh nothing; its lot has metal
    yield Forgery("lot in units that counts none", remade(series, (1, 999), (0, 10)), heavier)
    below = "units.equal[0].notBelow.bits.out"
    width = 33 + series.size // 2
    minus = {f"{below}[{i}]": -1 * (i == 0) for i in range(width)}
    stop = [on(f"{below}[0]"), "units.equal[1].notAbove"]
    apart = remade(series, (299, 701), (3, 7))
    yield Forgery("unequal units in bits that are none", apart, stop, chosen=minus)


def _declared(series: RunCase) -> Iterator[Forgery]:
    apart = remade(series, (299, 701), (3, 7))
    held, due = ("units.equal[{}].held", "units.equal[{}].due")
    yield Forgery(
        "metal of units declared equal",
        apart,
        [on(held.format(j), f"units.equal[{j}].metal", f"units.equal[{j}].units") for j in (0, 1)],
        chosen={held.format(0): 3000, held.format(1): 7000},
    )
    yield Forgery(
        "share of units declared equal",
        apart,
        [on(due.format(j), f"units.equal[{j}].total", f"units.equal[{j}].count") for j in (0, 1)],
        chosen={due.format(0): 2990, due.format(1): 7010},
    )
    yield Forgery(
        "metal of a series edited",
        apart,
        [on(f"units.metal[{j}]", f"units.selected[{j}]", f"units.slots[{j}][0]") for j in (0, 1)],
        chosen={"units.metal[0]": 300, "units.metal[1]": 700},
    )
    total = on("units.total", *(f"units.metal[{j}]" for j in range(series.size)))
    yield Forgery(
        "metal of all units edited",
        remade(series, (600, 400), (6, 4)),
        [total, *(f"units.equal[{j}].notBelow" for j in (0, 1))],
        chosen={"units.total": 1100},
    )
    ten = remade(series, (300, 700), (6, 14))
    made = on("units.made", *(f"units.counted[{j}]" for j in range(series.size)))
    yield Forgery(
        "units made declared fewer",
        ten,
        [made, *(f"units.equal[{j}].notBelow" for j in (0, 1))],
        chosen={"units.made": 10},
    )
    half = pow(2, -1, R)
    counted = [
        on(f"units.counted[{j}]", f"units.selected[{j}]", f"units.count[{j}]") for j in (0, 1)
    ]
    halves = {f"units.counted[{j}]": ten.outputs[j].units * half % R for j in (0, 1)}
    yield Forgery("units counted at half", ten, counted, chosen=halves)
