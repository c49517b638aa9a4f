"""Plan of one run: from input balances and wanted metals to exact output balances.

Rounding is that of SPEC section 6: carbon and CAHRA shares are rounded up, credits down.
Amounts in mg.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zk_circuits.balance import AMOUNT_LIMIT, Balance, Credits, Measurement, amount, five
from zk_circuits.errors import AllocationImpossible
from zk_circuits.quantity_text import PPM, exact_mass, exact_share
from zk_circuits.rule import RunRule
from zk_circuits.schema import CREDITS, Credit

Row = list[int]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Outputs of a planned run, its loss in mg and whether the loss lies in the site's band."""

    outputs: tuple[Balance, ...]
    loss: int
    in_band: bool


def plan_run(
    inputs: Sequence[Balance],
    wanted: Sequence[int],
    rule: RunRule,
    event: Measurement | None = None,
    wanted_credits: Sequence[Credits] | None = None,
) -> Allocation:
    """The outputs of a run with `wanted` mg of metal each.

    event: the measurement of a process; None for a rebook. wanted_credits: what each output is
    to bear (see greedy_credits); None gives each its share by metal. Raises
    AllocationImpossible with the numbers.
    """
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    _check_metal(metal_in, wanted, rule, event)
    carbon = sum(lot.carbon for lot in inputs) + (0 if event is None else event.carbon)
    cahra = sum(lot.cahra for lot in inputs)
    shares = proportional_credits(inputs, wanted, rule)
    if wanted_credits is not None:
        shares = [five("credits", row) for row in wanted_credits]
        _check_credits(inputs, wanted, rule, shares)
    outputs = tuple(
        Balance(
            metal=metal,
            carbon=_carbon(carbon, metal, metal_out),
            cahra=_ceiling(cahra * metal, metal_in),
            credits=row,
        )
        for metal, row in zip(wanted, shares, strict=True)
    )
    return Allocation(outputs, metal_in - metal_out, rule.in_band(metal_in, metal_out))


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
    return [five("credits", tuple(row)) for row in rows]


def _order(rule: RunRule) -> list[int]:
    """Credit indices; a granted one comes first, as 2 and 3 exclude each other."""
    return sorted(range(CREDITS), key=lambda index: not rule.grants >> index & 1)


def _whole(rule: RunRule, credit: int, metal: int) -> int:
    """The credit, which under a whole rule is all of the metal or nothing."""
    return credit if not rule.whole or credit == metal else 0


def _carbon(carbon: int, metal: int, metal_out: int) -> int:
    share = _ceiling(carbon * metal, metal_out)
    _limit("carbon of an output", "fits in 64 bits", share, AMOUNT_LIMIT - 1)
    return share


def _check_metal(
    metal_in: int, wanted: Sequence[int], rule: RunRule, event: Measurement | None
) -> None:
    if not wanted or not all(amount("metal wanted", metal) for metal in wanted):
        raise AllocationImpossible(
            rule="an output has metal",
            name="metal wanted",
            value=list(wanted),
            limit=1,
            bound="at least 1 mg each",
        )
    metal_out = sum(wanted)
    _limit("metal out", "metal is not made", metal_out, metal_in)
    if event is None:
        _limit("loss", "a rebook loses nothing", metal_in - metal_out, 0)
        return
    _limit("metal out", "metal out is at most what was measured", metal_out, event.metal_out)
    within = f"within {exact_share(rule.tolerance_ppm)} of {exact_mass(metal_in)}"
    _limit(
        "the difference between the metal of the inputs and what was measured",
        f"metal in is as measured, {within}",
        abs(metal_in - event.metal_in),
        rule.tolerance_ppm * metal_in // PPM,
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


def _limit(name: str, rule: str, value: int, limit: int) -> None:
    if value > limit:
        raise AllocationImpossible(rule=rule, name=name, value=value, limit=limit)


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
