"""Times of contenders that take turns, so that a busy machine slows all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

Contender = Callable[[], object]


def medians(contenders: Mapping[str, Contender], rounds: int) -> dict[str, float]:
    """Median seconds of each; every round runs each contender once, in turn."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            times[name].append(_seconds(contender))
    return {name: median(found) for name, found in times.items()}


def _seconds(contender: Contender) -> float:
    start = time.perf_counter()
    contender()
    return time.perf_counter() - start
