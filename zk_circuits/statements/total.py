"""The statement that a total is a weighted sum of lots and totals (SPEC section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from zk_circuits.commitment import Opening
from zk_circuits.errors import ArityRefused
from zk_circuits.field import fits
from zk_circuits.statements.slots import (
    CTX_BITS,
    Inputs,
    commitments,
    count,
    of_type,
    salts,
    slots,
)
from zk_circuits.tags import TagType

TOTAL_PARTS: Final = 16
WEIGHT_BITS: Final = 32


def weight_words(weights: Sequence[int]) -> list[int]:
    """Four weights of 32 bits a word; part 4 w + i at bits 32 i of word w."""
    words = [0] * (TOTAL_PARTS // 4)
    for index, weight in enumerate(weights):
        words[index // 4] |= weight << WEIGHT_BITS * (index % 4)
    return words


@dataclass(frozen=True, slots=True)
class TotalStatement:
    """A weighted sum of up to 16 lots and totals, which consumes none of them.

    weights: 32 bits each, one for each part.
    """

    ctx: int
    parts: tuple[Opening, ...]
    weights: tuple[int, ...]
    total: Opening
    circuit: ClassVar[str] = "total"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        object.__setattr__(self, "parts", tuple(self.parts))
        object.__setattr__(self, "weights", tuple(self.weights))
        count("parts", self.parts, TOTAL_PARTS)
        if len(self.weights) != len(self.parts):
            raise ArityRefused(name="weights", count=len(self.weights), limit=len(self.parts))
        for index, weight in enumerate(self.weights):
            fits(f"weight {index}", weight, WEIGHT_BITS)
        for index, part in enumerate(self.parts):
            of_type(f"part {index}", part, TagType.LOT, TagType.TOTAL)
        of_type("total", self.total, TagType.TOTAL)

    @property
    def totals(self) -> int:
        """Bit i is set when part i is itself a total."""
        kinds = enumerate(part.tag.type for part in self.parts)
        return sum(1 << index for index, kind in kinds if kind is TagType.TOTAL)

    @property
    def tag(self) -> int:
        """The lot's tag of the sum."""
        return self.total.tag.of(TagType.LOT).word

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, total, totals, weights[4], part[16]."""
        parts = commitments(self.parts, TOTAL_PARTS)
        sums = (self.total.commitment, self.totals)
        return (self.ctx, self.tag, *sums, *weight_words(self.weights), *parts)

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        return {
            "ctx": self.ctx,
            "tag": self.tag,
            "total": self.total.commitment,
            "totals": self.totals,
            "weights": weight_words(self.weights),
            "part": commitments(self.parts, TOTAL_PARTS),
            "partSlots": slots(self.parts, TOTAL_PARTS),
            "partSalt": salts(self.parts, TOTAL_PARTS),
            "totalSalt": self.total.salt,
        }
