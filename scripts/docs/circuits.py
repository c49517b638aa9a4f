"""Reference of the circuits, from their sources."""

import json
import re
from pathlib import Path
from typing import Final

from scripts.docs.markdown import table

_MAIN: Final = re.compile(
    r"component main(?: \{ public \[(?P<public>[^\]]*)\] \})? = (?P<template>\w+)"
)
_TEMPLATE: Final = re.compile(
    r"(?P<words>(?:^//[^\n]*\n)+)template (?P<name>\w+)\((?P<of>[^)]*)\)", re.M
)


def circuits_page(folder: Path) -> str:
    """Circuits with their size and public inputs, then the templates that they are made of."""
    figures = json.loads((folder / "constraints.json").read_text("utf-8"))
    rows = []
    for name, figure in figures.items():
        main = _MAIN.search((folder / "main" / f"{name}.circom").read_text("utf-8"))
        public = "" if main is None else (main["public"] or "")
        rows.append(
            (f"`{name}`", f"{figure['constraints']:,}", str(figure["public"]), f"`{public}`")
        )
    parts = [
        "# Circuits",
        "What each proves, signal by signal, is in [the specification](../zk_circuits/SPEC.md).",
        table(("circuit", "constraints", "public signals", "public inputs by name"), rows),
        "## Templates",
    ]
    for path in sorted((folder / "circuits").glob("*.circom")):
        for found in _TEMPLATE.finditer(path.read_text("utf-8")):
            words = " ".join(
                line.strip("/ ") for line in found["words"].splitlines() if "SPDX" not in line
            )
            parts += [f"### `{found['name']}({found['of']})`", f"{words}\n\n`{path.name}`"]
    return "\n\n".join(parts) + "\n"
