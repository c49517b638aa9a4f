"""Middle and spread of a few numbers that single outliers do not move; whole numbers throughout.

P. J. Rousseeuw and C. Croux, Alternatives to the median absolute deviation, Journal of the American
Statistical Association 88 (1993).
"""

from collections.abc import Sequence
from typing import Final

_TO_DEVIATION: Final = (14_826, 10_000)
"""A median absolute deviation times this is the standard deviation of normal values."""


def twice_median(values: Sequence[int]) -> int:
    """Twice the median, which is whole; values: at least one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] + ordered[(len(ordered) - 1) // 2]


def deviation(values: Sequence[int]) -> int:
    """The standard deviation, by the median absolute deviation; rounded down."""
    middle = twice_median(values)
    spread = twice_median([abs(2 * one - middle) for one in values])  # four times the deviation
    above, below = _TO_DEVIATION
    return spread * above // (4 * below)


def is_outlier(value: int, others: Sequence[int], deviations: int, least: int) -> bool:
    """Whether a value lies further from the median of others than so many of their deviations.

    least: what never counts as an outlier, in the values' unit.
    """
    middle = twice_median(others)
    away = abs(2 * value - middle)
    spread = twice_median([abs(2 * one - middle) for one in others])  # four times the deviation
    above, below = _TO_DEVIATION
    return away > 2 * least and 2 * away * below > deviations * spread * above
