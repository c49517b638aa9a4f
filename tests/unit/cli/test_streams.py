"""Streams that are closed, full or hostile: exit codes are the commands' own."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode, NodeError, without_credentials
from tests.support.required import system_path

ROOT = Path(__file__).resolve().parents[3]
FULL = "/dev/full"

pytestmark = pytest.mark.slow


def shell(line: str, **settings: str) -> "subprocess.CompletedProcess[bytes]":
    """A command line as a shell reads it; P is the program."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LODETRACE_HOME": "/nowhere", **settings}
    program = line.replace("P ", f"{shlex.quote(sys.executable)} -m lodetrace ", 1)
    return subprocess.run(
        ["bash", "-c", program], env=environment, capture_output=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("P keys new <&-", ExitCode.KEYS),
        ("P keys show <&-", ExitCode.KEYS),
        (f"P keys show 2>{FULL}", ExitCode.KEYS),
        (f"P lot nonsense 2>{FULL}", ExitCode.USAGE),
        (f"P --version >{FULL}", ExitCode.STORAGE),
        (f"P -h >{FULL}", ExitCode.STORAGE),
        (f"P -h >{FULL} 2>{FULL}", ExitCode.STORAGE),
    ],
)
def test_the_exit_code_is_the_commands_own(line: str, code: ExitCode) -> None:
    system_path(FULL)
    done = shell(line)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr


def test_what_was_typed_wrongly_is_shown_and_not_obeyed() -> None:
    done = shell("P lot list $'\\x1b[31mX\\xe2\\x80\\xae'")
    assert done.returncode == ExitCode.USAGE
    said = done.stderr.decode("utf-8")
    assert "\\u202e" in said
    assert not {"\u202e", "\x1b"} & set(said)


def test_the_password_of_a_node_is_shown_nowhere() -> None:
    done = shell("P check --dev-index 3", LODETRACE_RPC_URL="http://user:s3cret@127.0.0.1:1")
    assert b"127.0.0.1:1" in done.stdout
    assert b"s3cret" not in done.stdout + done.stderr


class Away(NodeError):
    """A node that is not there."""

    template = "{url}: {reason}"


def test_an_error_repeats_no_password() -> None:
    error = Away(url="wss://a:b@h/p", reason=OSError("at https://a:b@h:1/x"))
    assert str(error) == "wss://…@h/p: at https://…@h:1/x"
    assert error.values == {"url": "wss://…@h/p", "reason": "at https://…@h:1/x"}
    assert without_credentials("mail a@b.example, see http://h/@x") == (
        "mail a@b.example, see http://h/@x"
    )
