"""The measurements as a table for people."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from benchmarks.measurement import AimVerdict, BenchmarkResult, MeasureUnit, Value

STYLES = {AimVerdict.MET: "green", AimVerdict.MISSED: "bold red", AimVerdict.NO_AIM: "dim"}


def table(measurements: Sequence[BenchmarkResult]) -> Table:
    """One row a measurement."""
    found = Table(title="Benchmarks", caption=summary(measurements))
    found.add_column("what")
    for heading in ("value", "ratio", "aim"):
        found.add_column(heading, justify="right", no_wrap=True)
    found.add_column("verdict", no_wrap=True)
    found.add_column("beside")
    for measurement in measurements:
        *texts, verdict, beside = row(measurement)
        found.add_row(*texts, Text(verdict, STYLES[measurement.verdict]), beside)
    return found


def row(measurement: BenchmarkResult) -> tuple[str, str, str, str, str, str]:
    """What, value, ratio, aim, verdict, beside."""
    reference = measurement.reference
    beside = measurement.reason
    if reference is not None:
        beside = f"{reference.name}: {_amount(reference.value, measurement.unit)}"
    return (
        measurement.name,
        _amount(measurement.value, measurement.unit),
        "" if measurement.ratio is None else f"{measurement.ratio:.3f}",
        "" if measurement.aim is None else f"≤ {measurement.aim:g}",
        measurement.verdict.value,
        beside,
    )


def summary(measurements: Sequence[BenchmarkResult]) -> str:
    """How many aims are met, and the names of those that are missed."""
    aimed = [found for found in measurements if found.met is not None]
    missed = [found.name for found in aimed if not found.met]
    said = f"{len(aimed) - len(missed)} of {len(aimed)} aims met"
    return f"{said}; missed: {', '.join(missed)}" if missed else said


def _amount(value: Value | None, unit: MeasureUnit) -> str:
    if value is None:
        return "not measured"
    digits = f"{value:.3f}" if unit is MeasureUnit.SECONDS else f"{value:,}"
    return f"{digits} {unit.value}"
