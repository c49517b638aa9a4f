"""Runs that break exactly one named rule, by one milligram.

Each strategy starts from a run that keeps every rule and moves it over one edge; where the
draw has no such edge (a lot of 1 mg cannot be split) it is thrown away by `assume`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import (
    AMOUNT_LIMIT,
    CREDIT_COUNT,
    MANUFACTURING,
    NO_CREDITS,
    POST_CONSUMER,
    PPM,
    Balance,
    Event,
)
from tests.model.rules import Rule
from tests.model.runs import EMPTY_SLOT, OPEN_GATES, Model, Run, Slot, Terms
from tests.model.sharing import planned_run
from tests.strategies.amounts import partitions
from tests.strategies.balances import balances
from tests.strategies.runs import credit_limit, valid_runs, with_credits

FREE_CREDITS = [0, 3, 4]  # positions that no other credit excludes


@dataclass(frozen=True)
class NearMiss:
    """`run` breaks `rule` and nothing else."""

    rule: Rule
    run: Run


def near_misses(size: int = 4) -> st.SearchStrategy[NearMiss]:
    """A near miss of any rule of a run."""
    return st.sampled_from(sorted(DEFECTS)).flatmap(lambda name: DEFECTS[name](size))


@st.composite
def gain(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg more comes out than went in."""
    consumed = draw(st.lists(balances(), min_size=1, max_size=size))
    metal_in = sum(balance.metal for balance in consumed)
    wanted = draw(partitions(metal_in + 1, draw(st.integers(1, min(size, metal_in)))))
    public = Terms(proportional=draw(st.booleans()))
    event = draw(st.sampled_from([None, Event(metal_in + 1, 0, metal_in)]))
    run = planned_run(consumed, wanted, public, event)
    return NearMiss(Rule.NO_GAIN, _padded(with_credits(run, [NO_CREDITS] * len(wanted)), size))


@st.composite
def out_of_tolerance(draw: st.DrawFn, size: int) -> NearMiss:
    """Booked and measured metal in differ by one mg more than the scale allows."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    beyond = run.metal_in * run.terms.tolerance // PPM + 1
    choices = [run.metal_in + beyond]
    if beyond <= run.metal_in:
        choices.append(run.metal_in - beyond)
    event = replace(run.event, metal_in=draw(st.sampled_from(choices)))
    return NearMiss(Rule.WITHIN_TOLERANCE, replace(run, event=event))


@st.composite
def more_than_measured(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg more comes out than was measured."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    event = replace(run.event, metal_out=run.metal_out - 1)
    return NearMiss(Rule.MEASURED_OUT, replace(run, event=event))


@st.composite
def loss_without_event(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg is lost and nobody measured."""
    consumed = draw(st.lists(balances(), min_size=1, max_size=size))
    metal_in = sum(balance.metal for balance in consumed)
    assume(metal_in > 1)
    wanted = draw(partitions(metal_in - 1, draw(st.integers(1, min(size, metal_in - 1)))))
    run = planned_run(consumed, wanted, Terms(loss_to=PPM))
    return NearMiss(Rule.LOSS_NEEDS_EVENT, _padded(run, size))


@st.composite
def carbon_off(draw: st.DrawFn, size: int) -> NearMiss:
    """An output bears one mg CO2e too little or too much."""
    run = draw(valid_runs(size=size))
    number = draw(_used(run.outputs))
    balance = run.outputs[number].balance
    changed = balance.carbon + draw(st.sampled_from([-1, 1]))
    assume(changed >= 0)
    return NearMiss(
        Rule.CARBON_BY_METAL, _with_output(run, number, replace(balance, carbon=changed))
    )


@st.composite
def cahra_off(draw: st.DrawFn, size: int) -> NearMiss:
    """An output bears one mg of high-risk origin too little or too much."""
    run = draw(valid_runs(size=size))
    number = draw(_used(run.outputs))
    balance = run.outputs[number].balance
    changed = balance.cahra + draw(st.sampled_from([-1, 1]))
    assume(changed >= 0)
    return NearMiss(Rule.CAHRA_BY_METAL, _with_output(run, number, replace(balance, cahra=changed)))


@st.composite
def credit_grows(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: the outputs together bear one mg of credit too much."""
    run = draw(valid_runs(model=Model.MASS_BALANCE, size=size))
    position = draw(st.sampled_from(FREE_CREDITS))
    amount = credit_limit(run, position) + 1
    assume(amount <= run.metal_out)
    return NearMiss(Rule.CREDIT_BEARS_LOSS, _filled(run, position, amount))


@st.composite
def closed_gate(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: one mg of credit passes a closed gate."""
    run = draw(valid_runs(model=Model.MASS_BALANCE, size=size))
    position = draw(st.sampled_from(FREE_CREDITS))
    gates = tuple(gate and at != position for at, gate in enumerate(run.terms.gates))
    shut = replace(run, terms=replace(run.terms, gates=gates))
    return NearMiss(Rule.CREDIT_BEARS_LOSS, _filled(shut, position, 1))


@st.composite
def credit_above_share(draw: st.DrawFn, size: int) -> NearMiss:
    """Controlled blending: one output bears one mg more than its share, the others less."""
    run = draw(valid_runs(model=Model.CONTROLLED_BLENDING, size=size, open_gates=True))
    edges = [
        (number, position, amount)
        for number, slot in enumerate(run.outputs)
        for position in FREE_CREDITS
        if slot.used
        and (amount := _share(run, position, slot.balance.metal) + 1) <= credit_limit(run, position)
    ]
    assume(edges)
    return NearMiss(Rule.CREDIT_OF_OUTPUT, _only(run, *draw(st.sampled_from(edges))))


@st.composite
def credit_above_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """Mass balance: one output bears one mg of credit more than it holds metal."""
    assume(size >= 2)
    position = draw(st.sampled_from(FREE_CREDITS))
    run = _all_credited(draw(valid_runs(model=Model.MASS_BALANCE, size=size)), position)
    numbers = [
        number
        for number, slot in enumerate(run.outputs)
        if slot.used and slot.balance.metal < credit_limit(run, position)
    ]
    assume(numbers)
    number = draw(st.sampled_from(numbers))
    amount = run.outputs[number].balance.metal + 1
    return NearMiss(Rule.CREDIT_OF_OUTPUT, _only(run, number, position, amount))


@st.composite
def credit_not_whole(draw: st.DrawFn, size: int) -> NearMiss:
    """Segregated: a credit is one mg away from 0 or from 100 %."""
    model = draw(st.sampled_from([Model.IDENTITY_PRESERVED, Model.SEGREGATED]))
    position = draw(st.sampled_from(FREE_CREDITS))
    run = _all_credited(draw(valid_runs(model=model, size=size)), position)
    numbers = [at for at, slot in enumerate(run.outputs) if slot.balance.metal > 1]
    assume(numbers)
    number = draw(st.sampled_from(numbers))
    amount = draw(st.sampled_from([1, run.outputs[number].balance.metal - 1]))
    return NearMiss(Rule.CREDIT_WHOLE, _only(run, number, position, amount))


@st.composite
def recycled_twice(draw: st.DrawFn, size: int) -> NearMiss:
    """Recovered metal bears both recycled credits, one mg of it twice."""
    metal = draw(st.integers(2, 10**10))
    other = draw(st.integers(1, metal))
    first, second = draw(st.permutations([POST_CONSUMER, MANUFACTURING]))
    granted = tuple(position == first for position in range(CREDIT_COUNT))
    lot = Balance(metal).with_credit(second, other)
    public = Terms(proportional=draw(st.booleans()), gates=OPEN_GATES, grants=granted)
    made = Balance(metal).with_credit(first, metal - other + 1).with_credit(second, other)
    run = Run((Slot(lot),), (Slot(made),), public)
    return NearMiss(Rule.RECYCLED_ONCE, _padded(run, size))


@st.composite
def burden_set(draw: st.DrawFn, size: int) -> NearMiss:
    """The spare slot of an input or output is not 0."""
    run = draw(valid_runs(size=size))
    if draw(st.booleans()):
        number = draw(_used(run.outputs))
        changed = replace(run.outputs[number].balance, burden=1)
        return NearMiss(Rule.BURDEN_ZERO, _with_output(run, number, changed))
    number = draw(_used(run.inputs))
    changed = replace(run.inputs[number].balance, burden=1)
    return NearMiss(Rule.BURDEN_ZERO, _with_input(run, number, Slot(changed)))


@st.composite
def too_much_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """Lots are merged into one that holds 2^64 mg."""
    assume(size >= 2)
    parts = draw(partitions(AMOUNT_LIMIT, draw(st.integers(2, size))))
    run = planned_run([Balance(metal) for metal in parts], [AMOUNT_LIMIT], Terms())
    return NearMiss(Rule.AMOUNT_RANGE, _padded(run, size))


@st.composite
def too_much_carbon(draw: st.DrawFn, size: int) -> NearMiss:
    """An output would bear 2^64 mg CO2e: the event attests all but one mg."""
    metal = draw(st.integers(1, 10**10))
    event = Event(metal, AMOUNT_LIMIT - 1, metal)
    run = planned_run([Balance(metal, 1)], [metal], Terms(), event)
    return NearMiss(Rule.AMOUNT_RANGE, _padded(run, size))


@st.composite
def input_too_large(draw: st.DrawFn, size: int) -> NearMiss:
    """An input brings 2^64 mg, shared so that every output stays below."""
    assume(size >= 2)
    wanted = draw(partitions(AMOUNT_LIMIT, draw(st.integers(2, size))))
    return NearMiss(
        Rule.AMOUNT_RANGE, _padded(planned_run([Balance(AMOUNT_LIMIT)], wanted, Terms()), size)
    )


@st.composite
def nothing_made(draw: st.DrawFn, size: int) -> NearMiss:
    """All metal is lost: the last mg too."""
    run = draw(valid_runs(size=size, with_event=True))
    return NearMiss(Rule.SOME_METAL, replace(run, outputs=(EMPTY_SLOT,) * len(run.outputs)))


@st.composite
def padding_brings_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """An unused input brings one mg, and one mg more comes out."""
    metal = draw(st.integers(1, 10**10))
    assume(size >= 2)
    made = planned_run([Balance(metal), Balance(1)], [metal + 1], Terms())
    padded = replace(made, inputs=(made.inputs[0], Slot(Balance(1), used=False)))
    return NearMiss(Rule.SLOT_EMPTY, _padded(padded, size))


@st.composite
def output_without_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """A lot is made that holds nothing."""
    run = draw(valid_runs(size=size, outputs=1))
    number = next((at for at, slot in enumerate(run.outputs) if not slot.used), None)
    assume(number is not None)
    outputs = list(run.outputs)
    outputs[number or 0] = Slot(Balance())
    return NearMiss(Rule.SLOT_USED, replace(run, outputs=tuple(outputs)))


@st.composite
def metal_without_output(draw: st.DrawFn, size: int) -> NearMiss:
    """An output holds metal but no lot is recorded for it: metal would vanish unseen."""
    run = draw(valid_runs(size=size))
    used = [at for at, slot in enumerate(run.outputs) if slot.used]
    number = draw(st.sampled_from(used))
    outputs = list(run.outputs)
    outputs[number] = replace(outputs[number], used=False)
    return NearMiss(Rule.SLOT_USED, replace(run, outputs=tuple(outputs)))


DEFECTS: dict[str, Callable[[int], st.SearchStrategy[NearMiss]]] = {
    defect.__name__: defect
    for defect in (
        gain,
        out_of_tolerance,
        more_than_measured,
        loss_without_event,
        carbon_off,
        cahra_off,
        credit_grows,
        closed_gate,
        credit_above_share,
        credit_above_metal,
        credit_not_whole,
        recycled_twice,
        burden_set,
        too_much_metal,
        too_much_carbon,
        input_too_large,
        nothing_made,
        padding_brings_metal,
        output_without_metal,
        metal_without_output,
    )
}


def _used(slots: tuple[Slot, ...]) -> st.SearchStrategy[int]:
    return st.sampled_from([number for number, slot in enumerate(slots) if slot.used])


def _with_output(run: Run, number: int, balance: Balance) -> Run:
    outputs = list(run.outputs)
    outputs[number] = Slot(balance, outputs[number].used)
    return replace(run, outputs=tuple(outputs))


def _with_input(run: Run, number: int, slot: Slot) -> Run:
    inputs = list(run.inputs)
    inputs[number] = slot
    return replace(run, inputs=tuple(inputs))


def _only(run: Run, number: int, position: int, amount: int) -> Run:
    """One output bears `amount` of one credit, no other output bears any credit."""
    bare = with_credits(run, [NO_CREDITS] * len(run.outputs))
    balance = bare.outputs[number].balance
    return _with_output(bare, number, balance.with_credit(position, amount))


def _share(run: Run, position: int, metal: int) -> int:
    return floor(run.credit_available(position) * Fraction(metal, run.metal_in))


def _all_credited(run: Run, position: int) -> Run:
    """The same run of lots that bear one credit in full, through an open gate."""
    inputs = tuple(
        replace(slot, balance=slot.balance.with_credit(position, slot.balance.metal))
        for slot in run.inputs
    )
    gates = tuple(gate or at == position for at, gate in enumerate(run.terms.gates))
    return replace(run, inputs=inputs, terms=replace(run.terms, gates=gates))


def _filled(run: Run, position: int, amount: int) -> Run:
    """`amount` of one credit, poured into the outputs in turn up to their metal."""
    rows = []
    for slot in run.outputs:
        poured = min(slot.balance.metal, amount)
        amount -= poured
        rows.append(Balance().with_credit(position, poured).credits)
    return with_credits(run, rows)


def _padded(run: Run, size: int) -> Run:
    inputs = run.inputs + (EMPTY_SLOT,) * (size - len(run.inputs))
    outputs = run.outputs + (EMPTY_SLOT,) * (size - len(run.outputs))
    return replace(run, inputs=inputs, outputs=outputs)
