"""One run end to end under a key for this test alone: witness program, proof, our verifier."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.circuits.forgery import projected
from tests.circuits.programs import snarkjs, texts
from tests.circuits.r1cs import System, read_wtns
from tests.circuits.schema_2.conftest import WORKSHOP
from tests.circuits.solver import Solver
from tests.support.required import optional_module
from zk_circuits.errors import ProofRejected
from zk_circuits.fast_verify import fast_verify
from zk_circuits.proof import Proof
from zk_circuits.schema_2.vector_statements import statements
from zk_circuits.verifying_key import VerifyingKey


@pytest.mark.slow
def test_a_run_is_proven_and_verified(
    production: Callable[[str], System], plain: Callable[[str], Solver], tmp_path: Path
) -> None:
    groth16py = optional_module("groth16py")
    run = dict(statements())["process with packs and scrap"]
    system, solver = production(run.circuit), plain(run.circuit)
    folder = WORKSHOP.folder(run.circuit)
    given, made = tmp_path / "input.json", tmp_path / "witness.wtns"
    given.write_text(json.dumps(texts(run.circuit_inputs())), "utf-8")
    program = folder / f"{run.circuit}_js" / f"{run.circuit}.wasm"
    snarkjs("wtns", "calculate", program, given, made)
    witness = read_wtns(made)
    assert projected(solver.solve(run.circuit_inputs()), solver.system, system) == witness

    # its maker could prove anything: a key of one party, which is thrown away
    proving, verifying = groth16py.setup(str(WORKSHOP.r1cs(run.circuit)))
    key = VerifyingKey.from_json(json.loads(verifying.to_json()))
    proof = Proof.from_evm_bytes(groth16py.prove_wtns(proving, str(made)), run.public_signals())
    fast_verify(key, proof)
    for place in (0, 4, 12):  # inBand, rule, the last output
        signal = proof.public[place]
        other = (*proof.public[:place], signal ^ 1, *proof.public[place + 1 :])
        with pytest.raises(ProofRejected):
            fast_verify(key, replace(proof, public=other))
