"""Proving with the snarkjs program under node."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.proof import Proof
from zk_circuits.provers.groth16py_client import decimal_strings
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

    The inputs go through a folder that only this user reads and that is removed. Raises
    ProverUnavailable, or WitnessRefused when the witness program stops or when the
    circuit's public signals are not `public`.
    """
    node = _require(circuit, artifacts)
    with tempfile.TemporaryDirectory(prefix="lodetrace-proof-") as folder:
        given, proof, signals = (
            Path(folder) / name for name in ("input.json", "proof.json", "public.json")
        )
        given.write_text(json.dumps(decimal_strings(inputs)), "utf-8")
        keys = (artifacts.witness_program(circuit), artifacts.proving_key(circuit))
        command = (node, artifacts.snarkjs, "groth16", "fullprove", given, *keys, proof, signals)
        _run(circuit, [str(part) for part in command])
        made = Proof.parse(proof.read_text("utf-8"), signals.read_text("utf-8"))
    if made.public != public:
        rule = "the circuit computes other public signals"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=f"{made.public}, not {public}")
    return made


def _require(circuit: str, artifacts: ZkArtifacts) -> str:
    node = shutil.which("node")
    if node is None:
        raise ProverUnavailable(prover=NAME, reason="node is not on the path")
    needed = (
        artifacts.snarkjs,
        artifacts.witness_program(circuit),
        artifacts.proving_key(circuit),
    )
    for path in needed:
        if not path.is_file():
            raise ProverUnavailable(prover=NAME, reason=f"{path} is missing")
    return node


def _run(circuit: str, command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as broken:
        raise ProverUnavailable(prover=NAME, reason=str(broken)) from broken
    if done.returncode == 0:
        return
    said = (done.stdout + done.stderr).strip()[-1000:]
    if any(stop in said for stop in _WITNESS_STOPS):
        rule = "the witness program refuses the inputs"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=said)
    raise ProverUnavailable(prover=NAME, reason=said)
