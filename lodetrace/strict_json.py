"""JSON from strangers: bounded, without doubt about its meaning, numbers exact.

Every number becomes a Decimal of at most 15 significant digits; within that bound a binary
double names the same decimal, so that canonical bytes (RFC 8785) and other readers agree.
"""

import codecs
import json
import re
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import Any, Final, NoReturn

from lodetrace.errors import InputError, NotFound, StorageError

Json = None | bool | Decimal | str | list[Any] | dict[str, Any]

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_VALUES: Final = 20_000
MAX_TEXT: Final = 4_096
"""Bytes of one text, as it stands in the file."""
DIGITS: Final = 15
"""Significant digits that survive a double."""

_LONGEST_NUMBER: Final = 40
_SMALLEST, _LARGEST = -6, 20
"""Powers of ten between which RFC 8785 writes a number without an exponent."""

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
_SHOWN: Final = 60


class DocumentMalformed(InputError):
    """Not one JSON object in UTF-8."""

    template = "malformed JSON: {reason}"
    advice = "The file is truncated, damaged or no JSON; ask its site for the document again."


class DocumentNotJson(DocumentMalformed):
    """A file in another format, which its first bytes give away."""

    template = "malformed JSON: {reason}"
    advice = "Save or export it as JSON in UTF-8 without a byte order mark, then sign it."


class DocumentTooLarge(InputError):
    """More than any site document needs."""

    template = "{what}: {value} is more than {limit}"
    advice = "A site document holds one event; send several documents instead of a huge one."


class KeyDuplicated(InputError, ValueError):
    """A key that stands twice in one object: readers would differ about its value.

    A ValueError as well, because readers of other files turn those into errors about their file.
    """

    template = "the key {key!r} stands twice in one object"
    advice = "Remove one of them and sign the document again."


class NumberRefused(InputError):
    """A number that not every reader would take for the same amount."""

    template = "the number {text} {reason}"
    advice = f"Write plain decimals of at most {DIGITS} significant digits."


class DocumentMissing(NotFound):
    """No file has the name."""

    template = "{path} does not exist"
    advice = "Check the path; nothing was read."


class DocumentUnreadable(StorageError):
    """The disk does not give the file."""

    template = "{path}: {reason}"
    advice = "Check the path and the permissions; nothing was read."


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The file, never more than `limit` bytes of it in memory.

    Raises DocumentTooLarge, DocumentMissing or DocumentUnreadable.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise DocumentMissing(path=path) from error
    except OSError as error:
        raise DocumentUnreadable(path=path, reason=error.strerror or error) from error
    if len(content) > limit:
        raise DocumentTooLarge(what=f"bytes of {path.name}", value=f">= {limit + 1}", limit=limit)
    return content


def parse(data: bytes, limit: int = MAX_BYTES) -> dict[str, Any]:
    """The object in `data`, numbers as Decimal. Raises InputError, whatever is in there."""
    if len(data) > limit:
        raise DocumentTooLarge(what="bytes", value=len(data), limit=limit)
    _refuse_other_formats(data)
    _bounded(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=unique_keys,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise DocumentMalformed(reason=f"no UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise DocumentMalformed(
            reason=f"{error.msg.removesuffix(' at')} at character {error.pos}"
        ) from error
    if not isinstance(value, dict):
        raise DocumentMalformed(reason=f"it is a {type(value).__name__}, not an object")
    _refuse_surrogates(value)
    return value


def _refuse_other_formats(data: bytes) -> None:
    """Each with its own sentence: what the parser would say of them sends nobody the right way."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentNotJson(reason="it is UTF-16, not UTF-8")
    if data.startswith(codecs.BOM_UTF8):
        raise DocumentNotJson(reason="it begins with a byte order mark (BOM)")
    if data.lstrip().startswith(b"<"):
        raise DocumentNotJson(reason="it is XML; EPCIS is taken as JSON-LD")


def _bounded(data: bytes) -> None:
    """Depth, number of values and length of texts, before anything is built from them."""
    depth = values = 0
    for token in _TOKEN.finditer(data):
        first, length = data[token.start()], token.end() - token.start()
        if first in b"[{":
            depth += 1
            _within("levels", depth, MAX_DEPTH)
        elif first in b"]}":
            depth -= 1
        elif first in b'"':
            _within("bytes of a text", length - 2, MAX_TEXT)
        values += first in b"[{,"
    _within("values", values, MAX_VALUES)


def _within(what: str, value: int, limit: int) -> None:
    if value > limit:
        raise DocumentTooLarge(what=what, value=value, limit=limit)


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object for json.loads (`object_pairs_hook`); raises KeyDuplicated."""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise KeyDuplicated(key=key[:_SHOWN])
            seen.add(key)
    return found


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise NumberRefused(text=text[:_LONGEST_NUMBER] + "…", reason="is too long")
    try:
        number = Decimal(text)
    except DecimalException as error:
        raise NumberRefused(text=text, reason="has an exponent out of range") from error
    if not number:
        return Decimal(0)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > DIGITS:
        raise NumberRefused(text=text, reason=f"has more than {DIGITS} significant digits")
    if not _SMALLEST <= number.adjusted() <= _LARGEST:
        raise NumberRefused(text=text, reason="is not between 0.000001 and 10^21")
    return number


def _constant(text: str) -> NoReturn:
    raise NumberRefused(text=text, reason="is no number of JSON")


def _refuse_surrogates(value: Json) -> None:
    """Half a character (an unpaired \\uD800 … \\uDFFF) has no UTF-8 and no canonical form."""
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise DocumentMalformed(reason=f"half a character in {ascii(value)[:_SHOWN]}")
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_surrogates(key)
            _refuse_surrogates(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_surrogates(item)
