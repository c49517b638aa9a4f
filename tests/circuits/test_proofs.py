"""From a witness to a proof, once through each prover: snarkjs accepts both."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.circuits.programs import WORKSHOP, calculate, run_snarkjs, snarkjs
from tests.circuits.signals import Case
from tests.circuits.test_honest_witness import base_cases
from tests.support.required import optional_module
from tests.support.snarkjs_proof import snarkjs_documents
from zk_circuits.proof import Proof


@pytest.fixture(scope="module")
def groth16py() -> ModuleType:
    return optional_module("groth16py")


def accepts(circuit: str, proof: Path, public: Path) -> bool:
    vkey = WORKSHOP.keys / f"{circuit}.vkey.json"
    code, said = run_snarkjs("groth16", "verify", vkey, public, proof)
    assert "OK!" in said or "Invalid proof" in said, said
    return code == 0


@pytest.mark.slow
@pytest.mark.parametrize("case", base_cases(), ids=lambda case: case.circuit)
def test_both_provers_prove(case: Case, groth16py: ModuleType, tmp_path: Path) -> None:
    zkey = WORKSHOP.proving_key(case.circuit)
    witness = calculate(case, tmp_path)
    proof, public = tmp_path / "proof.json", tmp_path / "public.json"
    snarkjs("groth16", "prove", zkey, witness, proof, public)
    assert accepts(case.circuit, proof, public)

    key, _ = groth16py.import_zkey(str(zkey))
    signals = [int(signal) for signal in json.loads(public.read_text("utf-8"))]
    other = Proof.from_evm_bytes(groth16py.prove_wtns(key, str(witness)), signals)
    proof.write_text(json.dumps(snarkjs_documents(other)[0]), "utf-8")
    assert accepts(case.circuit, proof, public)

    signals[-1] ^= 1
    public.write_text(json.dumps([str(signal) for signal in signals]), "utf-8")
    assert not accepts(case.circuit, proof, public)
