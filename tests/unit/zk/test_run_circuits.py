"""Which circuit takes a run, and where its signals lie (SPEC sections 6 and 7)."""

from itertools import product

import pytest

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ArityRefused
from zk_circuits.run_circuits import MOST_LOTS, REBOOK, RUN, RunCircuit, circuit_for

TABLE = {
    (inputs, outputs): REBOOK if inputs <= 2 and outputs <= 2 else RUN
    for inputs, outputs in product(range(1, 5), repeat=2)
}


def test_the_smallest_circuit_takes_a_rebook() -> None:
    assert {lots: circuit_for(*lots, has_event=False) for lots in TABLE} == TABLE


@pytest.mark.parametrize("lots", TABLE)
def test_one_circuit_takes_every_run_with_an_event(lots: tuple[int, int]) -> None:
    assert circuit_for(*lots, has_event=True) is RUN


@pytest.mark.parametrize("lots", [(MOST_LOTS + 1, 1), (1, MOST_LOTS + 1)])
def test_more_lots_than_any_circuit_takes(lots: tuple[int, int]) -> None:
    with pytest.raises(ArityRefused, match=f"{MOST_LOTS + 1} lots .* 1 to {MOST_LOTS}"):
        circuit_for(*lots, has_event=False)


@pytest.mark.parametrize("circuit", [RUN, REBOOK], ids=lambda circuit: circuit.name)
def test_the_signals_are_those_of_the_verifying_key(circuit: RunCircuit) -> None:
    key = ZkArtifacts.of_checkout().verifying_key(circuit.name)
    assert circuit.signals == key.public_count
    order = list(range(circuit.signals))
    heads = [circuit.place(name) for name in circuit.head]
    inputs, outputs = order[circuit.inputs], order[circuit.outputs]
    assert heads + inputs + outputs == order
    assert len(inputs) == len(outputs) == circuit.width
