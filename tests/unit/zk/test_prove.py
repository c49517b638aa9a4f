"""Real proofs under the committed development keys, by both provers."""

import base64
import os
import shutil
import signal
import tempfile
from dataclasses import replace

import pytest

from tests.support.required import absent
from tests.support.two_verifiers import holds_by_both
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ProverUnavailable, WitnessRefused
from zk_circuits.fast_verify import fast_verify
from zk_circuits.make_proofs import proof_of, statements
from zk_circuits.prove import prove, prove_inputs
from zk_circuits.provers import groth16py_client, witness
from zk_circuits.statements import CIRCUITS
from zk_circuits.verify import verify

from .vector_files import named

pytestmark = pytest.mark.slow

STATEMENTS = {statement.circuit: statement for statement in statements()}
CLAIM = STATEMENTS["claim"]
PROVERS = ["groth16py", "snarkjs"]


@pytest.fixture(scope="module")
def artifacts(root):
    """The built circuits; groth16py and node belong to every development environment."""
    paths = ZkArtifacts.of_checkout(root)
    if not all(paths.proving_key(circuit).is_file() for circuit in CIRCUITS):
        absent("the circuits are not built (make zk)")
    assert groth16py_client.is_installed()
    return paths


@pytest.mark.parametrize("vector", named("proofs.json"))
def test_vector(vector, artifacts):
    statement = STATEMENTS[vector["circuit"]]
    key, proof = artifacts.verifying_key(statement.circuit), proof_of(vector)
    assert vector["verifyingKeyHash"] == "0x" + verifying_key_hash(key).hex()
    assert proof.public == statement.public_signals()
    verify(key, proof)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_groth16py_proves_every_circuit(circuit, artifacts):
    proof = prove(STATEMENTS[circuit], "groth16py", artifacts)
    assert proof.public == STATEMENTS[circuit].public_signals()
    assert holds_by_both(artifacts.verifying_key(circuit), proof) is True


@pytest.mark.parametrize("circuit", ["origin", "claim"])
def test_snarkjs_gives_the_same_result(circuit, artifacts):
    proof = prove(STATEMENTS[circuit], "snarkjs", artifacts)
    assert proof.public == STATEMENTS[circuit].public_signals()
    assert holds_by_both(artifacts.verifying_key(circuit), proof) is True


def test_groth16py_proves_without_node(artifacts, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert not witness.is_available("claim", artifacts)
    proof = prove(CLAIM, "groth16py", artifacts)
    fast_verify(artifacts.verifying_key("claim"), proof)


def test_verifiers_agree_on_what_does_not_hold(artifacts):
    proof = prove(CLAIM, artifacts=artifacts)
    key = artifacts.verifying_key("claim")
    other = replace(proof, public=(*proof.public[:-1], 1))
    assert holds_by_both(key, other) is False
    swapped = replace(proof, words=(*proof.words[6:], *proof.words[2:6], *proof.words[:2]))
    assert holds_by_both(key, swapped) is False
    assert holds_by_both(artifacts.verifying_key("origin"), proof) is False


@pytest.mark.parametrize("prover", [*PROVERS, "auto"])
def test_untrue_statement_is_refused_before_proving(prover, artifacts):
    with pytest.raises(WitnessRefused, match="the credit reaches the threshold"):
        prove(replace(CLAIM, threshold=999_999), prover, artifacts)


@pytest.mark.parametrize("prover", PROVERS)
def test_circuit_refuses_what_nobody_checked(prover, artifacts):
    untrue = replace(CLAIM, threshold=999_999)
    with pytest.raises(WitnessRefused, match="refuses the inputs"):
        prove_inputs("claim", untrue.circuit_inputs(), untrue.public_signals(), prover, artifacts)


def test_unchecked_witness_never_becomes_a_proof(artifacts, monkeypatch):
    """Without node groth16py computes the witness, does not check it, and proves nothing."""
    monkeypatch.setenv("PATH", "/nowhere")
    untrue = replace(CLAIM, threshold=999_999)
    with pytest.raises(WitnessRefused, match="the proof does not verify"):
        prove_inputs(
            "claim", untrue.circuit_inputs(), untrue.public_signals(), "groth16py", artifacts
        )


@pytest.mark.parametrize("prover", PROVERS)
def test_proof_of_other_public_signals_is_refused(prover, artifacts):
    public = (*CLAIM.public_signals()[:-1], 1)
    with pytest.raises(WitnessRefused):
        prove_inputs("claim", CLAIM.circuit_inputs(), public, prover, artifacts)


@pytest.mark.parametrize("prover", PROVERS)
@pytest.mark.parametrize(
    "change",
    [{"salt": [1, 2]}, {"slots": [1]}, {"unknown": 1}, {"ctx": None}],
    ids=lambda change: next(iter(change)),
)
def test_inputs_of_another_shape_are_refused(prover, change, artifacts):
    inputs = {**CLAIM.circuit_inputs(), **change}
    inputs = {name: value for name, value in inputs.items() if value is not None}
    with pytest.raises(WitnessRefused):
        prove_inputs("claim", inputs, CLAIM.public_signals(), prover, artifacts)


def test_refused_witness_leaves_the_program_usable(artifacts):
    for _ in range(2):
        with pytest.raises(WitnessRefused) as refused:
            witness.compute("claim", {**CLAIM.circuit_inputs(), "salt": 1}, artifacts)
        assert str(refused.value).count("Error in template Claim") == 1
        assert witness.compute("claim", CLAIM.circuit_inputs(), artifacts)[:4] == b"wtns"


@pytest.mark.parametrize(
    "spoil", [lambda made: b"", lambda made: made[:100], lambda made: b"x" * len(made)]
)
def test_worker_survives_a_broken_witness(spoil, artifacts):
    made = witness.compute("claim", CLAIM.circuit_inputs(), artifacts)
    worker = groth16py_client.shared_worker()
    request = {
        "op": "prove_witness",
        "zkey": str(artifacts.proving_key("claim")),
        "witness": base64.b64encode(spoil(made)).decode(),
    }
    assert "error" in worker.request(request)
    prove(CLAIM, "groth16py", artifacts)


def test_worker_survives_a_panic(artifacts):
    """A witness of another circuit is too short: groth16py panics inside Rust."""
    made = witness.compute("claim", CLAIM.circuit_inputs(), artifacts)
    worker = groth16py_client.shared_worker()
    request = {
        "op": "prove_witness",
        "zkey": str(artifacts.proving_key("origin")),
        "witness": base64.b64encode(made).decode(),
    }
    answer = worker.request(request)
    before = worker.process_id
    assert answer["error"] == "panic"
    prove(CLAIM, "groth16py", artifacts)
    assert worker.process_id == before


def test_killed_worker_is_started_again(artifacts):
    prove(CLAIM, "groth16py", artifacts)
    killed = groth16py_client.shared_worker().process_id
    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    prove(CLAIM, "groth16py", artifacts)


@pytest.mark.parametrize("prover", [*PROVERS, "auto"])
def test_missing_key_is_said(prover, artifacts, tmp_path):
    program = tmp_path / "claim/claim_js"
    shutil.copytree(artifacts.witness_program("claim").parent, program)
    bare = replace(artifacts, programs=tmp_path)
    with pytest.raises(ProverUnavailable, match=r"development\.zkey is missing"):
        prove(CLAIM, prover, bare)


def test_snarkjs_needs_node(artifacts, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ProverUnavailable, match="node"):
        prove(CLAIM, "snarkjs", artifacts)


def test_auto_takes_snarkjs_where_groth16py_is_missing(artifacts, monkeypatch):
    monkeypatch.setattr(groth16py_client, "is_installed", lambda: False)
    proof = prove(CLAIM, artifacts=artifacts)
    verify(artifacts.verifying_key("claim"), proof)


def test_snarkjs_leaves_no_witness_behind(artifacts, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    prove(CLAIM, "snarkjs", artifacts)
    assert list(tmp_path.iterdir()) == []
