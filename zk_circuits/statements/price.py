"""Whether a settlement price lies in a committed range (SPEC section 13)."""

from dataclasses import dataclass
from typing import ClassVar

from zk_circuits.errors import KindMismatch
from zk_circuits.field import fits
from zk_circuits.price import PriceOpening, RangeOpening
from zk_circuits.statements.slots import CTX_BITS, Inputs


@dataclass(frozen=True, slots=True)
class PriceStatement:
    """One settlement price against one range of the same element.

    inside: what is said, true or not. Raises KindMismatch for prices of two elements.
    """

    ctx: int
    range: RangeOpening
    price: PriceOpening
    inside: bool
    circuit: ClassVar[str] = "price_in_range"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        expected, actual = self.range.tag.word, self.price.tag.word
        if actual != expected:
            raise KindMismatch(name="price", actual=f"tag {actual}", expected=f"tag {expected}")

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, range, price, inside."""
        commitments = (self.range.commitment, self.price.commitment)
        return (self.ctx, self.range.tag.word, *commitments, int(self.inside))

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        ctx, tag, range_, price, inside = self.public_signals()
        return {
            "ctx": ctx,
            "tag": tag,
            "range": range_,
            "price": price,
            "inside": inside,
            "low": self.range.range.low,
            "high": self.range.range.high,
            "rangeSalt": self.range.salt,
            "paid": self.price.price,
            "priceSalt": self.price.salt,
        }
