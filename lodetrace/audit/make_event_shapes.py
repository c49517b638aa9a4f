"""Writes event_shapes.json: what the verifier has to know of the compiled contracts.

    python -m lodetrace.audit.make_event_shapes build/contracts

The verifier is installed without compiled contracts; a test compares the file with them.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.plan import NAMES

TARGET: Final = Path(__file__).with_name("event_shapes.json")


def event_shapes(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The events of every contract, as the ABI has them, without names of Solidity types."""
    artifacts = Artifacts(folder)
    found = {
        name: [
            {"name": entry["name"], "inputs": [_plain(parameter) for parameter in entry["inputs"]]}
            for entry in artifacts[name].entries("event")
        ]
        for name in NAMES
    }
    return {name: events for name, events in found.items() if events}


def written(shapes: Mapping[str, Any]) -> str:
    """The file."""
    return json.dumps(shapes, indent=1) + "\n"


def _plain(parameter: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: parameter[key] for key in ("name", "type", "indexed") if key in parameter}
    if "components" in parameter:
        kept["components"] = [_plain(component) for component in parameter["components"]]
    return kept


if __name__ == "__main__":
    TARGET.write_text(written(event_shapes(Path(sys.argv[1]))), encoding="utf-8")
