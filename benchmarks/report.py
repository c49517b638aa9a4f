"""build/bench.json: the measurements for programs."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measurement import BenchmarkResult

PATH = Path(__file__).resolve().parents[1] / "build" / "bench.json"


def text(measurements: Sequence[BenchmarkResult]) -> str:
    """A JSON list, one object a measurement."""
    found = [measurement.to_json() for measurement in measurements]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def write(measurements: Sequence[BenchmarkResult]) -> None:
    """Replaces the last report."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(text(measurements), "utf-8")
