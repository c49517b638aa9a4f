"""Runs that break exactly one named rule, by one milligram.

Each strategy starts from a run that keeps every rule and moves it over one edge; where the
draw has no such edge (a lot of 1 mg cannot be split) it is thrown away by `assume`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import (
    AMOUNT_LIMIT,
    NO_CREDITS,
    PPM,
    Balance,
    RunEvent,
)
from tests.model.rules import Rule
from tests.model.runs import EMPTY_SLOT, Slot, Terms
from tests.model.sharing import planned_run
from tests.strategies.amounts import partitions
from tests.strategies.balances import balances
from tests.strategies.credit_defects import (
    closed_gate,
    credit_above_metal,
    credit_above_share,
    credit_grows,
    credit_not_whole,
    loss_not_borne,
    recycled_twice,
)
from tests.strategies.edits import NearMiss, padded, used, with_output
from tests.strategies.runs import even, valid_runs, with_credits


def near_misses(size: int = 4) -> st.SearchStrategy[NearMiss]:
    """A near miss of any rule of a run."""
    return st.sampled_from(sorted(DEFECTS)).flatmap(lambda name: DEFECTS[name](size))


@st.composite
def gain(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg more comes out than went in."""
    consumed = draw(st.lists(balances(), min_size=1, max_size=size))
    metal_in = sum(balance.metal for balance in consumed)
    wanted = draw(partitions(metal_in + 1, draw(st.integers(1, min(size, metal_in)))))
    measured = RunEvent(metal_in + 1, tuple(balance.metal for balance in consumed))
    event = draw(st.sampled_from([None, measured]))
    public = Terms(proportional=event is None or draw(st.booleans()))
    run = planned_run(consumed, wanted, public, event)
    return NearMiss(Rule.NO_GAIN, padded(with_credits(run, [NO_CREDITS] * len(wanted)), size))


@st.composite
def out_of_tolerance(draw: st.DrawFn, size: int) -> NearMiss:
    """Booked and measured metal in differ by one mg more than the scale allows."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    place = draw(used(run.inputs))
    booked = run.inputs[place].balance.metal
    beyond = booked * run.terms.tolerance // PPM + 1
    choices = [booked + beyond]
    if beyond <= booked:
        choices.append(booked - beyond)
    fed = list(run.event.metal_in)
    fed[place] = draw(st.sampled_from(choices))
    event = replace(run.event, metal_in=tuple(fed))
    return NearMiss(Rule.WITHIN_TOLERANCE, replace(run, event=event))


@st.composite
def fed_but_not_consumed(draw: st.DrawFn, size: int) -> NearMiss:
    """An event names a lot of one mg more than the run consumes."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    assume(not run.inputs[-1].used)
    event = replace(run.event, metal_in=(*run.event.metal_in, 1))
    return NearMiss(Rule.WITHIN_TOLERANCE, replace(run, event=event))


@st.composite
def more_than_measured(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg more comes out than was measured."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    product = run.metal_out - run.scrap
    assume(product >= 1)
    event = replace(run.event, product=product - 1)
    return NearMiss(Rule.MEASURED_OUT, replace(run, event=event))


@st.composite
def scrap_not_measured(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg more is called scrap than was measured as such."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    assume(run.scrap >= 1)
    less = run.scrap - 1
    event = replace(run.event, scrap=less, product=run.event.metal_out - less)
    return NearMiss(Rule.SCRAP_MEASURED, replace(run, event=event))


@st.composite
def metal_not_booked(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg was measured that is in no lot, though as much went in."""
    run = draw(valid_runs(size=size, with_event=True, loses=True))
    assert run.event is not None
    event = replace(run.event, product=run.event.product + 1)
    return NearMiss(Rule.ALL_BOOKED, replace(run, event=event))


@st.composite
def direct_off(draw: st.DrawFn, size: int) -> NearMiss:
    """An output bears one mg of direct emissions too little or too much."""
    run = draw(valid_runs(size=size))
    number = draw(used(run.outputs))
    balance = run.outputs[number].balance
    changed = balance.direct + draw(st.sampled_from([-1, 1]))
    assume(changed >= 0)
    return NearMiss(
        Rule.DIRECT_BY_METAL, with_output(run, number, replace(balance, direct=changed))
    )


@st.composite
def direct_above_carbon(draw: st.DrawFn, size: int) -> NearMiss:
    """An event attests one mg of direct emissions more than carbon."""
    metal, carbon = draw(st.integers(1, 10**10)), draw(st.integers(0, 10**10))
    event = RunEvent(metal, (metal,), carbon, direct=carbon + 1)
    run = planned_run([Balance(metal, 7)], [metal], Terms(), event)
    return NearMiss(Rule.DIRECT_PART, padded(run, size))


@st.composite
def units_not_public(draw: st.DrawFn, size: int) -> NearMiss:
    """A lot hides one unit more than its public count."""
    run = draw(valid_runs(size=size))
    number = draw(used(run.outputs))
    balance = run.outputs[number].balance
    hidden = replace(balance, units=balance.units + 1)
    return NearMiss(Rule.UNITS_PUBLIC, with_output(run, number, hidden))


@st.composite
def units_not_counted(draw: st.DrawFn, size: int) -> NearMiss:
    """One unit more was attested than is made."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    assume(run.terms.in_units)
    event = replace(run.event, units=run.event.units + 1)
    return NearMiss(Rule.UNITS_COUNTED, replace(run, event=event))


@st.composite
def units_unequal(draw: st.DrawFn, size: int) -> NearMiss:
    """Two mg of one series are in another one: a unit is heavier than the others."""
    assume(size >= 2)
    counts = [draw(st.integers(1, 9)), draw(st.integers(1, 9))]
    metal = draw(st.integers(50, 10**10))
    first, second = even(metal, counts)
    public = Terms(counts=tuple(counts), in_units=frozenset({0, 1}))
    lot = Balance(metal, units=sum(counts))
    run = planned_run([lot], [first + 2, second - 2], public)
    return NearMiss(Rule.UNITS_EQUAL, padded(run, size))


@st.composite
def settled_elsewhere(draw: st.DrawFn, size: int) -> NearMiss:
    """A settled lot has another salt than the one after the disputed lot's."""
    metal, salt = draw(st.integers(2, 10**10)), draw(st.integers(1, 10**9))
    event = RunEvent(metal - 1, (metal - 1,), units=1)
    public = Terms(tolerance=PPM, settles=True)
    run = planned_run([Balance(metal)], [metal - 1], public, event)
    other = salt + draw(st.sampled_from([0, 2]))
    run = replace(
        run,
        inputs=(replace(run.inputs[0], salt=salt),),
        outputs=(replace(run.outputs[0], salt=other),),
    )
    return NearMiss(Rule.SETTLED_SALT, padded(run, size))


@st.composite
def loss_without_event(draw: st.DrawFn, size: int) -> NearMiss:
    """One mg is lost and nobody measured."""
    consumed = draw(st.lists(balances(), min_size=1, max_size=size))
    metal_in = sum(balance.metal for balance in consumed)
    assume(metal_in > 1)
    wanted = draw(partitions(metal_in - 1, draw(st.integers(1, min(size, metal_in - 1)))))
    run = planned_run(consumed, wanted, Terms())
    return NearMiss(Rule.LOSS_NEEDS_EVENT, padded(run, size))


@st.composite
def carbon_off(draw: st.DrawFn, size: int) -> NearMiss:
    """An output bears one mg CO2e too little or too much."""
    run = draw(valid_runs(size=size))
    number = draw(used(run.outputs))
    balance = run.outputs[number].balance
    changed = balance.carbon + draw(st.sampled_from([-1, 1]))
    assume(changed >= 0)
    return NearMiss(
        Rule.CARBON_BY_METAL, with_output(run, number, replace(balance, carbon=changed))
    )


@st.composite
def cahra_off(draw: st.DrawFn, size: int) -> NearMiss:
    """An output bears one mg of high-risk origin too little or too much."""
    run = draw(valid_runs(size=size))
    number = draw(used(run.outputs))
    balance = run.outputs[number].balance
    changed = balance.cahra + draw(st.sampled_from([-1, 1]))
    assume(changed >= 0)
    return NearMiss(Rule.CAHRA_BY_METAL, with_output(run, number, replace(balance, cahra=changed)))


@st.composite
def too_much_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """Lots are merged into one that holds 2^64 mg."""
    assume(size >= 2)
    parts = draw(partitions(AMOUNT_LIMIT, draw(st.integers(2, size))))
    run = planned_run([Balance(metal) for metal in parts], [AMOUNT_LIMIT], Terms())
    return NearMiss(Rule.AMOUNT_RANGE, padded(run, size))


@st.composite
def too_much_carbon(draw: st.DrawFn, size: int) -> NearMiss:
    """An output would bear 2^64 mg CO2e: the event attests all but one mg."""
    metal = draw(st.integers(1, 10**10))
    event = RunEvent(metal, (metal,), AMOUNT_LIMIT - 1)
    run = planned_run([Balance(metal, 1)], [metal], Terms(), event)
    return NearMiss(Rule.AMOUNT_RANGE, padded(run, size))


@st.composite
def input_too_large(draw: st.DrawFn, size: int) -> NearMiss:
    """An input brings 2^64 mg, shared so that every output stays below."""
    assume(size >= 2)
    wanted = draw(partitions(AMOUNT_LIMIT, draw(st.integers(2, size))))
    return NearMiss(
        Rule.AMOUNT_RANGE, padded(planned_run([Balance(AMOUNT_LIMIT)], wanted, Terms()), size)
    )


@st.composite
def nothing_made(draw: st.DrawFn, size: int) -> NearMiss:
    """All metal is lost: the last mg too."""
    run = draw(valid_runs(size=size, with_event=True))
    assert run.event is not None
    nothing = (EMPTY_SLOT,) * len(run.outputs)
    bare = replace(run.terms, counts=(), scrap=frozenset(), in_units=frozenset())
    event = replace(run.event, product=0, scrap=0)
    return NearMiss(Rule.SOME_METAL, replace(run, outputs=nothing, terms=bare, event=event))


@st.composite
def padding_brings_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """An unused input brings one mg, and one mg more comes out."""
    metal = draw(st.integers(1, 10**10))
    assume(size >= 2)
    made = planned_run([Balance(metal), Balance(1)], [metal + 1], Terms())
    smuggled = replace(made, inputs=(made.inputs[0], Slot(Balance(1, units=0), used=False)))
    return NearMiss(Rule.SLOT_EMPTY, padded(smuggled, size))


@st.composite
def output_without_metal(draw: st.DrawFn, size: int) -> NearMiss:
    """A lot is made that holds nothing."""
    run = draw(valid_runs(size=size, outputs=1))
    number = next((at for at, slot in enumerate(run.outputs) if not slot.used), None)
    assume(number is not None)
    outputs = list(run.outputs)
    outputs[number or 0] = Slot(Balance(units=0))
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
        loss_not_borne,
        closed_gate,
        credit_above_share,
        credit_above_metal,
        credit_not_whole,
        recycled_twice,
        direct_off,
        direct_above_carbon,
        fed_but_not_consumed,
        scrap_not_measured,
        metal_not_booked,
        units_not_public,
        units_not_counted,
        units_unequal,
        settled_elsewhere,
        too_much_metal,
        too_much_carbon,
        input_too_large,
        nothing_made,
        padding_brings_metal,
        output_without_metal,
        metal_without_output,
    )
}
