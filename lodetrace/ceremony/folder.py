"""Where the files of a transcript lie: one folder, which travels by any means."""

import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.atomic_file import replace_file
from lodetrace.ceremony.errors import TranscriptMalformed
from lodetrace.secp256k1 import Signature

PLAN: Final = "plan.json"
SIGNATURES: Final = "signatures.json"
POWERS: Final = "phase1.ptau"
CIRCUITS: Final = "circuits"
TURNS: Final = "turns"
ATTESTATION: Final = "attestation.json"
_ARRIVING: Final = ".arriving"
_MOST_BYTES: Final = 1 << 20
LARGEST: Final = 3 << 29
"""Bytes of a file with points: phase 1 for a million constraints has 1.2 GB."""


@dataclass(frozen=True, slots=True)
class TranscriptFolder:
    """path: of the whole transcript."""

    path: Path

    def read(self, name: str, limit: int = _MOST_BYTES) -> bytes:
        """A file of it, never more than `limit` bytes; raises TranscriptMalformed."""
        try:
            found = self.file(name).stat()
            if not stat.S_ISREG(found.st_mode):
                raise TranscriptMalformed(file=name, reason="it is a folder, a pipe or a device")
            if found.st_size > limit:
                reason = f"it has {found.st_size:,} bytes, {limit:,} at most belong there"
                raise TranscriptMalformed(file=name, reason=reason)
            with self.file(name).open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise TranscriptMalformed(file=name, reason=error.strerror or error) from error

    def file(self, name: str) -> Path:
        """Where a file of it lies."""
        return self.path / name

    def signatures(self) -> list[Signature]:
        """Under the plan; raises TranscriptMalformed, or SignatureInvalid."""
        if not self.file(SIGNATURES).exists():
            return []
        content = self.read(SIGNATURES)
        try:
            document = json.loads(content)
            texts = document["signatures"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise TranscriptMalformed(file=SIGNATURES, reason=error) from error
        if not isinstance(texts, list):
            raise TranscriptMalformed(file=SIGNATURES, reason="it has no list of signatures")
        found = [Signature.parse(text) for text in texts]
        if signatures_bytes(found) != content:
            raise TranscriptMalformed(file=SIGNATURES, reason="it is not in its one form")
        return found

    def add_signature(self, signature: Signature) -> None:
        """Beside those that are there; raises as signatures does, or OSError."""
        known = dict.fromkeys([*self.signatures(), signature])
        replace_file(self.file(SIGNATURES), signatures_bytes(known))

    def turns(self) -> list[str]:
        """Names of the turns that are there, in order; what is still arriving is none."""
        folder = self.file(TURNS)
        if not folder.is_dir():
            return []
        return sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))

    def add_turn(self, turn: int, files: Mapping[str, bytes]) -> None:
        """The whole turn or nothing of it; raises OSError, also where the turn is there already."""
        turns = self.file(TURNS)
        turns.mkdir(exist_ok=True)
        arriving = turns / _ARRIVING
        shutil.rmtree(arriving, ignore_errors=True)
        arriving.mkdir()
        for name, content in files.items():
            replace_file(arriving / name, content)
        target = turns / turn_name(turn)
        if target.exists():
            raise FileExistsError(f"{target} is there already")
        arriving.rename(target)
        descriptor = os.open(turns, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def signatures_bytes(signatures: Iterable[Signature]) -> bytes:
    """The one form of the file of signatures."""
    texts = list(map(str, signatures))
    return (json.dumps({"signatures": texts}, indent=2) + "\n").encode()


def turn_name(turn: int) -> str:
    """The folder of a turn, below turns/."""
    return f"{turn:02d}"


def r1cs_name(circuit: str) -> str:
    """The constraint system of a circuit."""
    return f"{CIRCUITS}/{circuit}.r1cs"


def initial_name(circuit: str) -> str:
    """Its key before any contribution."""
    return f"{CIRCUITS}/{circuit}.zkey"


def step_name(turn: int, circuit: str) -> str:
    """Its step in a turn."""
    return f"{TURNS}/{turn_name(turn)}/{circuit}.step"
