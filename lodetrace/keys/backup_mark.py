"""What the last backup of a keystore was of: a mark beside the keystore, of no secret."""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lodetrace.atomic_file import PRIVATE, replace_file


@dataclass(frozen=True, slots=True)
class BackupMark:
    """at: seconds since 1970. digest: of the keystore's file as it was copied."""

    at: int
    digest: str

    @classmethod
    def read(cls, keystore: Path) -> Self | None:
        """The last one; None where there is none, or none that can be read."""
        try:
            found = json.loads(_place(keystore).read_text("utf-8"))
            return cls(int(found["at"]), str(found["digest"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    @classmethod
    def leave(cls, keystore: Path) -> None:
        """After a backup; raises OSError."""
        mark = {"at": int(time.time()), "digest": _digest(keystore)}
        replace_file(_place(keystore), json.dumps(mark).encode(), PRIVATE)

    def is_of(self, keystore: Path) -> bool:
        """Whether the keystore is as it was then: no key was rotated since."""
        return self.digest == _digest(keystore)


def _place(keystore: Path) -> Path:
    return keystore.with_name(keystore.name.removesuffix(".json") + ".backup-mark.json")


def _digest(keystore: Path) -> str:
    return hashlib.sha256(keystore.read_bytes()).hexdigest()
