"""docs/benchmarks.md names the circuits and the gas of today."""

import json
from pathlib import Path

from benchmarks.scaling import GAS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")


def test_sizes_of_circuits_are_those_compiled() -> None:
    sizes = json.loads((ROOT / "zk_circuits" / "constraints.json").read_text("utf-8"))
    rows = [f"| {name} | {one['constraints']:,} | {one['public']} |" for name, one in sizes.items()]
    assert "\n".join(rows) in PAGE


def test_gas_beside_the_older_run_is_that_of_the_snapshot() -> None:
    named = ("offer", "accept", "offer 100 at once", "accept 100 at once", "birth", "process 4x4")
    assert [name for name in (*named, "record a claim") if f"{GAS[name]:,}" not in PAGE] == []
