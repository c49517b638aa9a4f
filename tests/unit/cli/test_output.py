"""One output layer: answers, problems, warnings, questions and exit codes."""

import json
from collections.abc import Callable

import pytest

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import execute
from lodetrace.cli.format import amount, iso_or_none, measurement, say_measurement, say_part
from lodetrace.cli.terminal import Terminal
from lodetrace.contracts.enums import Role
from lodetrace.errors import (
    ExitCode,
    InputError,
    KeysError,
    LodetraceError,
    NodeError,
    NotFound,
    Pending,
    Refused,
    SettingsError,
    StorageError,
)
from lodetrace.rehearsal import Rehearsed
from lodetrace.text import flag_words
from zk_circuits.balance import BirthMeasurement, RunMeasurement

KINDS = {
    InputError: 3,
    NotFound: 4,
    Refused: 5,
    KeysError: 6,
    NodeError: 7,
    StorageError: 8,
    SettingsError: 9,
    Pending: 10,
}


class ScaleBroken(InputError):
    template = "scale {scale} shows {mass}"
    advice = "Have it calibrated."


def raising(error: BaseException) -> Callable[[], Answer]:
    def command() -> Answer:
        raise error

    return command


@pytest.mark.parametrize(("kind", "code"), KINDS.items())
def test_exit_codes_say_of_what_kind_a_failure_is(kind: type[LodetraceError], code: int) -> None:
    assert execute(Terminal(), raising(kind())) == code


def test_an_error_is_said_in_words_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    execute(Terminal(), raising(ScaleBroken(scale="[7]", mass=b"\1")))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "error: scale [7] shows b'\\x01'\nHave it calibrated.\n"


def test_an_error_in_json_is_a_problem_object(capsys: pytest.CaptureFixture[str]) -> None:
    execute(Terminal(as_json=True), raising(ScaleBroken(scale=7, mass=b"\1\2")))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert json.loads(printed.err) == {
        "type": "urn:lodetrace:problem:ScaleBroken",
        "title": "Wrong input",
        "detail": "scale 7 shows b'\\x01\\x02'",
        "code": "ScaleBroken",
        "exit_code": 3,
        "advice": "Have it calibrated.",
        "values": {"scale": "7", "mass": "0x0102"},
    }


def test_a_defect_of_our_own_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        execute(Terminal(), raising(ZeroDivisionError()))


def test_warnings_are_part_of_the_json_answer(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(as_json=True)
    terminal.warn("look out")
    terminal.note("people only")
    terminal.answer(Answer({"lots": []}, ["none"]))
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"lots": [], "warnings": ["look out"]}
    assert printed.err == ""


def test_warnings_for_people_are_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.warn("look out")
    terminal.answer(Answer({"lots": []}, ["none", fields({"metal": "6 t", "until": None})]))
    printed = capsys.readouterr()
    assert printed.err == "warning: look out\n"
    assert [line.strip() for line in printed.out.splitlines()] == ["none", "metal  6 t"]


def test_words_of_others_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table = rows(("reason", "metal>"), [("[bold]seal[/bold] broken", "6 t")])
    Terminal().answer(Answer({}, [table, "[red]text[/red]"]))
    out = capsys.readouterr().out
    assert "[bold]seal[/bold] broken" in out
    assert "[red]text[/red]" in out


def test_a_question_that_nobody_hears_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    def asking(terminal: Terminal) -> Callable[[], Answer]:
        def command() -> Answer:
            terminal.confirm("Write it off?")
            return Answer({"done": True}, ["done"])

        return command

    for terminal in (Terminal(as_json=True), Terminal()):
        assert execute(terminal, asking(terminal)) == ExitCode.USAGE
        assert "--yes" in capsys.readouterr().err
    sure = Terminal(yes=True)
    assert execute(sure, asking(sure)) == ExitCode.OK


def test_work_that_nobody_watches_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal().work("proving") as work:
        work.step("signing")
        work(1, 2)
    assert capsys.readouterr() == ("", "")


def test_events_are_told_by_what_went_in_and_came_out() -> None:
    run = RunMeasurement(5_000, (3_000, 3_000), 9_000, scrap=1_000, units=96, direct=2_000)
    assert say_measurement(run) == {
        "metal in": "3 g + 3 g",
        "metal": "5 g",
        "scrap": "1 g",
        "units": "96",
        "carbon": "9 g CO2e",
        "direct": "2 g CO2e",
        "intensity": "1.8 kg CO2e per kg",
        "credits stated": None,
    }
    assert measurement(run)["metal_in"] == [amount(3_000, "mg")] * 2
    birth = BirthMeasurement(5_000, 9_000, attested=(5_000, 0, 0, 0))
    assert say_measurement(birth)["credits stated"] == "responsible 100 % (5 g)"
    assert measurement(birth)["attested"] == {"responsible": amount(5_000, "mg")}


def test_amounts_are_text_with_their_unit() -> None:
    assert amount(1 << 63, "mg") == {"value": "9223372036854775808", "unit": "mg"}
    assert say_part(1, 3) == "33.3333 % (1 mg)"
    assert say_part(0, 3) == "none"
    assert iso_or_none((1 << 40) - 1) is None
    assert flag_words(Role.TRADER | Role.MAKER) == ["trader", "maker"]


def test_wrong_usage_is_a_problem_object_with_json(run) -> None:
    done = run("lot", "offer", "2f3a91c4", "--json")
    assert done.exit_code == ExitCode.USAGE
    problem = json.loads(done.stderr)
    assert problem["type"] == "urn:lodetrace:problem:WrongUsage"
    assert "--to" in problem["detail"]
    plain = run("lot", "offer", "2f3a91c4")
    assert plain.exit_code == ExitCode.USAGE
    assert "--to" in plain.stderr


def test_ctrl_c_says_how_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(Terminal(), raising(KeyboardInterrupt())) == ExitCode.INTERRUPTED
    printed = capsys.readouterr().err
    assert "error: interrupted" in printed
    assert "The same command again goes on" in printed


def test_a_rehearsal_says_what_would_come(capsys: pytest.CaptureFixture[str]) -> None:
    end = Rehearsed("send Claims.record", {"contract": "Claims", "arguments": [{"metal": "7"}]})
    assert execute(Terminal(as_json=True, dry_run=True), raising(end)) == ExitCode.OK
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "would": "send Claims.record", "contract": "Claims", "arguments": [{"metal": "7"}],
        "dry_run": True,
    }  # fmt: skip
    terminal = Terminal(dry_run=True)
    terminal.confirm("Record it?")
    assert execute(terminal, raising(end)) == ExitCode.OK
    printed = capsys.readouterr()
    assert "Would send Claims.record." in printed.out
    assert "nothing was sent or written" in printed.err
