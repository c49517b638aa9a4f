"""Random histories of lots, from births to products and back, as steps of a story."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.model.balance import PPM, Event
from tests.model.lots import IN_UNITS, RECOVERABLE, SCRAP, Lot, Made, Site, State
from tests.model.runs import EMPTY_SLOT, Model, Run, Terms
from tests.model.sharing import planned_run
from tests.model.story import StoryTotals, tell
from tests.strategies.amounts import CONTAINER, FEW, partitions
from tests.strategies.balances import kinds_of
from tests.strategies.runs import MODELS, bits, free_credits

MOST_INPUTS = 4
Step = dict[str, Any]

MIXES = [MODELS, MODELS, MODELS[:2], MODELS[1:2], MODELS[2:3], MODELS[3:]]
"""Models of the births and runs of one history."""

consignments = st.one_of(st.integers(1, FEW), st.integers(1, CONTAINER))
bands = st.just((0, PPM)) | st.tuples(st.integers(0, 20_000), st.integers(20_000, PPM))
burdens = st.one_of(st.just(0), st.integers(0, FEW), st.integers(0, 10 * CONTAINER))


@st.composite
def histories(draw: st.DrawFn, *, models: list[Model] | None = None, steps: int = 12) -> list[Step]:
    """Steps that the rules allow, each drawn against the ledger that the ones before leave."""
    story = StoryTotals()
    told: list[Step] = []
    models = models or draw(st.sampled_from(MIXES))
    births = draw(st.integers(1, 3))
    for number in range(draw(st.integers(births, steps))):
        next_step = _births if number < births else partial(_next_step, story)
        step = draw(next_step(number, models))
        told.append(step)
        tell(story, step)
    return told


@st.composite
def _next_step(draw: st.DrawFn, story: StoryTotals, number: int, models: list[Model]) -> Step:
    lots = story.ledger.standing()
    live = [lot for lot in lots if lot.state is State.LIVE]
    held = [lot for lot in lots if lot.state is State.HELD]
    assigned = [lot for lot in lots if lot.state is State.ASSIGNED]
    choices: list[st.SearchStrategy[Step]] = [_births(number, models)]
    fresh = [lot for lot in live if lot.material not in RECOVERABLE]
    if fresh:
        choices += [_processes(fresh, number, models)] * 3
        choices.append(_assignments(fresh))
    if live:
        choices += [_rebookings(live, number, models)] * 2
        choices += [_name_of("write_off", live), _settlements(live, number)]
    if len(fresh) < len(live):
        choices += [_recoveries(live, number, models)] * 2
    if held:
        choices.append(_name_of("release", held))
    if assigned:
        choices.append(_name_of("retire", assigned))
    return draw(draw(st.sampled_from(choices)))


@st.composite
def _births(draw: st.DrawFn, number: int, models: list[Model]) -> Step:
    metal = draw(consignments)
    event = Event(metal_out=metal, carbon=draw(burdens), attested=draw(kinds_of(metal)))
    return {
        "do": "birth",
        "name": f"lot {number}",
        "event": event,
        "event_name": f"event {number}",
        "gates": draw(bits),
        "cahra": draw(st.booleans()),
        "model": draw(st.sampled_from(models)),
        **draw(st.sampled_from([{"material": "ore"}, {"material": "pack", "count": 5}])),
    }


def _name_of(do: str, lots: list[Lot]) -> st.SearchStrategy[Step]:
    return st.sampled_from(lots).map(lambda lot: {"do": do, "name": lot.name})


def _assignments(live: list[Lot]) -> st.SearchStrategy[Step]:
    """All units of a lot go into one product."""
    return st.sampled_from(live).map(
        lambda lot: {"do": "assign", "product": "car", "lot": lot.name, "units": lot.count}
    )


@st.composite
def _settlements(draw: st.DrawFn, live: list[Lot], number: int) -> Step:
    """An umpire finds a few mg less, or any less, and whatever went in."""
    lot = draw(st.sampled_from(live))
    metal = lot.balance.metal
    found = draw(st.integers(max(1, metal - 5), metal) | st.integers(1, metal))
    event = Event(found, draw(burdens), draw(st.integers(0, metal)))
    return {
        "do": "settle",
        "lot": lot.name,
        "name": f"lot {number}",
        "metal": found,
        "event": event,
        "event_name": f"event {number}",
        "model": lot.model,
    }


@st.composite
def _processes(draw: st.DrawFn, live: list[Lot], number: int, models: list[Model]) -> Step:
    lots, model = draw(_consumed(live, models))
    return draw(_measured("process", lots, model, number, ["salt", "salt", SCRAP]))


@st.composite
def _recoveries(draw: st.DrawFn, live: list[Lot], number: int, models: list[Model]) -> Step:
    """Only scrap, or only retired products."""
    found = {lot.material for lot in live} & RECOVERABLE
    material = draw(st.sampled_from(sorted(found)))
    lots, model = draw(_consumed([lot for lot in live if lot.material == material], models))
    return draw(_measured("recover", lots, model, number, ["salt"]))


@st.composite
def _rebookings(draw: st.DrawFn, live: list[Lot], number: int, models: list[Model]) -> Step:
    """Lots of one material become other lots of it."""
    material = draw(st.sampled_from(live)).material
    lots, model = draw(_consumed([lot for lot in live if lot.material == material], models))
    units = sum(lot.count for lot in lots) if material in IN_UNITS else None
    run = draw(_sketches(lots, model, Site(), None, most=units or MOST_INPUTS))
    wanted = _wanted(draw, run, number, [""])
    if units is not None:
        counts = draw(partitions(units, len(wanted)))
        pairs = zip(wanted.items(), counts, strict=True)
        wanted = {name: replace(made, count=count) for (name, made), count in pairs}
    return _run_step("rebook", lots, model, run, {"wanted": wanted})


@st.composite
def _measured(
    draw: st.DrawFn, do: str, lots: list[Lot], model: Model, number: int, materials: list[str]
) -> Step:
    metal_in = sum(lot.balance.metal for lot in lots)
    low, high = draw(bands)
    site = Site(draw(bits), draw(st.integers(0, 10_000)), low, high)
    metal_out = draw(st.integers(max(1, metal_in - 5), metal_in) | st.integers(1, metal_in))
    allowed = metal_in * site.tolerance // PPM
    measured = metal_in + draw(st.integers(-allowed, allowed))
    event = Event(metal_out + draw(st.integers(0, 3)), draw(burdens), measured)
    run = draw(_sketches(lots, model, site, event, metal_out))
    words = {
        "event": event,
        "event_name": f"event {number}",
        "site": site,
        "wanted": _wanted(draw, run, number, materials),
    }
    return _run_step(do, lots, model, run, words)


@st.composite
def _consumed(draw: st.DrawFn, live: list[Lot], models: list[Model]) -> tuple[list[Lot], Model]:
    """One to four lots and a model that none of them forbids."""
    count = draw(st.integers(1, min(MOST_INPUTS, len(live))))
    chosen = draw(st.permutations(live))[:count]
    weakest = max(lot.model for lot in chosen)
    origins = {origin for lot in chosen for origin in lot.origins}
    if len(origins) > 1:
        weakest = max(weakest, Model.SEGREGATED)
    allowed = [model for model in models if model >= weakest] or [weakest]
    return chosen, draw(st.sampled_from(allowed))


@st.composite
def _sketches(
    draw: st.DrawFn,
    lots: list[Lot],
    model: Model,
    site: Site,
    event: Event | None,
    metal_out: int | None = None,
    *,
    most: int = MOST_INPUTS,
) -> Run:
    """The run with its credits; an event under mass balance lets them be assigned freely.

    The gates count; a granted credit is left to its share, which the ledger works out.
    """
    metal = sum(lot.balance.metal for lot in lots) if metal_out is None else metal_out
    wanted = draw(partitions(metal, draw(st.integers(1, min(MOST_INPUTS, most, metal)))))
    public = Terms(model.proportional or event is None, model.whole, site.gates)
    run = planned_run([lot.balance for lot in lots], wanted, public, event)
    if not public.proportional and draw(st.booleans()):
        rows = draw(free_credits(run))
        run = planned_run([lot.balance for lot in lots], wanted, public, event, rows)
    return run


def _wanted(draw: st.DrawFn, run: Run, number: int, materials: list[str]) -> dict[str, Made]:
    made = [slot.balance.metal for slot in run.outputs if slot != EMPTY_SLOT]
    return {
        f"lot {number}.{at}": Made(metal, draw(st.sampled_from(materials)))
        for at, metal in enumerate(made)
    }


def _run_step(do: str, lots: list[Lot], model: Model, run: Run, words: Step) -> Step:
    step = {"do": do, "inputs": [lot.name for lot in lots], "model": model, **words}
    if model is Model.MASS_BALANCE:
        step["assignment"] = [slot.balance.credits for slot in run.outputs]
    return step
