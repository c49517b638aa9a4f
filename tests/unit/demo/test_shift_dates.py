"""A story that is moved in time keeps everything but its dates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from demo.shift_dates import DATED, days_to_move, moved, rebase
from demo.signing import sign_documents
from demo.squeeze import ENDS, GRACE, RUNS
from demo.story import Story, read_story
from lodetrace.contracts.enums import EventKind
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.signed_number import site_domain
from lodetrace.documents.statement import SiteStatement
from lodetrace.text import DAY_SECONDS
from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.conftest import ROOT
from tests.unit.oracle.village import Village, rules

COBALT = ROOT / "examples" / "cobalt"
DOMAIN = site_domain(27001, "0x" + "d1" * 20)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved")
    target = folder / "story"
    rebase(COBALT, target)
    sign_documents(target, DOMAIN, COBALT / "make_documents.py", folder / "log")
    return target


@pytest.fixture(scope="module")
def original() -> Story:
    return read_story(COBALT)


@pytest.fixture(scope="module")
def by(told: Path, original: Story) -> timedelta:
    return timedelta(seconds=read_story(told).starts - original.starts)


def test_its_last_step_lies_within_the_day_before_now(told: Path) -> None:
    now = datetime.now(UTC).timestamp()
    assert now - DAY_SECONDS - 60 < read_story(told).steps[-1].at <= now


def test_every_date_moves_by_the_same_whole_days(told: Path, by: timedelta) -> None:
    assert by.total_seconds() % DAY_SECONDS == 0
    for name in DATED:
        before, after = (
            yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))
            for folder in (COBALT, told)
        )
        if name != "figures":
            assert after == moved(before, by), name


def test_births_move_by_the_same_whole_days(told: Path, by: timedelta) -> None:
    before, after = (
        yaml.safe_load((folder / "figures.yaml").read_text("utf-8")) for folder in (COBALT, told)
    )
    assert after["containers"] == moved(before["containers"], by)
    for old, new in zip(before["documents"], after["documents"], strict=True):
        if old["statement"] not in (*RUNS, ENDS, "receiving"):
            assert new == moved(old, by)


def test_runs_lie_within_the_longest_grace(told: Path) -> None:
    now = datetime.now(UTC)
    figures = yaml.safe_load((told / "figures.yaml").read_text("utf-8"))
    runs = [one for one in figures["documents"] if one["statement"] in (*RUNS, ENDS)]
    assert len(runs) == 12
    assert all(now - GRACE < one["end"] < now for one in runs)


def test_inspectors_refuse_nothing_of_it(told: Path, tmp_path: Path) -> None:
    """Goods still travel as long as they have to, and what is used was received."""
    village = Village(told, domain=DOMAIN, now=int(datetime.now(UTC).timestamp()))
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        node = OracleNode(village.declarations(), history)
        for step in read_story(told).steps:
            for label in step["documents"] if step.do == "attest" else ():
                report = node.examine(village.signed_path(label), village)
                assert rules(report) == [], label


def test_every_document_is_signed_anew_for_the_chain(
    told: Path, original: Story, by: timedelta
) -> None:
    labels = {path.stem for path in (COBALT / "signed").iterdir()}
    assert {path.stem for path in (told / "signed").iterdir()} == labels
    for label in sorted(labels)[::7]:
        found = SignedDocument.read(told / "signed" / f"{label}.json")
        found.verify(DOMAIN)
        before = SiteStatement.of(SignedDocument.read(original.signed(label)).document)
        after = SiteStatement.of(found.document)
        if after.kind is EventKind.BIRTH:
            moved_by = (after.from_ - before.from_, after.to - before.to)
            assert moved_by == (by.total_seconds(),) * 2
        assert after.outputs == before.outputs


def test_a_story_that_was_moved_once_stays_where_it_is(told: Path) -> None:
    before = (told / "story.yaml").read_bytes()
    rebase(COBALT, told)
    assert (told / "story.yaml").read_bytes() == before


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (23, 0), (24, 1), (49, 2), (-1, -1)])
def test_only_whole_days(hours: int, days: int) -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    last = int((now - timedelta(hours=hours)).timestamp())
    assert days_to_move(last, now) == days
    assert 0 <= now.timestamp() - (last + days * DAY_SECONDS) < DAY_SECONDS


def test_the_unanswered_offer_is_the_one_before_its_lapse(original: Story) -> None:
    assert original.unanswered == {"offer-M24-unanswered"}
