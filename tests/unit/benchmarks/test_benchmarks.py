"""What the benchmarks say of what they measured."""

import json

import pytest
from rich.console import Console

from benchmarks.measurement import AimVerdict, BenchmarkResult, MeasureUnit, Reference
from benchmarks.plain_check import plain_check
from benchmarks.registry import BENCHMARKS
from benchmarks.report import text
from benchmarks.stopwatch import medians
from benchmarks.table import row, summary, table
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.make_proofs import PATH, proof_of

PEER = Reference("peer", 100_000)
MET = BenchmarkResult("met", 65_000, MeasureUnit.GAS, PEER, aim=0.65)
MISSED = BenchmarkResult("missed by a hair", 65_001, MeasureUnit.GAS, PEER, aim=0.65)
FOR_INFORMATION = BenchmarkResult("told", 1.5, MeasureUnit.SECONDS)
UNMEASURED = BenchmarkResult("absent", None, MeasureUnit.SECONDS, aim=0.3, reason="no prover")
ALL = [MET, MISSED, FOR_INFORMATION, UNMEASURED]


def test_every_object_of_the_report_has_the_same_shape() -> None:
    found = json.loads(text(ALL))
    keys = ["name", "value", "unit", "reference", "ratio", "aim", "met"]
    assert [list(entry) for entry in found] == [keys] * len(ALL)
    assert found[0] == {
        "name": "met",
        "value": 65_000,
        "unit": "gas",
        "reference": {"name": "peer", "value": 100_000},
        "ratio": 0.65,
        "aim": 0.65,
        "met": True,
    }


@pytest.mark.parametrize(
    ("measurement", "met", "verdict"),
    [
        (MET, True, AimVerdict.MET),
        (MISSED, False, AimVerdict.MISSED),
        (FOR_INFORMATION, None, AimVerdict.NO_AIM),
        (UNMEASURED, False, AimVerdict.MISSED),
    ],
)
def test_verdicts(measurement: BenchmarkResult, met: bool | None, verdict: AimVerdict) -> None:
    assert (measurement.met, measurement.verdict) == (met, verdict)
    assert json.loads(text([measurement]))[0]["met"] is met


def test_a_missed_aim_is_shown_as_missed() -> None:
    """Also where the rounded ratio looks as if it were met."""
    console = Console(width=120, record=True, quiet=True)
    console.print(table(ALL))
    assert row(MISSED)[2:5] == ("0.650", "≤ 0.65", "missed")
    assert summary(ALL) == "1 of 3 aims met; missed: missed by a hair, absent"
    assert summary([MET]) == "1 of 1 aims met"


def test_what_was_not_measured_says_why() -> None:
    assert row(UNMEASURED) == ("absent", "not measured", "", "≤ 0.3", "missed", "no prover")


def test_contenders_take_turns() -> None:
    order: list[str] = []
    contenders = {name: lambda name=name: order.append(name) for name in ("one", "other")}
    assert set(medians(contenders, 3)) == {"one", "other"}
    assert order == ["one", "other"] * 3


def test_benchmarks_have_names_of_their_own() -> None:
    assert len({benchmark.name for benchmark in BENCHMARKS}) == len(BENCHMARKS)
    assert all(benchmark.steps > 0 for benchmark in BENCHMARKS)


@pytest.mark.slow
def test_the_plain_check_judges() -> None:
    """It is the yardstick of the verifiers: true for a proof, false for another statement's."""
    vectors = json.loads(PATH.read_text("utf-8"))
    proof = next(proof_of(vector) for vector in vectors if vector["circuit"] == "origin")
    key = ZkArtifacts.of_checkout().verifying_key("origin")
    assert plain_check(key, proof)
    other = (proof.public[0] + 1, *proof.public[1:])
    assert not plain_check(key, type(proof)(proof.words, other))
