"""Sealed openings of ranges and settlement prices: fixed length, strict, checked."""

import pytest

from lodetrace.keys.sealed_opening import (
    OpeningMalformed,
    OpeningOfAnother,
    boxed,
    encode_slots,
    seal_opening,
)
from lodetrace.keys.sealed_price import open_price, open_range, seal_price, seal_range
from lodetrace.keys.viewing import BoxUnreadable, ViewingKey
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.tags import PriceTag, Tag

KEY = ViewingKey(b"\1" * 32)
OTHER = ViewingKey(b"\2" * 32)
TAG = PriceTag(27)
RANGE = RangeOpening(TAG, PriceRange(7_850_000, 2**64 - 1), 2**248 - 1)
PRICE = PriceOpening(TAG, 8_000_000, 5)
KEYS = (OTHER, KEY)


def word(opening: RangeOpening | PriceOpening | Opening) -> bytes:
    return opening.commitment.to_bytes(32, "big")


def test_openings_come_back() -> None:
    assert open_range(seal_range(RANGE, KEY.public), KEYS, word(RANGE), 27) == RANGE
    assert open_price(seal_price(PRICE, KEY.public), KEYS, word(PRICE), 27) == PRICE


def test_all_boxes_have_one_length() -> None:
    lot = Opening(Tag(27), Balance(1, 0, 0), 3)
    boxes = [seal_range(RANGE, KEY.public), seal_price(PRICE, KEY.public)]
    boxes.append(seal_opening(lot, KEY.public))
    assert {len(box) for box in boxes} == {177}


def test_only_the_subscriber_opens() -> None:
    with pytest.raises(BoxUnreadable):
        open_range(seal_range(RANGE, KEY.public), [OTHER], word(RANGE), 27)


def test_another_commitment_is_noticed() -> None:
    swapped = RangeOpening(TAG, PriceRange(1, 2), 7)
    with pytest.raises(OpeningOfAnother):
        open_range(seal_range(swapped, KEY.public), KEYS, word(RANGE), 27)
    with pytest.raises(OpeningOfAnother):
        open_price(seal_price(PriceOpening(TAG, 9, 5), KEY.public), KEYS, word(PRICE), 27)


def test_neither_reads_as_the_other_nor_as_a_lot() -> None:
    with pytest.raises(OpeningMalformed):
        open_price(seal_range(RANGE, KEY.public), KEYS, word(RANGE), 27)
    with pytest.raises(OpeningMalformed):
        open_range(seal_price(PRICE, KEY.public), KEYS, word(PRICE), 27)
    lot = Opening(Tag(27), Balance(1, 0, 0), 3)
    with pytest.raises(OpeningMalformed):
        open_range(seal_opening(lot, KEY.public), KEYS, word(lot), 27)


def test_price_of_another_metal_is_refused() -> None:
    with pytest.raises(OpeningMalformed):
        open_range(seal_range(RANGE, KEY.public), KEYS, word(RANGE), 28)


@pytest.mark.parametrize("slots", [(5, 4), (0, 4), (1, 2, 3), (1, 2, 0, 0, 0, 0, 0, 0, 9)])
def test_numbers_that_are_no_range_are_refused(slots: tuple[int, ...]) -> None:
    box = boxed(encode_slots(TAG.word, slots, 1), KEY.public)
    with pytest.raises(OpeningMalformed):
        open_range(box, KEYS, word(RANGE), 27)
