"""Writes the contracts as standard JSON for the compiler, with Brownie's own settings.

Slither reads this: Brownie's artifacts leave out files that hold only structs, enums or errors.

    python scripts/setup/solc_input.py build/solc-input.json
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def settings(config: dict[str, Any]) -> dict[str, Any]:
    compiler = config["compiler"]
    solc = compiler["solc"]
    return {
        "evmVersion": compiler["evm_version"],
        "optimizer": solc["optimizer"],
        "remappings": solc["remappings"],
    }


def standard_input(root: Path) -> dict[str, Any]:
    config = yaml.safe_load((root / "brownie-config.yaml").read_text("utf-8"))
    paths = sorted((root / "contracts").rglob("*.sol"))
    sources = {
        path.relative_to(root).as_posix(): {"content": path.read_text("utf-8")} for path in paths
    }
    return {"language": "Solidity", "sources": sources, "settings": settings(config)}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(standard_input(ROOT)), encoding="utf-8")
