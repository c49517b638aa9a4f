"""A proposed run, and the terms that are public about it (spec 6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tests.model.balance import CREDIT_COUNT, NOTHING, PPM, Balance, RunEvent

NARROW = 2
"""Slots on a side of the circuit of small rebooks."""

OPEN_GATES = (True,) * CREDIT_COUNT
NO_GRANTS = (False,) * CREDIT_COUNT


class Model(IntEnum):
    """Chain-of-custody models of ISO 22095; a larger number is a weaker model."""

    IDENTITY_PRESERVED = 1
    SEGREGATED = 2
    CONTROLLED_BLENDING = 3
    MASS_BALANCE = 4
    BOOK_AND_CLAIM = 5

    @property
    def proportional(self) -> bool:
        """Credits of unequal inputs are shared by metal; mass balance assigns them freely."""
        return self is not Model.MASS_BALANCE

    @property
    def whole(self) -> bool:
        """Each credit is at 0 or 100 %."""
        return self in (Model.IDENTITY_PRESERVED, Model.SEGREGATED)


@dataclass(frozen=True)
class Terms:
    """What the contract says about a run: model, gates, grants, and per output its count, whether
    it is scrap, whether it comes in units; tolerance of an input, bounds of the site (ppm)."""

    proportional: bool = True
    whole: bool = False
    gates: tuple[bool, ...] = OPEN_GATES
    grants: tuple[bool, ...] = NO_GRANTS
    tolerance: int = 0
    loss_from: int = 0
    loss_to: int = 0
    scrap_to: int = 0
    counts: tuple[int, ...] = ()
    scrap: frozenset[int] = frozenset()
    in_units: frozenset[int] = frozenset()
    settles: bool = False

    @property
    def on_paper(self) -> bool:
        """Whether these are the terms of a rebook, the only ones that the small circuit reads."""
        bare = Terms(whole=self.whole, counts=self.counts, in_units=self.in_units)
        return self == bare


@dataclass(frozen=True)
class Slot:
    """A place for a lot in a run; unused when the contract supplies the empty constant."""

    balance: Balance = NOTHING
    used: bool = True
    salt: int = 0


EMPTY_SLOT = Slot(used=False)


@dataclass(frozen=True)
class Run:
    """Lots are consumed, lots are made, perhaps under one event."""

    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    terms: Terms
    event: RunEvent | None = None

    def consumed(self) -> list[Balance]:
        return [slot.balance for slot in self.inputs]

    def made(self) -> list[Balance]:
        return [slot.balance for slot in self.outputs]

    @property
    def metal_in(self) -> int:
        return sum(balance.metal for balance in self.consumed())

    @property
    def metal_out(self) -> int:
        return sum(balance.metal for balance in self.made())

    @property
    def loss(self) -> int:
        """Loss is the residual (domain rule 2)."""
        return self.metal_in - self.metal_out

    @property
    def carbon(self) -> int:
        """Carbon of the inputs and of the event, mg CO2e."""
        attested = self.event.carbon if self.event else 0
        return attested + sum(balance.carbon for balance in self.consumed())

    @property
    def is_small(self) -> bool:
        """Whether the circuit of small rebooks takes it: by its slots, without an event."""
        return self.event is None and max(len(self.inputs), len(self.outputs)) <= NARROW

    @property
    def direct(self) -> int:
        """Direct emissions of the inputs and of the event, mg CO2e."""
        attested = self.event.direct if self.event else 0
        return attested + sum(balance.direct for balance in self.consumed())

    @property
    def scrap(self) -> int:
        """mg of metal made as scrap."""
        return sum(self.made()[number].metal for number in self.terms.scrap)

    def count(self, number: int) -> int:
        """Public units of an output; 0 for one that the terms do not speak of."""
        counts = self.terms.counts
        return counts[number] if number < len(counts) else 0

    def credit_available(self, position: int) -> int:
        """All metal where the credit is granted, else what passes the gate."""
        if self.terms.grants[position]:
            return self.metal_in
        if not self.terms.gates[position]:
            return 0
        return sum(balance.credits[position] for balance in self.consumed())


def in_band(run: Run) -> bool:
    """True when loss and scrap lie within the site's bounds, ends included (domain rule 2)."""
    scaled = run.loss * PPM
    low, high = run.terms.loss_from, run.terms.loss_to
    lost = low * run.metal_in <= scaled <= high * run.metal_in
    return lost and run.scrap * PPM <= run.terms.scrap_to * run.metal_in
