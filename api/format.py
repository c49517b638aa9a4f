"""How codes, times, shares and thresholds are written in JSON.

Times are ISO 8601 in UTC, codes are words, every amount is a string beside its unit.
"""

import re
from enum import IntEnum, IntFlag
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, Field, JsonValue, WithJsonSchema

from lodetrace.contracts.enums import Measure, element_name
from lodetrace.text import enum_word, enum_words, flag_words, iso_time, parse_rfc_3339

ANY_ID = r"^0x[0-9a-fA-F]{64}$"
ANY_ADDRESS = r"^0x[0-9a-fA-F]{40}$"
"""Ids and addresses in requests: capitals are another spelling, and an address's checksum."""

MOST_IDS = 500
MANY_IDS = rf"^0x[0-9a-fA-F]{{64}}(,0x[0-9a-fA-F]{{64}}){{0,{MOST_IDS - 1}}}$"
"""Ids with commas between them."""

ID_BEGINNING = r"^0x[0-9a-fA-F]{4,64}$"
"""The first digits of an id, enough of them to find it."""

A_PLACE = r"^[0-9]{1,18}(-[0-9]{1,18})?$"
"""In the chain: a block, or a block and the number of a log in it."""

Id = Annotated[
    str,
    Field(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "2f" * 32], description="32 bytes, hex"),
]
IdPath = Annotated[str, Path(pattern=ANY_ID, examples=["0x" + "2f" * 32])]

Time = Annotated[
    str, Field(examples=["2026-03-02T08:00:00Z"], json_schema_extra={"format": "date-time"})
]
"""In answers; one after the year 9999 is written in words."""

UNITS = {
    Measure.CREDIT_SHARE: "ppm",
    Measure.CAHRA_SHARE: "ppm",
    Measure.CARBON_INTENSITY: "mg CO2e per kg of metal",
    Measure.DIRECT_INTENSITY: "mg CO2e per kg of metal",
    Measure.METAL_PER_UNIT: "mg of metal per unit",
}


class Amount(BaseModel):
    """An exact integer with its unit; a string, because JSON numbers lose digits."""

    value: str = Field(pattern=r"^[0-9]+$", examples=["250000"])
    unit: str = Field(
        examples=["ppm"], json_schema_extra={"enum": [*sorted(set(UNITS.values())), ""]}
    )


def words_of(codes: type[IntEnum] | type[IntFlag]) -> dict[str, JsonValue]:
    """What the description of the routes says of a code that is written as a word.

    It is no check of answers: a code of a later version is written as its number.
    """
    if issubclass(codes, IntFlag):
        return {"enum": [word for code in codes for word in flag_words(code)]}
    return {"enum": [*enum_words(codes)]}


_DIGITS = 18
"""Of a time in seconds: what a database holds, and far beyond every calendar."""


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _seconds(value: object) -> object:
    """A reader's time, in seconds since 1970 or as answers write it; raises TextMalformed.

    A date alone is its first second in UTC.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        if len(value) > _DIGITS:
            raise ValueError(f"a time has at most {_DIGITS} digits")
        return int(value)
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = f"{value}T00:00:00Z"
    return value if value is None else parse_rfc_3339(value)


TimeAsked = Annotated[
    int | None,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 10**_DIGITS - 1},
                {"type": "string", "format": "date-time"},
                {"type": "string", "format": "date"},
            ],
            "examples": ["2026-03-02T08:00:00Z", 1772438400],
        }
    ),
]
"""In requests: in each of these forms."""


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
