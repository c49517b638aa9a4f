"""From a statement to a verified proof."""

from typing import Literal, assert_never

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProofMalformed, ProofRejected, ProverUnavailable, WitnessRefused
from zk_circuits.fast_verify import fast_verify
from zk_circuits.proof import Proof
from zk_circuits.provers import groth16py_client, snarkjs_client
from zk_circuits.statement_checks import check
from zk_circuits.statements import Inputs, Statement
from zk_circuits.verify import verify

ProverName = Literal["auto", "groth16py", "snarkjs"]


def prove(
    statement: Statement, prover: ProverName = "auto", artifacts: ZkArtifacts | None = None
) -> Proof:
    """A proof of the statement that was verified before it is returned.

    prover: "auto" takes groth16py where it is installed, else snarkjs; both give the same
    result. Raises WitnessRefused when the statement is not true, ProverUnavailable when no
    prover or key is there.
    """
    check(statement)
    inputs, public = statement.circuit_inputs(), statement.public_signals()
    return prove_inputs(statement.circuit, inputs, public, prover, artifacts)


def prove_inputs(
    circuit: str,
    inputs: Inputs,
    public: tuple[int, ...],
    prover: ProverName = "auto",
    artifacts: ZkArtifacts | None = None,
) -> Proof:
    """As prove, from bare circuit inputs that nobody has checked: the circuit judges alone."""
    paths = artifacts or ZkArtifacts.of_checkout()
    match prover:
        case "groth16py":
            return _by_groth16py(circuit, inputs, public, paths)
        case "snarkjs":
            return _by_snarkjs(circuit, inputs, public, paths)
        case "auto":
            return _by_any(circuit, inputs, public, paths)
        case _:
            assert_never(prover)


def _by_any(circuit: str, inputs: Inputs, public: tuple[int, ...], paths: ZkArtifacts) -> Proof:
    if not groth16py_client.is_installed():
        return _by_snarkjs(circuit, inputs, public, paths)
    try:
        return _by_groth16py(circuit, inputs, public, paths)
    except ProverUnavailable as first:
        try:
            return _by_snarkjs(circuit, inputs, public, paths)
        except ProverUnavailable as second:
            reason = f"{first}; {second}"
            raise ProverUnavailable(prover="auto", reason=reason) from second


def _by_groth16py(
    circuit: str, inputs: Inputs, public: tuple[int, ...], paths: ZkArtifacts
) -> Proof:
    proof = groth16py_client.prove(circuit, inputs, public, paths)
    try:
        fast_verify(paths.verifying_key(circuit), proof)
    except (ProofMalformed, ProofRejected) as rejected:
        raise _refused(circuit) from rejected
    return proof


def _by_snarkjs(circuit: str, inputs: Inputs, public: tuple[int, ...], paths: ZkArtifacts) -> Proof:
    proof = snarkjs_client.prove(circuit, inputs, public, paths)
    try:
        verify(paths.verifying_key(circuit), proof)
    except (ProofMalformed, ProofRejected) as rejected:
        raise _refused(circuit) from rejected
    return proof


def _refused(circuit: str) -> WitnessRefused:
    rule = "the proof does not verify"
    return WitnessRefused(circuit=circuit, rule=rule, detail="the witness breaks a constraint")
