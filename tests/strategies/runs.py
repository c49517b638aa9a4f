"""Runs that keep every rule, often at the very edge of one."""

from __future__ import annotations

from collections.abc import Sequence
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
    RunEvent,
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
    flags = (model.proportional, model.whole, draw(bits), draw(grants))
    return Terms(*flags, draw(ppm), low, high, draw(ppm))


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
    """Up to `size` lots in and out. Inputs stand first, as their event names them; slots of
    outputs, and of the inputs of a rebook, are left empty in random places."""
    lots = draw(st.sampled_from(range(size, 0, -1)))
    consumed = draw(st.lists(balances(), min_size=lots, max_size=lots))
    metal_in = sum(balance.metal for balance in consumed)
    public = draw(terms(model))
    if open_gates:
        public = replace(public, gates=OPEN_GATES)
    has_event = draw(st.sampled_from([True, True, False])) if with_event is None else with_event
    if not has_event:
        public = Terms(whole=public.whole)
    most = min(size, metal_in)
    count = draw(st.sampled_from(range(most, 0, -1))) if outputs is None else outputs
    metal_out = draw(_metal_out(metal_in, count)) if has_event else metal_in
    assume(metal_out < metal_in or not loses)
    wanted = draw(partitions(metal_out, min(count, metal_out)))
    scrap = draw(_some(len(wanted))) if has_event else frozenset()
    public = replace(public, counts=(1,) * len(wanted), scrap=scrap)
    before = None if has_event else sum(balance.units for balance in consumed)
    wanted, public = draw(_in_units(wanted, public, before))
    event = draw(_events(consumed, wanted, public)) if has_event else None
    run = planned_run(consumed, wanted, public, event)
    return _padded(draw, draw(_credited(run)), size)


@st.composite
def _some(draw: st.DrawFn, count: int) -> frozenset[int]:
    """None of so many, or some."""
    if draw(st.booleans()):
        return frozenset()
    return frozenset(draw(st.sets(st.integers(0, count - 1))))


@st.composite
def _in_units(
    draw: st.DrawFn, wanted: list[int], public: Terms, before: int | None
) -> tuple[list[int], Terms]:
    """Some outputs that are no scrap become series of equal units; before: as many as they are."""
    free = sorted(set(range(len(wanted))) - public.scrap)
    counted = bool(free) and draw(st.booleans())
    chosen = sorted(draw(st.sets(st.sampled_from(free)))) if counted else []
    metal = sum(wanted[number] for number in chosen)
    if not chosen or metal < len(chosen) or (before is not None and before < len(chosen)):
        return wanted, public
    most = min(metal, 40) if before is None else before
    units = draw(st.integers(len(chosen), max(len(chosen), most))) if before is None else before
    counts = draw(partitions(units, len(chosen)))
    shares = even(metal, counts)
    assume(min(shares) >= 1)
    amounts, numbers = list(wanted), list(public.counts)
    for number, count, share in zip(chosen, counts, shares, strict=True):
        amounts[number], numbers[number] = share, count
    return amounts, replace(public, counts=tuple(numbers), in_units=frozenset(chosen))


def even(metal: int, counts: list[int]) -> list[int]:
    """Each series its share, the milligrams that are left to the largest remainders."""
    units = sum(counts)
    shares = [Fraction(metal * count, units) for count in counts]
    made = [floor(share) for share in shares]
    order = sorted(range(len(counts)), key=lambda at: made[at] - shares[at])
    for at in order[: metal - sum(made)]:
        made[at] += 1
    return made


@st.composite
def _metal_out(draw: st.DrawFn, metal_in: int, at_least: int) -> int:
    """No loss, a loss of some mg, or any loss that leaves a mg for each output."""
    at_least = min(at_least, metal_in)
    little = max(at_least, metal_in - 5)
    some = st.integers(at_least, metal_in)
    return draw(st.one_of(some, st.integers(little, metal_in), st.just(metal_in)))


@st.composite
def _events(draw: st.DrawFn, consumed: list[Balance], wanted: list[int], public: Terms) -> RunEvent:
    """What was measured of each lot lies within the tolerance, often exactly at its end; what
    came out is what is made, or more where nothing is lost."""
    fed = []
    for lot in consumed:
        allowed = min(lot.metal * public.tolerance // PPM, lot.metal)
        ends = st.sampled_from([-allowed, 0, allowed])
        fed.append(lot.metal + draw(ends | st.integers(-allowed, allowed)))
    scrap = sum(wanted[number] for number in public.scrap)
    product = sum(wanted) - scrap
    if sum(wanted) == sum(lot.metal for lot in consumed):
        product += draw(st.sampled_from([0, 1]) | st.integers(0, product))
        scrap += draw(st.sampled_from([0, 1]))
    carbon = draw(carbons)
    units = sum(public.counts[number] for number in public.in_units)
    return RunEvent(product, tuple(fed), carbon, scrap, units, draw(part_of(carbon)))


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
        replace(old, balance=replace(old.balance, credits=tuple(row)))
        for old, row in zip(run.outputs, rows, strict=True)
    )
    return Run(run.inputs, outputs, run.terms, run.event)


def _padded(draw: st.DrawFn, run: Run, size: int) -> Run:
    """Lots in random places among empty ones, but those that an event names in its order."""
    return placed(
        run,
        draw(_places(len(run.inputs), size)) if run.event is None else range(len(run.inputs)),
        draw(_places(len(run.outputs), size)),
        size,
    )


def _places(lots: int, size: int) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(size)).map(lambda order: list(order[:lots]))


def placed(run: Run, inputs: Sequence[int], outputs: Sequence[int], size: int) -> Run:
    """The run with its lots in these places; what the terms say of outputs moves with them."""
    counts = [0] * size
    for place, count in zip(outputs, run.terms.counts, strict=True):
        counts[place] = count
    public = replace(
        run.terms,
        counts=tuple(counts),
        scrap=frozenset(outputs[number] for number in run.terms.scrap),
        in_units=frozenset(outputs[number] for number in run.terms.in_units),
    )
    return Run(
        _spread(run.inputs, inputs, size), _spread(run.outputs, outputs, size), public, run.event
    )


def _spread(slots: tuple[Slot, ...], places: Sequence[int], size: int) -> tuple[Slot, ...]:
    spread = [EMPTY_SLOT] * size
    for slot, place in zip(slots, places, strict=True):
        spread[place] = slot
    return tuple(spread)
