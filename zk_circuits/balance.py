"""What a commitment hides: the balance of a lot or total, the measurement of an event.

Metal and its parts are in mg of the lot's element, carbon in mg CO2e (SPEC section 2).
"""

from dataclasses import dataclass
from typing import Final

from zk_circuits.errors import AmountOutOfRange, BalanceInconsistent, CreditCountWrong
from zk_circuits.field import integer
from zk_circuits.schema import CREDITS, Credit

AMOUNT_LIMIT: Final = 1 << 64
"""Every amount is below it."""

Slots = tuple[int, int, int, int, int, int, int, int, int]
"""The nine amounts of a commitment, v0 to v8."""

Credits = tuple[int, int, int, int, int]

NO_CREDITS: Final[Credits] = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Balance of a lot or a total.

    metal, cahra and credits in mg of metal, carbon in mg CO2e; burden is spare and 0.
    Raises AmountOutOfRange, or BalanceInconsistent when a part exceeds the metal.
    """

    metal: int
    carbon: int
    cahra: int
    burden: int = 0
    credits: Credits = NO_CREDITS

    def __post_init__(self) -> None:
        object.__setattr__(self, "credits", five("credits", self.credits))
        for name, value in zip(SLOT_NAMES, self.slots(), strict=True):
            amount(name, value)
        _part("burden", self.burden, "the spare slot", 0)
        _part("cahra", self.cahra, "metal", self.metal)
        _credits_within("credit", self.credits, self.metal)

    def slots(self) -> Slots:
        """v0 to v8, as they are hashed."""
        return (self.metal, self.carbon, self.cahra, self.burden, *self.credits)

    def credit(self, credit: Credit) -> int:
        """mg of metal that bear this credit."""
        return self.credits[credit - 1]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What oracle nodes attest of an event.

    metal_out, metal_in (0 for a birth) and attested in mg of metal, carbon in mg CO2e.
    attested_k: metal out that is of the kind of credit k, whatever certificates say;
    only a birth attests any. Raises AmountOutOfRange or BalanceInconsistent.
    """

    metal_out: int
    carbon: int
    metal_in: int = 0
    attested: Credits = NO_CREDITS

    def __post_init__(self) -> None:
        object.__setattr__(self, "attested", five("attested", self.attested))
        for name, value in zip(MEASUREMENT_SLOT_NAMES, self.slots(), strict=True):
            amount(name, value)
        _credits_within("attested", self.attested, 0 if self.metal_in else self.metal_out)

    @property
    def is_birth(self) -> bool:
        """Whether no metal went in."""
        return self.metal_in == 0

    def slots(self) -> Slots:
        """v0 to v8, as they are hashed."""
        return (self.metal_out, self.carbon, self.metal_in, 0, *self.attested)


_NUMBERS: Final = range(1, CREDITS + 1)
SLOT_NAMES: Final = (
    *("metal", "carbon", "cahra", "burden"),
    *(f"credit {number}" for number in _NUMBERS),
)
MEASUREMENT_SLOT_NAMES: Final = (
    *("metal out", "carbon", "metal in", "spare"),
    *(f"attested {number}" for number in _NUMBERS),
)
EMPTY_SLOTS: Final[Slots] = (0, 0, 0, 0, 0, 0, 0, 0, 0)
"""What a circuit is given for a slot that is not used."""


def amount(name: str, value: object) -> int:
    """`value`, when it is an amount in mg below 2^64; raises AmountOutOfRange."""
    number = integer(name, value)
    if not 0 <= number < AMOUNT_LIMIT:
        raise AmountOutOfRange(name=name, value=number, limit=AMOUNT_LIMIT - 1)
    return number


def five(name: str, values: tuple[int, ...]) -> Credits:
    """`values` as the five credit amounts; raises CreditCountWrong."""
    amounts = tuple(values)
    if len(amounts) != CREDITS:
        raise CreditCountWrong(name=name, count=len(amounts), expected=CREDITS)
    return (amounts[0], amounts[1], amounts[2], amounts[3], amounts[4])


def _credits_within(name: str, amounts: Credits, metal: int) -> None:
    for number, value in enumerate(amounts, start=1):
        _part(f"{name} {number}", value, "metal", metal)
    _part(f"{name} 2 + {name} 3", amounts[1] + amounts[2], "metal", metal)


def _part(part: str, value: int, whole: str, limit: int) -> None:
    if value > limit:
        raise BalanceInconsistent(part=part, value=value, whole=whole, limit=limit)
