"""What a commitment hides: a balance, or what is measured of an event (SPEC section 2).

Metal and its parts are in mg of the lot's element, carbon and direct emissions in mg CO2e.
"""

from dataclasses import dataclass
from typing import Final

from zk_circuits.errors import (
    AmountOutOfRange,
    ArityRefused,
    BalanceInconsistent,
    CreditCountWrong,
)
from zk_circuits.field import integer
from zk_circuits.schema import CREDITS, Credit

AMOUNT_LIMIT: Final = 1 << 64
"""Every amount is below it."""

MOST_INPUTS: Final = 4
"""As many inputs of a run have their metal in its event."""

Slots = tuple[int, int, int, int, int, int, int, int, int]
"""The nine amounts of a commitment, v0 to v8."""

EMPTY_SLOTS: Final[Slots] = (0, 0, 0, 0, 0, 0, 0, 0, 0)
"""What a circuit is given for a slot that is not used."""

Credits = tuple[int, int, int, int]
NO_CREDITS: Final[Credits] = (0, 0, 0, 0)

_NUMBERS: Final = range(1, CREDITS + 1)


@dataclass(frozen=True, slots=True)
class Balance:
    """Balance of a lot or a total.

    metal, cahra and credits in mg of metal, carbon and direct in mg CO2e, units counted.
    Raises AmountOutOfRange, or BalanceInconsistent when a part exceeds its whole.
    """

    metal: int
    carbon: int
    cahra: int
    units: int = 1
    credits: Credits = NO_CREDITS
    direct: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "credits", four("credits", self.credits))
        _amounts(("metal", "carbon", "cahra", "units"), self.slots(), "credit")
        _part("cahra", self.cahra, "metal", self.metal)
        _credits_within("credit", self.credits, self.metal)
        _part("direct", self.direct, "carbon", self.carbon)

    def slots(self) -> Slots:
        """v0 to v8, as they are hashed."""
        return (self.metal, self.carbon, self.cahra, self.units, *self.credits, self.direct)

    def credit(self, credit: Credit) -> int:
        """mg of metal that bear this credit."""
        return self.credits[credit - 1]


@dataclass(frozen=True, slots=True)
class BirthMeasurement:
    """What oracle nodes attest of a birth.

    attested_k: metal that is of the kind of credit k, whatever certificates say.
    Raises AmountOutOfRange or BalanceInconsistent.
    """

    metal: int
    carbon: int
    units: int = 1
    attested: Credits = NO_CREDITS
    direct: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "attested", four("attested", self.attested))
        _amounts(("metal", "carbon", "scrap", "units"), self.slots(), "attested")
        _credits_within("attested", self.attested, self.metal)
        _part("direct", self.direct, "carbon", self.carbon)

    def slots(self) -> Slots:
        """v0 to v8, as they are hashed."""
        return (self.metal, self.carbon, 0, self.units, *self.attested, self.direct)


@dataclass(frozen=True, slots=True)
class RunMeasurement:
    """What oracle nodes attest of a run.

    product: mg of metal out but scrap. metal_in: mg of metal of each named input, in order.
    Raises AmountOutOfRange, ArityRefused or BalanceInconsistent.
    """

    product: int
    metal_in: tuple[int, ...]
    carbon: int = 0
    scrap: int = 0
    units: int = 0
    direct: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "metal_in", tuple(self.metal_in))
        if not 1 <= len(self.metal_in) <= MOST_INPUTS:
            raise ArityRefused(name="metals in", count=len(self.metal_in), limit=MOST_INPUTS)
        _amounts(("product", "carbon", "scrap", "units"), self.slots(), "metal of input")
        _part("direct", self.direct, "carbon", self.carbon)

    @classmethod
    def settlement(cls, metal: int, units: int) -> "RunMeasurement":
        """A disputed lot of so many units, as it was measured."""
        return cls(metal, (metal,), units=units)

    def measured(self, place: int) -> int:
        """mg of metal of the input at this place, 0 where the event names none."""
        return self.metal_in[place] if place < len(self.metal_in) else 0

    def slots(self) -> Slots:
        """v0 to v8, as they are hashed."""
        first, second, third, fourth = (self.measured(place) for place in range(MOST_INPUTS))
        fed = (first, second, third, fourth)
        return (self.product, self.carbon, self.scrap, self.units, *fed, self.direct)


def amount(name: str, value: object) -> int:
    """`value`, when it is an amount in mg below 2^64; raises AmountOutOfRange."""
    number = integer(name, value)
    if not 0 <= number < AMOUNT_LIMIT:
        raise AmountOutOfRange(name=name, value=number, limit=AMOUNT_LIMIT - 1)
    return number


def four(name: str, values: tuple[int, ...]) -> Credits:
    """`values` as the four credit amounts; raises CreditCountWrong."""
    amounts = tuple(values)
    if len(amounts) != CREDITS:
        raise CreditCountWrong(name=name, count=len(amounts), expected=CREDITS)
    return (amounts[0], amounts[1], amounts[2], amounts[3])


def _amounts(first: tuple[str, ...], slots: Slots, numbered: str) -> None:
    names = (*first, *(f"{numbered} {number}" for number in _NUMBERS), "direct")
    for name, value in zip(names, slots, strict=True):
        amount(name, value)


def _credits_within(name: str, amounts: Credits, metal: int) -> None:
    for number, value in enumerate(amounts, start=1):
        _part(f"{name} {number}", value, "metal", metal)
    _part(f"{name} 2 + {name} 3", amounts[1] + amounts[2], "metal", metal)


def _part(part: str, value: int, whole: str, limit: int) -> None:
    if value > limit:
        raise BalanceInconsistent(part=part, value=value, whole=whole, limit=limit)
