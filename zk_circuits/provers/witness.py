"""Witnesses, computed by circom's own programs under node."""

import atexit
import base64
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.provers.line_program import LineProgram
from zk_circuits.statements import Inputs

NAME: Final = "witness program"


def is_available(circuit: str, artifacts: ZkArtifacts) -> bool:
    """Whether node and the circuit's witness program are there."""
    return shutil.which("node") is not None and artifacts.witness_program(circuit).is_file()


def compute(circuit: str, inputs: Inputs, artifacts: ZkArtifacts) -> bytes:
    """The witness as a `.wtns` file holds it.

    Raises WitnessRefused when the inputs break an assertion or do not fit the circuit, and
    ProverUnavailable. A witness holds every secret of the statement.
    """
    if not is_available(circuit, artifacts):
        missing = f"node or {artifacts.witness_program(circuit)} is missing"
        raise ProverUnavailable(prover=NAME, reason=missing)
    folder = artifacts.witness_program(circuit).parent
    request = {"program": str(folder), "circuit": circuit, "inputs": decimal_strings(inputs)}
    answer = _program().request(request)
    if answer.get("error") == "refused":
        rule = "the witness program refuses the inputs"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=answer["message"])
    if "error" in answer:
        raise ProverUnavailable(prover=NAME, reason=answer["message"])
    return base64.b64decode(answer["witness"])


def decimal_strings(value: Any) -> Any:
    """Integers, at any depth, as decimal strings: JSON readers lose large numbers."""
    if isinstance(value, dict):
        return {name: decimal_strings(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [decimal_strings(part) for part in value]
    return str(int(value))


@cache
def _program() -> LineProgram:
    """The one of this process, ended with it."""
    script = Path(__file__).with_name("witness_program.cjs")
    program = LineProgram(NAME, ["node", str(script)])
    atexit.register(program.close)
    return program
