"""Amounts: what one lot, one total or one event speaks about.

Metal, CAHRA metal and credits are milligrams of one element, carbon is mg CO2e
(domain rule 1: integers, never floats).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

AMOUNT_LIMIT = 2**64
"""Every amount of a lot, a total and an event stays below this."""

PPM = 10**6
CREDIT_COUNT = 5
NO_CREDITS = (0,) * CREDIT_COUNT

RESPONSIBLE, POST_CONSUMER, MANUFACTURING = 0, 1, 2
"""Positions in `credits` of schema 1; positions 3 and 4 are free."""


@dataclass(frozen=True)
class Balance:
    """What a lot or a total holds. Burden is a spare slot, always 0 in schema 1."""

    metal: int = 0
    carbon: int = 0
    cahra: int = 0
    credits: tuple[int, ...] = NO_CREDITS
    burden: int = 0

    def amounts(self) -> tuple[int, ...]:
        """Slots v0 to v8 of the commitment, in order."""
        return (self.metal, self.carbon, self.cahra, self.burden, *self.credits)

    @classmethod
    def of(cls, amounts: Sequence[int]) -> Balance:
        """The balance with the slots v0 to v8."""
        metal, carbon, cahra, burden, *rest = amounts
        return cls(metal, carbon, cahra, tuple(rest), burden)

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


NOTHING = Balance()


@dataclass(frozen=True)
class Event:
    """What the oracle nodes attest. A birth has no metal in, a process attests no kinds."""

    metal_out: int = 0
    carbon: int = 0
    metal_in: int = 0
    attested: tuple[int, ...] = NO_CREDITS

    def amounts(self) -> tuple[int, ...]:
        """Slots v0 to v8 of the event's commitment, in order."""
        return (self.metal_out, self.carbon, self.metal_in, 0, *self.attested)


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
