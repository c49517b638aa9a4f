"""Amounts as people read them: the largest unit that leaves at least 1, exact or to four digits.

Nothing here is a float.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact
from typing import Final

PPM: Final = 10**6
MG_PER_KG: Final = 10**6

MASS_UNITS: Final[Mapping[str, int]] = {"t": 10**9, "kg": 10**6, "g": 10**3, "mg": 1}
"""mg in a unit, largest first."""

PER_CENT: Final = 10**4
"""ppm in 1 %."""

BRIEF_DIGITS: Final = 4

_EXACT: Final = Context(prec=200, traps=[Inexact])
_BRIEF: Final = Context(prec=BRIEF_DIGITS, rounding=ROUND_HALF_EVEN)


def exact_mass(milligrams: int) -> str:
    """ "152.4 kg", without rounding."""
    return _mass(milligrams, _EXACT)


def brief_mass(milligrams: int) -> str:
    """ "5.312 t", to four significant digits: for tables that are looked over."""
    return _mass(milligrams, _BRIEF)


def exact_share(ppm: int) -> str:
    """ "30.2 %"."""
    return f"{quotient(ppm, PER_CENT)} %"


def exact_intensity(milligrams_per_kg: int) -> str:
    """ "8.2 kg/kg", of CO2e per metal."""
    return f"{quotient(milligrams_per_kg, MG_PER_KG)} kg/kg"


def quotient(amount: int, factor: int) -> str:
    """amount / factor in plain decimals, where that is exact."""
    return _plain(_EXACT.divide(Decimal(amount), Decimal(factor)))


def brief(amount: int, factor: int) -> str:
    """amount / factor in plain decimals, to four significant digits."""
    return _plain(_BRIEF.divide(Decimal(amount), Decimal(factor)))


def _mass(milligrams: int, context: Context) -> str:
    for unit, factor in MASS_UNITS.items():
        if abs(milligrams) >= factor:
            return f"{_plain(context.divide(Decimal(milligrams), Decimal(factor)))} {unit}"
    return "0 mg"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
