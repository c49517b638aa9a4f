"""What people type, as the library takes it. Quantities are in lodetrace.units."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeVar

from lodetrace.contracts.enums import ELEMENT_SYMBOLS, Material, Role
from lodetrace.errors import InputError
from lodetrace.text import DAY_SECONDS, enum_word, enum_words, parse_typed_hex
from lodetrace.units import parse_metal

if TYPE_CHECKING:
    from zk_circuits.schema import Credit

Code = TypeVar("Code", bound=IntEnum)

LARGEST_COUNT: Final = (1 << 32) - 1
REST: Final = "rest"

_ALIKE: Final = re.compile(r"([0-9]{1,4}) ?[x×] ?(.+)", re.ASCII | re.IGNORECASE)
_PERIOD: Final = re.compile(r"([0-9]{1,5}) ?(minutes?|hours?|days?|weeks?)", re.ASCII)
_SECONDS: Final = {"minute": 60, "hour": 3_600, "day": DAY_SECONDS, "week": 604_800}


class WordUnknown(InputError):
    """A word that is none of those possible."""

    template = "{text!r} is no {what}; known: {known}"
    advice = "Take one of the known words; capitals, spaces, - and _ do not matter."


class ExpiryMalformed(InputError):
    """Neither a date nor a period."""

    template = "{text!r} is no end of an offer"
    advice = "Write a date (2026-03-31: its last second in UTC), a time or a period (30 days)."


class OutputMalformed(InputError):
    """An output that cannot be read."""

    template = "output {text!r}: {reason}"
    advice = (
        'Write it as "material=SULPHATE,metal=500 kg", units as "material=PACK,count=96"; the last '
        "metal may be rest."
    )


class PartsMalformed(InputError):
    """A group of equal parts that cannot be read."""

    template = "parts {text!r}: {reason}"
    advice = 'Write how many, and what each one is: "10x5t", or "4xcount=25" of what has units.'


@dataclass(frozen=True, slots=True)
class TypedOutput:
    """An output as typed. metal in mg, None for the rest; material None: that of the input."""

    metal: int | None
    material: Material | None
    count: int = 1


def parse_word(code: type[Code], text: str, what: str) -> Code:
    """A code by its word: "mass balance", MASS_BALANCE, mass-balance; raises WordUnknown."""
    wanted = _plain(text)
    for one in code:
        if _plain(one.name) == wanted and one.name != "NONE":
            return one
    known = ", ".join(word for word in enum_words(code, "-") if word != "none")
    raise WordUnknown(text=text[:40], what=what, known=known)


def parse_roles(words: list[str]) -> Role:
    """Roles by their words: "price administrator", trader; raises WordUnknown."""
    by_word = {_plain(str(role.name)): role for role in Role}
    roles = Role(0)
    for word in words:
        found = by_word.get(_plain(word))
        if found is None:
            known = ", ".join(enum_word(role, "-") for role in Role)
            raise WordUnknown(text=word[:40], what="role", known=known)
        roles |= found
    return roles


def parse_organisation(text: str) -> bytes:
    """An organisation's id: written out as 0x and 64 digits, or of its name."""
    from zk_circuits.keccak import keccak256

    return parse_typed_hex(text, 32) if text.startswith("0x") else keccak256(text.encode())


def parse_element(text: str) -> int:
    """Atomic number of a symbol, "Co"; raises WordUnknown."""
    for number, symbol in ELEMENT_SYMBOLS.items():
        if symbol.lower() == text.strip().lower():
            return number
    known = ", ".join(ELEMENT_SYMBOLS.values())
    raise WordUnknown(text=text[:40], what="element", known=known)


def parse_credit(text: str) -> "Credit":
    """A credit: responsible, recycledPostConsumer, recycledManufacturing; raises WordUnknown."""
    from zk_circuits.schema import SCHEMA, SCHEMAS

    for credit, meaning in SCHEMAS[SCHEMA].items():
        if _plain(meaning.name) == _plain(text):
            return credit
    known = ", ".join(meaning.name for meaning in SCHEMAS[SCHEMA].values())
    raise WordUnknown(text=text[:40], what="credit", known=known)


def parse_period(text: str) -> int | None:
    """Seconds of "30 days"; None for what is no period."""
    period = _PERIOD.fullmatch(text.strip())
    return None if period is None else int(period[1]) * _SECONDS[period[2].rstrip("s")]


def parse_expiry(text: str, now: int) -> int:
    """Seconds since 1970 of "2026-03-31", "2026-03-31T12:00:00Z" or "30 days" from now on."""
    lasting = parse_period(text)
    if lasting is not None:
        return now + lasting
    stripped = text.strip()
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError as error:
        raise ExpiryMalformed(text=stripped[:40]) from error
    if len(stripped) == len("2026-03-31"):
        last = time(23, 59, 59, tzinfo=UTC)
        return int(datetime.combine(moment.date(), last).timestamp())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def parse_output(text: str) -> TypedOutput:
    """An output, "material=SULPHATE,metal=500 kg" or "material=PACK,count=96".

    Raises InputError.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        name, sign, value = part.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not sign or name not in ("material", "metal", "count") or name in found:
            raise OutputMalformed(text=text[:80], reason=_unexpected(part, found))
        found[name] = value
    if "metal" not in found and "count" not in found:
        raise OutputMalformed(text=text[:80], reason="it has no metal")
    given, typed = found.get("material"), found.get("metal", REST)
    return TypedOutput(
        metal=None if typed.lower() == REST else parse_metal(typed),
        material=None if given is None else parse_word(Material, given, "material"),
        count=_count(found.get("count", "1"), text),
    )


def parse_part(text: str) -> TypedOutput:
    """A part of a split: "200 kg", "rest", or as an output; raises InputError."""
    if "=" in text:
        return parse_output(text)
    return TypedOutput(None if text.strip().lower() == REST else parse_metal(text), None)


def parse_alike(text: str) -> list[TypedOutput]:
    """Equal parts of a split, "10x5t" or "4xcount=25"; raises InputError."""
    found = _ALIKE.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise PartsMalformed(text=text[:80], reason="no number of parts stands before an x")
    part = parse_part(found[2])
    if part.metal is None and "=" not in found[2]:
        raise PartsMalformed(text=text[:80], reason="only one part is the rest")
    return [part] * int(found[1])


def _unexpected(part: str, found: dict[str, str]) -> str:
    """Most often a decimal comma, which parts the fields."""
    short, metal = part.strip()[:40], found.get("metal", "")
    if short[:1].isdigit() and metal.isascii() and metal.isdigit():
        return f"decimals use a point: write metal={metal}.{short}"
    return f"{short!r} is not expected"


def _count(text: str, output: str) -> int:
    short = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_COUNT))
    if not short or not 1 <= int(text) <= LARGEST_COUNT:
        raise OutputMalformed(text=output[:80], reason=f"{text[:20]!r} is no number of units")
    return int(text)


def _plain(word: str) -> str:
    return "".join(sign for sign in word.lower() if sign.isalnum())
