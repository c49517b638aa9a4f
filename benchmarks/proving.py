"""Proving time of each circuit, beside snarkjs on the same circuit and witness."""

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import medians
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable
from zk_circuits.make_proofs import statements
from zk_circuits.provers import groth16py_client, snarkjs_client
from zk_circuits.statements import Statement

AIM = 0.3
ROUNDS = 3
CIRCUITS = 6
STEPS = CIRCUITS


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Both provers begin with the inputs and compute the witness with the same program."""
    found = []
    for statement in statements():
        found.extend(_of_circuit(statement))
        stage.step()
    return found


def _of_circuit(statement: Statement) -> list[BenchmarkResult]:
    names = (f"prove {statement.circuit}", f"prove {statement.circuit}, prover started anew")
    try:
        times = _times(statement)
    except ProverUnavailable as missing:
        reason = str(missing)
        return [
            BenchmarkResult(name, None, MeasureUnit.SECONDS, aim=AIM, reason=reason)
            for name in names
        ]
    snarkjs = Reference("snarkjs", times["snarkjs"])
    kept, anew = (times[how] for how in ("kept", "anew"))
    return [
        BenchmarkResult(name, seconds, MeasureUnit.SECONDS, snarkjs, AIM)
        for name, seconds in zip(names, (kept, anew), strict=True)
    ]


def _times(statement: Statement) -> dict[str, float]:
    """snarkjs is a program that is started for each proof; groth16py's worker stays, with the
    key in memory, as long as the program that uses it.
    """
    artifacts = ZkArtifacts.of_checkout()
    given = (statement.circuit, statement.circuit_inputs(), statement.public_signals(), artifacts)

    def anew() -> None:
        groth16py_client.shared_worker().close()
        groth16py_client.prove(*given)

    anew()  # the first run also reads files and starts the witness program
    contenders = {
        "kept": lambda: groth16py_client.prove(*given),
        "snarkjs": lambda: snarkjs_client.prove(*given),
        "anew": anew,
    }
    return medians(contenders, ROUNDS)
