"""A folder that another program drops documents into, and what becomes of each file.

What was signed stands in `signed` before its file moves to `done`; what was refused moves to
`refused`, with the reason beside it. A crash between leaves the file where it was: signing makes
the same bytes again.
"""

import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from lodetrace.atomic_file import replace_file
from lodetrace.errors import StorageError

SHEETS: Final = (".xlsx", ".csv")
DOCUMENTS: Final = (".jsonld", ".json")

SETTLED_SECONDS: Final = 2
"""That a file lies unchanged before it is read: whoever writes it may not be done."""

Mark = tuple[int, int, int]
"""Which file it is, how large, and when it changed: another mark is another content."""

_LOCK: Final = ".lodetrace.lock"
_REASON: Final = ".reason.json"
_LONGEST_NAME: Final = 255
"""Bytes that a file system takes."""


class DropFolderUnusable(StorageError):
    """The folder, or what lies in it, cannot be read or moved."""

    template = "{path}: {reason}"
    advice = "Make room or fix permissions, then begin again: nothing is signed twice."


class DropFolderWatched(StorageError):
    """Another process works through the folder."""

    template = "{path} is watched by another process"
    advice = "One is enough. A lock that a killed process left is in nobody's way."


class SignedFileSpoilt(StorageError):
    """A file among the signed ones that is none."""

    template = "{path}: {reason}"
    advice = "The files there say which numbers are taken. Move this one away, then begin again."


class DropFolder:
    """The folder and its three places."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.signed: Final = path / "signed"
        self.done: Final = path / "done"
        self.refused: Final = path / "refused"

    @contextmanager
    def watching(self) -> Iterator[Self]:
        """Makes the places and keeps others away; raises DropFolderUnusable, DropFolderWatched."""
        with _errors(self.path):
            for place in (self.signed, self.done, self.refused):
                place.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield self
        except BlockingIOError as error:
            raise DropFolderWatched(path=self.path) from error
        finally:
            os.close(lock)

    def waiting(self) -> list[Path]:
        """Files that are whole and of a known kind, by name; links and hidden files are left."""
        found = []
        now = time.time_ns()
        with _errors(self.path):
            paths = sorted(self.path.iterdir())
        for path in paths:
            known = path.suffix.lower() in (*SHEETS, *DOCUMENTS)
            mark = None if path.name.startswith(".") or not known else self.mark(path)
            if mark is not None and now - mark[-1] >= SETTLED_SECONDS * 10**9:
                found.append(path)
        return found

    def mark(self, file: Path) -> Mark | None:
        """What tells whether a file changed; None of a link, a folder, and one that is gone.

        Its time is that of the inode: a copying program sets back the other one.
        """
        with _errors(file):
            try:
                told = file.lstat()
            except FileNotFoundError:
                return None
        if not stat.S_ISREG(told.st_mode):
            return None
        return told.st_ino, told.st_size, told.st_ctime_ns

    def finish(self, file: Path) -> Path:
        """All of the file is signed."""
        return self._move(file, self.done)

    def refuse(self, file: Path, reasons: Sequence[tuple[Sequence[int], str]]) -> Path:
        """Something of the file is not signed: the rows, if any, and why."""
        told = [{"rows": list(rows), "reason": reason} for rows, reason in reasons]
        target = self._free(file, self.refused)
        text = json.dumps({"file": file.name, "refused": told}, indent=2) + "\n"
        with _errors(target):
            replace_file(target.with_name(target.name + _REASON), text.encode())
        return self._move(file, self.refused)

    def _move(self, file: Path, place: Path) -> Path:
        target = self._free(file, place)
        with _errors(file):
            return file.rename(target)

    def _free(self, file: Path, place: Path) -> Path:
        """A name that nothing has there; a file that comes twice is kept twice."""
        target, count = place / _fitting(file.stem, file.suffix), 1
        while target.exists():
            count += 1
            target = place / _fitting(file.stem, f".{count}{file.suffix}")
        return target


def _fitting(stem: str, end: str) -> str:
    """A name beside which that of its reason fits as well."""
    while len(os.fsencode(stem + end + _REASON)) > _LONGEST_NAME:
        stem = stem[:-1]
    return stem + end


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DropFolderUnusable(path=path, reason=error.strerror or error) from error
