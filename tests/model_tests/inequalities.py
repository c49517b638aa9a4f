"""Spec 6 and 7 once more, as its integer inequalities, to check the judge's exact shares against.

The judge reasons in shares and ceilings, this page in products without division. An error
would have to be made twice, in two ways, to go unseen.
"""

from __future__ import annotations

from tests.model.balance import AMOUNT_LIMIT, CREDIT_COUNT, PPM, Balance
from tests.model.runs import Run

NOTHING = (0,) * 9


def run_holds(run: Run) -> bool:
    """True when every inequality of spec 6, or of spec 7 for a small rebook, holds."""
    return (
        _slots_hold(run)
        and _metal_holds(run)
        and _units_hold(run)
        and _word_holds(run)
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
        and all(slot.used or slot.balance.amounts() == NOTHING for slot in run.inputs)
        and all(slot.used == (slot.balance.metal > 0) for slot in run.outputs)
        and (run.event is None or run.event.direct <= run.event.carbon)
    )


def _metal_holds(run: Run) -> bool:
    metal_in, metal_out = run.metal_in, run.metal_out
    if not 1 <= metal_out <= metal_in:
        return False
    if run.event is None:
        return metal_out == metal_in
    product, scrap = run.event.product, run.event.scrap
    return (
        all(
            abs(lot.metal - run.event.measured(i)) * PPM <= run.terms.tolerance * lot.metal
            for i, lot in enumerate(run.consumed())
        )
        and metal_out - run.scrap <= product
        and run.scrap <= scrap
        and (metal_in - metal_out) * (product + scrap - metal_out) == 0
    )


def _units_hold(run: Run) -> bool:
    made = run.made()
    series = [made[j] for j in run.terms.in_units]
    counts = [run.count(j) for j in run.terms.in_units]
    units, metal = sum(counts), sum(lot.metal for lot in series)
    known = run.event.units if run.event else sum(lot.units for lot in run.consumed())
    return (
        all(lot.units == run.count(j) for j, lot in enumerate(made))
        and units * (units - known) == 0
        and all(
            abs(lot.metal * units - metal * count) < units
            for lot, count in zip(series, counts, strict=True)
        )
    )


def _word_holds(run: Run) -> bool:
    terms, small = run.terms, run.is_small
    salts = run.outputs[0].salt - run.inputs[0].salt
    if terms.settles and salts != 1:
        return False
    shares = (terms.tolerance, terms.loss_from, terms.loss_to, terms.scrap_to)
    plain = terms.proportional and all(terms.gates) and not any(terms.grants)
    return not small or (plain and not any(shares) and not terms.scrap and not terms.settles)


def _shares_hold(run: Run, made: Balance) -> bool:
    metal_in, metal_out = run.metal_in, run.metal_out
    over_carbon = made.carbon * metal_out - run.carbon * made.metal
    brought = sum(lot.cahra for lot in run.consumed())
    over_cahra = made.cahra * metal_in - brought * made.metal
    over_direct = made.direct * metal_out - run.direct * made.metal
    return (
        0 <= over_carbon < metal_out and 0 <= over_direct < metal_out and 0 <= over_cahra < metal_in
    )


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
