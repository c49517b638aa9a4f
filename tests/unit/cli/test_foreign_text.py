"""Foreign text on a terminal: shown, never obeyed, whatever prints it and wherever it goes."""

import io
import json
import logging
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import execute, group
from lodetrace.cli.terminal import Terminal
from lodetrace.errors import ExitCode, InputError
from lodetrace.service_log import text_lines
from lodetrace.text import visible
from oracle.cli import _answer, _report
from oracle.cli import app as oracle
from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.support.required import system_path
from tests.unit.oracle.village import Village

ROOT = Path(__file__).resolve().parents[3]
STORY = ROOT / "tests" / "vectors" / "story"
VERIFY = ("audit", "verify", str(STORY / "sulphate.bundle"), "--trust", str(STORY / "anchor.json"))
PARTIES = (
    "0xfaffb1d94558288977f8c335f15cf5b7ea1f400160a6f01c680b138cfa576d5b",
    "0xa52f73f8f973e9f008769c6d95ac18c8b812aa704d359a63225cd8c200f7582a",
    "0x1aa41ac6e4903d2334142da88535858ceff8f8619db2d77a451eb469cc72b041",
    "0x6e6c486fada41bc71525ad6989972ab02754eda217ab8aeee0e30d5c6edaf33d",
    "0xf2c51406990e1078ae8e1ce4f367f959f87c5235d386f31f487ecb3f20427dad",
)
"""Members in the vector's verdict."""
HOSTILE = "Zinc\x1b[1A\x1b[2K\u202egnp\u2066\x9b2J\r\x07\x08\x7f\ud83d[red]attested[/red]"
SPELLED = r"Zinc\x1b[1A\x1b[2K\u202egnp\u2066\x9b2J\r\x07\x08\x7f\ud83d[red]attested[/red]"


class Quoted(InputError):
    template = "found {what}"
    advice = f"Ask for {HOSTILE}."


def obeyed(text: str) -> set[str]:
    """What a terminal would do something for, but the ends of our own lines."""
    return {
        one
        for one in text
        if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and one not in "\n\u200d"
    }


@pytest.mark.parametrize("code", range(0x20))
def test_every_control_character_is_spelled(code: int) -> None:
    assert obeyed(visible(chr(code), keep="")) == set()
    assert obeyed(visible(chr(0x80 + code), keep="")) == set()


def test_text_that_only_looks_foreign_stays() -> None:
    for name in ("Łódź", "Жезказган", "金川集团", "الرياض", "می\u200cخواهم", "Ω≈ç 👷🏽"):
        assert visible(name) == name


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_in_an_answer_is_obeyed(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it stands in, and also where a view forgot that its text is foreign."""
    careless = Table()
    careless.add_row(HOSTILE)
    shown = [
        HOSTILE,
        fields({"name": HOSTILE}),
        rows(("name",), [(HOSTILE,)], HOSTILE),
        Text(HOSTILE.replace("\x07", "").replace("\x08", "").replace("\r", "")),
        careless,
    ]
    terminal = Terminal(as_json)
    terminal.note(HOSTILE)
    terminal.warn(HOSTILE)
    terminal.answer(Answer({"name": HOSTILE}, shown))
    printed = capsys.readouterr()
    assert obeyed(printed.out + printed.err) == set()
    if as_json:
        assert json.loads(printed.out)["name"] == HOSTILE
    else:
        assert printed.out.count(SPELLED) == 4
        assert printed.out.count("[red]attested[/red]") == 6
        assert printed.err.count(SPELLED) == 2


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_in_an_error_is_obeyed(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> Answer:
        raise Quoted(what=HOSTILE)

    assert execute(Terminal(as_json), fail) is ExitCode.INPUT
    err = capsys.readouterr().err
    assert obeyed(err) == set()
    assert (json.loads(err)["values"]["what"] == HOSTILE) if as_json else (SPELLED in err)


def test_colours_of_our_own_stay() -> None:
    from lodetrace.cli.shown import ShownAsWritten

    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard")
    console.push_render_hook(ShownAsWritten(console))
    console.print(Text("refused \x1b[2K", "bold red"))
    assert console.file.getvalue() == "\x1b[1;31mrefused \\x1b[2K\x1b[0m\n"  # type: ignore[attr-defined]


def test_a_line_of_the_log_for_people_is_one_line() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "met %s", ("\x1b[2Kx\nattested",), None)
    assert text_lines().format(record).endswith(r"met \x1b[2Kx\nattested")
    try:
        raise ValueError("\x1b[2K")
    except ValueError:
        record.exc_info = sys.exc_info()
    found = text_lines().format(record)
    assert len(found.splitlines()) > 2
    assert obeyed(found) == set()


def test_a_traceback_shows_no_variable() -> None:
    """They hold documents, passphrases and amounts."""
    assert group("any", "Any.").pretty_exceptions_show_locals is False
    assert oracle.pretty_exceptions_show_locals is False


def test_the_handed_document_moves_no_cursor(
    shared_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Case 08: its substance ends the line of its refusal and writes another verdict."""
    village = Village(ROOT / "examples" / "cobalt")
    case = shared_dir / "cases" / "08-terminal-control-signs" / "substance.jsonld"
    raw = json.loads(case.read_text("utf-8"))
    signed = village.sign(raw, tmp_path / "signed.json", by="mwinda-mine", sequence=950)
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        report = OracleNode(village.declarations(), history).examine(signed, village)
    assert any(obeyed(one) for one in report.refusals)
    Terminal().answer(_answer([_report(report)]))
    out = capsys.readouterr().out
    assert obeyed(out) == set()
    assert r"\x1b[1A" in out


# --- the program itself, and where its output goes ---------------------------------------------


def lodetrace(
    *words: str, stdout: int = subprocess.PIPE, encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-m", "lodetrace", *words],
        env=environment, stdout=stdout, stderr=subprocess.PIPE, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Names for the parties of the vector: in scripts of the world, and hostile ones."""
    given = ["Wałbrzych Cobalt", "Жезказган", "金川集团", "الرياض", HOSTILE]
    path = tmp_path / "names.json"
    path.write_text(json.dumps(dict(zip(PARTIES, given, strict=True))))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_a_verdict_is_said_in_every_code_page(names: Path, encoding: str) -> None:
    """No exit code for a defect of ours, and no two names that look the same."""
    done = lodetrace(*VERIFY, "--names", str(names), encoding=encoding)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    found = done.stdout.decode(encoding)
    assert obeyed(found + done.stderr.decode()) == set()
    assert ("金川集团" if encoding == "utf-8" else r"\u91d1\u5ddd\u96c6\u56e2") in found
    plain = lodetrace(*VERIFY, "--names", str(names), "--json", encoding=encoding)
    assert json.loads(plain.stdout.decode(encoding))["accepted"] is True


@pytest.mark.slow
@pytest.mark.parametrize("words", [VERIFY, (*VERIFY, "--json"), ("--help",), ("--version",)])
def test_a_reader_who_leaves_changes_no_exit_code(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = lodetrace(*words, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.mark.slow
def test_a_refusal_keeps_its_code_without_a_reader(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bundle"
    broken.write_bytes(b"no bundle")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = lodetrace("audit", "verify", str(broken), *VERIFY[3:], stdout=writing)
    finally:
        os.close(writing)
    assert done.returncode == ExitCode.REFUSED


@pytest.mark.slow
def test_an_answer_that_finds_no_room_is_no_good_end() -> None:
    with system_path("/dev/full").open("wb") as full:
        done = lodetrace(*VERIFY, stdout=full.fileno())
    assert done.returncode == ExitCode.STORAGE
    assert b"error: the answer could not be written: No space left" in done.stderr
