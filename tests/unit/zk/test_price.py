"""Commitments of ranges and settlement prices (SPEC section 12)."""

import pytest

from zk_circuits.commitment import poseidon
from zk_circuits.errors import AmountOutOfRange, OpeningMismatch, RangeInvalid, SaltOutOfRange
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.tags import PriceTag

from .vector_files import named

TAG = PriceTag(27)


@pytest.mark.parametrize("vector", named("prices.json"))
def test_vector(vector):
    tag, salt = PriceTag.parse(int(vector["tag"])), int(vector["salt"])
    if "price" in vector:
        opening = PriceOpening(tag, int(vector["price"]), salt)
    else:
        opening = RangeOpening(tag, PriceRange(int(vector["low"]), int(vector["high"])), salt)
    assert opening.commitment == int(vector["commitment"])


def test_every_part_counts():
    openings = [
        RangeOpening(TAG, PriceRange(3, 5), 7),
        RangeOpening(PriceTag(28), PriceRange(3, 5), 7),
        RangeOpening(TAG, PriceRange(2, 5), 7),
        RangeOpening(TAG, PriceRange(3, 6), 7),
        RangeOpening(TAG, PriceRange(3, 5), 8),
        PriceOpening(TAG, 3, 7),
        PriceOpening(TAG, 3, 8),
        PriceOpening(TAG, 4, 7),
    ]
    assert len({opening.commitment for opening in openings}) == len(openings)
    assert openings[0].commitment == poseidon([TAG.word, 3, 5, 7])
    assert openings[5].commitment == poseidon([TAG.word, 3, 7])
    assert TAG.word & 0xFF == 4


@pytest.mark.parametrize(
    "opening", [RangeOpening(TAG, PriceRange(3, 5), 7), PriceOpening(TAG, 3, 7)]
)
def test_opening_checks_and_hides_its_salt(opening):
    opening.check(opening.commitment)
    with pytest.raises(OpeningMismatch):
        opening.check(opening.commitment + 1)
    assert "salt" not in repr(opening)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 5), (6, 5)])
def test_range_that_is_none_is_refused(low, high):
    with pytest.raises(RangeInvalid):
        PriceRange(low, high)


@pytest.mark.parametrize(("low", "high"), [(-1, 5), (1, 2**64)])
def test_ends_have_64_bits(low, high):
    with pytest.raises(AmountOutOfRange):
        PriceRange(low, high)


@pytest.mark.parametrize("price", [-1, 2**64])
def test_price_has_64_bits(price):
    with pytest.raises(AmountOutOfRange):
        PriceOpening(TAG, price, 1)


def test_salt_has_248_bits():
    with pytest.raises(SaltOutOfRange):
        RangeOpening(TAG, PriceRange(1, 1), 2**248)
    with pytest.raises(SaltOutOfRange):
        PriceOpening(TAG, 1, 2**248)


@pytest.mark.parametrize(("price", "inside"), [(2, False), (3, True), (5, True), (6, False)])
def test_both_ends_belong_to_the_range(price, inside):
    assert PriceRange(3, 5).holds(price) is inside
