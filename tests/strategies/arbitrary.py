"""Runs of a few milligrams with arbitrary numbers: many are wrong, some are right."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import CREDIT_COUNT, Balance, RunEvent
from tests.model.runs import EMPTY_SLOT, NARROW, Run, Slot, Terms
from tests.strategies.runs import valid_runs

FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Of BN254's scalar field, in which the circuits count."""

few = st.integers(0, 3)
permille = st.sampled_from([0, 250_000, 333_333, 333_334, 500_000, 1_000_000])


@st.composite
def tiny_balances(draw: st.DrawFn) -> Balance:
    kinds = [0] * CREDIT_COUNT
    for position in draw(st.sets(st.integers(0, CREDIT_COUNT - 1), max_size=2)):
        kinds[position] = draw(few)
    return Balance(draw(few), draw(few), draw(few), tuple(kinds), draw(few), draw(few))


@st.composite
def tiny_slots(draw: st.DrawFn) -> Slot:
    return Slot(draw(tiny_balances())) if draw(st.booleans()) else EMPTY_SLOT


@st.composite
def tiny_runs(draw: st.DrawFn, size: int = 2) -> Run:
    """Any proportional and whole bits, not only those of the four models."""
    slots = st.tuples(*[tiny_slots()] * size)
    flags = st.tuples(*[st.booleans()] * CREDIT_COUNT)
    inputs, outputs = draw(slots), draw(slots)
    fed = st.tuples(*[few] * size)
    numbers = (draw(few), draw(fed), draw(few), draw(few), draw(few), draw(few))
    event = RunEvent(*numbers) if draw(st.booleans()) else None
    some = st.sets(st.integers(0, size - 1)).map(frozenset)
    shown = tuple(slot.balance.units for slot in outputs)
    counts = draw(st.just(shown) | st.tuples(*[few] * size))
    public = Terms(
        proportional=draw(st.booleans()),
        whole=draw(st.booleans()),
        gates=draw(flags),
        grants=draw(flags),
        tolerance=draw(permille),
        loss_from=draw(permille),
        loss_to=draw(permille),
        scrap_to=draw(permille),
        counts=counts,
        scrap=draw(some),
        in_units=draw(st.just(frozenset()) | some),
    )
    if event is None and size == NARROW and draw(st.booleans()):
        public = Terms(whole=public.whole, counts=counts, in_units=public.in_units)
    return Run(inputs, outputs, public, event)


@st.composite
def shaken_runs(draw: st.DrawFn, size: int = 4) -> Run:
    """A valid run in which a few amounts moved by one or two milligrams."""
    run = draw(valid_runs(size=size))
    outputs = list(run.outputs)
    for number in draw(st.sets(st.integers(0, size - 1), max_size=2)):
        outputs[number] = draw(_shaken(outputs[number]))
    event = run.event
    if event is not None and draw(st.booleans()):
        event = replace(event, product=max(0, event.product + draw(st.integers(-1, 1))))
    return replace(run, outputs=tuple(outputs), event=event)


@st.composite
def wrapped_runs(draw: st.DrawFn, size: int = 4) -> Run:
    """One amount is negative in the field, so that a sum still agrees modulo its order."""
    run = draw(valid_runs(size=size, outputs=2))
    used = [number for number, slot in enumerate(run.outputs) if slot.used]
    assume(len(used) == 2)
    rows = [list(run.outputs[number].balance.amounts()) for number in used]
    at = draw(st.integers(0, 8))
    moved = rows[0][at] + draw(st.integers(1, 10**10))
    rows[0][at] = (rows[0][at] - moved) % FIELD_ORDER
    rows[1][at] += moved
    outputs = list(run.outputs)
    for number, row in zip(used, rows, strict=True):
        outputs[number] = replace(outputs[number], balance=Balance.of(row))
    return replace(run, outputs=tuple(outputs))


@st.composite
def _shaken(draw: st.DrawFn, slot: Slot) -> Slot:
    amounts = list(slot.balance.amounts())
    at = draw(st.integers(0, 8))
    amounts[at] = max(0, amounts[at] + draw(st.integers(-2, 2)))
    return replace(slot, balance=Balance.of(amounts))
