"""An opening in a file: JSON of our own, or the bare bytes that other programs keep."""

import json
import os
from collections.abc import Callable, Sequence
from errno import EEXIST
from pathlib import Path
from typing import Final

from lodetrace.atomic_file import require_place
from lodetrace.contracts.sealed_boxes import OPENING_BYTES, is_sealed_box
from lodetrace.errors import InputError, StorageError
from lodetrace.keys.sealed_opening import (
    decode_opening,
    encode_opening,
    unboxed,
)
from lodetrace.keys.viewing import BoxKey
from lodetrace.strict_json import unique_keys
from lodetrace.text import hex_of, parse_typed_hex
from zk_circuits.commitment import Opening

FORMAT: Final = "lodetrace-opening/2"
LARGEST: Final = 4_096
"""Bytes of a file; an opening in hexadecimal has 256."""


class OpeningFileMalformed(InputError):
    """A file that holds neither an opening nor a box."""

    template = "{path}: {reason}"
    advice = "An opening has 128 bytes, a sealed box 177; plain, in hexadecimal or in our JSON."


class OpeningFileUnwritable(StorageError):
    """The file cannot be written, or is there already."""

    template = "{path}: {reason}"
    advice = "Name a new file in a folder that you may write to."


class OpeningFileUnreadable(StorageError):
    """The disk does not give the file."""

    template = "{path}: {reason}"
    advice = "Check the path and the permissions."


def write_opening(path: Path, lot: bytes, opening: Opening) -> None:
    """Writes a new file that only its owner reads; raises OpeningFileUnwritable."""
    found = {
        "format": FORMAT,
        "lot": hex_of(lot),
        "opening": hex_of(encode_opening(opening)),
    }
    write_new(path, json.dumps(found, indent=2) + "\n")


def write_new(path: Path, text: str) -> None:
    """Writes a new file that only its owner reads; raises OpeningFileUnwritable."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OpeningFileUnwritable(path=path, reason=error.strerror or error) from error


def require_new(path: Path) -> None:
    """Whether a new file may be there; raises OpeningFileUnwritable, writes nothing."""
    try:
        require_place(path)
    except OSError as error:
        raise OpeningFileUnwritable(path=path, reason=error.strerror or error) from error
    if path.exists():
        raise OpeningFileUnwritable(path=path, reason=os.strerror(EEXIST))


def read_opening(path: Path, keys: Callable[[], Sequence[BoxKey]]) -> Opening:
    """The opening in a file; keys: asked for only where it is sealed.

    Raises OpeningFileUnreadable, OpeningFileMalformed, OpeningMalformed or BoxUnreadable.
    """
    content = _bytes(path)
    if is_sealed_box(content):
        content = unboxed(content, keys())
    elif len(content) != OPENING_BYTES:
        raise OpeningFileMalformed(path=path, reason=f"it holds {len(content)} bytes")
    return decode_opening(content)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise OpeningFileUnreadable(path=path, reason=error.strerror or error) from error
    if len(content) > LARGEST:
        raise OpeningFileMalformed(path=path, reason=f"it has more than {LARGEST} bytes")
    if len(content) == OPENING_BYTES or is_sealed_box(content):
        return content
    text = content.decode("ascii", "replace").strip()
    try:
        if text.startswith("{"):
            text = _opening_of(json.loads(text, object_pairs_hook=unique_keys))
        return parse_typed_hex(text)
    except (ValueError, RecursionError) as error:
        reason = "it is neither bytes nor hexadecimal digits nor an opening in JSON"
        raise OpeningFileMalformed(path=path, reason=reason) from error


def _opening_of(document: object) -> str:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("format")
    found = document.get("opening")
    if not isinstance(found, str):
        raise ValueError("opening")
    return found
