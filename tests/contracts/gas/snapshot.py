"""The committed gas of each act, exact to the unit.

    LODETRACE_GAS=write scripts/setup/brownie.sh test tests/contracts/gas --network anvil

writes it anew; without LODETRACE_GAS the tests compare.
"""

import json
import os
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("snapshot.json")
MEASURED = Path(__file__).resolve().parents[3] / "build" / "gas.json"
ZERO_BYTE, OTHER_BYTE = 4, 16  # gas of calldata


def gas_of(tx: Any, proof: tuple[Any, ...] | None = None) -> int:
    """Gas used. Proofs are random: their bytes count as if none of them was zero."""
    zeros = sum(word.to_bytes(32, "big").count(0) for word in proof[0]) if proof else 0
    return int(tx.gas_used) + zeros * (OTHER_BYTE - ZERO_BYTE)


def committed() -> dict[str, int]:
    """Gas by act, of the last agreed measurement."""
    found: dict[str, int] = json.loads(SNAPSHOT.read_text("utf-8"))
    return found


def keep(measured: dict[str, int]) -> None:
    """For the benchmarks, and where that was asked for as the new snapshot."""
    text = json.dumps(dict(sorted(measured.items())), indent=2) + "\n"
    MEASURED.parent.mkdir(parents=True, exist_ok=True)
    MEASURED.write_text(text, "utf-8")
    if os.environ.get("LODETRACE_GAS") == "write":
        SNAPSHOT.write_text(text, "utf-8")
