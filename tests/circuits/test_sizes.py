"""How large the circuits are, as it is written down beside the specification."""

import json
from pathlib import Path

import pytest

from tests.circuits.programs import WORKSHOP
from zk_circuits import build
from zk_circuits.build import CIRCUITS

SIZES = json.loads(WORKSHOP.sizes.read_text("utf-8"))
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
    """`python -m zk_circuits.build` writes them down anew."""
    assert SIZES[circuit] == build.size(WORKSHOP, circuit)


def test_sizes_are_written_where_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "constraints.json"
    monkeypatch.setattr(type(WORKSHOP), "sizes", written)
    build.write_sizes(WORKSHOP)
    first = written.stat().st_mtime_ns
    build.write_sizes(WORKSHOP)
    assert written.stat().st_mtime_ns == first
    assert json.loads(written.read_text("utf-8")) == SIZES
