"""snarkjs as a second judge: what it makes of a toy circuit is what the verifier expects."""

from pathlib import Path

import pytest

from tests.circuits.programs import snarkjs
from tests.support.toy_setup import ToySetup, r1cs_bytes
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.ceremony.initial import require_initial
from zk_circuits.ceremony.powers import Powers
from zk_circuits.ceremony.proving_key import ProvingKey

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("power", [3, 4])
def test_snarkjs_makes_the_initial_key_that_follows(power: int, tmp_path: Path) -> None:
    """With a phase 1 that just suffices, and with a larger one."""
    raw, prepared = tmp_path / "raw.ptau", tmp_path / "toy.ptau"
    r1cs, zkey = tmp_path / "toy.r1cs", tmp_path / "toy.zkey"
    setup = ToySetup(power=power)
    raw.write_bytes(setup.ptau())
    r1cs.write_bytes(r1cs_bytes())
    snarkjs("powersoftau", "prepare", "phase2", raw, prepared)
    snarkjs("groth16", "setup", r1cs, prepared, zkey)
    system, key = ConstraintSystem.load(r1cs), ProvingKey.load(zkey)
    require_initial("toy", key, system, Powers.load(prepared))
    ours = tmp_path / "ours.zkey"
    ours.write_bytes(setup.zkey(system))
    own = ProvingKey.load(ours)
    assert key.h_points() == own.h_points()
    assert key.l_points() == own.l_points()
    assert sorted(key.coefficients()) == sorted(own.coefficients())
