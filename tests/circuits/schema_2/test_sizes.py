"""How large the circuits are, as it is written down beside the specification."""

import json

import pytest

from tests.circuits.schema_2.conftest import WORKSHOP
from tests.circuits.schema_2.test_forged_witness import LONG
from zk_circuits import build
from zk_circuits.schema_2.build import CIRCUITS, constraints_path, size

SIZES = json.loads(constraints_path(WORKSHOP).read_text("utf-8"))
LIMITS = {"rebook2": 1 << 13}
"""Of the powers of tau that a key needs, where fewer than 2^14 do."""


def test_every_circuit_has_its_size() -> None:
    assert tuple(SIZES) == CIRCUITS


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_circuits_fit_the_powers_of_tau(circuit: str) -> None:
    needed = SIZES[circuit]["constraints"] + SIZES[circuit]["public"] + 1
    assert needed <= LIMITS.get(circuit, build.CONSTRAINT_LIMIT)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_sizes_are_those_of_the_sources(circuit: str) -> None:
    """`python -m zk_circuits.schema_2.build` writes them down anew."""
    assert SIZES[circuit]["sources"] == build.stamp(WORKSHOP, circuit)
    if LONG and not build.is_compiled(WORKSHOP, circuit):
        build.compile_circuit(WORKSHOP, circuit)
    if build.is_compiled(WORKSHOP, circuit):
        assert size(WORKSHOP, circuit) == SIZES[circuit]
