"""Programs that the demo starts: Brownie's scripts run in an environment of their own."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from demo.errors import ProgramFailed

TAIL: Final = 1_500
"""Characters of a program's output that an error shows."""


def run(command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]) -> None:
    """Runs to the end, everything said going to a log; raises ProgramFailed."""
    with log.open("w", encoding="utf-8") as output:
        ended = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        said = log.read_text("utf-8", errors="replace")[-TAIL:]
        raise ProgramFailed(program=" ".join(command[:4]), code=ended.returncode, output=said)
