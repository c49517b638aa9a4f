"""Holiday lists by setting: read strictly, joined without doubt, named by what was assessed."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lodetrace.cli.preflight import CheckResult
from lodetrace.errors import ExitCode
from oracle.prices import methodology as methodology_module
from oracle.prices.book import PriceBook
from oracle.prices.calendar_files import read_folder
from oracle.prices.calendar_status import calendar_statuses
from oracle.prices.decisions import Choice, DeskDecision
from oracle.prices.desk import PriceDesk
from oracle.prices.errors import (
    CalendarUnusable,
    HolidaysMissing,
    MethodologyUnusable,
    ReplayDiffers,
)
from oracle.prices.methodology import methodology_on
from oracle.prices.preflight import desk_checks
from oracle.prices.synthetic import (
    CHAIN_ID,
    COMMODITY,
    RATE,
    Scenario,
    entries,
    synthetic_day,
)
from oracle.prices.trading_days import calendar
from tests.unit.oracle.prices.test_desk import ANALYST, MANAGER, SECOND

YEAR = {
    "standing": "verified",
    "against": "the notice of November 2026 (invented)",
    "holidays": ["2027-01-01", "2027-02-06/2027-02-12", "2027-10-01/2027-10-07"],
}
FILE: dict[str, Any] = {
    "calendar": "china",
    "hours_from_utc": 8,
    "source": "invented for a test",
    "years": {"2027": YEAR},
}
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "calendars"
    made.mkdir()
    return made


def put(folder: Path, name: str = "china-2027.json", **changes: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({**FILE, **changes}), "utf-8")
    return path


def year_of(**changes: Any) -> dict[str, Any]:
    return {"2027": {**YEAR, **changes}}


@pytest.fixture
def desk_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the process is set to."""
    monkeypatch.setenv("LODETRACE_PRICE_CALENDARS", str(folder))
    yield folder
    calendar.cache_clear()
    methodology_module._all_of.cache_clear()


def test_a_file_adds_a_year(folder: Path) -> None:
    put(folder)
    found = calendar("china", folder)
    assert found.years == {2023, 2024, 2025, 2026, 2027}
    assert found.added == {2027}
    assert not found.is_trading_day(date(2027, 2, 8))
    assert found.is_trading_day(date(2027, 2, 15))
    assert found.before(date(2027, 10, 8)) == date(2027, 9, 30)
    with pytest.raises(HolidaysMissing, match="2028"):
        found.is_trading_day(date(2028, 1, 3))
    assert 2027 not in calendar("china").years, "the package's is as it was"


def test_a_venue_that_the_package_has_not(folder: Path) -> None:
    put(folder, "london.json", calendar="london", hours_from_utc=0)
    found = calendar("london", folder)
    assert (found.years, found.hours, found.added) == ({2027}, 0, {2027})
    with pytest.raises(MethodologyUnusable, match="london"):
        calendar("london")


def test_what_is_in_the_package_by_now_may_stay(folder: Path) -> None:
    """Named twice with the same days, in two files or in the package too."""
    put(folder)
    put(folder, "again.json")
    assert calendar("china", folder).added == {2027}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"holiday": []}, "'holiday' is not read"),
    "another market's time": ({"hours_from_utc": 9}, "9 hours from UTC; china has 8"),
    "half an hour": ({"hours_from_utc": 5.5}, "no whole number"),
    "no number": ({"hours_from_utc": "8"}, "no whole number"),
    "a name": ({"calendar": "../china"}, "not of a-z"),
    "no source": ({"source": " "}, "source: says nothing"),
    "no year": ({"years": {}}, "none is listed"),
    "a list of years": ({"years": []}, "none is listed"),
    "a year in words": ({"years": {"next": YEAR}}, "is no year"),
    "a key of a year": ({"years": year_of(checked=True)}, "'checked' is not read"),
    "a standing": ({"years": year_of(standing="sure")}, "verified or provisional"),
    "verified by nobody": ({"years": year_of(against="")}, "against says nothing"),
    "no holidays": ({"years": year_of(holidays=[])}, "no list of days"),
    "another year's day": ({"years": year_of(holidays=["2026-12-31"])}, "not lie in that year"),
    "a span backwards": (
        {"years": year_of(holidays=["2027-05-03/2027-05-01"])},
        "not lie in that year",
    ),
    "into the next year": (
        {"years": year_of(holidays=["2027-12-31/2028-01-02"])},
        "not lie in that year",
    ),
    "a day twice": (
        {"years": year_of(holidays=["2027-05-01/2027-05-03", "2027-05-02"])},
        "listed twice",
    ),
    "a day by week": ({"years": year_of(holidays=["2027-W01-1"])}, "no day like"),
    "a day without dashes": ({"years": year_of(holidays=["20270101"])}, "no day like"),
    "no such day": ({"years": year_of(holidays=["2027-02-30"])}, "day"),
    "a number": ({"years": year_of(holidays=[20270101])}, "is no day"),
    "other holidays of a year in the package": (
        {"years": {"2026": {**YEAR, "holidays": ["2026-01-01"]}}},
        "2026 is listed already, with other holidays",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_taken(what: str, folder: Path) -> None:
    changes, words = REFUSED[what]
    path = put(folder, **changes)
    with pytest.raises(CalendarUnusable, match=words) as refused:
        calendar("china", folder)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", '{"calendar": "china"}', '{"calendar": 1, "calendar":'])
def test_no_calendar_at_all(text: str, folder: Path) -> None:
    (folder / "broken.json").write_text(text, "utf-8")
    with pytest.raises(CalendarUnusable, match=r"broken\.json"):
        read_folder(folder)


def test_the_folder_has_calendars_alone(folder: Path) -> None:
    (folder / ".hidden").write_text("of an editor", "utf-8")
    put(folder)
    assert [one.name for one in read_folder(folder)] == ["china"]
    (folder / "china-2028.jsn").write_text("{}", "utf-8")
    with pytest.raises(CalendarUnusable, match=r"china-2028\.jsn"):
        read_folder(folder)
    with pytest.raises(CalendarUnusable, match="nowhere"):
        read_folder(folder / "nowhere")


def test_the_methodology_has_what_the_setting_adds(desk_folder: Path) -> None:
    put(desk_folder)
    found = methodology_on("cobalt-sulphate", date(2027, 3, 1))
    assert found.calendar.is_trading_day(date(2027, 3, 1))
    assert not found.calendar.is_trading_day(date(2027, 10, 4))


def test_a_digest_is_of_the_lists_that_a_day_rests_on(folder: Path) -> None:
    put(folder)
    package, added = calendar("china"), calendar("china", folder)
    summer, january = date(2026, 7, 1), date(2027, 1, 4)
    assert added.digest(summer) == package.digest(summer), "wherever the list comes from"
    assert not added.rests_on_added(summer)
    assert added.rests_on_added(january)
    assert added.digest(january) != added.digest(date(2027, 3, 1)), "2026 is part of it"
    other = folder.with_name("other")
    other.mkdir()
    put(other, years=year_of(holidays=["2027-01-01"]))
    assert calendar("china", other).digest(january) != added.digest(january)
    put(folder, "china-2028.json", years={"2028": {**YEAR, "holidays": ["2028-01-03"]}})
    calendar.cache_clear()
    assert calendar("china", folder).digest(january) == added.digest(january)


@pytest.mark.parametrize(("today", "due"), [(date(2026, 11, 1), False), (date(2026, 11, 2), True)])
def test_somebody_is_told_60_days_before_the_last_list_ends(today: date, due: bool) -> None:
    [found] = calendar_statuses(today)
    assert (found.is_due, found.until) == (due, date(2026, 12, 31))
    assert "2023 (provisional), 2024 (provisional), 2025, 2026" in found.words
    if due:
        assert "ends in 59 days" in found.due(today)


def test_the_next_list_ends_the_warning(desk_folder: Path) -> None:
    put(desk_folder)
    [found] = calendar_statuses(date(2026, 12, 1))
    assert (found.is_due, found.until) == (False, date(2027, 12, 31))
    assert "2027 (added)" in found.words
    [late] = calendar_statuses(date(2028, 1, 3))
    assert (late.is_due, late.until) == (True, None)
    assert "lists no holidays of 2028" in late.due(date(2028, 1, 3))


def test_check_speaks_of_calendars_at_a_desk_only(tmp_path: Path) -> None:
    assert desk_checks(tmp_path) == []
    (tmp_path / "prices.sqlite").touch()
    [found] = desk_checks(tmp_path)
    assert isinstance(found, CheckResult)
    assert (found.check, found.exit_code) == ("trading days", ExitCode.OK)
    assert found.detail.startswith("china: 2023")


def test_check_fails_by_a_calendar_that_cannot_be_read(desk_folder: Path, tmp_path: Path) -> None:
    put(desk_folder, source="")
    [found] = desk_checks(tmp_path)
    assert (found.verdict, found.exit_code) == ("failed", ExitCode.SETTINGS)
    assert "source: says nothing" in found.detail


def test_what_rests_on_an_added_list_names_it(desk_folder: Path, tmp_path: Path) -> None:
    """And is replayed no more once the list says something else."""
    put(desk_folder)
    day, at = date(2027, 3, 2), int(datetime(2027, 3, 2, 10, tzinfo=UTC).timestamp())
    values = {"rate": RATE, "source": "synthetic"}
    with PriceBook(tmp_path / "prices.sqlite") as book:
        desk = PriceDesk(book, COMMODITY, CHAIN_ID)
        desk.enter(entries(), MANAGER, at)
        for signed in synthetic_day(Scenario.LIQUID, day, 4_800_000, Random(1)).submissions:
            desk.submit(signed, at)
        rate = DeskDecision(
            COMMODITY, day, Choice.RATE, ANALYST.account, ANALYST.role, at, "daily", values
        )
        desk.decide(rate, ANALYST)
        for one in (ANALYST, SECOND):
            found = desk.prepare(day, one, at)
        record = desk.release(day, MANAGER, at)
        digest = calendar("china", desk_folder).digest(day)
        assert found.to_json()["calendar"] == f"0x{digest.hex()}"
        assert desk.replay(record).hash == record.assessment_hash
        put(desk_folder, years=year_of(holidays=["2027-01-01"]))
        calendar.cache_clear()
        methodology_module._all_of.cache_clear()
        with pytest.raises(ReplayDiffers, match="calendar"):
            desk.replay(record)
