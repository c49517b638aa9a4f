"""RLP, read strictly: bounded, and only the one canonical encoding of a value.

Written out here, in one pass, because evidence is mostly RLP: each byte is looked at once, and
what is not canonical is refused where it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lodetrace.chain.errors import RlpMalformed

Item: TypeAlias = "bytes | list[Item]"
"""A string, or a list of items."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an item may have. bytes: in all; items: strings and lists in all, so that memory is
    bounded where every item is one byte; depth: lists in lists."""

    bytes: int = 1 << 20
    items: int = 1 << 22
    depth: int = 16


USUAL: Final = Limits()
"""More than any header or receipt of a block of 60 million gas."""

SHORT: Final = 55
"""Bytes of the longest payload whose length stands in its first byte."""

STRING: Final = 0x80
LIST: Final = 0xC0


def decode(data: bytes, what: str, limits: Limits = USUAL) -> Item:
    """The one item that the bytes are; raises RlpMalformed."""
    if len(data) > limits.bytes:
        reason = f"{len(data)} bytes, at most {limits.bytes}"
        raise RlpMalformed(what=what, reason=reason, actual=len(data), most=limits.bytes)
    reading = _Reading(data, what, limits)
    items = reading.items(0, len(data), 0)
    if len(items) != 1:
        raise RlpMalformed(what=what, reason=f"{len(items)} items instead of one")
    return items[0]


def decode_list(data: bytes, what: str, limits: Limits = USUAL) -> list[Item]:
    """As decode, where a list is expected."""
    found = decode(data, what, limits)
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

    def __init__(self, data: bytes, what: str, limits: Limits) -> None:
        self._data = data
        self._what = what
        self._limits = limits
        self._left = limits.items

    def items(self, at: int, end: int, depth: int) -> list[Item]:
        """All items between two positions, in lists nested so deep."""
        data, most = self._data, self._left
        found: list[Item] = []
        while at < end:
            if len(found) == most:
                reason = f"more than {self._limits.items} items"
                raise self._malformed(reason, most=self._limits.items)
            first = data[at]
            if first < STRING:
                found.append(data[at : at + 1])
                at += 1
                continue
            start, stop = self._payload(at, end, first)
            if first >= LIST:
                # what has come so far counts inside the list as well
                self._left = most - len(found) - 1
                found.append(self._nested(start, stop, depth))
                most = self._left + len(found)
            else:
                if stop == start + 1 and data[start] < STRING:
                    raise self._malformed("it is not the canonical encoding")
                found.append(data[start:stop])
            at = stop
        self._left = most - len(found)
        return found

    def _nested(self, start: int, stop: int, depth: int) -> list[Item]:
        if depth == self._limits.depth:
            reason = f"lists nested deeper than {depth}"
            raise self._malformed(reason, most=depth)
        return self.items(start, stop, depth + 1)

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

    def _malformed(self, reason: str, **values: object) -> RlpMalformed:
        return RlpMalformed(what=self._what, reason=reason, **values)


def _prefix(length: int, kind: int) -> bytes:
    if length <= SHORT:
        return bytes((kind + length,))
    width = integer_bytes(length)
    return bytes((kind + SHORT + len(width),)) + width
