"""Deployed code is what the sources compile to, whatever stands in its holes."""

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.plan import NAMES
from lodetrace.contracts.runtime_code import Immutable, holes, immutables
from tests.conftest import ROOT
from tests.unit.setup_steps import step

HOLE = b"\x7f" + bytes(32)
ADDRESS = bytes(12) + b"\xaa" * 20
CODE = b"\x60\x7f" + HOLE + b"\x01" + HOLE + b"\x00"
"""A byte that only looks like the instruction, then two holes."""


def filled(*values: bytes) -> bytes:
    made = bytearray(CODE)
    for offset, value in zip(holes(CODE), values, strict=True):
        made[offset : offset + 32] = value
    return bytes(made)


def test_holes_are_instructions_and_not_their_operands() -> None:
    assert list(holes(CODE)) == [3, 37]
    assert list(holes(b"\x61" + HOLE)) == []


def test_what_stands_in_the_holes_is_found() -> None:
    found = immutables(CODE, filled(ADDRESS, b"\x11" * 32))
    assert found == [Immutable(3, ADDRESS), Immutable(37, b"\x11" * 32)]
    assert [one.address for one in found] == ["0x" + "aa" * 20, None]


@pytest.mark.parametrize("at", [0, 1, 2, 35, 36, len(CODE) - 1])
def test_one_other_byte_is_another_code(at: int) -> None:
    deployed = bytearray(filled(ADDRESS, ADDRESS))
    deployed[at] ^= 1
    assert immutables(CODE, bytes(deployed)) is None


@pytest.mark.parametrize("change", [b"", CODE[:-1], CODE + b"\x00"])
def test_code_of_another_length(change: bytes) -> None:
    assert immutables(CODE, change) is None


@pytest.mark.slow
def test_holes_are_the_immutable_references_of_the_compiler() -> None:
    """The compiler's own list, for two contracts with immutables and one without."""
    artifacts = Artifacts(ROOT / "build" / "contracts")
    names = ("Gates", "Holds", "Council")
    assert set(names) <= set(NAMES)
    for name, references in compiled(names).items():
        offsets = sorted(one["start"] for found in references.values() for one in found)
        assert list(holes(artifacts[name].runtime)) == offsets, name
        assert bool(offsets) is (name != "Council")


def compiled(names: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    asked = step("solc_input").standard_input(ROOT)
    wanted = {f"contracts/{name}.sol": {name: [REFERENCES]} for name in names}
    asked["settings"]["outputSelection"] = wanted
    done = subprocess.run(
        [ROOT / "build" / "solcx" / "solc-v0.8.30", "--standard-json"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ},
        check=True,
    )
    answer = json.loads(done.stdout)["contracts"]
    return {
        name: answer[f"contracts/{name}.sol"][name]["evm"]["deployedBytecode"][
            "immutableReferences"
        ]
        for name in names
    }


REFERENCES = "evm.deployedBytecode.immutableReferences"
