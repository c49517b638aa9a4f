"""Real blocks of a Besu network with QBFT, from ../shared/vectors/besu-qbft."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def vectors(shared_dir: Path) -> dict[str, Any]:
    """Every file by its name."""
    folder = shared_dir / "vectors" / "besu-qbft"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
