"""A mine that inflates its tonnage is noticed, one that does not is left in peace."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oracle.examination import OracleNode
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from tests.unit.oracle.mine_output import EVERY, Container, Mine, containers
from tests.unit.oracle.village import Village

pytestmark = pytest.mark.slow

CLEAN = 1_000
MONTHS = 55 * 4
"""Containers of four months: enough for a median."""


NOW = 1_900_000_000
"""March 2030: everything here is over."""


@pytest.fixture
def mine(village: Village, tmp_path: Path) -> Mine:
    village.now = NOW
    return Mine(village, tmp_path)


@pytest.fixture(scope="module")
def four_months(cobalt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of a node that has seen four honest months."""
    folder = tmp_path_factory.mktemp("honest")
    village = Village(cobalt, now=NOW)
    mine = Mine(village, folder)
    with DocumentHistory(folder / "history.sqlite") as history:
        node = OracleNode(village.declarations(), history)
        for container in containers(seed=2, count=MONTHS):
            assert node.examine(mine.file(container), village).findings == (), container
    return folder / "history.sqlite"


def test_no_clean_lot_is_flagged(mine: Mine, node: OracleNode) -> None:
    """0 of 1,000: eighteen months of a mine."""
    flagged = {}
    for container in containers(seed=1, count=CLEAN):
        report = node.examine(mine.file(container), mine.village)
        assert report.error is None
        if report.findings:
            flagged[container.lot] = [str(one) for one in report.findings]
        assert {one.event.sequence for one in report.events} == {10_000 + container.number}
    assert flagged == {}


def _heavier(honest: list[Container]) -> list[Container]:
    """More than the plant can make: a single month of 25,000 t of hydroxide."""
    return [replace(honest[0], wet_kg=25_000_000)]


def _richer(honest: list[Container]) -> list[Container]:
    """An assay that the pure hydroxide has not."""
    return [replace(honest[0], assay=6_500)]


def _again(honest: list[Container]) -> list[Container]:
    """The same container once more, under the next number, with another weight and seal."""
    return [honest[0], replace(honest[1], lot=honest[0].lot)]


def _resealed(honest: list[Container]) -> list[Container]:
    """A container that does not exist, with the seal of one that does."""
    return [honest[0], replace(honest[1], seal=honest[0].seal)]


def _swollen(honest: list[Container]) -> list[Container]:
    """Metal from elsewhere: four times as many containers a month, each plausible by itself."""
    start = honest[0].end
    return [replace(one, end=start + at * EVERY // 5) for at, one in enumerate(honest[:240])]


FRAUDS: dict[str, Callable[[list[Container]], list[Container]]] = {
    "above-capacity": _heavier,
    "assay-above-theory": _richer,
    "batch-reused": _again,
    "seal-reused": _resealed,
    "volume-unusual": _swollen,
}


@pytest.mark.parametrize("rule", FRAUDS)
def test_every_seeded_fraud_is_flagged(
    rule: str, mine: Mine, four_months: Path, tmp_path: Path
) -> None:
    """5 of 5, each by its own rule; a refusal is kept with rule, version and values."""
    shutil.copy(four_months, tmp_path / "history.sqlite")
    later = list(containers(seed=2, count=MONTHS + 300))[MONTHS:]
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        node = OracleNode(mine.village.declarations(), history)
        for container in FRAUDS[rule](later):
            report = node.examine(mine.file(container), mine.village)
            assert report.error is None
            if report.findings:
                break
        assert rule in {finding.rule for finding in report.findings}
        assert {finding.version for finding in report.findings} == {"2026.4"}
        assert all(finding.values for finding in report.findings)
        assert report.document is not None
        assert history.outcome_of(report.document) == (REFUSED if report.refusals else ACCEPTED)
        assert history.findings_of(report.document) == "\n".join(map(str, report.findings))
