"""Each fraud of docs/oracle.md is stopped by its rule, and clean years pass without a flag."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.clean_year import CleanYear
from tests.unit.oracle.fraud_cases import FRAUDS, PAST, Fraud, World
from tests.unit.oracle.fresh_fraud_cases import FRESH
from tests.unit.oracle.mine_output import Mine, steady
from tests.unit.oracle.village import Village

pytestmark = pytest.mark.slow

NOW = 1_900_000_000
"""March 2030: everything here is over."""
YEARS = int(os.environ.get("CLEAN_YEARS", "2"))
SURE = 2
"""Years without any coincidence; their documents come from their seeds."""


@pytest.fixture(scope="module")
def honest(cobalt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of a node that has seen an honest mine."""
    folder = tmp_path_factory.mktemp("honest")
    village = Village(cobalt, now=NOW)
    mine = Mine(village, folder)
    with DocumentHistory(folder / "history.sqlite") as history:
        node = OracleNode(village.declarations(), history)
        for container in steady(seed=7, count=PAST):
            assert node.examine(mine.file(container), village).findings == (), container
    return folder / "history.sqlite"


@pytest.fixture
def world(cobalt: Path, honest: Path, tmp_path: Path) -> Iterator[World]:
    shutil.copy(honest, tmp_path / "history.sqlite")
    village = Village(cobalt, now=NOW)
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        yield World(village, OracleNode(village.declarations(), history), history, tmp_path)


@pytest.mark.parametrize("fraud", [*FRAUDS, *FRESH], ids=lambda one: one.words)
def test_a_fraud_is_stopped(fraud: Fraud, world: World) -> None:
    report = fraud.act(world)
    assert report.error is None, report.error
    found = {one.rule: one for one in report.findings}
    assert fraud.rule in found, report.findings
    assert found[fraud.rule].severity is fraud.severity
    assert found[fraud.rule].version == "2026.4"
    assert found[fraud.rule].values


def test_the_honest_next_container_is_clean(world: World) -> None:
    assert world.mine(world.next()[0]).findings == ()


@pytest.mark.parametrize("year", range(YEARS))
def test_a_clean_year(year: int, cobalt: Path, tmp_path: Path) -> None:
    """1,000 documents of a mine, a cooperative and a refinery: nothing is found in the first two
    years, and in none of 20 (CLEAN_YEARS=20, the long lane) more than two coincidences.
    """
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        told = CleanYear(Village(cobalt, now=NOW), history, tmp_path, seed=year)
        flagged = told.found()
        assert told.documents == 1_000
        print(f"year {year}: {len(flagged)} false flags in {told.documents} documents", flagged)
        assert len(flagged) <= (0 if year < SURE else 2), flagged
