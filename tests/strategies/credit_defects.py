"""Near misses of the credit rules: one mg too much, or through a closed gate."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import CREDIT_COUNT, MANUFACTURING, POST_CONSUMER, Balance, RunEvent
from tests.model.rules import Rule
from tests.model.runs import OPEN_GATES, Model, Run, Slot, Terms
from tests.strategies.edits import (
    NearMiss,
    all_credited,
    filled,
    only_credit,
    padded,
    share_of,
)
from tests.strategies.runs import credit_limit, valid_runs

ALL_CREDITS = range(CREDIT_COUNT)
FREE_CREDITS = [0, 3]  # positions that no other credit excludes


@st.composite
def credit_grows(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: the outputs together bear one mg of credit too much."""
    run = draw(valid_runs(model=Model.MASS_BALANCE, size=size, with_event=True))
    position = draw(st.sampled_from(ALL_CREDITS))
    amount = credit_limit(run, position) + 1
    assume(amount <= run.metal_out)
    return NearMiss(Rule.CREDIT_BEARS_LOSS, filled(run, position, amount))


@st.composite
def loss_not_borne(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: metal is lost, and one mg of its credit is not, though there was as much."""
    lossy = valid_runs(
        model=Model.MASS_BALANCE, size=size, with_event=True, open_gates=True, loses=True
    )
    run = draw(lossy)
    limits = {position: credit_limit(run, position) + 1 for position in ALL_CREDITS}
    edges = [
        position
        for position, amount in limits.items()
        if amount <= min(run.credit_available(position), run.metal_out)
    ]
    assume(edges)
    position = draw(st.sampled_from(edges))
    return NearMiss(Rule.CREDIT_BEARS_LOSS, filled(run, position, limits[position]))


@st.composite
def closed_gate(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: one mg of credit passes a closed gate."""
    run = draw(valid_runs(model=Model.MASS_BALANCE, size=size, with_event=True))
    granted = run.terms.grants
    position = draw(st.sampled_from([k for k in ALL_CREDITS if not granted[k]]))
    gates = tuple(gate and at != position for at, gate in enumerate(run.terms.gates))
    shut = replace(run, terms=replace(run.terms, gates=gates))
    return NearMiss(Rule.CREDIT_BEARS_LOSS, filled(shut, position, 1))


@st.composite
def credit_above_share(draw: st.DrawFn, size: int) -> NearMiss:
    """Controlled blending: one output bears one mg more than its share, the others less."""
    run = draw(valid_runs(model=Model.CONTROLLED_BLENDING, size=size, open_gates=True))
    edges = [
        (number, position, share_of(run, position, slot.balance.metal) + 1)
        for number, slot in enumerate(run.outputs)
        for position in ALL_CREDITS
        if slot.used
    ]
    edges = [
        (number, position, amount)
        for number, position, amount in edges
        if amount <= credit_limit(run, position)
        and (position in FREE_CREDITS or amount <= run.outputs[number].balance.metal)
    ]
    assume(edges)
    return NearMiss(Rule.CREDIT_OF_OUTPUT, only_credit(run, *draw(st.sampled_from(edges))))


@st.composite
def credit_above_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: one output bears one mg of credit more than it holds metal."""
    assume(size >= 2)
    position = draw(st.sampled_from(FREE_CREDITS))
    free = valid_runs(model=Model.MASS_BALANCE, size=size, with_event=True)
    run = all_credited(draw(free), position)
    numbers = [
        number
        for number, slot in enumerate(run.outputs)
        if slot.used and slot.balance.metal < credit_limit(run, position)
    ]
    assume(numbers)
    number = draw(st.sampled_from(numbers))
    amount = run.outputs[number].balance.metal + 1
    return NearMiss(Rule.CREDIT_OF_OUTPUT, only_credit(run, number, position, amount))


@st.composite
def credit_not_whole(draw: st.DrawFn, size: int) -> NearMiss:
    """Segregated: a credit is one mg away from 0 or from 100 %."""
    model = draw(st.sampled_from([Model.IDENTITY_PRESERVED, Model.SEGREGATED]))
    position = draw(st.sampled_from(ALL_CREDITS))
    run = all_credited(draw(valid_runs(model=model, size=size)), position)
    numbers = [at for at, slot in enumerate(run.outputs) if slot.balance.metal > 1]
    assume(numbers)
    number = draw(st.sampled_from(numbers))
    amount = draw(st.sampled_from([1, run.outputs[number].balance.metal - 1]))
    return NearMiss(Rule.CREDIT_WHOLE, only_credit(run, number, position, amount))


@st.composite
def recycled_twice(draw: st.DrawFn, size: int) -> NearMiss:
    """Recovered metal bears both recycled credits, one mg of it twice."""
    metal = draw(st.integers(2, 10**10))
    other = draw(st.integers(1, metal))
    first, second = draw(st.permutations([POST_CONSUMER, MANUFACTURING]))
    granted = tuple(position == first for position in range(CREDIT_COUNT))
    lot = Balance(metal).with_credit(second, other)
    counts = (1,)
    public = Terms(draw(st.booleans()), gates=OPEN_GATES, grants=granted, counts=counts)
    made = Balance(metal).with_credit(first, metal - other + 1).with_credit(second, other)
    run = Run((Slot(lot),), (Slot(made),), public, RunEvent(metal, (metal,)))
    return NearMiss(Rule.RECYCLED_ONCE, padded(run, size))
