"""Trees of runs: how many lots are merged, or one is split, four at a time."""

from zk_circuits.errors import ArityRefused
from zk_circuits.run_circuits import MOST_LOTS

Group = tuple[int, ...]
"""Positions in the row below that one run merges; a single one is taken over as it is."""

Level = tuple[Group, ...]


def plan_tree(n_inputs: int, fan_in: int = MOST_LOTS) -> tuple[Level, ...]:
    """Levels of runs that merge `n_inputs` lots into one, by the fewest runs.

    A number in the first level is the position of an input, in a later level that of a
    group of the level before. Read from the last level to the first, the same plan splits
    one lot into `n_inputs`. One lot needs no level. Raises ArityRefused.
    """
    if n_inputs < 1:
        raise ArityRefused(name="lots of a tree", count=n_inputs, limit="any number")
    if not 2 <= fan_in <= 4:
        raise ArityRefused(name="lots a run", count=fan_in, limit="4, at least 2")
    levels: list[Level] = []
    while n_inputs > 1:
        level = _level(n_inputs, fan_in)
        levels.append(level)
        n_inputs = len(level)
    return tuple(levels)


def _level(count: int, fan_in: int) -> Level:
    full, rest = divmod(count, fan_in)
    groups = [tuple(range(at * fan_in, (at + 1) * fan_in)) for at in range(full)]
    left = tuple(range(full * fan_in, count))
    if rest > 1 and 1 + full + _fewest(full + 1, fan_in) == _fewest(count, fan_in):
        return (*groups, left)
    return (*groups, *((position,) for position in left))


def _fewest(count: int, fan_in: int) -> int:
    """Runs that merge `count` lots: each takes fan_in - 1 off their number."""
    return -(-(count - 1) // (fan_in - 1))
