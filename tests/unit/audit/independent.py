"""Asks the other implementation, tests/independent: @ethereumjs packages on node."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.header_chain import link
from lodetrace.text import hex_of

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "tests" / "independent" / "check.mjs"
TIMEOUT = 300  # seconds


@dataclass(frozen=True)
class Question:
    """A bundle's file, the anchor as its JSON, and whether every header is demanded.

    headers_only: steps 1 to 3.
    """

    file: bytes
    anchor: dict[str, Any]
    full: bool = False
    headers_only: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the other implementation is asked."""
        return {
            "file": b64encode(self.file).decode(),
            "anchor": self.anchor,
            "full": self.full,
            "headersOnly": self.headers_only,
        }


def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """What it found in each bundle, or why it refuses it."""
    lines = [json.dumps(one.to_json()) for one in questions]
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


def said(evidence: Evidence) -> dict[str, Any]:
    """What ours found, as the other says it."""
    blocks = link(evidence.bundle, evidence.anchor, full=False)
    rows = evidence.closure.rows.items()
    return {
        "hashes": ["0x" + block.hash.hex() for block in blocks],
        "seals": evidence.finality.seals,
        "changes": evidence.finality.set_changes,
        "rows": sorted([int(row.kind), hex_of(row.subject), len(found)] for row, found in rows),
        "events": [
            [event.place, event.contract, type(event.event).__name__] for event in evidence.events
        ],
        "keys": ["0x" + key.hex() for key in evidence.keys],
        "witnesses": [["0x" + one.witness.key.hex(), one.seen_at] for one in evidence.witnessed],
    }
