"""Measures everything, prints the table, writes build/bench.json; see benchmarks/__init__.py."""

import sys
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.measurement import BenchmarkResult
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.report import PATH, write
from benchmarks.stage import BenchmarkStage, founded
from benchmarks.table import table
from lodetrace.errors import LodetraceError
from zk_circuits.errors import ZkError

WIDE = 120  # columns of a table that goes into a file


def main() -> int:
    """0 where everything could be measured, whether the aims are met or not."""
    try:
        measurements = _measure_all()
    except (LodetraceError, ZkError) as error:
        print(f"{error}\n{error.advice}", file=sys.stderr)
        return 1
    write(measurements)
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    console.print(table(measurements))
    console.print(f"written: {PATH.relative_to(PATH.parents[1])}")
    return 0


def _measure_all() -> list[BenchmarkResult]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    found: list[BenchmarkResult] = []
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        founding = progress.add_task("a consortium is founded", total=1)
        with founded() as stage:
            progress.advance(founding)
            for benchmark in BENCHMARKS:
                found.extend(_measure(benchmark, stage, progress))
    return found


def _measure(
    benchmark: Benchmark, stage: BenchmarkStage, progress: Progress
) -> list[BenchmarkResult]:
    task = progress.add_task(benchmark.name, total=benchmark.steps)
    stage.step = partial(progress.advance, task)
    return benchmark.measure(stage)


if __name__ == "__main__":
    sys.exit(main())
