"""RLP, read strictly: bounded, and only the one canonical encoding of a value."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import rlp
from rlp.exceptions import RLPException

from lodetrace.chain.errors import RlpMalformed

Item: TypeAlias = "bytes | list[Item]"
"""A string, or a list of items."""

MOST_BYTES: Final = 1 << 20
"""More than any header, trie node or receipt of a block of 60 million gas."""

DEEPEST: Final = 16
"""Lists in lists; extraData inside a header needs five."""


def decode(data: bytes, what: str) -> Item:
    """The one item that the bytes are; raises RlpMalformed."""
    if len(data) > MOST_BYTES:
        raise RlpMalformed(what=what, reason=f"{len(data)} bytes, at most {MOST_BYTES}")
    if _depth(data) > DEEPEST:
        raise RlpMalformed(what=what, reason=f"lists nested deeper than {DEEPEST}")
    try:
        found: Any = rlp.decode(data, strict=True)
        item = _plain(found)
        canonical = encode(item) == data
    except (RLPException, ValueError, TypeError, IndexError) as error:
        raise RlpMalformed(what=what, reason=str(error)) from error
    if not canonical:
        raise RlpMalformed(what=what, reason="it is not the canonical encoding")
    return item


def decode_list(data: bytes, what: str) -> list[Item]:
    """As decode, where a list is expected."""
    found = decode(data, what)
    if isinstance(found, bytes):
        raise RlpMalformed(what=what, reason="a list is expected")
    return found


def encode(item: "Item | Sequence[Item]") -> bytes:
    """The canonical encoding."""
    return bytes(rlp.encode(item))


def integer(item: Item, what: str, bits: int = 64) -> int:
    """A whole number below 2^bits without leading zeros; raises RlpMalformed."""
    if not isinstance(item, bytes) or item[:1] == b"\0" or len(item) * 8 > bits:
        raise RlpMalformed(what=what, reason=f"a whole number below 2^{bits} is expected")
    return int.from_bytes(item, "big")


def fixed(item: Item, length: int, what: str) -> bytes:
    """A string of so many bytes; raises RlpMalformed."""
    if not isinstance(item, bytes) or len(item) != length:
        raise RlpMalformed(what=what, reason=f"{length} bytes are expected")
    return item


def integer_bytes(number: int) -> bytes:
    """A whole number as RLP has it: big-endian, 0 as nothing."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _plain(found: Any) -> Item:
    return bytes(found) if isinstance(found, bytes) else [_plain(item) for item in found]


def _depth(data: bytes) -> int:
    """How deep lists are nested, found without recursion, before anything recurses into them."""
    ends: list[int] = []
    deepest = at = 0
    while at < len(data):
        while ends and at >= ends[-1]:
            ends.pop()
        start, end, is_list = _span(data, at)
        if is_list:
            ends.append(end)
            deepest = max(deepest, len(ends))
            at = start
            if deepest > DEEPEST:
                return deepest
        else:
            at = max(end, at + 1)
    return deepest


def _span(data: bytes, at: int) -> tuple[int, int, bool]:
    """Where the payload of the item at a position starts and ends, and whether it is a list."""
    prefix = data[at]
    if prefix < 0x80:
        return at, at + 1, False
    is_list = prefix >= 0xC0
    short = prefix - (0xC0 if is_list else 0x80)
    if short <= 55:
        return at + 1, at + 1 + short, is_list
    width = short - 55
    length = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    start = at + 1 + width
    return start, start + length, is_list
