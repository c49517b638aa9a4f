"""What the outputs of a run are, to the milligram (domain rules 2, 3 and 5; spec 6).

The owner chooses the metal of each output and, under mass balance, which output bears which
credit. Everything else follows: carbon, direct emissions and CAHRA metal are rounded up, credits
down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

from tests.model.balance import (
    CREDIT_COUNT,
    MANUFACTURING,
    POST_CONSUMER,
    Balance,
    RunEvent,
    total_cahra,
)
from tests.model.runs import Run, Slot, Terms

FIRST: Final = "first"

Rows = Sequence[tuple[int, ...]]
Assignment = Rows | Literal["first"]
"""Credits 1 to 4 of each output, or as much as each can bear, the first output first."""


def planned_run(
    consumed: Sequence[Balance],
    wanted: Sequence[int],
    terms: Terms,
    event: RunEvent | None = None,
    assignment: Assignment | None = None,
) -> Run:
    """The run that makes `wanted` (mg of each output) out of `consumed`, not yet judged.

    Without an assignment each output gets its share of the credits by metal. Where the terms say
    no counts, each output is one unit.
    """
    if not terms.counts:
        terms = replace(terms, counts=(1,) * len(wanted))
    inputs = tuple(Slot(balance) for balance in consumed)
    metals = tuple(Slot(Balance(metal=metal), used=metal != 0) for metal in wanted)
    sketch = Run(inputs, metals, terms, event)
    made = [
        replace(_made(sketch, metal), units=count)
        for metal, count in zip(wanted, terms.counts, strict=True)
    ]
    rows: Rows
    if isinstance(assignment, str):
        rows = first_credits(sketch)
    else:
        rows = assignment or [shared_credits(sketch, metal) for metal in wanted]
    salt = inputs[0].salt + 1 if terms.settles else 0
    outputs = tuple(
        Slot(replace(one, credits=tuple(row)), used=one.metal != 0, salt=salt)
        for one, row in zip(made, rows, strict=True)
    )
    return Run(inputs, outputs, terms, event)


def shared_credits(run: Run, metal: int) -> tuple[int, ...]:
    """The most that an output of `metal` mg may bear when credits follow the metal."""
    shares = [_credit_share(run, position, metal) for position in range(CREDIT_COUNT)]
    first, second = _recycled_order(run)
    room = metal - shares[first]
    if run.terms.whole and shares[second] > room:
        shares[second] = 0
    shares[second] = min(shares[second], room)
    return tuple(shares)


def first_credits(run: Run) -> list[tuple[int, ...]]:
    """Mass balance: each output takes what it can bear of what those before it left."""
    kept = Fraction(run.metal_out, run.metal_in) if run.metal_in else Fraction(0)
    left = [floor(run.credit_available(k) * kept) for k in range(CREDIT_COUNT)]
    rows = []
    for slot in run.outputs:
        row = [min(left[k], slot.balance.metal) for k in range(CREDIT_COUNT)]
        first, second = _recycled_order(run)
        row[second] = min(row[second], slot.balance.metal - row[first])
        left = [rest - taken for rest, taken in zip(left, row, strict=True)]
        rows.append(tuple(row))
    return rows


def _recycled_order(run: Run) -> tuple[int, int]:
    """Where both recycled credits would claim the same metal, the granted one goes first."""
    if run.terms.grants[MANUFACTURING] and not run.terms.grants[POST_CONSUMER]:
        return MANUFACTURING, POST_CONSUMER
    return POST_CONSUMER, MANUFACTURING


def _made(run: Run, metal: int) -> Balance:
    if run.metal_in == 0 or run.metal_out == 0:
        return Balance(metal=metal)
    carbon = ceil(run.carbon * Fraction(metal, run.metal_out))
    cahra = ceil(total_cahra(run.consumed()) * Fraction(metal, run.metal_in))
    direct = ceil(run.direct * Fraction(metal, run.metal_out))
    return Balance(metal, carbon, cahra, direct=direct)


def _credit_share(run: Run, position: int, metal: int) -> int:
    if run.metal_in == 0:
        return 0
    share = run.credit_available(position) * Fraction(metal, run.metal_in)
    if run.terms.whole:
        return metal if share >= metal else 0
    return min(floor(share), metal)
