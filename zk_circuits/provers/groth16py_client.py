"""Proving and verifying with groth16py, in a worker process."""

import atexit
import base64
import importlib.util
import json
import sys
from functools import cache
from typing import Any, Final

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.proof import Proof
from zk_circuits.provers import witness
from zk_circuits.provers.line_program import LineProgram
from zk_circuits.statements import Inputs
from zk_circuits.verifying_key import VerifyingKey

NAME: Final = "groth16py"
WORKER: Final = "zk_circuits.provers.groth16py_worker"


def is_installed() -> bool:
    """Whether groth16py is there, without importing it."""
    return importlib.util.find_spec(NAME) is not None


def prove(circuit: str, inputs: Inputs, public: tuple[int, ...], artifacts: ZkArtifacts) -> Proof:
    """A proof that nobody has verified yet: groth16py does not check the witness.

    The witness comes from circom's program under node; without node groth16py compiles the
    circuit (once) and computes it, which is slower. Raises ProverUnavailable, or
    WitnessRefused when the inputs break an assertion.
    """
    if witness.is_available(circuit, artifacts):
        made = witness.compute(circuit, inputs, artifacts)
        fields = {"op": "prove_witness", "witness": base64.b64encode(made).decode()}
    else:
        fields = _without_node(circuit, inputs, artifacts)
    answer = _ask({"zkey": str(_key(circuit, artifacts)), **fields}, circuit)
    return Proof.from_evm_bytes(bytes.fromhex(answer["proof"]), public)


def verifies(vkey: VerifyingKey, proof: Proof) -> bool:
    """Whether groth16py accepts the proof; raises ProverUnavailable."""
    request = {
        "op": "verify",
        "vkey": json.dumps(vkey.to_json()),
        "proof": proof.evm_bytes.hex(),
        "public": [str(signal) for signal in proof.public],
    }
    return bool(_ask(request)["valid"])


@cache
def shared_worker() -> LineProgram:
    """The one worker of this process, ended with it; raises ProverUnavailable."""
    if not is_installed():
        raise ProverUnavailable(prover=NAME, reason="the Python package is not installed")
    worker = LineProgram(NAME, [sys.executable, "-m", WORKER])
    atexit.register(worker.close)
    return worker


def _without_node(circuit: str, inputs: Inputs, artifacts: ZkArtifacts) -> dict[str, Any]:
    return {
        "op": "prove_inputs",
        "source": str(artifacts.source(circuit)),
        "libraries": [str(path) for path in artifacts.libraries],
        "cache": str(artifacts.programs / circuit / circuit),
        "inputs": witness.decimal_strings(inputs),
    }


def _key(circuit: str, artifacts: ZkArtifacts) -> str:
    zkey = artifacts.proving_key(circuit)
    if not zkey.is_file():
        raise ProverUnavailable(prover=NAME, reason=f"{zkey} is missing")
    return str(zkey)


def _ask(request: dict[str, Any], circuit: str = "") -> dict[str, Any]:
    answer = shared_worker().request(request)
    if answer.get("error") == "WitnessError":
        rule = "the witness program refuses the inputs"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=answer["message"])
    if "error" in answer:
        raise ProverUnavailable(prover=NAME, reason=f"{answer['error']}: {answer['message']}")
    return answer
