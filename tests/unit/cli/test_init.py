"""`lodetrace init`: what it asks, checks, writes, and never writes."""

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lodetrace.cli import preflight
from lodetrace.cli.first_settings import AddressHasSecret, choose, shell_text
from lodetrace.cli.preflight import CheckResult
from lodetrace.errors import ExitCode
from lodetrace.settings import SettingMalformed, Settings
from tests.unit.cli.conftest import Run

ANSWERS = ("--network", "anvil", "--rpc", "http://127.0.0.1:8546", "--member", "refinery")

TAKES = '. "$1"'


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[CheckResult]:
    """What the checks find: all in order, but keys, which come later."""
    found = [
        CheckResult(one, "ok", "") for one in ("settings", "disk", "node", "deployment", "code")
    ]
    found.append(CheckResult("keystore", "failed", "no keystore", "", ExitCode.KEYS))
    monkeypatch.setattr(preflight, "preflight", lambda cli, proving: found)
    return found


class Typist:
    """Answers some of the questions."""

    def __init__(self, **typed: str) -> None:
        self.typed, self.asked = typed, []  # type: ignore[var-annotated]

    def ask(self, question: str, offered: str) -> str:
        self.asked.append(question)
        return self.typed.get(question.split()[0], offered)


def test_a_file_is_written_once_that_a_shell_reads(
    run: Run, home: Path, checks: list[CheckResult], tmp_path: Path
) -> None:
    out = tmp_path / "it's mine" / "settings.sh"
    words = ("init", *ANSWERS, "--out", str(out))
    assert run(*words, "--dry-run").exit_code == ExitCode.OK
    assert not out.parent.exists()
    made = json.loads(run(*words, "--json").stdout)
    assert (made["written"], made["settings"]["LODETRACE_MEMBER"]) == (True, "refinery")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    read = subprocess.run(
        [
            "sh",
            "-c",
            '. "$1"; echo "$LODETRACE_NETWORK $LODETRACE_MEMBER $LODETRACE_HOME"',
            "",
            out,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout == f"anvil refinery {home}\n"
    again = run(*words)
    assert again.exit_code == ExitCode.OK
    assert "stands already" in again.stdout
    assert "keys new" in again.stdout


def test_another_file_is_replaced_after_a_question(
    run: Run, checks: list[CheckResult], tmp_path: Path
) -> None:
    out = tmp_path / "settings.sh"
    out.write_text(shell_text({"LODETRACE_MEMBER": "other"}))
    words = ("init", *ANSWERS, "--out", str(out))
    assert run(*words).exit_code == ExitCode.USAGE
    assert "MEMBER=other" in out.read_text()
    assert run(*words, "--yes").exit_code == ExitCode.OK
    assert "MEMBER=refinery" in out.read_text()


def test_a_file_of_something_else_is_never_replaced(
    run: Run, checks: list[CheckResult], tmp_path: Path
) -> None:
    out = tmp_path / ".profile"
    out.write_text("export PATH=/bin\n")
    done = run("init", *ANSWERS, "--out", str(out), "--yes")
    assert done.exit_code == ExitCode.STORAGE
    assert "no settings file" in done.stderr
    assert out.read_text() == "export PATH=/bin\n"


@pytest.mark.parametrize("check", ["settings", "disk", "node", "deployment", "code", "directory"])
def test_nothing_is_written_where_a_needed_check_fails(
    run: Run, home: Path, checks: list[CheckResult], check: str
) -> None:
    checks.append(CheckResult(check, "failed", "it is not there", "", ExitCode.NODE))
    done = run("init", *ANSWERS, "--yes")
    assert done.exit_code == ExitCode.NODE
    assert "Nothing was written" in done.stdout
    assert not home.exists()


def test_a_node_that_is_not_there_is_a_reason(run: Run, home: Path) -> None:
    done = run("init", "--network", "anvil", "--rpc", "http://127.0.0.1:1", "--json")
    assert done.exit_code == ExitCode.NODE
    told = {one["check"]: one["verdict"] for one in json.loads(done.stdout)["checks"]}
    assert told["node"] == "failed"
    assert not home.exists()


def test_a_network_that_is_none_is_named(run: Run, home: Path) -> None:
    done = run("init", "--network", "atlantis", "--json")
    assert done.exit_code == ExitCode.SETTINGS
    assert not home.exists()


@pytest.mark.parametrize("address", ["http://clerk:secret@node:8545", "http://a,http://b:c@d"])
def test_no_secret_is_written(
    run: Run, home: Path, checks: list[CheckResult], address: str
) -> None:
    done = run("init", "--network", "anvil", "--rpc", address, "--yes")
    assert done.exit_code == ExitCode.INPUT
    assert "secret" not in done.output.replace("no secrets", "")
    assert not home.exists()


def test_no_passphrase_is_written(
    run: Run, home: Path, checks: list[CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODETRACE_RPC_TOKEN", "token of the node")
    assert run("init", *ANSWERS, "--yes").exit_code == ExitCode.OK
    text = (home / "anvil.sh").read_text()
    assert "PASSPHRASE" not in text
    assert "token of the node" not in text


def test_what_no_option_says_is_asked(home: Path) -> None:
    typist: Any = Typist(Network="besu", Name="odra")
    chosen = choose(typist, Settings.load(), {"LODETRACE_HOME": "~/keys"})
    assert [one.split()[0] for one in typist.asked] == ["Network", "Address", "Name"]
    assert chosen["LODETRACE_NETWORK"] == "besu"
    assert chosen["LODETRACE_MEMBER"] == "odra"
    assert chosen["LODETRACE_HOME"] == str(Path("~/keys").expanduser())
    assert chosen["LODETRACE_RPC_URL"] == "http://127.0.0.1:1", "what counts so far is offered"


def test_nodes_of_networks_yaml_are_offered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LODETRACE_RPC_URL")
    typist: Any = Typist(Network="anvil")
    assert choose(typist, Settings.load(), {})["LODETRACE_RPC_URL"] == "http://127.0.0.1:8546"
    with pytest.raises(AddressHasSecret):
        choose(Typist(Address="http://a:b@c"), Settings.load(), {})  # type: ignore[arg-type]


def test_an_address_that_is_none_is_left_to_the_settings(home: Path) -> None:
    typist: Any = Typist(Address="http://[::1", Network="anvil")
    chosen = choose(typist, Settings.load(), {})
    with pytest.raises(SettingMalformed):
        Settings.load(chosen).rpc_url  # noqa: B018


def test_a_value_is_quoted() -> None:
    assert shell_text({"A": "x; rm -rf ~"}).splitlines()[1] == "export A='x; rm -rf ~'"
