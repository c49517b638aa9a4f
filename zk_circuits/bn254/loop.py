"""The way through the Miller loop of the optimal ate pairing: 6 x + 2 in signed digits."""

from enum import Enum
from typing import Final

X: Final = 4965661367192848881
"""The number that the family's curve BN254 is made of."""


class MillerStep(Enum):
    """What happens to a point on its way. Every step gives a line."""

    DOUBLE = "double"
    ADD = "add"
    SUBTRACT = "subtract"


def _steps(number: int) -> tuple[MillerStep, ...]:
    """From the second digit on: no two digits next to each other are both not 0."""
    digits: list[int] = []
    while number:
        digit = 2 - (number & 3) if number & 1 else 0
        digits.append(digit)
        number = number - digit >> 1
    found: list[MillerStep] = []
    for digit in reversed(digits[:-1]):
        found.append(MillerStep.DOUBLE)
        if digit:
            found.append(MillerStep.ADD if digit > 0 else MillerStep.SUBTRACT)
    return tuple(found)


STEPS: Final = _steps(6 * X + 2)
ENDING: Final = 2
"""Lines after the loop: one through the point's Frobenius, one through the square of it."""
