"""Forgeries of what opens, what is empty and what counts as used in a run or a rebook."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forged_amounts import NAMES
from tests.circuits.forgery import Forgery, on
from tests.circuits.ground import on_paper
from tests.circuits.signals import (
    BIRTH,
    COBALT,
    COBALT_1,
    NICKEL,
    NOTHING,
    RUN_EVENT,
    TOTAL,
    Lot,
    R,
    RunCase,
    commit,
    lot_of,
)


def run_slots(run: RunCase) -> Iterator[Forgery]:
    """From two lots that become two others on paper."""
    paper = on_paper(run.circuit)
    for group in (_opened, _padded, _selected, _hidden):
        yield from group(paper)


def opens(slot: str) -> frozenset[str]:
    """The constraint that a used slot opens to its commitment."""
    return on(f"{slot}.opened.out", f"{slot}.used", f"{slot}.commitment")


def _opened(run: RunCase) -> Iterator[Forgery]:
    a, b = run.inputs
    x, y = run.outputs
    richer = replace(run, inputs=(replace(a, metal=601), b))
    richer = replace(richer, outputs=fair(richer.inputs, (700, 301)))
    real = a.commitment(COBALT)
    yield Forgery("input opened to more metal", richer, [opens("consumed.lot[0]")], {"in[0]": real})
    minted = replace(x, metal=7000).commitment(COBALT)
    yield Forgery("output committed to more", run, [opens("made.lot[0]")], {"out[0]": minted})
    for name, side, lots in (("in", "consumed", (a, b)), ("out", "made", (x, y))):
        for kind, tag in (
            ("lot of another element", NICKEL),
            ("birth", COBALT + BIRTH),
            ("total", COBALT + TOTAL),
            ("event of a run", COBALT + RUN_EVENT),
            ("lot of format 1", COBALT_1),
        ):
            lie = {f"{name}[1]": commit(tag, lots[1].slots, lots[1].salt)}
            yield Forgery(f"{kind} used as {name}", run, [opens(f"{side}.lot[1]")], lie)
    salted = commit(COBALT, a.slots, a.salt + 1)
    yield Forgery("salt of an input", run, [opens("consumed.lot[0]")], {"in[0]": salted})


def _padded(run: RunCase) -> Iterator[Forgery]:
    a, b = run.inputs
    for slot, name in enumerate(NAMES):
        slots = [0] * 9
        slots[slot] = 7 if slot else b.metal
        inputs = (replace(a, metal=a.metal + (400 if slot else 0)), lot_of(slots))
        outputs = fair(inputs, (700, 300))
        case = replace(run, inputs=inputs, outputs=outputs)
        stop = [f"consumed.lot[1].padding[{slot}]"]
        yield Forgery(f"padding that mints {name}", case, stop, {"in[1]": 0})
    lost = [f"made.lot[1].padding[{slot}]" for slot in (0, 1, 2, 3, 4, 5, 8)]
    yield Forgery("metal made into no lot", run, [*lost, "madeUsed[1]"], {"out[1]": 0})


def _selected(run: RunCase) -> Iterator[Forgery]:
    """A selector that is no boolean, made so that the slot opens to nothing."""
    a, b = run.inputs
    empty = commit(COBALT, [0] * 9, 0)
    fraction = b.commitment(COBALT) * pow(empty, -1, R) % R
    alone = replace(run, inputs=(a,), outputs=fair((a,), (400, 200)))
    yield Forgery(
        "selector that is no bit consumes a lot uncounted",
        alone,
        [on("consumed.lot[1].used", "consumed.lot[1].empty.out")],
        {"in[1]": b.commitment(COBALT)},
        {"consumed.lot[1].used": fraction},
    )


def _hidden(run: RunCase) -> Iterator[Forgery]:
    secret = Lot(10**15, salt=9).commitment(COBALT)
    empty = "made.lot[1].empty"
    yield Forgery(
        "lot made outside the sum",
        replace(run, outputs=fair(run.inputs, (1000,))),
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
    x, _ = fair(run.inputs, (1000, 0))
    husk = replace(run, outputs=(x, replace(NOTHING, salt=3)))
    yield Forgery("lot without metal", husk, ["madeUsed[1]"])
    blind = {"madeUsed[1].empty.out": 0}
    yield Forgery("lot without metal, said to have some", husk, ["madeUsed[1].empty"], chosen=blind)
