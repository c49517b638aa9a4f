"""Small files that ask for much: time and memory stay bounded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.audit.tampering.bombs import BOMBS

SECONDS = 20.0
"""Of processor time, for any one of them: the largest unpack to 256 MiB, which are hashed."""


@pytest.mark.slow
def test_bombs_are_refused_in_bounded_time_and_memory(root: Path) -> None:
    """In a program whose memory is limited: beyond it, MemoryError would leave the verifier."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.audit.tampering.bombs"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)
    for one in found:
        print(f"\n{one['bomb']}: {one['bytes']} bytes, {one['error']}, {one['seconds']:.2f} s")
    assert len(found) == len(BOMBS)
    assert [one["bomb"] for one in found if one["error"] == "none"] == []
    assert max(one["seconds"] for one in found) < SECONDS
