"""Amounts: what one lot, one total or one event speaks about.

Metal, CAHRA metal and credits are milligrams of one element, carbon and direct emissions are
mg CO2e, units are counted (domain rule 1: integers, never floats).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

AMOUNT_LIMIT = 2**64
"""Every amount of a lot, a total and an event stays below this."""

PPM = 10**6
CREDIT_COUNT = 4
NO_CREDITS = (0,) * CREDIT_COUNT

RESPONSIBLE, POST_CONSUMER, MANUFACTURING = 0, 1, 2
"""Positions in `credits` of schema 2; position 3 is free."""

INPUTS_MAX = 4
"""As many inputs have their metal in an event."""


@dataclass(frozen=True)
class Balance:
    """What a lot or a total holds. What does not come in units is one unit."""

    metal: int = 0
    carbon: int = 0
    cahra: int = 0
    credits: tuple[int, ...] = NO_CREDITS
    units: int = 1
    direct: int = 0

    def amounts(self) -> tuple[int, ...]:
        """Slots v0 to v8 of the commitment, in order."""
        return (self.metal, self.carbon, self.cahra, self.units, *self.credits, self.direct)

    @classmethod
    def of(cls, amounts: Sequence[int]) -> Balance:
        """The balance with the slots v0 to v8."""
        metal, carbon, cahra, units, *credits, direct = amounts
        return cls(metal, carbon, cahra, tuple(credits), units, direct)

    def with_credit(self, position: int, amount: int) -> Balance:
        changed = list(self.credits)
        changed[position] = amount
        return replace(self, credits=tuple(changed))

    def credit_share(self, position: int) -> Fraction:
        return Fraction(self.credits[position], self.metal)

    def cahra_share(self) -> Fraction:
        return Fraction(self.cahra, self.metal)

    def carbon_intensity(self) -> Fraction:
        """mg CO2e per mg of metal."""
        return Fraction(self.carbon, self.metal)

    def direct_intensity(self) -> Fraction:
        """mg CO2e of direct emissions per mg of metal."""
        return Fraction(self.direct, self.metal)


NOTHING = Balance(units=0)


@dataclass(frozen=True)
class BirthEvent:
    """What the oracle nodes attest of metal that enters the books."""

    metal: int = 0
    carbon: int = 0
    attested: tuple[int, ...] = NO_CREDITS
    units: int = 1
    direct: int = 0

    def amounts(self) -> tuple[int, ...]:
        """Slots v0 to v8 of the event's commitment, in order."""
        return (self.metal, self.carbon, 0, self.units, *self.attested, self.direct)


@dataclass(frozen=True)
class RunEvent:
    """What they attest of a run: product is metal out but scrap, metal_in that of each input."""

    product: int = 0
    metal_in: tuple[int, ...] = ()
    carbon: int = 0
    scrap: int = 0
    units: int = 0
    direct: int = 0

    @property
    def metal_out(self) -> int:
        return self.product + self.scrap

    def measured(self, place: int) -> int:
        """mg of the input at this place; 0 where the event names none."""
        return self.metal_in[place] if place < len(self.metal_in) else 0

    def amounts(self) -> tuple[int, ...]:
        """Slots v0 to v8 of the event's commitment, in order."""
        fed = [self.measured(place) for place in range(INPUTS_MAX)]
        return (self.product, self.carbon, self.scrap, self.units, *fed, self.direct)


def in_range(amounts: tuple[int, ...]) -> bool:
    """True when every amount is an unsigned 64-bit number."""
    return all(0 <= amount < AMOUNT_LIMIT for amount in amounts)


def total_metal(balances: list[Balance]) -> int:
    return sum(balance.metal for balance in balances)


def total_carbon(balances: list[Balance]) -> int:
    return sum(balance.carbon for balance in balances)


def total_cahra(balances: list[Balance]) -> int:
    return sum(balance.cahra for balance in balances)


def total_credit(balances: list[Balance], position: int) -> int:
    return sum(balance.credits[position] for balance in balances)
