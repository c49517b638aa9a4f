"""What verify.html asks of Python, in a Python of this machine."""

import json
import shutil
from pathlib import Path

import pytest

from lodetrace.audit.verify import STEPS
from lodetrace.cli.audit.in_page import Desk, about
from lodetrace.cli.audit.standalone import main
from tests.unit.setup_steps import ROOT

STORY = ROOT / "tests" / "vectors" / "story"
NOW = "2026-11-01T00:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The reader's files by their roles, as the page lays them down."""
    shutil.copy(STORY / "sulphate.bundle", tmp_path / "bundle")
    shutil.copy(STORY / "anchor.json", tmp_path / "anchor")
    return tmp_path


@pytest.mark.slow
def test_it_answers_as_the_command_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "names").write_text('{"0x2f": "Mwinda \\u202e"}', "utf-8")
    told: list[str] = []
    desk = Desk(told.append)
    answer = json.loads(desk.verify(str(folder), NOW))
    report, paper = folder / "report.html", folder / "paper.html"
    words = ["--trust", folder / "anchor", "--names", folder / "names", "--now", NOW, "--json"]
    written = ["--out", report, "--report", paper, "--prepared-by", "A. Mensah"]
    main([str(word) for word in (folder / "bundle", *words, *written)])
    assert answer["document"] == json.loads(capsys.readouterr().out)
    assert [json.loads(one)["title"] for one in told] == list(STEPS)
    assert desk.report() == report.read_text("utf-8")
    assert desk.paper("", "A. Mensah") == paper.read_text("utf-8")


def test_a_bad_file_is_a_problem_and_the_next_one_is_judged(folder: Path) -> None:
    desk = Desk(pytest.fail)
    (folder / "policy").write_bytes(b"\xff")
    found = json.loads(desk.verify(str(folder), ""))["problem"]
    assert (found["code"], found["values"]["path"]) == ("PolicyUnreadable", "policy")
    (folder / "policy").unlink()
    assert json.loads(desk.verify(str(folder), "soon"))["problem"]["code"] == "NowMalformed"
    (folder / "bundle").write_bytes(b"no bundle")
    assert json.loads(desk.verify(str(folder), NOW))["page"]["mark"] == "REFUSED"


def test_memory_that_does_not_suffice_is_told(folder: Path) -> None:
    """As a browser gives so much and no more: here a step's observer takes too much."""

    def too_much(_: str) -> None:
        raise MemoryError

    found = json.loads(Desk(too_much).verify(str(folder), NOW))["problem"]
    assert found["code"] == "MemoryTooSmall"
    assert "lodetrace-verify.pyz" in found["advice"]


def test_a_name_that_turns_a_line_is_spelled_out(folder: Path) -> None:
    (folder / "bundle").unlink()
    (folder / "anchor").write_text('{"format": "\u202e"}', "utf-8")
    found = Desk(pytest.fail).verify(str(folder), NOW)
    assert "\u202e" not in json.loads(found)["problem"]["detail"]


def test_it_says_how_much_of_a_file_is_read() -> None:
    said = json.loads(about())
    assert said["steps"] == list(STEPS)
    assert said["most"].keys() == {"bundle", "anchor", "policy", "names"}
