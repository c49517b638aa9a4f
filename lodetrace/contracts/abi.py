"""Compiled contracts: the ABI and the code that the compiler wrote to build/contracts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lodetrace.errors import SettingsError
from lodetrace.text import parse_bare_hex

AbiEntry = Mapping[str, Any]
"""One entry of an ABI: a function, an event, an error or the constructor."""


class ArtifactUnreadable(SettingsError):
    """A contract that was not compiled, or whose file is damaged."""

    template = "the compiled contract {path} cannot be read: {reason}"
    advice = "Compile the contracts first: make compile, or set LODETRACE_BUILD."


class EntryUnknown(SettingsError):
    """A function, event or error that the compiled contract has not."""

    template = "{contract} has no {kind} {name}"
    advice = "The compiled contracts are of another version: compile them again."


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract. bytecode: what deploys it; runtime: what then stands on chain, with
    holes for its immutables. Both are empty for an interface."""

    name: str
    abi: tuple[AbiEntry, ...] = field(repr=False)
    bytecode: bytes = field(repr=False)
    runtime: bytes = field(repr=False, default=b"")

    def entry(self, kind: str, name: str) -> AbiEntry:
        """The entry of that kind (function, event, error) and name; raises EntryUnknown."""
        for entry in self.abi:
            if entry["type"] == kind and entry.get("name") == name:
                return entry
        raise EntryUnknown(contract=self.name, kind=kind, name=name)

    def entries(self, kind: str) -> tuple[AbiEntry, ...]:
        """All entries of a kind."""
        return tuple(entry for entry in self.abi if entry["type"] == kind)


class Artifacts:
    """The folder of compiled contracts, each file read once."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._loaded: dict[str, Artifact] = {}

    def __getitem__(self, name: str) -> Artifact:
        """The contract `name`; raises ArtifactUnreadable."""
        if name not in self._loaded:
            self._loaded[name] = read_artifact(self.folder / f"{name}.json")
        return self._loaded[name]


def read_artifact(path: Path) -> Artifact:
    """The compiled contract in a file; raises ArtifactUnreadable.

    A file that did not change is read once a process: the compiler's output is large.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise ArtifactUnreadable(path=path, reason=error.strerror or error) from error
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> Artifact:
    try:
        document = json.loads(path.read_text("utf-8"))
        return Artifact(
            name=path.stem,
            abi=tuple(document["abi"]),
            bytecode=_code(document.get("bytecode")),
            runtime=_code(document.get("deployedBytecode")),
        )
    except OSError as error:
        raise ArtifactUnreadable(path=path, reason=error.strerror or error) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ArtifactUnreadable(path=path, reason=f"malformed near {error}") from error


def _code(text: str | None) -> bytes:
    """Compilers write it with 0x or without; an interface has none."""
    return parse_bare_hex((text or "").removeprefix("0x"))
