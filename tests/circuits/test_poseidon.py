"""Both Poseidons in Python, the library's reference and the model's, against circom's witnesses.

`make test-unit` looks at a few inputs of every arity that the circuits use, `make test-long` at
10,000.
"""

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.circuits.programs import copied
from tests.model.poseidon import poseidon as model_hash
from tests.model_tests.witness import WitnessPrograms
from zk_circuits.build import Workshop, run_circom
from zk_circuits.field import R
from zk_circuits.poseidon import reference_hash

ARITIES = (3, 4, 11)
"""A settlement price, a price range, and every balance: zk_circuits/SPEC.md, sections 2 and 12."""

INPUTS = int(os.environ.get("POSEIDON_INPUTS", "100"))
EDGES = (0, 1, R - 1)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WitnessPrograms]:
    """A circuit for each arity that is nothing but circomlib's template."""
    folder = tmp_path_factory.mktemp("poseidon")
    workshop, built = copied(folder), folder / "built"
    for arity in ARITIES:
        compiled(workshop, arity, built / f"poseidon{arity}")
    with WitnessPrograms(built) as started:
        yield started


def compiled(workshop: Workshop, arity: int, into: Path) -> None:
    name = f"poseidon{arity}"
    text = (
        f'pragma circom 2.2.0;\ninclude "poseidon.circom";\ncomponent main = Poseidon({arity});\n'
    )
    (workshop.root / workshop.source(name)).write_text(text, "utf-8")
    into.mkdir(parents=True)
    run_circom(workshop, name, into)


def inputs_of(arity: int, count: int) -> Iterator[list[int]]:
    """The edges of the field, alone in each place and in all; then values by chance."""
    for edge in EDGES:
        yield [edge] * arity
        yield from ([edge if at == place else 7 for at in range(arity)] for place in range(arity))
    chance = random.Random(arity)
    yield from ([chance.randrange(R) for _ in range(arity)] for _ in range(count))


@pytest.mark.parametrize("arity", ARITIES)
def test_both_agree_with_circom(programs: WitnessPrograms, arity: int) -> None:
    for inputs in inputs_of(arity, INPUTS):
        witness = programs.ask(f"poseidon{arity}", {"inputs": inputs})
        assert reference_hash(inputs) == witness.first, inputs
        assert model_hash(inputs) == witness.first, inputs


def test_the_circuits_use_no_other_arity(root: Path) -> None:
    """Every place that hashes is one of those above."""
    sources = sorted((root / "zk_circuits").rglob("*.circom"))
    found = [re.findall(r"\bPoseidon\((.+)\);", path.read_text("utf-8")) for path in sources]
    assert {arity for places in found for arity in places} == {"3", "4", "2 + SLOTS()"}
    slots = (root / "zk_circuits/circuits/balance.circom").read_text("utf-8")
    assert "function SLOTS() { return 9; }" in slots
