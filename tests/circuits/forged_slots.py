"""Forgeries of what opens, what is empty and what counts as used in a run."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forgery import Forgery, on
from tests.circuits.signals import COBALT, EVENT, NICKEL, Lot, R, Rule, RunCase, commit


def run_slots(run: RunCase) -> Iterator[Forgery]:
    """From an honest run of two lots into two, with an event."""
    for group in (_opened, _padded, _selected, _hidden, _burdened):
        yield from group(run)


def _opened(run: RunCase) -> Iterator[Forgery]:
    a, b = run.inputs
    x, y = run.outputs
    event = run.event
    assert event is not None
    richer = replace(run, inputs=(replace(a, metal=601), b))
    richer = replace(richer, outputs=fair(richer.inputs, (700, 290), event))
    real = a.commitment(COBALT)
    yield Forgery("input opened to more metal", richer, [opens("consumed.lot[0]")], {"in[0]": real})
    minted = replace(x, metal=7000).commitment(COBALT)
    yield Forgery("output committed to more", run, [opens("made.lot[0]")], {"out[0]": minted})
    cleaner = replace(event, carbon=0).commitment(COBALT)
    stop = [opens("attested.event")]
    yield Forgery("event opened to other carbon", run, stop, {"event": cleaner})
    for element, lot in (("input", replace(b, tag=NICKEL)), ("output", replace(y, tag=NICKEL))):
        name, side = ("in", "consumed") if element == "input" else ("out", "made")
        lie = {f"{name}[1]": lot.commitment(COBALT)}
        yield Forgery(f"{element} of another element", run, [opens(f"{side}.lot[1]")], lie)
    as_lot = commit(COBALT, event.slots, event.salt)
    yield Forgery("lot used as an event", run, stop, {"event": as_lot})
    retagged = [on("attested.event.tag", "attested.tag")]
    tag = {"attested.event.tag": COBALT}
    yield Forgery("event opened under the tag of a lot", run, retagged, {"event": as_lot}, tag)
    as_event = commit(COBALT + EVENT, a.slots, a.salt)
    yield Forgery("event used as a lot", run, [opens("consumed.lot[0]")], {"in[0]": as_event})
    salted = commit(COBALT, a.slots, a.salt + 1)
    yield Forgery("salt of an input", run, [opens("consumed.lot[0]")], {"in[0]": salted})


def _padded(run: RunCase) -> Iterator[Forgery]:
    a, b = run.inputs
    for slot, name in enumerate(("metal", "carbon", "cahra", "", "credit 1", "credit 2")):
        if slot == 3:
            continue
        amounts = [0] * 9
        amounts[slot] = 7 if slot else b.metal
        padding = replace(Lot(*amounts[:4]), credits=tuple(amounts[4:]))
        alone = replace(a, metal=a.metal + (400 if slot else 0))
        inputs = (alone, padding)
        outputs = fair(inputs, (700, 290), run.event)
        lie = {"in[1]": 0, "inSlots[1][0]": padding.metal}
        case = replace(run, inputs=inputs, outputs=outputs)
        yield Forgery(f"padding that mints {name}", case, [f"consumed.lot[1].padding[{slot}]"], lie)
    lost = [f"made.lot[1].padding[{slot}]" for slot in (0, 1, 2, 4, 5)]
    yield Forgery("metal made into no lot", run, [*lost, "madeUsed[1]"], {"out[1]": 0})
    bare = replace(run, outputs=fair(run.inputs, (700, 300)), event=None)
    for slot in range(3):
        amounts = {f"eventSlots[{slot}]": 5}
        outputs = bare.outputs
        if slot == 1:
            outputs = fair(run.inputs, (700, 300), replace(run.event, carbon=5))
        case = replace(bare, outputs=outputs)
        yield Forgery(
            f"amount {slot} of no event", case, [f"attested.event.padding[{slot}]"], amounts
        )


def _selected(run: RunCase) -> Iterator[Forgery]:
    """A selector that is no boolean, made so that the slot opens to nothing."""
    a, b = run.inputs
    empty = commit(COBALT, [0] * 9, 0)
    fraction = b.commitment(COBALT) * pow(empty, -1, R) % R
    alone = replace(run, inputs=(a,), event=None, rule=Rule(), outputs=fair((a,), (400, 200)))
    yield Forgery(
        "selector that is no bit consumes a lot uncounted",
        alone,
        [on("consumed.lot[1].used", "consumed.lot[1].empty.out")],
        {"in[1]": b.commitment(COBALT)},
        {"consumed.lot[1].used": fraction},
    )
    nothing = commit(COBALT + EVENT, [0] * 9, 0)
    event = run.event.commitment(COBALT)
    yield Forgery(
        "selector that is no bit uses an event without its carbon",
        replace(run, event=None, outputs=fair(run.inputs, (700, 300))),
        [
            on("attested.event.used", "attested.event.empty.out"),
            "metal.notAbove",
            "metal.notBelow",
            "metal.measured",
        ],
        {"event": event},
        {"attested.event.used": event * pow(nothing, -1, R) % R},
    )


def _hidden(run: RunCase) -> Iterator[Forgery]:
    empty = "attested.event.empty"
    yield Forgery(
        "event hidden, its carbon with it",
        replace(run, event=None, outputs=fair(run.inputs, (700, 300))),
        [on(f"{empty}.in", f"{empty}.out"), opens("attested.event")],
        {"event": run.event.commitment(COBALT)},
        {f"{empty}.inv": 0},
    )
    yield Forgery(
        "event made up, and a loss with it",
        run,
        [on(f"{empty}.in", f"{empty}.inv", f"{empty}.out"), opens("attested.event")],
        {"event": 0},
        {f"{empty}.out": 0},
    )
    secret = Lot(10**15, salt=9).commitment(COBALT)
    empty = "made.lot[1].empty"
    yield Forgery(
        "lot made outside the sum",
        replace(run, outputs=fair(run.inputs, (990,), run.event)),
        [on(f"{empty}.in", f"{empty}.out"), opens("made.lot[1]")],
        {"out[1]": secret},
        {f"{empty}.inv": 0},
    )
    empty = "consumed.lot[1].empty"
    yield Forgery(
        "lot consumed that is not there",
        run,
        [on(f"{empty}.in", f"{empty}.inv", f"{empty}.out"), opens("consumed.lot[1]")],
        {"in[1]": 0},
        {f"{empty}.out": 0},
    )
    x, y = fair(run.inputs, (990, 0), run.event)
    husk = replace(run, outputs=(x, y))
    yield Forgery("lot without metal", husk, ["madeUsed[1]"])
    blind = {"madeUsed[1].empty.out": 0}
    yield Forgery("lot without metal, said to have some", husk, ["madeUsed[1].empty"], chosen=blind)


def _burdened(run: RunCase) -> Iterator[Forgery]:
    a, b = run.inputs
    x, y = run.outputs
    event = run.event
    loaded = replace(run, inputs=(a, replace(b, burden=5)))
    yield Forgery("burden of an input", loaded, ["consumed.lot[1].opened.burden"])
    loaded = replace(run, outputs=(x, replace(y, burden=5)))
    yield Forgery("burden of an output", loaded, ["made.lot[1].opened.burden"])
    loaded = replace(run, event=replace(event, spare=5))
    yield Forgery("spare amount of an event", loaded, ["attested.event.opened.burden"])
    for k in range(5):
        attested = tuple(int(k == i) for i in range(5))
        birth = replace(run, event=replace(event, attested=attested))
        stop = f"attested.attested[{k}]"
        yield Forgery(f"event of a run attests kind {k + 1}", birth, [stop])
    unused = replace(run, inputs=(a,), event=None, rule=Rule(), outputs=fair((a,), (400, 200)))
    both = ["consumed.lot[1].opened.burden", "consumed.lot[1].padding[3]"]
    yield Forgery("burden of padding", unused, both, {"inSlots[1][3]": 5})


def opens(slot: str) -> frozenset[str]:
    """The constraint that a used slot opens to its commitment."""
    return on(f"{slot}.opened.out", f"{slot}.used", f"{slot}.commitment")
