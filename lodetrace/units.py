"""Quantities that people type and read, as exact integers.

Masses are mg, carbon is mg CO2e, shares are ppm (1,000,000 = 100 %), carbon intensities are
mg CO2e per kg of metal. Nothing here is a float. Where a mass is finer than a milligram, metal
is rounded down and carbon up, so that rounding never flatters; a share or an intensity is a
threshold and has to be exact.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Inexact
from typing import Final

from lodetrace.errors import InputError

MG_PER_KG: Final = 10**6
PPM: Final = 10**6
AMOUNT_LIMIT: Final = 1 << 64
"""Every amount is below it (18.4 billion t)."""

MASS_UNITS: Final[Mapping[str, int]] = {"t": 10**9, "kg": 10**6, "g": 10**3, "mg": 1}
"""mg in a unit, largest first."""

SHARE_UNITS: Final[Mapping[str, int]] = {"%": 10**4, "ppm": 1}
"""ppm in a unit."""

INTENSITY_UNITS: Final[Mapping[str, int]] = {
    "t/t": 10**6,
    "kg/kg": 10**6,
    "g/kg": 10**3,
    "mg/kg": 1,
}
"""mg CO2e per kg of metal in a unit."""

PRICE_UNITS: Final[Mapping[str, int]] = {"CNY/mt": 100, "fen/mt": 1}
"""fen (0.01 CNY) per metric ton in a unit, including VAT."""

_LONGEST: Final = 64
_NUMBER: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)[ \u00a0\u202f]?(\D.*)", re.ASCII)
_EXACT: Final = Context(prec=200, traps=[Inexact])


class QuantityMalformed(InputError):
    """Not a number followed by a unit."""

    template = "{text!r} is not a quantity: {reason}"
    advice = "Write a number with a point and a unit, for example 152.4 kg, 30.2 % or 12.4 t CO2e."


class UnitUnknown(InputError):
    """A unit that is missing or does not fit the kind of quantity."""

    template = "{text!r} has the unit {unit!r}, expected one of: {units}"
    advice = "Write the unit after the number."


class QuantityTooLarge(InputError):
    """More than fits in 64 bits of milligrams, or a share above 100 %."""

    template = "{text!r} is more than {limit}"
    advice = "Amounts are below 2^64 mg (18.4 billion t), shares at most 100 %."


class QuantityInexact(InputError):
    """A share or an intensity that is finer than its unit."""

    template = "{text!r} is finer than 1 {unit}"
    advice = "Round it the careful way yourself: a threshold is never rounded for you."


def parse_metal(text: str) -> int:
    """mg of "152.4 kg"; what is finer than a milligram is rounded down."""
    return _mass(text, text, ROUND_FLOOR)


def parse_carbon(text: str) -> int:
    """mg CO2e of "12.4 t CO2e"; what is finer than a milligram is rounded up."""
    number, unit = _split(text)
    mass, space, gas = unit.partition(" ")
    if not space or gas.strip() not in ("CO2e", "CO₂e"):
        _unknown(text, unit, [f"{name} CO2e" for name in MASS_UNITS])
    return _mass(text, f"{number} {mass}", ROUND_CEILING)


def parse_share(text: str) -> int:
    """ppm of "30.2 %" or "302000 ppm"; at most 100 %, never rounded."""
    ppm = _exact(text, SHARE_UNITS, "ppm")
    if ppm > PPM:
        raise QuantityTooLarge(text=text, limit="100 %")
    return ppm


def parse_intensity(text: str) -> int:
    """mg CO2e per kg of metal of "8.2 kg/kg" or "8.2 kg CO2e/kg"; never rounded."""
    plain = text.replace(" CO2e/", "/").replace(" CO₂e/", "/") if isinstance(text, str) else text
    return _exact(plain, INTENSITY_UNITS, "mg/kg")


def parse_price(text: str) -> int:
    """fen per metric ton of "81500 CNY/mt"; never rounded."""
    return _exact(text, PRICE_UNITS, "fen/mt")


def format_metal(milligrams: int) -> str:
    """ "152.4 kg": the largest unit that leaves at least 1, without rounding."""
    return _format(milligrams, MASS_UNITS, "")


def format_carbon(milligrams: int) -> str:
    """ "12.4 t CO2e"."""
    return _format(milligrams, MASS_UNITS, " CO2e")


def format_share(ppm: int) -> str:
    """ "30.2 %"."""
    return f"{_plain(_decimal(ppm, SHARE_UNITS['%']))} %"


def format_intensity(milligrams_per_kg: int) -> str:
    """ "8.2 kg/kg"."""
    return f"{_plain(_decimal(milligrams_per_kg, MG_PER_KG))} kg/kg"


def format_price(fen_per_mt: int) -> str:
    """ "81500 CNY/mt"."""
    return f"{_plain(_decimal(fen_per_mt, PRICE_UNITS['CNY/mt']))} CNY/mt"


def contained_metal(wet_mass: int, moisture: int, assay: int) -> int:
    """mg of metal in `wet_mass` mg of material: wet mass × (1 − moisture) × assay.

    moisture and assay (of the dry mass) in ppm. Rounded down once, at the end.
    """
    for name, value, limit in (
        ("wet mass", wet_mass, AMOUNT_LIMIT - 1),
        ("moisture", moisture, PPM),
        ("assay", assay, PPM),
    ):
        _within(name, value, limit)
    return wet_mass * (PPM - moisture) * assay // PPM**2


def _mass(text: str, plain: str, rounding: str) -> int:
    number, factor = _scaled(text, plain, MASS_UNITS)
    amount = int((number * factor).to_integral_value(rounding=rounding))
    if amount >= AMOUNT_LIMIT:
        raise QuantityTooLarge(text=text, limit=format_metal(AMOUNT_LIMIT - 1))
    return amount


def _exact(text: str, units: Mapping[str, int], finest: str) -> int:
    number, factor = _scaled(text, text, units)
    amount = number * factor
    if amount != amount.to_integral_value():
        raise QuantityInexact(text=text, unit=finest)
    if amount >= AMOUNT_LIMIT:
        raise QuantityTooLarge(text=text, limit=f"2^64 - 1 {finest}")
    return int(amount)


def _scaled(text: str, plain: str, units: Mapping[str, int]) -> tuple[Decimal, int]:
    number, unit = _split(plain)
    if unit not in units:
        _unknown(text, unit, list(units))
    return _EXACT.create_decimal(number), units[unit]


def _split(text: object) -> tuple[str, str]:
    if not isinstance(text, str):
        raise QuantityMalformed(text=str(text), reason="it is no text in quotes")
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        raise QuantityMalformed(text=stripped[:20] + "…", reason=f"longer than {_LONGEST} signs")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", stripped, re.ASCII):
        raise QuantityMalformed(text=text, reason="the unit is missing")
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        raise QuantityMalformed(text=text, reason="no plain positive number stands first")
    return match[1], match[2].strip()


def _unknown(text: object, unit: str, units: list[str]) -> None:
    if unit[:1] in ",.'_" or (unit[:1] in "eE" and unit[1:2].isdigit()):
        raise QuantityMalformed(text=text, reason="digits are not grouped, decimals use a point")
    raise UnitUnknown(text=text, unit=unit, units=", ".join(units))


def _within(name: str, value: object, limit: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise QuantityMalformed(text=value, reason=f"{name} is no integer")
    if not 0 <= value <= limit:
        raise QuantityTooLarge(text=f"{name} {value}", limit=limit)


def _format(milligrams: int, units: Mapping[str, int], suffix: str) -> str:
    _within("amount", milligrams, 1 << 128)
    for unit, factor in units.items():
        if milligrams >= factor:
            return f"{_plain(_decimal(milligrams, factor))} {unit}{suffix}"
    return f"0 mg{suffix}"


def _decimal(amount: int, factor: int) -> Decimal:
    return _EXACT.divide(Decimal(amount), Decimal(factor))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
