"""The story's folder and its register."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.village import Village


@pytest.fixture(scope="session")
def cobalt(root: Path) -> Path:
    """examples/cobalt."""
    return root / "examples" / "cobalt"


@pytest.fixture
def village(cobalt: Path) -> Village:
    """Members and sites of the story."""
    return Village(cobalt)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[DocumentHistory]:
    """An oracle node's empty history."""
    with DocumentHistory(tmp_path / "history.sqlite") as opened:
        yield opened


@pytest.fixture
def node(village: Village, history: DocumentHistory) -> OracleNode:
    """An oracle node that knows the story's declarations."""
    return OracleNode(village.declarations(), history)
