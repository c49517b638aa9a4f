"""Asks the other implementation, tests/independent: @ethereumjs packages on node."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "tests" / "independent" / "check.mjs"
TIMEOUT = 300  # seconds


@dataclass(frozen=True)
class Question:
    """A bundle's file, the anchor as its JSON, and whether every header is demanded."""

    file: bytes
    anchor: dict[str, Any]
    full: bool = False


def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """What it found in each bundle, or why it refuses it."""
    lines = [
        json.dumps({"file": b64encode(one.file).decode(), "anchor": one.anchor, "full": one.full})
        for one in questions
    ]
    done = subprocess.run(
        ["node", str(PROGRAM)],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
        cwd=ROOT,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions), done.stderr
    return answers
