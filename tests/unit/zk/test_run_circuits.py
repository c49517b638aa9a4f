"""Which circuit takes a run, and where its signals lie (SPEC section 6)."""

from itertools import product

import pytest

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ArityRefused
from zk_circuits.run_circuits import MOST_LOTS, RUN_CIRCUITS, RunCircuit, circuit_for

TABLE = {
    (inputs, outputs): "run2" if inputs <= 2 and outputs <= 2 else "run4"
    for inputs, outputs in product(range(1, 5), repeat=2)
}


def test_the_smallest_circuit_takes_a_run() -> None:
    assert {lots: circuit_for(*lots).name for lots in TABLE} == TABLE


@pytest.mark.parametrize("lots", [(MOST_LOTS + 1, 1), (1, MOST_LOTS + 1)])
def test_more_lots_than_any_circuit_takes(lots: tuple[int, int]) -> None:
    with pytest.raises(ArityRefused, match=f"{MOST_LOTS + 1} lots .* 1 to {MOST_LOTS}"):
        circuit_for(*lots)


@pytest.mark.parametrize("circuit", RUN_CIRCUITS, ids=lambda circuit: circuit.name)
def test_the_signals_are_those_of_the_verifying_key(circuit: RunCircuit) -> None:
    key = ZkArtifacts.of_checkout().verifying_key(circuit.name)
    assert circuit.signals == key.public_count
    order = list(range(circuit.signals))
    heads, inputs, outputs = order[:5], order[circuit.inputs], order[circuit.outputs]
    assert heads + inputs + outputs == order
    assert len(inputs) == len(outputs) == circuit.width
