"""The one spelling of what is text outside and something else inside: bytes, addresses, times,
enums, counts.

Reading is strict: a text has one meaning or none, so that what was signed, hashed or compared is
what was read. Errors never repeat a text that may be a key: they say what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum, IntFlag
from functools import lru_cache
from typing import Final, TypeVar

from lodetrace.errors import InputError
from zk_circuits.keccak import keccak256

E = TypeVar("E", bound=Enum)

ADDRESS_BYTES: Final = 20
ID_BYTES: Final = 32
DAY_SECONDS: Final = 86_400
HOUR_SECONDS: Final = 3_600

SHORT_ID: Final = 10
"""Hexadecimal digits of an id where the whole has no room; commands take them for the id."""

_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]+")
_ISO_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, formats, halves of characters, separators of lines."""
_SHAPING: Final = frozenset("\u200c\u200d")
"""Joiners, which Persian and the scripts of India are spelled with; they reorder nothing."""
_LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999, the last that ISO 8601 and Python write with four digits."""


class TextMalformed(InputError, ValueError):
    """Text that is not in the form of what it should be.

    A ValueError as well, because readers of files turn those into an error about their file.
    """

    template = "expected {expected}, found {found}"
    advice = "Copy it again, whole and without anything before, after or inside it."


class AddressMalformed(TextMalformed):
    """Text that is no address."""

    template = "{text!r} is no address"
    advice = "An address is 0x and 40 hexadecimal digits; capitals, if any, are a checksum."


def hex_of(value: bytes) -> str:
    """Bytes as "0x…", in lower case; also of kinds of bytes whose own hex() adds the 0x."""
    return "0x" + bytes.hex(value)


def parse_hex(text: object, size: int | None = None, *, lower: bool = False) -> bytes:
    """The bytes of "0x…"; raises TextMalformed.

    size: exactly so many bytes. lower: capitals are refused, where the text itself is hashed.
    """
    if isinstance(text, str) and text.startswith("0x"):
        found = _bytes_of(text[2:], size)
        if found is not None and not (lower and text != text.lower()):
            return found
    case = " in lower case" if lower else ""
    raise _malformed(f"0x and {_digits(size)}{case}", text, "0x")


def parse_bare_hex(text: object, size: int | None = None) -> bytes:
    """The bytes of digits without 0x, as files of keys have them; raises TextMalformed."""
    found = _bytes_of(text, size) if isinstance(text, str) else None
    if found is None:
        raise _malformed(_digits(size), text)
    return found


def parse_typed_hex(text: object, size: int | None = None) -> bytes:
    """The bytes of what a person typed, see `typed_digits`; raises TextMalformed."""
    return parse_bare_hex(typed_digits(text), size)


def typed_digits(text: object) -> str:
    """One or more digits in lower case, of what a person typed or keeps in a file of one line.

    0x, capitals and blanks around it do not matter there. Raises TextMalformed.
    """
    if isinstance(text, str):
        text = text.strip()
        digits = text.lower().removeprefix("0x")
        if digits and _DIGITS.issuperset(digits):
            return digits
        raise _malformed("hexadecimal digits", text, text[:2] if text[:2] in ("0x", "0X") else "")
    raise _malformed("hexadecimal digits", text)


def parse_quantity(text: object) -> int:
    """A number as JSON-RPC writes it, "0x1f"; raises TextMalformed."""
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise _malformed("a number as 0x and hexadecimal digits", text, "0x")
    return int(text, 16)


def short_id(id_: bytes | str, digits: int = SHORT_ID) -> str:
    """The beginning of an id or address: "0x2f3a91c40b"."""
    return (id_ if isinstance(id_, str) else hex_of(id_))[: 2 + digits]


@lru_cache(maxsize=4096)
def checksummed(address: bytes) -> str:
    """An address of 20 bytes as text, capitals by the hash of its digits (EIP-55)."""
    digits = address.hex()
    check = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if nibble > "7" else digit
        for digit, nibble in zip(digits, check, strict=False)
    )


def parse_address(text: object) -> str:
    """A checksummed address; raises AddressMalformed, also for a wrong checksum."""
    try:
        found = checksummed(parse_hex(text, ADDRESS_BYTES))
    except TextMalformed as error:
        raise AddressMalformed(text=_address_seen(text)) from error
    digits = str(text)[2:]
    without_capitals = digits in (digits.lower(), digits.upper())
    if not without_capitals and text != found:
        raise AddressMalformed(text=text)
    return found


def parse_typed_address(text: str) -> str:
    """As parse_address, of what a person typed: 0x and blanks around it do not matter."""
    digits = text.strip()
    return parse_address("0x" + (digits[2:] if digits[:2] in ("0x", "0X") else digits))


def iso_time(seconds: int) -> str:
    """Seconds since 1970 as "2026-11-01T00:00:00Z"; a time that has no such form in seconds."""
    if seconds > _LAST_SECOND:
        return f"{seconds} s after 1970"
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def parse_iso_time(text: object) -> int:
    """Seconds since 1970 of "2026-11-01T00:00:00Z", the one form; raises TextMalformed."""
    expected = "a time like 2026-11-01T00:00:00Z"
    if not isinstance(text, str) or not _ISO_TIME.fullmatch(text):
        raise TextMalformed(expected=expected, found=repr(text)[:40])
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError as error:
        raise TextMalformed(expected=expected, found=text) from error


def parse_rfc_3339(text: object) -> int:
    """Seconds since 1970 of a time as programs write it, in any offset; raises TextMalformed.

    For questions, where nothing is signed or hashed. Fractions of a second are left out.
    """
    expected = "a time like 2026-11-01T00:00:00Z or 2026-11-01T01:00:00+01:00"
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        raise TextMalformed(expected=expected, found=repr(text)[:40])
    try:
        since = datetime.fromisoformat(text) - datetime.fromtimestamp(0, UTC)
    except ValueError as error:
        raise TextMalformed(expected=expected, found=text) from error
    return since // timedelta(seconds=1)


def enum_word(code: Enum, gap: str = " ") -> str:
    """A code as its word: "mass balance" for people and as a value in JSON.

    gap: "_" where the word is a key of JSON or a policy, "-" where it is typed in commands.
    """
    return code.name.lower().replace("_", gap)


def enum_words(kind: type[E], gap: str = " ") -> dict[str, E]:
    """The codes by their words, in their order: the way back from `enum_word`."""
    return {enum_word(code, gap): code for code in kind}


def flag_words(code: IntFlag) -> list[str]:
    """The set bits of a code as words, lowest first; bits without a name are left out."""
    return [enum_word(flag, "_") for flag in type(code) if flag & code]


def visible(text: str, keep: str = "\n\t") -> str:
    """Foreign text as it may be shown: what a reader would not see is spelled, "\\x1b", "\\u202e".

    Of terminals and pages alike. keep: control characters that lay our own text out.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one in keep or not is_hidden(one) else _spelled(one) for one in text)


def code_point(character: str) -> str:
    """ "U+0141", as Unicode numbers a character."""
    return f"U+{ord(character):04X}"


def is_hidden(character: str) -> bool:
    """Whether a character moves a cursor, turns the direction, is invisible or is none."""
    return unicodedata.category(character) in _NOT_SHOWN and character not in _SHAPING


def counted(number: int, nouns: str) -> str:
    """A number with its noun, given in the plural: "1 lot", "12 345 site events"."""
    said = re.sub(r"s\b", "", nouns, count=1) if number == 1 else nouns
    return f"{number:,}".replace(",", " ") + f" {said}"


def say_runs(numbers: Iterable[int]) -> str:
    """Numbers, each once, without a gap as "7 to 34": "2 to 29, 31"."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join(" to ".join(map(str, run)) for run in found)


def say_ago(seconds: int) -> str:
    """ "3 minutes": the largest unit that there is one of."""
    for name, size in (("days", DAY_SECONDS), ("hours", HOUR_SECONDS), ("minutes", 60)):
        if seconds >= size:
            return counted(seconds // size, name)
    return "less than a minute"


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _address_seen(text: object) -> str:
    """What was given for an address; a longer text may be a key and is not repeated."""
    shown = str(text)
    return shown if len(shown) <= 2 + 2 * ADDRESS_BYTES else f"a text of {len(shown)} characters"


def _bytes_of(digits: str, size: int | None) -> bytes | None:
    if size is not None and len(digits) != 2 * size:
        return None
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return None
    return found if 2 * len(found) == len(digits) else None  # fromhex passes over blanks


def _digits(size: int | None) -> str:
    return "pairs of hexadecimal digits" if size is None else f"{2 * size} hexadecimal digits"


def _malformed(expected: str, text: object, prefix: str = "") -> TextMalformed:
    return TextMalformed(expected=expected, found=_seen(text, prefix))


def _seen(text: object, prefix: str) -> str:
    """What is wrong with a text that may be a secret."""
    if not isinstance(text, str):
        return f"a value of type {type(text).__name__}"
    if not text.startswith(prefix):
        return f"no {prefix} at its beginning"
    for at, character in enumerate(text[len(prefix) :], len(prefix) + 1):
        if character not in _DIGITS:
            return f"{character!r} as character {at}"
    return f"{len(text) - len(prefix)} digits"
