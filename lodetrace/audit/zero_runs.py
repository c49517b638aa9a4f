"""The outer half of the packing: a run of 1 to 255 zero bytes becomes a byte 0 and its length.

Addresses and small numbers make evidence full of zeros. A run has one form: all parts of a long
one but the last are of 255.
"""

import re
from collections.abc import Iterator
from typing import Final

from lodetrace.audit.errors import PackingMalformed

LONGEST: Final = 255
CHUNK: Final = 1 << 16
"""Packed bytes that are split at a time, so that memory stays near the content's size."""

ZEROS: Final = tuple(bytes(length) for length in range(LONGEST + 1))
RUNS: Final = re.compile(rb"\0+")
WHOLE: Final = b"\0\xff"


def without_zeros(content: bytes) -> bytes:
    """The same with a length for each run."""
    return RUNS.sub(_run, content)


def with_zeros(packed: bytes, most: int) -> bytes:
    """What was packed, at most so many bytes; raises PackingMalformed."""
    content = bytearray()
    for part in _parts(packed):
        content += part
        if len(content) > most:
            raise _malformed(f"it unpacks to more than {most} bytes")
    return bytes(content)


def _run(match: re.Match[bytes]) -> bytes:
    whole, rest = divmod(match.end() - match.start(), LONGEST)
    return WHOLE * whole + (b"\0" + bytes((rest,)) if rest else b"")


def _parts(packed: bytes) -> Iterator[bytes]:
    """Runs and what stands between them. No length is 0, so that every 0 begins a run."""
    at, open_run = 0, False
    while at < len(packed):
        end = at + CHUNK
        end += packed[end - 1 : end] == b"\0"  # a run and its length stay together
        first, *runs = packed[at:end].split(b"\0")
        yield first
        open_run = open_run and not first
        for run in runs:
            if not run:
                raise _malformed("a run of no zeros")
            if open_run:
                raise _malformed("a run that goes on in the next one")
            yield ZEROS[run[0]]
            yield run[1:]
            open_run = len(run) == 1 and run[0] < LONGEST
        at = end


def _malformed(reason: str) -> PackingMalformed:
    return PackingMalformed(item="the packed content", reason=reason)
