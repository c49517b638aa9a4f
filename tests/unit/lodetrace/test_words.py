"""Words that people type: passphrases."""

import os
import pty
import subprocess
import sys

import pytest

PROGRAM = """
from lodetrace.keys.passphrase import {function}
from lodetrace.settings import Settings
try:
    print("got", {function}(Settings.load()))
except Exception as error:
    print(type(error).__name__)
"""


def on_a_terminal(function: str, typed: list[str]) -> str:
    """What a program says to somebody who types at a real terminal."""
    main, side = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if "PASSPHRASE" not in name}
    program = PROGRAM.format(function=function)
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=side, stdout=subprocess.PIPE, stderr=side, env=environment,
        start_new_session=True,
    )  # fmt: skip
    for line in typed:
        asked = b""
        while b": " not in asked:  # what is typed before the question is thrown away
            asked += os.read(main, 1024)
        os.write(main, line.encode() + b"\n")
    out, _ = process.communicate(timeout=60)
    os.close(main)
    os.close(side)
    return out.decode()


def test_a_passphrase_is_asked_for() -> None:
    assert "got correct horse" in on_a_terminal("existing_passphrase", ["correct horse"])


def test_a_new_passphrase_is_asked_for_twice() -> None:
    assert "got correct horse" in on_a_terminal("new_passphrase", ["correct horse"] * 2)
    assert "PassphrasesDiffer" in on_a_terminal("new_passphrase", ["correct horse", "battery"])


def test_a_given_passphrase_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from lodetrace.keys.passphrase import new_passphrase
    from lodetrace.settings import Settings

    monkeypatch.setenv("LODETRACE_PASSPHRASE", "correct horse")
    assert new_passphrase(Settings.load()) == "correct horse"


def test_networks_are_found_above_the_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lodetrace.settings import Settings

    folder = tmp_path_factory.mktemp("somewhere")
    (folder / "networks.yaml").write_text("development: []\n")
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert Settings.load({}).networks_file == folder / "networks.yaml"
