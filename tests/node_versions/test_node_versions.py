"""Chain, compilers and provers on the releases of Node that the machine does not have itself."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.short_story import write_short_story

HERE = Path(__file__).parent
VERSIONS = (22, 24)
LIMIT = 1_800  # seconds

OF_NODE = (
    "tests/unit/test_devchain.py",  # Ganache: starts, goes on, survives
    "tests/unit/test_setup_compiler.py",  # solc
    "tests/circuits/test_build.py",  # circom
    "tests/circuits/test_proofs.py",  # snarkjs, witness programs
    "tests/unit/zk/test_prove.py",
)


@pytest.fixture(params=VERSIONS)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """This one, with another node before the machine's own."""
    folder = HERE / "node_modules" / f"node{request.param}" / "bin"
    found = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    said = subprocess.run(["node", "--version"], env=found, capture_output=True, text=True)
    assert said.stdout.startswith(f"v{request.param}."), "make test-long installs it"
    return found


def passed(environment: dict[str, str], *words: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    version = environment["PATH"].split(os.pathsep)[0].split("/")[-2]
    print(
        f"\n{version}: {words[0]}, {time.monotonic() - began:.0f} s, {done.stdout.splitlines()[-1]}"
    )


def test_everything_that_runs_on_node_passes(environment: dict[str, str]) -> None:
    passed(environment, "pytest", "-p", "no:pytest-brownie", "-q", *OF_NODE)


def test_a_story_is_told_from_births_to_a_claim(
    environment: dict[str, str], tmp_path: Path
) -> None:
    story = write_short_story(ROOT / "examples" / "cobalt", tmp_path / "story")
    where = ("--story", str(story), "--folder", str(tmp_path / "demo"))
    passed(environment, "demo", "--no-serve", *where)
