"""Which block all witnesses sign at a time, so that their words come together on one.

The head of a time on the grid is the first block of the minute that begins there; where that minute
has none, the last block before it. It follows from the chain alone: whoever comes late finds the
same one. A bundle that ends there betrays nobody who asked for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lodetrace.audit.heads import AHEAD, GRID

TimeOf = Callable[[int], int]
"""The time of a block, by its number; it never falls."""


@dataclass(frozen=True, slots=True)
class OnGrid:
    """number: of the head, once it is certain; certain_at: when it is, where no block comes."""

    number: int
    certain_at: int

    def is_certain(self, now: int) -> bool:
        """Whether it can be signed now."""
        return now >= self.certain_at


def grid_time(now: int) -> int:
    """The last time on the grid."""
    return now - now % GRID


def head_on_grid(now: int, lowest: int, newest: int, time_of: TimeOf) -> OnGrid:
    """The head of the last time on the grid. lowest: the last one signed; newest: of the node."""
    start = grid_time(now)
    first = _first_from(start, lowest, newest, time_of)
    if first is not None and (first == lowest or time_of(first) < start + AHEAD):
        return OnGrid(first, start)
    last = newest if first is None else first - 1
    return OnGrid(last, start + AHEAD if first is None else start)


def _first_from(start: int, lowest: int, newest: int, time_of: TimeOf) -> int | None:
    """The first block from a time on, by halving; None where there is none."""
    if time_of(newest) < start:
        return None
    low, high = lowest, newest
    while low < high:
        middle = (low + high) // 2
        if time_of(middle) < start:
            low = middle + 1
        else:
            high = middle
    return low
