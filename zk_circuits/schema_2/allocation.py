"""Plan of one run: from input balances and wanted metals to exact output balances.

Rounding is that of SPEC 2, section 6: shares of carbon, direct emissions and CAHRA are rounded
up, credits down. Amounts in mg. Whether what is planned is true is told by statement_checks.
"""

from collections.abc import Sequence

from zk_circuits.errors import AllocationImpossible
from zk_circuits.quantity_text import exact_mass
from zk_circuits.schema_2.balance import Balance, Credits, RunMeasurement, four
from zk_circuits.schema_2.rule import RunRule
from zk_circuits.schema_2.schema import CREDITS


def metal_to_book(metal_in: int, event: RunMeasurement) -> int:
    """The metal that a run has to make: all that was measured, or all that went in."""
    return min(metal_in, event.product + event.scrap)


def plan_run(
    inputs: Sequence[Balance],
    wanted: Sequence[int],
    rule: RunRule,
    event: RunMeasurement | None = None,
) -> tuple[Balance, ...]:
    """The outputs of a run with `wanted` mg of metal each and the units that the rule counts.

    event: the measurement; None for a rebook. Each output has its share of each credit by metal.
    Raises AllocationImpossible where less or more metal is wanted than has to be booked.
    """
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    booked = metal_in if event is None else metal_to_book(metal_in, event)
    if metal_out != booked:
        raise AllocationImpossible(
            rule="all metal is booked, and no more",
            name="metal wanted",
            value=metal_out,
            limit=booked,
            bound=exact_mass(booked),
        )
    added = (0, 0) if event is None else (event.carbon, event.direct)
    carbon = sum(lot.carbon for lot in inputs) + added[0]
    direct = sum(lot.direct for lot in inputs) + added[1]
    cahra = sum(lot.cahra for lot in inputs)
    return tuple(
        Balance(
            metal=metal,
            carbon=_ceiling(carbon * metal, metal_out),
            cahra=_ceiling(cahra * metal, metal_in),
            units=units,
            credits=_share_of_credits(inputs, metal, metal_in, rule),
            direct=_ceiling(direct * metal, metal_out),
        )
        for metal, units in zip(wanted, rule.counts, strict=True)
    )


def equal_metal(metal: int, counts: Sequence[int]) -> tuple[int, ...]:
    """The metal of series of so many equal units, which differ by less than a milligram a unit."""
    units = sum(counts)
    made = [metal * count // units for count in counts]
    owed = metal - sum(made)
    nearest = sorted(range(len(counts)), key=lambda at: -(metal * counts[at] % units))
    for at in nearest[:owed]:
        made[at] += 1
    return tuple(made)


def _share_of_credits(
    inputs: Sequence[Balance], metal: int, metal_in: int, rule: RunRule
) -> Credits:
    """By metal, rounded down; under a whole rule all of the metal or nothing."""
    shares = [rule.available(index, inputs) * metal // metal_in for index in range(CREDITS)]
    if rule.whole:
        shares = [share if share == metal else 0 for share in shares]
    granted = sorted((1, 2), key=lambda index: not rule.grants >> index & 1)
    first, second = granted  # credits 2 and 3 exclude each other; a granted one comes first
    shares[second] = min(shares[second], metal - shares[first])
    if rule.whole and shares[second] != metal:
        shares[second] = 0
    return four("credits", tuple(shares))


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
