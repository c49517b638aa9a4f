"""Forgeries of amounts that are none: 2^64, negative ones, and bits that are not bits."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forgery import Forgery, on
from tests.circuits.signals import Event, Lot, Rule, RunCase

TOP = 2**64
HALF = 2**63
NAMES = ("metal", "carbon", "cahra", "", "credit 1", "credit 2", "credit 3", "credit 4", "credit 5")
SLOTS = (0, 1, 2, 4, 5, 6, 7, 8)


def lot_of(slot: int, value: int, metal: int, salt: int = 5) -> Lot:
    """A lot of so much metal with one other amount, or with that metal."""
    slots = [metal] + [0] * 8
    slots[slot] = value
    return replace(Lot(*slots[:4], salt=salt), credits=tuple(slots[4:]))


def run_amounts(run: RunCase) -> Iterator[Forgery]:
    """Runs without an event, but for those of its own amounts."""
    for group in (_outputs, _inputs, _event, _negative):
        yield from group(run.circuit)


def _outputs(circuit: str) -> Iterator[Forgery]:
    """Two lots of 2^63 each become one of 2^64."""
    for slot in SLOTS:
        exclusive = slot in (5, 6)  # such a credit needs as much metal
        metal = HALF if exclusive else 1
        inputs = tuple(lot_of(slot, HALF, metal, salt) for salt in (1, 2))
        case = RunCase(inputs, (lot_of(slot, TOP, 2 * metal),), circuit=circuit)
        stop = [f"made.amounts[0].amount[{slot}]"]
        if exclusive:
            stop.append("made.amounts[0].amount[0]")
        yield Forgery(f"{NAMES[slot]} of an output is 2^64", case, stop)
        bit = f"{stop[0]}.bits.out[0]"
        if not exclusive:
            name = f"{NAMES[slot]} of an output in bits that are none"
            yield Forgery(name, case, [on(bit)], chosen={bit: TOP})


def _inputs(circuit: str) -> Iterator[Forgery]:
    """One lot of 2^64 becomes two of 2^63, without credits."""
    for slot in SLOTS:
        inputs = (lot_of(slot, TOP, 2),)
        metals = (HALF, HALF) if slot == 0 else (1, 1)
        rule = Rule(gates=0)
        case = RunCase(inputs, fair(inputs, metals, rule=rule), rule=rule, circuit=circuit)
        stop = f"consumed.amounts[0].amount[{slot}]"
        yield Forgery(f"{NAMES[slot]} of an input is 2^64", case, [stop])


def _event(circuit: str) -> Iterator[Forgery]:
    ones = (Lot(1, salt=1), Lot(1, salt=2))
    halves = (Lot(HALF, salt=1), Lot(HALF, salt=2))
    cases = (
        ("metal out", ones, (1, 1), Event(TOP, 0, 2)),
        ("carbon", ones, (1, 1), Event(2, TOP, 2)),
        ("metal in", halves, (HALF, HALF - 1), Event(TOP - 1, 0, TOP)),
    )
    for slot, (name, inputs, metals, event) in enumerate(cases):
        case = RunCase(inputs, fair(inputs, metals, event), event, circuit=circuit)
        yield Forgery(f"{name} of an event is 2^64", case, [f"attested.amount[{slot}]"])


def _negative(circuit: str) -> Iterator[Forgery]:
    """1,000 mg become 1,400 mg and a lot of -400 mg that nobody will ever ask for."""
    inputs = (
        Lot(600, 100, 600, credits=(600, 0, 0, 0, 0), salt=1),
        Lot(400, 55, 0, credits=(0, 100, 0, 0, 0), salt=2),
    )
    richer, debt = fair(inputs, (1400, -400))
    debt = replace(debt, credits=(-240, -400, 0, 0, 0))
    stop = [f"made.amounts[1].amount[{slot}]" for slot in (0, 1, 2, 4, 5)]
    yield Forgery("negative lot", RunCase(inputs, (richer, debt), circuit=circuit), stop)
