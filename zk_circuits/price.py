"""Commitments of a price range and of a settlement price (SPEC section 12).

Prices are fen (0.01 CNY) per metric ton including VAT. The two commitments have different
widths, so that neither opens as the other.
"""

from dataclasses import dataclass, field

from zk_circuits.balance import amount
from zk_circuits.commitment import poseidon, salt_word
from zk_circuits.errors import OpeningMismatch, RangeInvalid
from zk_circuits.tags import PriceTag


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A range, both ends included; raises AmountOutOfRange or RangeInvalid."""

    low: int
    high: int

    def __post_init__(self) -> None:
        amount("low", self.low)
        amount("high", self.high)
        if not 1 <= self.low <= self.high:
            raise RangeInvalid(low=self.low, high=self.high)

    def holds(self, price: int) -> bool:
        """Whether the price lies inside."""
        return self.low <= price <= self.high


@dataclass(frozen=True, slots=True)
class RangeOpening:
    """What opens a committed range. The salt is a secret and left out of repr."""

    tag: PriceTag
    range: PriceRange
    salt: int = field(repr=False)
    commitment: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = [self.tag.word, self.range.low, self.range.high, salt_word(self.salt)]
        object.__setattr__(self, "commitment", poseidon(words))

    def check(self, commitment: int) -> None:
        """Raises OpeningMismatch unless this opens `commitment`."""
        _require_same(self.commitment, commitment)


@dataclass(frozen=True, slots=True)
class PriceOpening:
    """What opens a committed settlement price. The salt is a secret and left out of repr."""

    tag: PriceTag
    price: int
    salt: int = field(repr=False)
    commitment: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = [self.tag.word, amount("price", self.price), salt_word(self.salt)]
        object.__setattr__(self, "commitment", poseidon(words))

    def check(self, commitment: int) -> None:
        """Raises OpeningMismatch unless this opens `commitment`."""
        _require_same(self.commitment, commitment)


def _require_same(actual: int, expected: int) -> None:
    if actual != expected:
        raise OpeningMismatch(actual=actual, expected=expected)
