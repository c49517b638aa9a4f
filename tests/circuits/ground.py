"""Honest runs that forgeries start from."""

from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.signals import PPM, Event, Lot, Rule, RunCase

A = Lot(600, 100, 600, credits=(600, 0, 0, 0), direct=30, salt=1)
B = Lot(400, 55, 0, credits=(0, 100, 0, 0), direct=5, salt=2)

# 1,000 mg as measured, 690 mg of product, 300 mg of scrap
EVENT = Event(product=690, carbon=45, scrap=300, metal_in=(601, 400), direct=10)
RULE = Rule(tolerance=2000, loss_from=9000, loss_to=12000, scrap=0b10, scrap_to=300_000)
METALS = (690, 300)
MASS_BALANCE = replace(RULE, proportional=0)
X, Y = fair((A, B), METALS, EVENT, RULE)
RUN = RunCase((A, B), (X, Y), EVENT, RULE)

# the same metal as ten packs
SERIES = Rule(tolerance=2000, loss_from=9000, loss_to=12000, units=0b11)
PACKED = Event(product=991, carbon=45, units=10, metal_in=(601, 400), direct=10)
PACKS = RunCase((A, B), fair((A, B), (297, 694), PACKED, units=(3, 7)), PACKED, SERIES)

# a lot that was measured at 990 mg
DISPUTED = replace(A, metal=1000, units=7)
MEASURED = Event(product=990, units=7, metal_in=(990,))
SETTLING = Rule(settles=1, tolerance=PPM, units=0b1)


def settled(metal: int, salt: int = DISPUTED.salt + 1) -> RunCase:
    """The disputed lot with other metal."""
    (lot,) = fair((DISPUTED,), (metal,), MEASURED, units=(7,))
    return RunCase((DISPUTED,), (replace(lot, salt=salt),), MEASURED, SETTLING)


def on_paper(circuit: str) -> RunCase:
    """Two lots become two others, without an event."""
    return RunCase((A, B), fair((A, B), (700, 300)), circuit=circuit)


def reseries(circuit: str) -> RunCase:
    """Two series of packs become two others."""
    inputs = (replace(A, units=6), replace(B, units=4))
    outputs = fair(inputs, (300, 700), units=(3, 7))
    return RunCase(inputs, outputs, rule=Rule(units=0b11), circuit=circuit)
