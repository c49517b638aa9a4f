"""Runs lanes side by side, each as soon as what it needs is free."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from scripts.lanes.lane import Lane, LaneResult, RunningLane

LOOK_SECONDS: Final = 0.2
SIGN_OF_LIFE_SECONDS: Final = 60


def run_side_by_side(
    lanes: Sequence[Lane], at_once: int, folder: Path, console: Console
) -> list[LaneResult]:
    """The results in the order of their ends; what still runs at an error ends with it."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting, running, results = list(lanes), list[RunningLane](), list[LaneResult]()
    spoke = time.monotonic()
    try:
        while waiting or running:
            for lane in _startable(waiting, running, at_once):
                waiting.remove(lane)
                running.append(RunningLane(lane, folder))
                _say(console, f"{lane.name} begins, in {folder / lane.name}.log")
            for one in list(running):
                if (result := one.result()) is not None:
                    running.remove(one)
                    results.append(result)
                    _say(console, _ended(result))
            if time.monotonic() - spoke > SIGN_OF_LIFE_SECONDS:
                spoke = time.monotonic()
                _say(
                    console, ", ".join(f"{one.lane.name} runs, {one.seconds} s" for one in running)
                )
            time.sleep(LOOK_SECONDS)
    finally:
        for one in running:
            one.end()
    return results


def _startable(
    waiting: Sequence[Lane], running: Sequence[RunningLane], at_once: int
) -> Iterator[Lane]:
    """In their order; at the most as many as have room."""
    taken = {one.lane.needs for one in running} - {""}
    room = at_once - len(running)
    for lane in list(waiting):
        if room > 0 and lane.needs not in taken:
            room -= 1
            taken |= {lane.needs} - {""}
            yield lane


def _ended(result: LaneResult) -> str:
    how = "did not end in time" if result.code is None else f"ended with {result.code}"
    return f"{result.lane.name} {how} after {result.seconds} s"


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
