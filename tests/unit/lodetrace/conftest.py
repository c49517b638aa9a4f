"""Compiled contracts, for tests that hold Python's tables against them."""

import os
from pathlib import Path

import pytest

from lodetrace.contracts.abi import Artifacts


@pytest.fixture(scope="session")
def artifacts(root: Path) -> Artifacts:
    """What `make compile` wrote."""
    folder = Path(os.environ.get("LODETRACE_BUILD", root / "build")) / "contracts"
    assert (folder / "LotBook.json").is_file(), f"no compiled contracts in {folder}: make compile"
    return Artifacts(folder)
