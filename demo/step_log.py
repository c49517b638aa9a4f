"""The demo's journal: which steps are done, and which lot has which label.

A step is written down after the chain has it. A crash in between repeats the step, and every
operation of a member returns what it did before; so nothing is done twice.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lodetrace.text import hex_of, parse_hex


class StepLog:
    """Labels of lots and totals, by name; steps that are done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.labels: dict[str, bytes] = {}
        self.facts: dict[str, Any] = {}
        self._done: set[str] = set()
        if path.is_file():
            self._read()

    def is_done(self, step: str) -> bool:
        return step in self._done

    def lots(self, labels: list[str]) -> list[bytes]:
        return [self.labels[label] for label in labels]

    def write(self, step: str, labels: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
        """Adds a finished step, durably."""
        entry = {
            "step": step,
            "labels": {name: hex_of(word) for name, word in labels.items()},
            "facts": dict(facts),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._take(entry)

    def _read(self) -> None:
        """A last line that a crash cut off is dropped: its step is repeated."""
        whole = []
        for line in self._path.read_text("utf-8").splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            whole.append(line)
            self._take(json.loads(line))
        self._path.write_text("".join(whole), "utf-8")

    def _take(self, entry: Mapping[str, Any]) -> None:
        self._done.add(entry["step"])
        self.facts.update(entry["facts"])
        for name, word in entry["labels"].items():
            self.labels[name] = parse_hex(word)
