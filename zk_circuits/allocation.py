"""Plan of one run: from input balances and wanted metals to exact output balances.

Rounding is that of SPEC section 6: shares of carbon, direct emissions and CAHRA are rounded
up, credits down. Amounts in mg. Whether what is planned is true is told by statement_checks.
"""

from collections.abc import Callable, Sequence

from zk_circuits.balance import AMOUNT_LIMIT, Balance, Credits, RunMeasurement, amount, four
from zk_circuits.errors import AllocationImpossible
from zk_circuits.quantity_text import exact_mass
from zk_circuits.rule import RunRule
from zk_circuits.schema import CREDITS, Credit

Row = list[int]


def metal_to_book(metal_in: int, event: RunMeasurement | None) -> int:
    """The metal that a run has to make: all that was measured, or all that went in."""
    return metal_in if event is None else min(metal_in, event.product + event.scrap)


def plan_run(
    inputs: Sequence[Balance],
    wanted: Sequence[int],
    rule: RunRule,
    event: RunMeasurement | None = None,
    wanted_credits: Sequence[Credits] | None = None,
) -> tuple[Balance, ...]:
    """The outputs of a run with `wanted` mg of metal each and the units that the rule counts.

    event: the measurement; None for a rebook. wanted_credits: what each output is to bear (see
    greedy_credits); None gives each its share by metal. Raises AllocationImpossible.
    """
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    _check_metal(wanted, metal_to_book(metal_in, event))
    added = (0, 0) if event is None else (event.carbon, event.direct)
    carbon = sum(lot.carbon for lot in inputs) + added[0]
    direct = sum(lot.direct for lot in inputs) + added[1]
    cahra = sum(lot.cahra for lot in inputs)
    shares = proportional_credits(inputs, wanted, rule)
    if wanted_credits is not None:
        shares = [four("credits", row) for row in wanted_credits]
        _check_credits(inputs, wanted, rule, shares)
    return tuple(
        Balance(
            metal=metal,
            carbon=_emissions("carbon of an output", carbon * metal, metal_out),
            cahra=_ceiling(cahra * metal, metal_in),
            units=units,
            credits=row,
            direct=_emissions("direct emissions of an output", direct * metal, metal_out),
        )
        for metal, units, row in zip(wanted, rule.counts, shares, strict=True)
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


def proportional_credits(
    inputs: Sequence[Balance], wanted: Sequence[int], rule: RunRule
) -> list[Credits]:
    """Each output's share of each credit by metal, rounded down."""
    metal_in = sum(lot.metal for lot in inputs)

    def share(index: int, output: int, room: int) -> int:
        available = rule.available(index, inputs)
        return min(available * wanted[output] // metal_in, room)

    return _fill(wanted, rule, share)


def greedy_credits(
    inputs: Sequence[Balance], wanted: Sequence[int], rule: RunRule
) -> list[Credits]:
    """As much of each credit as each output can bear, the first output first.

    For mass balance; under a proportional rule no output gets more than its share.
    """
    metal_in, metal_out = max(1, sum(lot.metal for lot in inputs)), sum(wanted)
    available = [rule.available(index, inputs) for index in range(CREDITS)]
    left = [amount * metal_out // metal_in for amount in available]

    def take(index: int, output: int, room: int) -> int:
        most = wanted[output]
        if rule.proportional:
            most = available[index] * most // metal_in
        taken = _whole(rule, min(most, left[index], room), wanted[output])
        left[index] -= taken
        return taken

    return _fill(wanted, rule, take)


def _fill(
    wanted: Sequence[int], rule: RunRule, amount_of: Callable[[int, int, int], int]
) -> list[Credits]:
    """Rows of credits; amount_of(credit index, output, room) under the exclusion of 2 and 3."""
    rows: list[Row] = [[0] * CREDITS for _ in wanted]
    for output, metal in enumerate(wanted):
        for index in _order(rule):
            room = metal - (sum(rows[output][1:3]) if index in (1, 2) else 0)
            rows[output][index] = _whole(rule, amount_of(index, output, room), metal)
    return [four("credits", tuple(row)) for row in rows]


def _order(rule: RunRule) -> list[int]:
    """Credit indices; a granted one comes first, as 2 and 3 exclude each other."""
    return sorted(range(CREDITS), key=lambda index: not rule.grants >> index & 1)


def _whole(rule: RunRule, credit: int, metal: int) -> int:
    """The credit, which under a whole rule is all of the metal or nothing."""
    return credit if not rule.whole or credit == metal else 0


def _check_metal(wanted: Sequence[int], booked: int) -> None:
    if not wanted or not all(amount("metal wanted", metal) for metal in wanted):
        raise AllocationImpossible(
            rule="an output has metal",
            name="metal wanted",
            value=list(wanted),
            limit=1,
            bound="at least 1 mg each",
        )
    if sum(wanted) != booked:
        raise AllocationImpossible(
            rule="all metal is booked, and no more",
            name="metal wanted",
            value=sum(wanted),
            limit=booked,
            bound=exact_mass(booked),
        )


def _check_credits(
    inputs: Sequence[Balance], wanted: Sequence[int], rule: RunRule, rows: Sequence[Credits]
) -> None:
    if len(rows) != len(wanted):
        raise AllocationImpossible(
            rule="credits for each output",
            name="rows",
            value=len(rows),
            limit=len(wanted),
            said=len(rows),
            bound=len(wanted),
        )
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    for credit in Credit:
        index = credit - 1
        available = rule.available(index, inputs)
        total = sum(row[index] for row in rows)
        name = f"credit {int(credit)}"
        _limit(name, "credits bear the loss", total, available * metal_out // metal_in)
        for metal, row in zip(wanted, rows, strict=True):
            most = available * metal // metal_in if rule.proportional else metal
            _limit(f"{name} of an output", "no more than its share", row[index], most)
            if rule.whole and row[index] not in (0, metal):
                raise AllocationImpossible(
                    rule="a credit is at 0 or 100 %",
                    name=name,
                    value=row[index],
                    limit=metal,
                    bound=f"0 mg or {exact_mass(metal)}",
                )
    for metal, row in zip(wanted, rows, strict=True):
        _limit("credit 2 + credit 3", "they exclude each other", row[1] + row[2], metal)


def _emissions(name: str, dividend: int, divisor: int) -> int:
    share = _ceiling(dividend, divisor)
    _limit(name, "fits in 64 bits", share, AMOUNT_LIMIT - 1)
    return share


def _limit(name: str, rule: str, value: int, limit: int) -> None:
    if value > limit:
        raise AllocationImpossible(rule=rule, name=name, value=value, limit=limit)


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
