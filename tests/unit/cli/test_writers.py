"""What a command changes it can rehearse, and what cannot be taken back it asks about."""

import pytest

from lodetrace.errors import ExitCode
from tests.unit.cli.command_lines import commands, options_of

COMMANDS = dict(commands())

READERS = {
    "check", "keys show", "keys consent", "event status", "lot list", "lot show", "lot inbox",
    "claim verify", "claim list", "price list", "price show", "price verify", "opening check",
    "network status", "network logs", "network upgrade-check", "network validator votes",
    "network node list", "product find", "product list", "book list", "status",
    "ceremony verify", "ceremony status",
}  # fmt: skip
"""Commands that neither send nor write. A consent is printed: who is given it sends it."""

IRREVOCABLE = {
    "event sign", "event file", "event withdraw", "lot create", "lot offer", "lot accept",
    "lot reject", "lot dispute", "lot disclose", "lot run", "lot merge", "lot split", "lot charge",
    "lot lost", "lot hold", "lot renew", "lot release", "lot consent", "lot approve-settlement",
    "product import", "product declare", "product assign", "product seal", "product retire",
    "total record", "claim prove", "price prove", "gateway publish", "book import", "event import",
    "init", "event send", "event watch", "keys consent", "keys rotate", "network reset",
    "network restore", "network validator propose-remove",
}  # fmt: skip
"""What others see for good, or what is gone for good."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_writer_can_rehearse(name: str) -> None:
    assert ("--dry-run" in options_of(COMMANDS[name])) == (name not in READERS)


def test_what_cannot_be_taken_back_is_asked_about() -> None:
    assert {name for name in COMMANDS if "--yes" in options_of(COMMANDS[name])} == IRREVOCABLE


def test_no_command_is_forgotten() -> None:
    assert COMMANDS.keys() >= READERS | IRREVOCABLE


@pytest.mark.parametrize("name", ["", *COMMANDS, "lot", "network", "network validator"])
def test_h_is_help(name: str, run) -> None:
    short, long = run(*name.split(), "-h"), run(*name.split(), "--help")
    assert (short.exit_code, short.stdout) == (ExitCode.OK, long.stdout)


def test_output_files_have_one_name() -> None:
    """--to is an account or a version, --output a lot of a run; a verification alone may write a
    working paper, by --report, beside its page."""
    known = {option for command in COMMANDS.values() for option in options_of(command)}
    assert "--out" in known
    assert known.isdisjoint({"--into", "--svg", "--file-out"})
    with_report = {name for name, command in COMMANDS.items() if "--report" in options_of(command)}
    assert with_report == {"audit verify"}
    with_to = {name for name, command in COMMANDS.items() if "--to" in options_of(command)}
    assert with_to == {"lot offer", "lot disclose", "network upgrade-check"}


def test_completion_knows_the_commands(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_LODETRACE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "lodetrace lot off")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run().stdout.split() == ["offer"]
