"""RLP, read strictly: bounded, and only the one canonical encoding of a value.

Written out here, in one pass, because evidence is mostly RLP: each byte is looked at once, and
what is not canonical is refused where it stands.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from lodetrace.chain.errors import RlpMalformed

Item: TypeAlias = "bytes | list[Item]"
"""A string, or a list of items."""

MOST_BYTES: Final = 1 << 20
"""More than any header, trie node or receipt of a block of 60 million gas."""

MOST_ITEMS: Final = 1 << 22
"""Strings and lists in all, so that memory is bounded where every item is one byte."""

DEEPEST: Final = 16
"""Lists in lists; extraData inside a header needs five."""

SHORT: Final = 55
"""Bytes of the longest payload whose length stands in its first byte."""

STRING: Final = 0x80
LIST: Final = 0xC0


def decode(data: bytes, what: str, most: int = MOST_BYTES) -> Item:
    """The one item that the bytes are, at most so many; raises RlpMalformed."""
    if len(data) > most:
        raise RlpMalformed(what=what, reason=f"{len(data)} bytes, at most {most}")
    reading = _Reading(data, what)
    items = reading.items(0, len(data), 0)
    if len(items) != 1:
        raise RlpMalformed(what=what, reason=f"{len(items)} items instead of one")
    return items[0]


def decode_list(data: bytes, what: str, most: int = MOST_BYTES) -> list[Item]:
    """As decode, where a list is expected."""
    found = decode(data, what, most)
    if isinstance(found, bytes):
        raise RlpMalformed(what=what, reason="a list is expected")
    return found


def encode(item: "Item | Sequence[Item]") -> bytes:
    """The canonical encoding."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < STRING:
            return item
        return _prefix(len(item), STRING) + item
    payload = b"".join([encode(part) for part in item])
    return _prefix(len(payload), LIST) + payload


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


class _Reading:
    """One pass over the bytes. left: items that may still come."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        self._left = MOST_ITEMS

    def items(self, at: int, end: int, depth: int) -> list[Item]:
        """All items between two positions, in lists nested so deep."""
        data, most = self._data, self._left
        found: list[Item] = []
        while at < end:
            if len(found) == most:
                raise self._malformed(f"more than {MOST_ITEMS} items")
            first = data[at]
            if first < STRING:
                found.append(data[at : at + 1])
                at += 1
                continue
            start, stop = self._payload(at, end, first)
            if first >= LIST:
                if depth == DEEPEST:
                    raise self._malformed(f"lists nested deeper than {DEEPEST}")
                found.append(self.items(start, stop, depth + 1))
            else:
                if stop == start + 1 and data[start] < STRING:
                    raise self._malformed("it is not the canonical encoding")
                found.append(data[start:stop])
            at = stop
        self._left -= len(found)
        return found

    def _payload(self, at: int, end: int, first: int) -> tuple[int, int]:
        """Where the payload of the item at a position starts and ends."""
        length = first - (LIST if first >= LIST else STRING)
        start = at + 1
        if length > SHORT:
            start += length - SHORT
            width = self._data[at + 1 : start]
            length = int.from_bytes(width, "big")
            if width[:1] == b"\0" or length <= SHORT:
                raise self._malformed("it is not the canonical encoding")
        if start + length > end:
            raise self._malformed("it ends before its length says")
        return start, start + length

    def _malformed(self, reason: str) -> RlpMalformed:
        return RlpMalformed(what=self._what, reason=reason)


def _prefix(length: int, kind: int) -> bytes:
    if length <= SHORT:
        return bytes((kind + length,))
    width = integer_bytes(length)
    return bytes((kind + SHORT + len(width),)) + width
