"""How codes, times, shares and thresholds are written in JSON.

Times are ISO 8601 in UTC, codes are words, every amount is a string beside its unit.
"""

from enum import IntEnum, IntFlag
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from lodetrace.contracts.enums import Measure, element_name
from lodetrace.text import enum_word, flag_words, iso_time

ANY_ID = r"^0x[0-9a-fA-F]{64}$"
"""Ids in requests: capitals do not matter there."""

Id = Annotated[
    str,
    Field(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "2f" * 32], description="32 bytes, hex"),
]
IdPath = Annotated[str, Path(pattern=ANY_ID, examples=["0x" + "2f" * 32])]

UNITS = {
    Measure.CREDIT_SHARE: "ppm",
    Measure.CAHRA_SHARE: "ppm",
    Measure.CARBON_INTENSITY: "mg CO2e per kg of metal",
}


class Amount(BaseModel):
    """An exact integer with its unit; a string, because JSON numbers lose digits."""

    value: str = Field(pattern=r"^[0-9]+$", examples=["250000"])
    unit: str = Field(examples=["ppm"])


def iso_or_none(time: int | None) -> str | None:
    """None for none."""
    return None if time is None else iso_time(time)


def word(code: type[IntEnum], value: int) -> str:
    """A code as its word: "mass balance"; a code of a later version as its number."""
    try:
        return enum_word(code(value))
    except ValueError:
        return str(value)


def words(code: type[IntFlag], value: int) -> list[str]:
    """The set bits of a code as words, lowest first."""
    return flag_words(code(value))


def ppm(value: int) -> Amount:
    return Amount(value=str(value), unit="ppm")


def threshold(measure: int, value: str) -> Amount:
    """A claim's threshold in the unit of its measure."""
    return Amount(value=value, unit=UNITS.get(Measure(measure), ""))


def metal(element: int) -> str:
    """Symbol of the element, "all" for 0."""
    return element_name(element) if element else "all"


def picked(row: Any, *names: str) -> dict[str, Any]:
    """Some columns of a row, by name."""
    return {name: row[name] for name in names}
