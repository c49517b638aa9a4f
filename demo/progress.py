"""What the demo is doing: a line a stage, and of steps two bars on a terminal or a line each."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class StepProgress(Protocol):
    """Told of the steps of a story while they are played."""

    def begin(self, step: str, act: str) -> None:
        """A step begins; act: what its parts are parts of."""

    def part(self, done: int, total: int) -> None:
        """Parts of a long step."""

    def end(self) -> None:
        """The step has ended."""


class DemoProgress:
    """Says with each line how many seconds the demo has taken so far.

    rich flushes what it prints: nothing stays behind in a pipe.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.monotonic()

    def stage(self, what: str) -> None:
        """One line: what takes the next seconds."""
        seconds = int(time.monotonic() - self._began)
        self.console.print(f"{seconds:5} s  {what}", highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def steps(self, total: int) -> Iterator[StepProgress]:
        """For the block in which `total` steps are played."""
        if not self.console.file.isatty():
            yield _Lines(self, total)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.console) as progress:
            yield _Bars(progress, total)


class _Lines:
    def __init__(self, progress: DemoProgress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._number = 0

    def begin(self, step: str, act: str) -> None:
        self._number += 1
        self._progress.stage(f"{self._number}/{self._total}  {step}  ({act})")

    def part(self, done: int, total: int) -> None:
        return  # a step takes seconds

    def end(self) -> None:
        return  # the next line says so


class _Bars:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._whole = progress.add_task("", total=total)
        self._part = progress.add_task("", total=1, visible=False)

    def begin(self, step: str, act: str) -> None:
        self._progress.update(self._whole, description=f"{step:40.40}")
        self._progress.update(self._part, description=f"            {act:28.28}", visible=False)

    def part(self, done: int, total: int) -> None:
        self._progress.update(self._part, completed=done, total=total, visible=total > 1)

    def end(self) -> None:
        self._progress.advance(self._whole)
