"""Server-Sent Events, read from the bytes of an answer (WHATWG HTML, 9.2)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

LARGEST_FRAME: Final = 1 << 20
"""Bytes."""


class FrameMalformed(ValueError):
    """Something else than the gateway sends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """id: None where it has none of its own."""

    event: str
    id: str | None
    document: dict[str, Any]


def frames(answer: IO[bytes]) -> Iterator[Frame]:
    """Those with data, to the last that came whole; raises FrameMalformed."""
    fields: dict[str, str] = {}
    size = 0
    while line := answer.readline(LARGEST_FRAME + 1):
        size += len(line)
        if size > LARGEST_FRAME:
            raise FrameMalformed(f"an event of more than {LARGEST_FRAME} bytes")
        text = _text(line)
        if text:
            name, _, value = text.partition(":")
            fields[name] = value.removeprefix(" ")
            continue
        if "data" in fields:
            yield Frame(fields.get("event", "message"), fields.get("id"), _document(fields["data"]))
        fields, size = {}, 0


def _text(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise FrameMalformed("an event that is no UTF-8") from error


def _document(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise FrameMalformed("an event whose data is no JSON") from error
    if not isinstance(found, dict):
        raise FrameMalformed("an event whose data is no JSON object")
    return found
