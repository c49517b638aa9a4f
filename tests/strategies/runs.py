"""Runs that keep every rule, often at the very edge of one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import (
    CREDIT_COUNT,
    MANUFACTURING,
    POST_CONSUMER,
    PPM,
    Balance,
    Event,
)
from tests.model.runs import EMPTY_SLOT, NO_GRANTS, OPEN_GATES, Model, Run, Slot, Terms
from tests.model.sharing import planned_run
from tests.strategies.amounts import carbons, partitions, ppm
from tests.strategies.balances import balances, part_of

MODELS = [
    Model.IDENTITY_PRESERVED,
    Model.SEGREGATED,
    Model.CONTROLLED_BLENDING,
    Model.MASS_BALANCE,
]

bits = st.tuples(*[st.booleans()] * CREDIT_COUNT)
grants = st.one_of(
    st.just(NO_GRANTS),
    st.sampled_from([POST_CONSUMER, MANUFACTURING]).map(
        lambda credit: tuple(position == credit for position in range(CREDIT_COUNT))
    ),
)


@st.composite
def terms(draw: st.DrawFn, model: Model | None = None) -> Terms:
    model = model or draw(st.sampled_from(MODELS))
    low, high = sorted([draw(ppm), draw(ppm)])
    return Terms(model.proportional, model.whole, draw(bits), draw(grants), draw(ppm), low, high)


@st.composite
def valid_runs(
    draw: st.DrawFn,
    *,
    model: Model | None = None,
    size: int = 4,
    outputs: int | None = None,
    with_event: bool | None = None,
    open_gates: bool = False,
    loses: bool = False,
) -> Run:
    """Up to `size` lots in and out, with slots in random places left empty."""
    lots = draw(st.sampled_from(range(size, 0, -1)))
    consumed = draw(st.lists(balances(), min_size=lots, max_size=lots))
    metal_in = sum(balance.metal for balance in consumed)
    public = draw(terms(model))
    if open_gates:
        public = replace(public, gates=OPEN_GATES)
    has_event = draw(st.sampled_from([True, True, False])) if with_event is None else with_event
    most = min(size, metal_in)
    count = draw(st.sampled_from(range(most, 0, -1))) if outputs is None else outputs
    metal_out = draw(_metal_out(metal_in, count)) if has_event else metal_in
    assume(metal_out < metal_in or not loses)
    event = draw(_events(metal_in, metal_out, public)) if has_event else None
    wanted = draw(partitions(metal_out, min(count, metal_out)))
    run = planned_run(consumed, wanted, public, event)
    return _padded(draw, draw(_credited(run)), size)


@st.composite
def _metal_out(draw: st.DrawFn, metal_in: int, at_least: int) -> int:
    """No loss, a loss of some mg, or any loss that leaves a mg for each output."""
    at_least = min(at_least, metal_in)
    little = max(at_least, metal_in - 5)
    some = st.integers(at_least, metal_in)
    return draw(st.one_of(some, st.integers(little, metal_in), st.just(metal_in)))


@st.composite
def _events(draw: st.DrawFn, metal_in: int, metal_out: int, public: Terms) -> Event:
    """What was measured lies within the tolerance, often exactly at its end."""
    allowed = metal_in * public.tolerance // PPM
    allowed = min(allowed, metal_in)
    difference = draw(st.sampled_from([-allowed, 0, allowed]) | st.integers(-allowed, allowed))
    measured_out = metal_out + draw(st.sampled_from([0, 1]) | st.integers(0, metal_out))
    return Event(measured_out, draw(carbons), metal_in + difference)


@st.composite
def _credited(draw: st.DrawFn, run: Run) -> Run:
    """The run with the most credits, with fewer, or freely assigned under mass balance."""
    choice = draw(st.sampled_from(["most", "fewer", "free"]))
    if choice == "most" or (choice == "free" and run.terms.proportional):
        return run
    if choice == "fewer":
        rows = [draw(_fewer(slot.balance, run.terms)) for slot in run.outputs]
    else:
        rows = draw(free_credits(run))
    return with_credits(run, rows)


@st.composite
def _fewer(draw: st.DrawFn, balance: Balance, public: Terms) -> tuple[int, ...]:
    if public.whole:
        return tuple(draw(st.sampled_from([0, amount])) for amount in balance.credits)
    return tuple(draw(part_of(amount)) for amount in balance.credits)


@st.composite
def free_credits(draw: st.DrawFn, run: Run) -> list[tuple[int, ...]]:
    """Mass balance: any output takes as much as it can hold of what is left."""
    left = [credit_limit(run, position) for position in range(CREDIT_COUNT)]
    rows = []
    for slot in run.outputs:
        row = [0] * CREDIT_COUNT
        for position in range(CREDIT_COUNT):
            room = slot.balance.metal
            if position == MANUFACTURING:
                room -= row[POST_CONSUMER]
            row[position] = draw(part_of(min(room, left[position])))
            left[position] -= row[position]
        rows.append(tuple(row))
    return rows


def credit_limit(run: Run, position: int) -> int:
    """The most of one credit that all outputs together may bear."""
    return floor(run.credit_available(position) * Fraction(run.metal_out, run.metal_in))


def with_credits(run: Run, rows: list[tuple[int, ...]]) -> Run:
    outputs = tuple(
        Slot(Balance(old.balance.metal, old.balance.carbon, old.balance.cahra, row), old.used)
        for old, row in zip(run.outputs, rows, strict=True)
    )
    return Run(run.inputs, outputs, run.terms, run.event)


def _padded(draw: st.DrawFn, run: Run, size: int) -> Run:
    return Run(
        draw(_placed(run.inputs, size)), draw(_placed(run.outputs, size)), run.terms, run.event
    )


@st.composite
def _placed(draw: st.DrawFn, slots: tuple[Slot, ...], size: int) -> tuple[Slot, ...]:
    """The slots in random places among empty ones."""
    padding = [EMPTY_SLOT] * (size - len(slots))
    return tuple(draw(st.permutations([*slots, *padding])))
