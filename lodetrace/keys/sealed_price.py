"""Openings of price ranges and settlement prices, at the fixed length of sealed_opening.py.

A range fills the first two slots, a price the first; the others are 0. As a range's high end is
never 0, neither reads as the other.
"""

from collections.abc import Sequence
from typing import Final

from lodetrace.keys.sealed_opening import (
    OpeningMalformed,
    OpeningOfAnother,
    boxed,
    decode_slots,
    encode_slots,
    unboxed,
)
from lodetrace.keys.viewing import BoxKey
from lodetrace.text import hex_of
from zk_circuits.errors import ZkError
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.tags import PriceTag

RANGE_SLOTS: Final = 2
PRICE_SLOTS: Final = 1


def seal_range(opening: RangeOpening, public: bytes) -> bytes:
    """The opening of a range, sealed to a viewing key."""
    ends = (opening.range.low, opening.range.high)
    return boxed(encode_slots(opening.tag.word, ends, opening.salt), public)


def seal_price(opening: PriceOpening, public: bytes) -> bytes:
    """The opening of a settlement price, sealed to a viewing key."""
    return boxed(encode_slots(opening.tag.word, (opening.price,), opening.salt), public)


def open_range(box: bytes, keys: Sequence[BoxKey], commitment: bytes, element: int) -> RangeOpening:
    """The range in a box, checked against the commitment on chain.

    Raises BoxUnreadable, OpeningMalformed or OpeningOfAnother.
    """
    tag, (low, high), salt = _slots(box, keys, element, RANGE_SLOTS)
    try:
        opening = RangeOpening(tag, PriceRange(low, high), salt)
    except ZkError as error:
        raise OpeningMalformed(reason=error) from error
    _require_same(opening.commitment, commitment)
    return opening


def open_price(box: bytes, keys: Sequence[BoxKey], commitment: bytes, element: int) -> PriceOpening:
    """The settlement price in a box; raises as open_range."""
    tag, (price,), salt = _slots(box, keys, element, PRICE_SLOTS)
    opening = PriceOpening(tag, price, salt)
    _require_same(opening.commitment, commitment)
    return opening


def _slots(
    box: bytes, keys: Sequence[BoxKey], element: int, count: int
) -> tuple[PriceTag, list[int], int]:
    word, amounts, salt = decode_slots(unboxed(box, keys))
    tag = PriceTag(element)
    if word != tag.word:
        raise OpeningMalformed(reason=f"tag {word} is not that of a price of this metal")
    if any(amounts[count:]):
        raise OpeningMalformed(reason=f"it holds more than {count} numbers")
    return tag, amounts[:count], salt


def _require_same(actual: int, expected: bytes) -> None:
    if actual.to_bytes(32, "big") != expected:
        raise OpeningOfAnother(actual=hex_of(actual.to_bytes(32, "big")), expected=hex_of(expected))
