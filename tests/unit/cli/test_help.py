"""Every command explains itself, in the base installation already."""

import re
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from tests.unit.base_install import base_modules, in_base
from tests.unit.cli.command_lines import commands, defect, find, options_of

COMMANDS = dict(commands())
KEYS = ("new", "show", "consent", "rotate", "backup", "recover", "print", "typed")
NAMES = {
    *(f"keys {name}" for name in KEYS),
    *(
        "event file",
        "event sign",
        "event template",
        "event import",
        "event send",
        "event watch",
        "event status",
        "event withdraw",
        "total record",
        "lot reason",
        "opening check",
        "opening save",
        "check",
        "watch",
        "init",
        "unlock",
        "status",
        "try",
        "lock",
    ),
    *(f"lot {name}" for name in ("create", "list", "show", "inbox", "offer", "accept", "reject")),
    *(f"lot {name}" for name in ("cancel", "dispute", "run", "hold", "renew", "release")),
    *(f"lot {name}" for name in ("disclose", "lost", "charge", "merge", "split")),
    *(f"lot {name}" for name in ("approve-settlement", "end-dispute")),
    "lot consent",
    "lot label",
    *(f"book {name}" for name in ("add", "list", "remove", "import", "card", "export")),
    *(
        f"product {name}"
        for name in ("declare", "assign", "seal", "retire", "find", "import", "list")
    ),
    *(f"claim {name}" for name in ("prove", "verify", "list")),
    *(f"price {name}" for name in ("list", "show", "prove", "verify")),
    *(f"network {name}" for name in ("init", "up", "down", "status", "logs", "reset")),
    *(
        f"audit {name}"
        for name in ("export", "verify", "checkpoint", "compare", "move", "witness", "fork")
    ),
    *(f"network {name}" for name in ("card", "assemble", "bundle", "join", "token")),
    *(f"network {name}" for name in ("backup", "restore", "upgrade-check", "fetch-besu")),
    *(f"ceremony {name}" for name in ("plan", "sign", "contribute", "verify", "status", "finish")),
    *(f"gateway {name}" for name in ("login", "logout", "publish", "unpublish")),
    *(f"network node {name}" for name in ("allow", "deny", "list")),
    *(
        f"network validator {name}"
        for name in ("propose-add", "propose-remove", "discard", "votes")
    ),
}


def test_the_commands_are_those_of_members_and_operators() -> None:
    assert set(COMMANDS) == NAMES


def plain(text: str) -> str:
    """Help without frames and line breaks."""
    return " ".join("".join(" " if sign in "│╭╮╰╯─" else sign for sign in text).split())


@pytest.mark.parametrize("name", NAMES)
def test_help_has_examples_that_work(name: str, run) -> None:
    shown = run(*name.split(), "--help")
    assert shown.exit_code == ExitCode.OK
    lines = [line.removeprefix("Example: ") for line in COMMANDS[name].epilog.split("\n\n")]
    assert lines
    for line in lines:
        assert defect(line) is None, line
        assert f"lodetrace {name}" in line
        assert plain(line) in plain(shown.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_speaks_json_and_says_what_its_options_mean(name: str) -> None:
    parameters = COMMANDS[name].params
    assert "--json" in {option for one in parameters for option in one.opts}
    assert [one.name for one in parameters if not getattr(one, "help", "help")] == []


def test_a_wrong_example_would_be_seen() -> None:
    assert defect("lodetrace lot offer 2f3a91c4 --for 0x70") is not None
    assert defect("lodetrace lot disclose --to 0x70") is not None, "without a lot"
    assert defect("lodetrace lot sell 2f3a91c4") is not None
    assert defect("lodetrace lot list --ended") is None


@pytest.mark.parametrize("name", sorted(NAMES))
def test_help_on_a_narrow_terminal_cuts_no_word(
    name: str, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = run(*name.split(), "--help").stdout
    (command,) = (one for full, one in commands() if full == name)
    for parameter in command.params:
        for word in (parameter.help or "").split():
            assert word in shown.split() or word in shown.replace("\n", "")


def named_in(text: str) -> list[str]:
    """Commands that a help names: whole, or as a command of the same group."""
    return re.findall(r"`(?:lodetrace )?([a-z][^`]*)`", text)


def test_help_names_commands_that_exist() -> None:
    unknown = []
    for full, command in commands():
        group = full.rpartition(" ")[0]
        texts = [command.help, *(one.help or "" for one in command.params)]
        for named in named_in(" ".join(texts)):
            found, left = find([*group.split(), named] if " " not in named else named.split())
            words = [word for word in left if word.startswith("--")]
            if hasattr(found, "commands") or not set(words) <= options_of(found):
                unknown.append((full, named))
    assert unknown == []


def test_the_base_is_small() -> None:
    modules = base_modules()
    assert {"typer", "rich", "py_ecc"} <= modules
    assert modules.isdisjoint({"web3", "yaml", "nacl", "httpx", "eth_account"})


@pytest.mark.parametrize("words", [(), ("lot",), ("lot", "run"), ("event", "sign"), ("check",)])
def test_help_needs_the_base_only(words: tuple[str, ...], tmp_path: Path) -> None:
    done = in_base(*words, "--help", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Example" in done.stdout or words == ("lot",)


def test_a_member_command_in_the_base_says_what_to_install(tmp_path: Path) -> None:
    done = in_base("lot", "list", folder=tmp_path)
    assert done.returncode == ExitCode.SETTINGS
    assert ".whl[member]" in done.stderr
