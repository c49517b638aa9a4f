"""A gateway at half of what it can do: `python -m benchmarks.half_capacity` for ten minutes, one
minute as a part of `make bench`.

First members ask as fast as they are answered, which is its capacity on this machine at this time,
they themselves included; then half as many requests a second come evenly. Who asks is signed in,
and the gateway writes it down. Both share the machine.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.paced_requests import Answers, Question, as_fast_as_answered, at_rate
from benchmarks.stage import BenchmarkStage
from benchmarks.table import table
from tests.support.synthetic_index import holder, ident

LOTS: Final = 4_999
SECONDS, TEN_MINUTES = 60, 600
WARM_UP: Final = 10
"""Seconds as fast as it answers, before and while its capacity is found."""

STEPS: Final = SECONDS
SLOWEST_AIM: Final = 5.0
"""99 of 100 answers come within five times the median."""

ANSWERED_AIM: Final = 1.0
MEMORY_AIM: Final = 1.1
"""Flat: what is left is what caches and the allocator take."""

EACH: Final = "gateway, a request at full load"
SLOWEST: Final = "at half of it, 99 of 100 within"
ANSWERED: Final = "at half of it, requests"
MEMORY: Final = "its memory at the end"

FEWEST: Final = 100
"""Answers, below which nothing can be said."""

END_SECONDS: Final = 60
QUESTIONS: Final = 1_000
SHARES: Final = (
    (60, "/lots/{lot}"),
    (10, "/products/{product}"),
    (10, "/lots?account={account}&limit=20"),
    (10, "/certificates?site={site}"),
    (10, "/changes?after={block}&limit=20"),
)
"""Of 100 requests: what the explorer and followers ask; graphs have rations of their own."""


@dataclass(frozen=True, slots=True)
class Served:
    """A gateway's process, and who may ask it."""

    url: str
    tokens: list[str]
    process: int

    @property
    def resident(self) -> int:
        """Bytes of it in memory now (Linux)."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """For a minute."""
    return _measure(SECONDS, stage.step)


def _measure(seconds: int, step: Callable[[], None]) -> list[BenchmarkResult]:
    with _served() as gateway:
        questions = _questions(gateway.tokens)
        as_fast_as_answered(gateway.url, questions, WARM_UP)
        full = as_fast_as_answered(gateway.url, questions, WARM_UP)
        if len(full.times) < FEWEST:
            return _unmeasured()
        before = gateway.resident
        half = at_rate(gateway.url, questions, len(full.times) / WARM_UP / 2, seconds, step)
        after = gateway.resident
    if len(half.times) < FEWEST:
        return _unmeasured()
    return _results(full, half, before, after)


def _unmeasured() -> list[BenchmarkResult]:
    """On a machine that does something else."""
    reason = f"fewer than {FEWEST} requests were answered"
    return [
        BenchmarkResult(EACH, None, MeasureUnit.SECONDS, reason=reason),
        BenchmarkResult(SLOWEST, None, MeasureUnit.SECONDS, aim=SLOWEST_AIM, reason=reason),
        BenchmarkResult(ANSWERED, None, MeasureUnit.REQUESTS, aim=ANSWERED_AIM, reason=reason),
        BenchmarkResult(MEMORY, None, MeasureUnit.BYTES, aim=MEMORY_AIM, reason=reason),
    ]


def _results(full: Answers, half: Answers, before: int, after: int) -> list[BenchmarkResult]:
    """before, after: bytes in memory, once it was warm and at the end."""
    each, slowest = WARM_UP / len(full.times), half.slowest_of_a_hundred
    usual = Reference("the median", half.median)
    answered = Reference("answered", len(half.times))
    warm = Reference("once it was warm", before)
    return [
        BenchmarkResult(EACH, each, MeasureUnit.SECONDS),
        BenchmarkResult(SLOWEST, slowest, MeasureUnit.SECONDS, usual, SLOWEST_AIM),
        BenchmarkResult(ANSWERED, half.asked, MeasureUnit.REQUESTS, answered, ANSWERED_AIM),
        BenchmarkResult(MEMORY, after, MeasureUnit.BYTES, warm, MEMORY_AIM),
    ]


def _questions(tokens: list[str]) -> list[Question]:
    """The same in each run."""
    random = Random(13)
    found = []
    for number in range(QUESTIONS):
        [path] = random.choices([path for _, path in SHARES], [share for share, _ in SHARES])
        named = {
            "lot": ident("lot", random.randrange(LOTS)),
            "product": ident("car", random.randrange(LOTS)),
            "account": holder(random.randrange(1, LOTS)),
            "site": ident("site", random.randrange(200)),
            "block": random.randrange(LOTS),
        }
        found.append(Question(path.format(**named), tokens[number % len(tokens)]))
    return found


@contextmanager
def _served() -> Iterator[Served]:
    with TemporaryDirectory(prefix="lodetrace-bench-") as folder:
        words = [sys.executable, "-m", "benchmarks.served_index", folder, str(LOTS)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(words, text=True, **pipes) as process:  # type: ignore[call-overload]
            told = json.loads(process.stdout.readline())
            try:
                yield Served(told["url"], told["tokens"], process.pid)
            finally:
                process.stdin.close()
                try:
                    process.wait(END_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()


def main() -> int:
    """For ten minutes; nothing but a table."""
    Console(width=120).print(table(_measure(TEN_MINUTES, lambda: None)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
