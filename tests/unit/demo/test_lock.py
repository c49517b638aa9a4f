"""A demo that is being looked at keeps its chain, whatever is started beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demo.__main__ import main
from demo.errors import DemoRunning
from demo.lock import held
from lodetrace.errors import ExitCode
from tests.conftest import ROOT

HOLDING = """
import sys, time
from pathlib import Path
from demo.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    return started


@pytest.mark.parametrize("more", [[], ["--reset"]])
def test_a_second_demo_leaves_the_first_alone(
    more: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "chain").write_text("of the first demo")
    monkeypatch.setattr("sys.argv", ["demo", "--folder", str(folder), *more])
    with held(folder):
        assert main() == ExitCode.STORAGE
    printed = capsys.readouterr().out
    assert f"(pid {os.getpid()})" in printed
    assert "Ctrl-C" in printed
    assert (folder / "chain").read_text() == "of the first demo"


def test_a_killed_demo_leaves_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = holding(folder)
    with pytest.raises(DemoRunning, match=str(first.pid)), held(folder):
        pass
    first.send_signal(signal.SIGKILL)
    first.wait()
    with held(folder):
        pass
