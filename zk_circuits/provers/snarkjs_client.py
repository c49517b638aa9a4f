"""Proving with the snarkjs program under node."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.proof import Proof
from zk_circuits.provers import witness
from zk_circuits.statements import Inputs

NAME: Final = "snarkjs"
TIMEOUT_SECONDS: Final = 300
_WITNESS_STOPS: Final = (
    "Assert Failed",
    "Not enough values",
    "Too many values",
    "Signal not found",
)


def prove(circuit: str, inputs: Inputs, public: tuple[int, ...], artifacts: ZkArtifacts) -> Proof:
    """A proof that nobody has verified yet.

    The witness goes through a folder that only this user reads and that is removed. Raises
    ProverUnavailable, or WitnessRefused when the inputs break an assertion or when the
    circuit's public signals are not `public`.
    """
    node = _require(circuit, artifacts)
    made = witness.compute(circuit, inputs, artifacts)
    with tempfile.TemporaryDirectory(prefix="lodetrace-proof-") as folder:
        given, proof, signals = (
            Path(folder) / name for name in ("witness.wtns", "proof.json", "public.json")
        )
        given.write_bytes(made)
        files = (artifacts.proving_key(circuit), given, proof, signals)
        _run([node, str(artifacts.snarkjs), "groth16", "prove", *map(str, files)])
        result = Proof.parse(proof.read_text("utf-8"), signals.read_text("utf-8"))
    if result.public != public:
        rule = "the circuit computes other public signals"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=f"{result.public}, not {public}")
    return result


def _require(circuit: str, artifacts: ZkArtifacts) -> str:
    node = shutil.which("node")
    if node is None:
        raise ProverUnavailable(prover=NAME, reason="node is not on the path")
    for path in (artifacts.snarkjs, artifacts.proving_key(circuit)):
        if not path.is_file():
            raise ProverUnavailable(prover=NAME, reason=f"{path} is missing")
    return node


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as broken:
        raise ProverUnavailable(prover=NAME, reason=str(broken)) from broken
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-1000:]
        raise ProverUnavailable(prover=NAME, reason=said)
