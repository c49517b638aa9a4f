"""The lanes of `make test`: side by side, what they say at the end, and what may be left out."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from scripts.lanes import circuits
from scripts.lanes.__main__ import NAMES
from scripts.lanes.lane import Lane, LaneResult
from scripts.lanes.side_by_side import run_side_by_side
from tests.conftest import ROOT

RUNS_BROWNIE = re.compile(r'"brownie\.sh"|rehearse\.sh|"-m", "demo"')


def shell(name: str, script: str, needs: str = "", limit: int = 60) -> Lane:
    return Lane(name, ("sh", "-c", script), limit, needs)


def run(folder: Path, *lanes: Lane) -> dict[str, LaneResult]:
    results = run_side_by_side(lanes, 2, folder, Console(file=StringIO()))
    return {result.lane.name: result for result in results}


def test_two_lanes_run_at_once_and_one_fails(tmp_path: Path) -> None:
    """Each waits until the other has begun."""
    meet = "touch {0}; for i in $(seq 100); do [ -e {1} ] && exit {2}; sleep 0.1; done; exit 99"
    here, there = tmp_path / "here", tmp_path / "there"
    found = run(
        tmp_path,
        shell("one", meet.format(here, there, 0)),
        shell("two", meet.format(there, here, 3)),
    )
    assert {name: result.code for name, result in found.items()} == {"one": 0, "two": 3}


def test_lanes_that_need_the_same_run_one_after_the_other(tmp_path: Path) -> None:
    alone = f"mkdir {tmp_path}/held || exit 1; sleep 0.5; rmdir {tmp_path}/held"
    lanes = [shell(name, alone, needs="brownie") for name in ("one", "two", "three")]
    found = run(tmp_path, *lanes, shell("other", "exit 0"))
    assert {name: result.code for name, result in found.items()} == dict.fromkeys(found, 0)
    assert next(iter(found)) == "other", "it does not wait for what it does not need"


def test_a_lane_beyond_its_limit_ends_with_all_that_it_started(tmp_path: Path) -> None:
    lane = shell("slow", f"sleep 600 & echo $! > {tmp_path}/child; wait", limit=1)
    assert run(tmp_path, lane)["slow"].code is None
    child = int((tmp_path / "child").read_text())
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True)
    assert state.stdout.strip()[:1] in ("", "Z"), "it has ended, if it was not reaped yet"


@pytest.mark.parametrize("broken", ["", "unit"])
def test_make_test_says_all_summaries_and_fails_with_any_lane(tmp_path: Path, broken: str) -> None:
    make = tmp_path / "make"
    make.write_text(
        '#!/bin/sh\necho "all of $1"\necho "===== 3 passed, 1 skipped in 4.5s ====="\n'
        f'[ "$1" != "lane-{broken}" ]\n'
    )
    make.chmod(0o755)
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.lanes", str(make)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == (1 if broken else 0), ended.stdout + ended.stderr
    shown = re.findall(r"^all of lane-(\w+)$", ended.stdout, re.MULTILINE)
    assert shown == ([broken] if broken else []), "the log of a lane is shown where it failed"
    end = ended.stdout.splitlines()[-2 * len(NAMES) :]
    assert end.count("===== 3 passed, 1 skipped in 4.5s =====") == len(NAMES)
    assert sum("FAILED" in line for line in end) == bool(broken)
    assert sum("passed, 0 s" in line for line in end) == len(NAMES) - bool(broken)


def test_what_runs_brownie_is_marked() -> None:
    """Beside the lane of contracts it would wait for an hour."""
    for folder in ("unit", "stateful", "e2e"):
        for path in (ROOT / "tests" / folder).rglob("test_*.py"):
            text = path.read_text("utf-8")
            if path != Path(__file__) and RUNS_BROWNIE.search(text):
                assert "pytest.mark.brownie" in text, path


class TestCircuits:
    """Their tests are left out where the same inputs passed before."""

    @pytest.fixture(autouse=True)
    def stamp(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        stamp = tmp_path / "circuits.passed"
        monkeypatch.setattr(circuits, "STAMP", stamp)
        monkeypatch.delenv("CI", raising=False)
        self.will_end_with(monkeypatch, tmp_path, 0)
        return stamp

    @staticmethod
    def will_end_with(monkeypatch: pytest.MonkeyPatch, folder: Path, code: int) -> None:
        script = f"echo x >> {folder}/runs; exit {code}"
        monkeypatch.setattr(sys, "argv", ["circuits", "sh", "-c", script])

    @staticmethod
    def runs(folder: Path) -> int:
        return len((folder / "runs").read_text().split())

    def test_they_run_once_and_say_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert [circuits.main(), circuits.main()] == [0, 0]
        assert self.runs(tmp_path) == 1
        assert "NOT RUN" in capsys.readouterr().out
        monkeypatch.setenv("CI", "true")
        assert circuits.main() == 0
        assert self.runs(tmp_path) == 2, "continuous integration leaves nothing out"

    def test_other_inputs_run_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert circuits.main() == 0
        monkeypatch.setenv("HYPOTHESIS_PROFILE", "long")
        assert circuits.main() == 0
        assert self.runs(tmp_path) == 2

    def test_what_failed_runs_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stamp: Path
    ) -> None:
        self.will_end_with(monkeypatch, tmp_path, 1)
        assert [circuits.main(), circuits.main()] == [1, 1]
        assert self.runs(tmp_path) == 2
        assert not stamp.exists()

    def test_each_file_counts(self, tmp_path: Path) -> None:
        """A circuit, a key, a test, a lock, and what a test imports."""
        for file in circuits.inputs(ROOT):
            copy = tmp_path / "root" / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
        root, seen = tmp_path / "root", {circuits.digest(tmp_path / "root")}
        for name in (
            "zk_circuits/circuits/amount.circom",
            "zk_circuits/keys/development/manifest.json",
            "tests/circuits/test_forged_witness.py",
            "package-lock.json",
            "lodetrace/processes.py",
        ):
            with (root / name).open("ab") as file:
                file.write(b"\n")
            seen.add(circuits.digest(root))
        assert len(seen) == 6

    def test_all_that_they_import_is_an_input(self) -> None:
        program = (
            "import importlib, pathlib, sys\n"
            "for path in pathlib.Path('tests/circuits').glob('*.py'):\n"
            "    importlib.import_module('.'.join(path.with_suffix('').parts))\n"
            "files = (getattr(one, '__file__', '') for one in sys.modules.values())\n"
            "print(*filter(None, files), sep='\\n')"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        loaded = {Path(name) for name in ended.stdout.splitlines()}
        ours = {
            path
            for path in loaded
            if path.is_relative_to(ROOT) and ".venv" not in path.relative_to(ROOT).parts
        }
        assert len(ours) > 50
        assert ours <= circuits.inputs(ROOT)
