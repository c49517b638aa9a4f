"""Proving and verifying through the groth16py worker."""

import json
from typing import Any

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.proof import Proof
from zk_circuits.provers.worker import NAME, Groth16pyWorker, shared_worker
from zk_circuits.statements import Inputs
from zk_circuits.verifying_key import VerifyingKey


def prove(
    circuit: str,
    inputs: Inputs,
    public: tuple[int, ...],
    artifacts: ZkArtifacts,
    worker: Groth16pyWorker | None = None,
) -> Proof:
    """A proof that nobody has verified yet: groth16py does not check the witness.

    Raises ProverUnavailable, or WitnessRefused when the witness program stops.
    """
    zkey = artifacts.proving_key(circuit)
    if not zkey.is_file():
        raise ProverUnavailable(prover=NAME, reason=f"{zkey} is missing")
    answer = (worker or shared_worker()).request(
        op="prove",
        zkey=str(zkey),
        source=str(artifacts.source(circuit)),
        libraries=[str(path) for path in artifacts.libraries],
        cache=str(artifacts.programs / circuit / circuit),
        inputs=decimal_strings(inputs),
    )
    if answer.get("error") == "WitnessError":
        rule = "the witness program refuses the inputs"
        raise WitnessRefused(circuit=circuit, rule=rule, detail=answer["message"])
    if "error" in answer:
        raise ProverUnavailable(prover=NAME, reason=f"{answer['error']}: {answer['message']}")
    return Proof.from_evm_bytes(bytes.fromhex(answer["proof"]), public)


def verifies(vkey: VerifyingKey, proof: Proof, worker: Groth16pyWorker | None = None) -> bool:
    """Whether groth16py accepts the proof; raises ProverUnavailable."""
    answer = (worker or shared_worker()).request(
        op="verify",
        vkey=json.dumps(vkey.to_json()),
        proof=proof.evm_bytes.hex(),
        public=[str(signal) for signal in proof.public],
    )
    if "error" in answer:
        raise ProverUnavailable(prover=NAME, reason=f"{answer['error']}: {answer['message']}")
    return bool(answer["valid"])


def decimal_strings(value: Any) -> Any:
    """Integers, at any depth, as decimal strings: JSON readers lose large numbers."""
    if isinstance(value, dict):
        return {name: decimal_strings(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [decimal_strings(part) for part in value]
    return str(int(value))
