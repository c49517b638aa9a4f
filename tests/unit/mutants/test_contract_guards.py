"""Guards of contracts, by the syntax trees that the compiler left."""

import re
from pathlib import Path

import pytest

from tests.mutants.rooms import SOLIDITY, selected
from tests.mutants.solidity_mutants import ContractGuard, NotCompiled, compiled, contract_guards

CALLED = re.compile(r"(?<!function )\b_*require\w*\(")
OF_USE = re.compile(r"(?:=|return|\() ?(?:\w+\.)*_*require\w*\(")
REVERTS = re.compile(r"\brevert [A-Z][\w.]+\(")


@pytest.fixture(scope="module")
def guards(root: Path) -> dict[str, list[ContractGuard]]:
    artifacts = compiled(root)
    return {
        file: contract_guards(root, file, artifacts[file])
        for _, files in selected(SOLIDITY, root, [])
        for file in files
    }


def test_every_revert_and_every_call_that_requires_is_a_guard(
    root: Path, guards: dict[str, list[ContractGuard]]
) -> None:
    """Counted a second time by the text: without bare reverts and calls whose result is used."""
    for file, found in guards.items():
        text = (root / file).read_text("utf-8")
        reverting = [one for one in found if one.guard.text.startswith("if ")]
        bare = len(re.findall(r"^\s*revert ", text, re.MULTILINE))
        assert len(reverting) <= len(REVERTS.findall(text)) <= len(reverting) + bare, file
        required = len(CALLED.findall(text)) - len(OF_USE.findall(text))
        assert len(found) - len(reverting) == required, file


def test_names_are_distinct(guards: dict[str, list[ContractGuard]]) -> None:
    names = [one.guard.name for found in guards.values() for one in found]
    assert len(set(names)) == len(names) > 200


def test_a_dropped_guard_leaves_a_source_of_the_same_lines(
    root: Path, guards: dict[str, list[ContractGuard]]
) -> None:
    custody = guards["contracts/Custody.sol"]
    source = (root / "contracts/Custody.sol").read_bytes()
    refusing = next(one for one in custody if one.error)
    dropped = refusing.dropped(source).decode()
    line = dropped.splitlines()[refusing.guard.line - 1]
    assert "if (false) revert" in line
    calling = next(one for one in custody if not one.error)
    line = calling.dropped(source).decode().splitlines()[calling.guard.line - 1]
    assert line.strip().startswith("true;")


def test_a_source_that_is_not_compiled_as_it_is(root: Path, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    text = (root / "contracts/Custody.sol").read_text("utf-8")
    (tmp_path / "contracts/Custody.sol").write_text(f"{text}\n", "utf-8")
    with pytest.raises(NotCompiled):
        contract_guards(tmp_path, "contracts/Custody.sol", compiled(root)["contracts/Custody.sol"])
