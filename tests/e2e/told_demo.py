"""The demo as `make demo SERVE=0` tells it: told once, for every test of the lane."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from demo.workspace import Workspace
from tests.conftest import ROOT

LIMIT = 1_500  # seconds


@dataclass(frozen=True)
class Told:
    """A demo that was told to its end. said: everything it printed.

    untouched: a copy of its folder, which no test goes on with.
    """

    workspace: Workspace
    said: str
    untouched: Path


def tell(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo", "--no-serve", "--folder", str(folder), *options]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False
    )
