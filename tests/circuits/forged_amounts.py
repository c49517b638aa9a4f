"""Forgeries of amounts that are none: 2^64, negative ones, and bits that are not bits."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forgery import Forgery, on
from tests.circuits.ground import A, B
from tests.circuits.signals import Event, Lot, Rule, RunCase, lot_of

TOP = 2**64
HALF = 2**63
NAMES = (
    *("metal", "carbon", "cahra", "units"),
    *("credit 1", "credit 2", "credit 3", "credit 4", "direct"),
)
UNITS = 3
EXCLUSIVE = (5, 6)
"""Such a credit needs as much metal."""


def lot_with(slot: int, value: int, metal: int, salt: int = 5) -> Lot:
    """A lot of so much metal with one other amount, or with that metal."""
    slots = [metal, 0, 0, 1, 0, 0, 0, 0, 0]
    slots[slot] = value
    return lot_of(slots, salt)


def run_amounts(run: RunCase) -> Iterator[Forgery]:
    """Runs without an event."""
    for group in (_outputs, _inputs, _negative):
        yield from group(run.circuit)


def _outputs(circuit: str) -> Iterator[Forgery]:
    """Two lots of 2^63 each become one of 2^64."""
    for slot, name in enumerate(NAMES):
        if slot == UNITS:
            continue
        metal = HALF if slot in EXCLUSIVE else 1
        inputs = tuple(lot_with(slot, HALF, metal, salt) for salt in (1, 2))
        case = RunCase(inputs, (lot_with(slot, TOP, 2 * metal),), circuit=circuit)
        stop = [f"made.amounts[0].amount[{slot}]"]
        if slot in EXCLUSIVE:
            stop.append("made.amounts[0].amount[0]")
        yield Forgery(f"{name} of an output is 2^64", case, stop)
        bit = f"{stop[0]}.bits.out[0]"
        if slot not in EXCLUSIVE:
            name = f"{name} of an output in bits that are none"
            yield Forgery(name, case, [on(bit)], chosen={bit: TOP})


def _inputs(circuit: str) -> Iterator[Forgery]:
    """One lot of 2^64 becomes two of 2^63, without credits."""
    for slot, name in enumerate(NAMES):
        inputs = (lot_with(slot, TOP, 2),)
        metals = (HALF, HALF) if slot == 0 else (1, 1)
        rule = Rule()
        outputs = fair(inputs, metals, rule=rule)
        outputs = tuple(replace(lot, credits=(0, 0, 0, 0)) for lot in outputs)
        case = RunCase(inputs, outputs, rule=rule, circuit=circuit)
        stop = f"consumed.amounts[0].amount[{slot}]"
        yield Forgery(f"{name} of an input is 2^64", case, [stop])


def _negative(circuit: str) -> Iterator[Forgery]:
    """1,000 mg become 1,400 mg and a lot of -400 mg that nobody will ever ask for."""
    richer, debt = fair((A, B), (1400, -400))
    debt = replace(debt, credits=(-240, -400, 0, 0))
    stop = [f"made.amounts[1].amount[{slot}]" for slot in (0, 1, 2, 4, 5, 8)]
    yield Forgery("negative lot", RunCase((A, B), (richer, debt), circuit=circuit), stop)


def event_amounts() -> Iterator[Forgery]:
    """The amounts of an event itself, one at 2^64."""
    one = Lot(1, salt=1)
    cases = (
        (0, Event(TOP, metal_in=(1,))),
        (1, Event(1, carbon=TOP, direct=1, metal_in=(1,))),
        (2, Event(1, scrap=TOP, metal_in=(1,))),
        (3, Event(1, units=TOP, metal_in=(1,))),
        (8, Event(1, carbon=5, direct=-1, metal_in=(1,))),
    )
    for slot, event in cases:
        case = RunCase((one,), fair((one,), (1,), event), event)
        stop = [f"attested.amounts.amount[{slot}]"]
        if slot in (1, 8):
            stop.append(f"made.amounts[0].amount[{slot}]")
        name = "is negative" if slot == 8 else "is 2^64"
        yield Forgery(f"{NAMES[slot]} of an event {name}", case, stop)
    great = Lot(TOP - 1, salt=1)
    for i in range(4):
        inputs = tuple(replace(great, salt=j) for j in range(4))
        fed = tuple(TOP if i == j else TOP - 1 for j in range(4))
        event = Event(TOP - 1, metal_in=fed, scrap=TOP - 1)
        outputs = fair(inputs, (TOP - 1, TOP - 1), event)
        case = RunCase(inputs, outputs, event, Rule(tolerance=1000, scrap=0b10))
        stop = f"attested.amounts.amount[{4 + i}]"
        yield Forgery(f"metal of input {i + 1} at an event is 2^64", case, [stop])
