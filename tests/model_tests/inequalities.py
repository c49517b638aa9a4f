"""Spec 6 once more, as its integer inequalities, to check the judge's exact shares against.

The judge reasons in shares and ceilings, this page in products without division. An error
would have to be made twice, in two ways, to go unseen.
"""

from __future__ import annotations

from tests.model.balance import AMOUNT_LIMIT, CREDIT_COUNT, PPM, Balance
from tests.model.runs import Run

NOTHING = (0,) * 9


def run_holds(run: Run) -> bool:
    """True when every inequality of spec 6 holds."""
    return (
        _slots_hold(run)
        and _metal_holds(run)
        and all(_shares_hold(run, made) for made in run.made())
        and all(_credit_holds(run, k) for k in range(CREDIT_COUNT))
    )


def _slots_hold(run: Run) -> bool:
    lots = [*run.consumed(), *run.made()]
    amounts = [amount for lot in lots for amount in lot.amounts()]
    if run.event is not None:
        amounts += run.event.amounts()
    return (
        all(0 <= amount < AMOUNT_LIMIT for amount in amounts)
        and all(lot.burden == 0 for lot in lots)
        and all(slot.used or slot.balance.amounts() == NOTHING for slot in run.inputs)
        and all(slot.used == (slot.balance.metal > 0) for slot in run.outputs)
        and (run.event is None or not any(run.event.attested))
    )


def _metal_holds(run: Run) -> bool:
    metal_in, metal_out = run.metal_in, run.metal_out
    if not 1 <= metal_out <= metal_in:
        return False
    if run.event is None:
        return metal_out == metal_in
    gap = abs(metal_in - run.event.metal_in)
    return gap * PPM <= run.terms.tolerance * metal_in and metal_out <= run.event.metal_out


def _shares_hold(run: Run, made: Balance) -> bool:
    metal_in, metal_out = run.metal_in, run.metal_out
    over_carbon = made.carbon * metal_out - run.carbon * made.metal
    brought = sum(lot.cahra for lot in run.consumed())
    over_cahra = made.cahra * metal_in - brought * made.metal
    return 0 <= over_carbon < metal_out and 0 <= over_cahra < metal_in


def _credit_holds(run: Run, k: int) -> bool:
    metal_in, metal_out, made = run.metal_in, run.metal_out, run.made()
    passed = sum(lot.credits[k] for lot in run.consumed()) * run.terms.gates[k]
    available = metal_in if run.terms.grants[k] else passed
    limit = available if run.terms.proportional else metal_in
    return (
        sum(lot.credits[k] for lot in made) * metal_in <= available * metal_out
        and all(lot.credits[k] * metal_in <= limit * lot.metal for lot in made)
        and (not run.terms.whole or all(_whole(lot, k) for lot in made))
        and all(lot.credits[1] + lot.credits[2] <= lot.metal for lot in made)
    )


def _whole(lot: Balance, k: int) -> bool:
    return lot.credits[k] * (lot.metal - lot.credits[k]) == 0
