"""What waits at the desk: the clock notices it, nobody has to look for it."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lodetrace.errors import ExitCode
from oracle.cli import app
from oracle.prices import cli_today
from oracle.prices.decisions import Choice
from oracle.prices.desk import PriceDesk
from oracle.prices.submitters import EntryKind, SubmitterEntry
from oracle.prices.synthetic import NAMES, Scenario
from oracle.prices.today import DeskToday
from tests.unit.oracle.prices.test_desk import (
    ANALYST,
    AT,
    DAY,
    MANAGER,
    NEXT,
    SECOND,
    decision,
    desk,
    path,
    published,
    register,
    told,
)

__all__ = ["desk", "path", "register"]

DAY_SECONDS = 86_400
SATURDAY, MONDAY = AT + DAY_SECONDS, AT + 3 * DAY_SECONDS


def test_who_has_not_submitted(desk: PriceDesk) -> None:
    before = DeskToday.of(desk, AT)
    assert (before.day, before.is_traded, before.record) == (NEXT, True, None)
    assert set(before.silent) == set(NAMES)
    said = {one.submission.submitter for one in told(desk, Scenario.LIQUID, NEXT).submissions}
    after = DeskToday.of(desk, AT)
    assert set(after.spoken) == said
    assert set(after.silent) == set(NAMES) - said
    assert after.prepared_by == ()


def test_a_day_without_a_record_is_noticed_by_the_clock(desk: PriceDesk) -> None:
    assert DeskToday.of(desk, MONDAY).missing == (), "nothing was ever released"
    told(desk, Scenario.LIQUID)
    published(desk)
    assert DeskToday.of(desk, AT).missing == (), "the day itself is not over"
    late = DeskToday.of(desk, MONDAY)
    assert (late.day, late.missing) == (date(2026, 11, 23), (NEXT,))
    assert late.waits


def test_a_released_day(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID, NEXT)
    record = published(desk, NEXT)
    found = DeskToday.of(desk, AT)
    assert found.record == record
    assert set(found.prepared_by) == {ANALYST.account, SECOND.account}


def test_a_weekend_misses_nobody(desk: PriceDesk) -> None:
    found = DeskToday.of(desk, SATURDAY)
    assert (found.is_traded, found.silent) == (False, ())


def test_who_is_in_rectification(desk: PriceDesk) -> None:
    notice = SubmitterEntry(NAMES[0], DAY, EntryKind.NOTIFIED, {"reason": "no volumes"})
    desk.enter([notice], MANAGER, AT)
    [one] = DeskToday.of(desk, AT).rectifying
    assert (one.name, one.due) == (NAMES[0], date(2026, 12, 19))
    listed = DeskToday.of(desk, AT).to_json()
    assert listed["inRectification"] == {NAMES[0]: "2026-12-19"}


def test_a_day_that_rests_on_a_corrected_one(desk: PriceDesk) -> None:
    found = told(desk, Scenario.LIQUID)
    published(desk)
    published(desk, NEXT)  # nothing was said: it is carried
    [first, *_] = [f"0x{one.submission.hash.hex()}" for one in found.submissions]
    desk.decide(decision(Choice.EXCLUDE, submission=first), ANALYST)
    desk.prepare(DAY, ANALYST, AT)
    desk.prepare(DAY, SECOND, AT)
    desk.correct(DAY, MANAGER, AT, "a mistyped deal")
    assert DeskToday.of(desk, AT).outdated == (NEXT,)


@pytest.mark.parametrize("at", [AT, SATURDAY, MONDAY])
def test_the_command_ends_with_10_while_something_waits(
    at: int, path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Six weeks before the last list ends."""
    monkeypatch.setenv("LODETRACE_HOME", str(tmp_path))
    monkeypatch.setenv("LODETRACE_NETWORKS", str(root / "networks.yaml"))
    monkeypatch.setenv("LODETRACE_NETWORK", "anvil")
    monkeypatch.setattr(cli_today, "now", lambda: at)
    found = CliRunner().invoke(app, ["prices", "today", "--book", str(path)])
    assert found.exit_code == ExitCode.PENDING, found.output
    assert "china ends in" in found.output
    assert ("no trading day" in found.output) is (at == SATURDAY)
    assert ("amber" in found.output) is (at != SATURDAY)
