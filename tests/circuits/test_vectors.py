"""The committed vectors against a second arithmetic, and against the circuits themselves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.circuits.r1cs import System
from tests.circuits.signals import Lot, Rule
from tests.circuits.solver import Solver, flat
from tests.model.poseidon import poseidon
from zk_circuits import make_vectors
from zk_circuits.rule import RunRule
from zk_circuits.tags import Tag

FOLDER = Path(make_vectors.__file__).with_name("vectors")
ADDED = {1: 0, 2: 1, 3: 2, 5: 4}
"""Types by what is added to the tag of a lot."""


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / name).read_text("utf-8"))


def named(name: str) -> list[Any]:
    """The same as parameters that carry the entry's name."""
    entries = enumerate(vectors(name))
    return [pytest.param(entry, id=f"{at} {entry['name']}") for at, entry in entries]


def test_committed_vectors_are_what_the_generator_writes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert make_vectors.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", make_vectors.FILES)
def test_a_changed_vector_is_named_and_kept(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for file in make_vectors.FILES:
        (tmp_path / file).write_bytes((FOLDER / file).read_bytes())
    changed = (tmp_path / name).read_text("utf-8").replace("1", "2", 1)
    (tmp_path / name).write_text(changed, "utf-8")
    monkeypatch.setattr(make_vectors, "FOLDER", tmp_path)
    assert make_vectors.main(["--check"]) == 1
    assert capsys.readouterr().out == f"differs: {name}\n"
    assert (tmp_path / name).read_text("utf-8") == changed


@pytest.mark.parametrize("vector", vectors("tags.json"), ids=lambda vector: vector["word"])
def test_tag(vector: dict[str, Any]) -> None:
    lot = 1 + (2 << 8) + (2 << 16) + (vector["element"] << 32)
    assert int(vector["word"]) == lot + ADDED[vector["type"]]
    tag = Tag.parse(int(vector["word"]))
    assert (tag.element, tag.type, tag.word) == (
        vector["element"], vector["type"], int(vector["word"]),
    )  # fmt: skip


@pytest.mark.parametrize("vector", named("commitments.json"))
def test_commitment(vector: dict[str, Any]) -> None:
    words = [vector["tag"], *vector["slots"], vector["salt"]]
    assert poseidon([int(word) for word in words]) == int(vector["commitment"])


@pytest.mark.parametrize("vector", named("births.json"))
def test_rule_of_a_birth(vector: dict[str, Any]) -> None:
    word = vector["count"] + 2**32 * vector["gates"] + 2**36 * vector["inCahra"]
    assert word == int(vector["word"])


@pytest.mark.parametrize("vector", named("rules.json"))
def test_rule_of_a_run(vector: dict[str, Any]) -> None:
    rule = Rule(
        counts=tuple(vector["counts"]),
        proportional=vector["proportional"],
        whole=vector["whole"],
        settles=vector["settles"],
        gates=vector["gates"],
        grants=vector["grants"],
        scrap=vector["scrap"],
        units=vector["inUnits"],
        tolerance=vector["tolerancePpm"],
        loss_from=vector["lossFromPpm"],
        loss_to=vector["lossToPpm"],
        scrap_to=vector["scrapToPpm"],
    )
    word = rule.word((Lot(),))
    assert word == int(vector["word"]) < 2**227
    assert RunRule.parse(word, len(vector["counts"])).word == word


@pytest.mark.parametrize("vector", named("claims.json"))
def test_statement_of_a_claim(vector: dict[str, Any]) -> None:
    chosen = {1: 0, 2: 1 << 69, 3: 1 << 70, 4: 1 << 68, 5: 1 << 71}[vector["measure"]]
    word = int(vector["threshold"]) + (vector["creditMask"] << 64) + chosen
    assert word == int(vector["word"])


def numbers(value: Any) -> Any:
    return [numbers(part) for part in value] if isinstance(value, list) else int(value)


@pytest.mark.parametrize("vector", named("witnesses.json"))
def test_circuit_accepts_the_statement(
    vector: dict[str, Any], plain: Callable[[str], Solver]
) -> None:
    """Its public signals too, in the order of the specification."""
    solver = plain(vector["circuit"])
    system: System = solver.system
    given = {name: numbers(value) for name, value in vector["inputs"].items()}
    witness = solver.solve(given)
    assert system.broken(witness) == []
    assert witness[1 : 1 + system.public] == numbers(vector["public"])
    names = system.names[1 : 1 + system.public]
    assert len(set(names) - {name for name, _ in flat(given)}) == (vector["circuit"] == "run4")
