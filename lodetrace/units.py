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
from zk_circuits.quantity_text import (
    MASS_UNITS,
    MG_PER_KG,
    PER_CENT,
    PPM,
    brief,
    brief_mass,
    exact_intensity,
    exact_mass,
    exact_share,
    quotient,
)

__all__ = [
    "MASS_UNITS",
    "MG_PER_KG",
    "PPM",
    "brief",
]

AMOUNT_LIMIT: Final = 1 << 64
"""Every amount is below it."""
AMOUNT_LIMIT_SAID: Final = "18.4 billion t"

SHARE_UNITS: Final[Mapping[str, int]] = {"%": PER_CENT, "ppm": 1}
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

_OTHER_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("mt", "to", "ton", "tons", "tonne", "tonnes", "tne"), "t"),
    **dict.fromkeys(("kgs", "kgm", "kilo", "kilos", "kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("gr", "grm", "gram", "grams"), "g"),
    **dict.fromkeys(("percent", "per cent", "pct"), "%"),
}
"""What people call the units elsewhere."""

_LONGEST: Final = 64
_THOUSANDS: Final = 3
"""Digits of a group."""
_NUMBER: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)[ \u00a0\u202f]?(\D.*)", re.ASCII)
_EXACT: Final = Context(prec=200, traps=[Inexact])


class QuantityMalformed(InputError):
    """Not a number followed by a unit."""

    template = "{text!r} is not a quantity: {reason}"
    advice = (
        "Write a number with a point for its decimals and a unit, for example 5.5 t, 152.4 kg,"
        " 30.2 % or 12.4 t CO2e."
    )


class UnitUnknown(InputError):
    """A unit that is missing or does not fit the kind of quantity."""

    template = "{text!r} has the unit {unit!r}, expected one of: {units}{hint}"
    advice = "Write the unit after the number, for example 5.5 t."


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


def parse_unit_metal(text: str) -> int:
    """mg of metal in one unit of "5.2 kg"; never rounded."""
    return _exact(text, MASS_UNITS, "mg")


def parse_price(text: str) -> int:
    """fen per metric ton of "81500 CNY/mt"; never rounded."""
    return _exact(text, PRICE_UNITS, "fen/mt")


def format_metal(milligrams: int) -> str:
    """ "152.4 kg": the largest unit that leaves at least 1, without rounding."""
    return exact_mass(_within("amount", milligrams, 1 << 128))


def format_carbon(milligrams: int) -> str:
    """ "12.4 t CO2e"."""
    return f"{format_metal(milligrams)} CO2e"


def brief_metal(milligrams: int) -> str:
    """ "5.312 t", to four significant digits: for lists."""
    return brief_mass(_within("amount", milligrams, 1 << 128))


def brief_carbon(milligrams: int) -> str:
    """ "12.41 t CO2e", to four significant digits: for lists."""
    return f"{brief_metal(milligrams)} CO2e"


def brief_share(part: int, whole: int) -> str:
    """ "33.33 %", of a part of a whole, to four significant digits: for lists."""
    return f"{brief(100 * part, whole)} %"


def format_share(ppm: int) -> str:
    """ "30.2 %"."""
    return exact_share(ppm)


def format_intensity(milligrams_per_kg: int) -> str:
    """ "8.2 kg/kg"."""
    return exact_intensity(milligrams_per_kg)


def format_price(fen_per_mt: int) -> str:
    """ "81500 CNY/mt"."""
    return f"{quotient(fen_per_mt, PRICE_UNITS['CNY/mt'])} CNY/mt"


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
        raise QuantityTooLarge(text=text, limit=AMOUNT_LIMIT_SAID)
    return amount


def _exact(text: str, units: Mapping[str, int], finest: str) -> int:
    number, factor = _scaled(text, text, units)
    amount = number * factor
    if amount != amount.to_integral_value():
        raise QuantityInexact(text=text, unit=finest)
    if amount >= AMOUNT_LIMIT:
        raise QuantityTooLarge(text=text, limit=f"2^64 {finest}")
    return int(amount)


def _scaled(text: str, plain: str, units: Mapping[str, int]) -> tuple[Decimal, int]:
    number, unit = _split(plain)
    if unit not in units:
        _unknown(text, unit, list(units))
    return _EXACT.create_decimal(number), units[unit]


def _split(text: object) -> tuple[str, str]:
    if not isinstance(text, str):
        raise QuantityMalformed(text=_shown(text), reason="it is not text in quotes")
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        reason = f"longer than {_LONGEST} characters"
        raise QuantityMalformed(text=stripped[:20] + "…", reason=reason)
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", stripped, re.ASCII):
        raise QuantityMalformed(text=text, reason="the unit is missing")
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        raise QuantityMalformed(text=text, reason="no plain positive number stands first")
    return match[1], match[2].strip()


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)[:20]


def _unknown(text: object, unit: str, units: list[str]) -> None:
    if unit[:1] in ",.'_" or (unit[:1] in "eE" and unit[1:2].isdigit()):
        raise QuantityMalformed(text=text, reason=_written(str(text)))
    raise UnitUnknown(text=text, unit=unit, units=", ".join(units), hint=_hint(unit, units))


def _written(text: str) -> str:
    """Why a number with other signs in it is not taken, and how it is written."""
    reason = "digits are not grouped, decimals use a point"
    comma = re.match(r"\s*([0-9]+),([0-9]+)(?![0-9,.])(.*)", text, re.ASCII)
    if comma and len(comma[2]) == _THOUSANDS:
        return f"{reason}: {comma[1]},{comma[2]} may mean {comma[1]}{comma[2]} or {comma[1]}"
    return f"{reason}: write {comma[1]}.{comma[2]}{comma[3]}" if comma else reason


def _hint(unit: str, units: list[str]) -> str:
    """The unit that is meant, where it has another name or another case."""
    lower = unit.lower()
    meant = _OTHER_NAMES.get(lower) or {one.lower(): one for one in units}.get(lower)
    return f"; for {unit!r} write {meant}" if meant in units else ""


def _within(name: str, value: object, limit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise QuantityMalformed(text=value, reason=f"{name} is no integer")
    if not 0 <= value <= limit:
        most = "100 %" if limit == PPM else AMOUNT_LIMIT_SAID
        raise QuantityTooLarge(text=f"{name} of {exact_mass(value)}", limit=most)
    return value
