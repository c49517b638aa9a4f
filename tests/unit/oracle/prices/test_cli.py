"""The commands of the price desk, through a whole day."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from lodetrace.errors import ExitCode
from lodetrace.version import SOFTWARE
from oracle.cli import app

DAY = "2026-11-20"
ANALYSTS, MANAGER = ("40", "41"), "42"
SUBMITTERS = {"amber": "50", "birch": "51", "cedar": "52", "dogwood": "53", "elder": "54"}
Call = Callable[..., Result]


@pytest.fixture
def examples(root: Path) -> Path:
    return root / "examples" / "prices"


@pytest.fixture
def call(tmp_path: Path, examples: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("LODETRACE_HOME", str(tmp_path))
    monkeypatch.setenv("LODETRACE_NETWORKS", str(root / "networks.yaml"))
    monkeypatch.setenv("LODETRACE_NETWORK", "anvil")
    monkeypatch.setenv("LODETRACE_PRICE_STAFF", str(examples / "staff.yaml"))

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["prices", *words], catch_exceptions=False)

    return run


def done(result: Result) -> dict[str, Any]:
    assert result.exit_code == ExitCode.OK, result.stderr
    return dict(json.loads(result.stdout))


@pytest.fixture
def told(call: Call, tmp_path: Path, examples: Path) -> Call:
    """The example's register and submissions are in the book, with the day's rate."""
    entries = str(examples / "submitters.yaml")
    done(call("submitters", "--enter", entries, "--dev-index", MANAGER, "--json"))
    files = []
    for path in sorted((examples / "submissions").glob("*.json")):
        out = str(tmp_path / f"{path.stem}.signed.json")
        index = SUBMITTERS[path.stem.split("-")[0]]
        done(call("sign", str(path), "--out", out, "--dev-index", index, "--yes", "--json"))
        files.append(out)
    taken = done(call("submit", *files, "--json"))["submissions"]
    assert {one["outcome"] for one in taken} == {"taken"}
    assert {one["outcome"] for one in done(call("submit", *files, "--json"))["submissions"]} == {
        "known"
    }
    rate = ("--rate", "1.2 %", "--source", "exchange", "--reason", "daily")
    done(call("decide", DAY, "rate", *rate, "--dev-index", ANALYSTS[0], "--json"))
    return call


def prepare(call: Call) -> dict[str, Any]:
    return [done(call("assess", DAY, "--dev-index", one, "--json")) for one in ANALYSTS][-1]


def test_a_day_from_submission_to_correction_and_replay(told: Call) -> None:
    prepared = prepare(told)
    assert len(prepared["preparedBy"]) == 2
    released = done(told("release", DAY, "--yes", "--dev-index", MANAGER, "--json"))
    assert [released["low"], released["high"]] == prepared["range"] == [4_810_000, 4_818_913]
    amber = next(one for one in prepared["data"] if one["voice"] == "amber")
    cause = ("--submission", amber["source"][:10], "--reason", "withdrawn by telephone")
    done(told("decide", DAY, "exclude", *cause, "--dev-index", ANALYSTS[1], "--json"))
    prepare(told)
    why = ("--reason", "a deal was withdrawn", "--yes", "--dev-index", MANAGER)
    corrected = done(told("correct", DAY, *why, "--json"))
    assert (corrected["status"], corrected["corrects"]) == ("corrected", released["record"])
    assert "2 records replayed" in told("replay").output
    replayed = done(told("replay", "--json"))
    assert (len(replayed["replayed"]), replayed["replayedBy"]) == (2, SOFTWARE)
    assert [one["status"] for one in done(told("show", DAY, "--json"))["records"]] == [
        "normal",
        "corrected",
    ]


def test_2_4_3_the_sheet_shows_every_ground(told: Call) -> None:
    found = told("show", DAY).output
    assert "special circumstances or services (2.4.3)" in found
    assert "transfer, 0 days, at 1.2 % a year" in found
    assert "freight 0.012 added" in found
    assert "4.81 – 4.818913" in found
    assert "CNY/kg of metal, no VAT" in found
    assert "salt" not in done(told("show", DAY, "--json"))


def test_2_2_roles_are_kept(told: Call) -> None:
    assert told("assess", DAY, "--dev-index", MANAGER).exit_code == ExitCode.REFUSED
    assert told("assess", DAY, "--dev-index", "50").exit_code == ExitCode.REFUSED
    assert told("release", DAY, "--yes", "--dev-index", MANAGER).exit_code == ExitCode.REFUSED


@pytest.mark.parametrize("start", ["0x", "0xffffffffff", "4.81"])
def test_2_4_3_one_submission_is_disqualified_not_several(told: Call, start: str) -> None:
    words = ("exclude", "--submission", start, "--reason", "x", "--dev-index", ANALYSTS[0])
    assert told("decide", DAY, *words).exit_code == ExitCode.NOT_FOUND


def test_a_day_without_a_range_has_no_status(call: Call) -> None:
    found = done(call("show", DAY, "--json"))
    assert (found["range"], found["status"], found["records"]) == (None, None, [])


def test_nothing_is_released_unasked(told: Call) -> None:
    prepare(told)
    found = told("release", DAY, "--dev-index", MANAGER)
    assert found.exit_code == ExitCode.USAGE
    assert "has to be confirmed" in found.stderr


def test_what_was_released_or_corrected_is_answered_again(told: Call) -> None:
    """Without a question, as whatever was done before."""
    prepare(told)
    by = ("--dev-index", MANAGER, "--json")
    released = done(told("release", DAY, "--yes", *by))
    assert done(told("release", DAY, *by)) == released
    nothing = told("correct", DAY, "--reason", "mistyped", *by)
    assert nothing.exit_code == ExitCode.REFUSED, "known before the question"
    assert "nothing else was prepared" in nothing.stderr
    amber = next(one for one in done(told("show", DAY, "--json"))["submissions"])
    cause = ("--submission", amber[:12], "--reason", "withdrawn by telephone")
    done(told("decide", DAY, "exclude", *cause, "--dev-index", ANALYSTS[1], "--json"))
    prepare(told)
    late = told("release", DAY, *by)
    assert late.exit_code == ExitCode.REFUSED
    assert "was released already; correct it" in late.stderr
    corrected = done(told("correct", DAY, "--reason", "a deal was withdrawn", "--yes", *by))
    assert done(told("correct", DAY, "--reason", "a deal was withdrawn", *by)) == corrected
    assert told("correct", DAY, "--reason", "another", *by).exit_code == ExitCode.REFUSED
    assert len(done(told("show", DAY, "--json"))["records"]) == 2


def test_entries_that_are_known_are_entered_once(told: Call, examples: Path) -> None:
    entries = str(examples / "submitters.yaml")
    before = done(told("submitters", "--json"))
    assert done(told("submitters", "--enter", entries, "--dev-index", MANAGER, "--json")) == before


def test_2_3_2_nobody_unknown(call: Call, examples: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "signed.json")
    source = str(examples / "submissions" / "amber-trade.json")
    done(call("sign", source, "--out", out, "--dev-index", "50", "--yes", "--json"))
    found = call("submit", out, "--json")
    assert found.exit_code == ExitCode.REFUSED
    assert "not its registered account" in json.loads(found.stdout)["submissions"][0]["reason"]


def test_a_file_that_is_refused_stops_no_other(told: Call, tmp_path: Path) -> None:
    broken, good = tmp_path / "broken.json", tmp_path / "amber-trade.signed.json"
    broken.write_text("{", "utf-8")
    found = told("submit", str(broken), str(good), "--json")
    assert found.exit_code == ExitCode.REFUSED
    outcomes = [one["outcome"] for one in json.loads(found.stdout)["submissions"]]
    assert outcomes == ["refused", "known"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ExitCode.INPUT, ("show", "yesterday")),
        (ExitCode.INPUT, ("simulate", "--from", "2026-13-01")),
        (ExitCode.NOT_FOUND, ("submit", "no-such-file.json")),
        (ExitCode.INPUT, ("submitters", "--enter", "absent.yaml", "--dev-index", MANAGER)),
        (
            ExitCode.INPUT,
            ("decide", DAY, "rate", "--rate", "1.2", "--reason", "x", "--dev-index", "40"),
        ),
        (ExitCode.STORAGE, ("simulate", "--days", "2", "--out", "no/such/folder/plot.svg")),
        (ExitCode.USAGE, ("simulate", "--days", "2", "--out", "month.txt")),
        (ExitCode.USAGE, ("show", "--out", "month.html")),
        (ExitCode.USAGE, ("show", DAY, "--out", "day.svg")),
        (ExitCode.REFUSED, ("show", "2026-11-21")),
        (ExitCode.REFUSED, ("show", "2026-10-01")),
        (ExitCode.SETTINGS, ("show", "2031-11-20")),
    ],
)
def test_bad_input_is_said_and_changes_nothing(
    call: Call, code: ExitCode, words: tuple[str, ...]
) -> None:
    found = call(*words)
    assert found.exit_code == code
    assert found.stderr.startswith("error: ")
    assert done(call("show", "--json"))["records"] == []


def test_a_replay_of_a_day_without_a_range(call: Call) -> None:
    assert call("replay", DAY).exit_code == ExitCode.NOT_FOUND


SVG = "{http://www.w3.org/2000/svg}"


def test_thirty_synthetic_days_as_a_plot(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "month.svg"
    found = call("simulate", "--out", str(path))
    assert found.exit_code == ExitCode.OK
    for said in ("10000 CNY/mt incl. VAT", "trading day", "09-14", "c carried"):
        assert said in found.output
    root = ElementTree.parse(path).getroot()
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Cobalt sulphate, synthetic market, seed 1"
    texts = {one.text for one in root.iter(f"{SVG}text")}
    assert {"10000 CNY/mt incl. VAT", "trading day", "carried", "corrected"} <= texts
    bars = [one.findtext(f"{SVG}title") for one in root.iter(f"{SVG}rect")]
    shown = [one for one in bars if one]
    assert len(shown) == 30
    records = done(call("simulate", "--json"))["records"]
    assert shown[0] == f"{records[0]['day']}: 4.778 to 4.792, normal"
    assert {one["status"] for one in records} >= {"normal", "carried", "corrected"}


def test_the_same_seed_gives_the_same_records(call: Call) -> None:
    first, again = (done(call("simulate", "--days", "9", "--json")) for _ in range(2))
    other = done(call("simulate", "--days", "9", "--seed", "2", "--json"))
    assert first == again
    assert first["records"] != other["records"]


def test_nothing_is_signed_unasked(call: Call, examples: Path, tmp_path: Path) -> None:
    out = tmp_path / "signed.json"
    words = ("sign", str(examples / "submissions" / "amber-trade.json"), "--out", str(out))
    found = call(*words, "--dev-index", "50")
    assert found.exit_code == ExitCode.USAGE
    assert not out.exists()


def test_a_submission_is_read_before_it_is_signed(
    call: Call, examples: Path, tmp_path: Path
) -> None:
    source = str(examples / "submissions" / "amber-trade.json")
    words = ("sign", source, "--out", str(tmp_path / "signed.json"), "--dev-index", "50")
    shown = call(*words, "--dry-run").stderr
    for said in ("cobalt-sulphate", "2026-11-20", "CNY/mt incl. VAT", "trade", "20.5 %"):
        assert said in shown
