"""Round numbers along a price axis, in whole fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from oracle.prices.record import PriceRecord


@dataclass(frozen=True, slots=True)
class Scale:
    """From `bottom` to `top` in steps, fen per mt."""

    bottom: int
    top: int
    step: int

    @classmethod
    def of(cls, records: Sequence[PriceRecord], steps: int) -> Self:
        """The smallest round scale of at most so many steps that holds all ranges."""
        low = min(one.low for one in records)
        high = max(one.high for one in records)
        step = next(one for one in _round_numbers() if _steps(low, high, one) <= steps)
        return cls(low // step * step, -(-(high + 1) // step) * step, step)

    @property
    def ticks(self) -> range:
        """Lowest first."""
        return range(self.bottom, self.top + 1, self.step)

    def part(self, fen: int, length: int) -> int:
        """How far a price lies above the bottom, when the whole scale is `length` long."""
        return (fen - self.bottom) * length // (self.top - self.bottom)


def _steps(low: int, high: int, step: int) -> int:
    return -(-(high + 1) // step) - low // step


def _round_numbers() -> "list[int]":
    return [digit * 10**power for power in range(20) for digit in (1, 2, 5)]
