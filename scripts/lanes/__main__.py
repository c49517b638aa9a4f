"""`make test`: lint and all lanes, two at a time.

    python -m scripts.lanes [make]

What a lane prints goes to build/lanes/NAME.log, and to the screen where it failed. The last lines
are those of every pytest.
"""

import signal
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from scripts.lanes.lane import Lane, LaneResult
from scripts.lanes.side_by_side import run_side_by_side

AT_ONCE: Final = 2
FOLDER: Final = Path("build/lanes")
LIMIT: Final = 4_800
"""Seconds of a lane; that of the longest is about a quarter of it on two idle cores."""

NAMES: Final = (
    "contracts",
    "unit",
    "e2e",
    "stateful",
    "brownie",
    "circuits",
    "browser",
    "verifier",
    "lint",
    "cases",
)
"""The longest first, so that none of them is left alone at the end."""
OF_BROWNIE: Final = frozenset({"contracts", "brownie"})
"""Brownie takes one run at a time in a clone."""


def main() -> int:
    """0 where every lane passed."""
    make = sys.argv[1] if len(sys.argv) > 1 else "make"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    lanes = [
        Lane(name, (make, f"lane-{name}"), LIMIT, "brownie" if name in OF_BROWNIE else "")
        for name in NAMES
    ]
    results = run_side_by_side(lanes, AT_ONCE, FOLDER, console)
    failed = [result for result in results if result.code != 0]
    for result in failed:
        print(f"\n{result.lane.name}, all of {result.log}:\n\n{result.text}", flush=True)
    for result in results:
        print("\n".join([_verdict(result), *result.summaries]), flush=True)
    return 1 if failed else 0


def _verdict(result: LaneResult) -> str:
    return f"{result.lane.name}: {'passed' if result.code == 0 else 'FAILED'}, {result.seconds} s"


if __name__ == "__main__":
    sys.exit(main())
