"""One service for one key and one folder on this machine."""

import fcntl
import socket
import sys
from pathlib import Path
from typing import IO, Final, Self

from lodetrace.errors import KeysError, StorageError


class FolderInUse(StorageError):
    """Another service works in the folder."""

    template = "another oracle service works in {folder}"
    advice = "One process per node: stop the other one first."

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=folder)
        self.folder: Final = folder


class KeyInUse(KeysError):
    """Another service on this machine signs with the key on the same chain."""

    template = "another oracle service on this machine signs for {signer}"
    advice = "One process per key: stop the other one first."


class ServiceLock:
    """Held as long as the process lives, however it ends. Use it in `with`."""

    def __init__(self, folder: Path, signer: str, genesis: str) -> None:
        """genesis: the same key may work on several chains."""
        self._folder: Final = folder
        self._signer: Final = signer
        self._genesis: Final = genesis
        self._file: IO[bytes] | None = None
        self._name: socket.socket | None = None

    def __enter__(self) -> Self:
        """Raises FolderInUse or KeyInUse."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = (self._folder / "oracle.lock").open("wb")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise FolderInUse(folder=self._folder) from error
        try:
            self._name = _claimed(f"{self._signer} {self._genesis[:18]}")
        except OSError as error:
            self._file.close()
            raise KeyInUse(signer=self._signer) from error
        return self

    def __exit__(self, *_: object) -> None:
        for held in (self._name, self._file):
            if held is not None:
                held.close()


def _claimed(name: str) -> socket.socket | None:
    """A name that only one process of a Linux machine can have; nothing is written anywhere."""
    if sys.platform != "linux":
        return None
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(f"\0lodetrace-oracle {name.lower()}")
    except OSError:
        found.close()
        raise
    return found
