"""A folder of signed documents. Nothing in it is ever changed, moved or removed.

A file is read once it has kept its size and time between two looks, or when it is older than a
few seconds; names that begin with a dot or end with .part or .tmp are still being written. A
file that changes later is a new document.
"""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from lodetrace.documents.strict_json import MAX_BYTES, DocumentTooLarge
from lodetrace.errors import InputError
from oracle.service.intake import Intake
from oracle.service.vitals import Vitals
from oracle.sources.source import SourceUnusable

NAME: Final = "folder"
UNFINISHED: Final = (".part", ".tmp")
SETTLED_NS: Final = 2 * 10**9
"""A file that was not touched for so long is complete."""
STORED_AT_ONCE: Final = 50
"""Files in one commit: a file waits where it is, nobody waits for an answer."""
FULL_LOOK: Final = 60
"""Seconds between two looks at every file; in between the folder's own time says enough."""


class NoPlainFile(InputError):
    """Something in the folder that is no file: a link, a pipe, a device."""

    template = "{name} is no plain file"
    advice = "Copy the document itself into the folder."


class _Seen(NamedTuple):
    name: str
    size: int
    modified: int


class FolderSource:
    """Documents in one folder, without its subfolders."""

    def __init__(self, folder: Path, vitals: Vitals) -> None:
        self._folder: Final = folder
        self._vitals: Final = vitals
        self._unsettled: dict[str, _Seen] = {}
        self._looked = 0.0
        self._folder_time = 0

    @property
    def name(self) -> str:
        """As the status and the metrics name it."""
        return NAME

    def check(self) -> str:
        """Raises SourceUnusable."""
        if not os.access(self._folder, os.R_OK | os.X_OK) or not self._folder.is_dir():
            raise SourceUnusable(source=NAME, reason=f"{self._folder} is no readable folder")
        return f"folder {self._folder}"

    def start(self) -> None:
        """Raises SourceUnusable."""
        self.check()

    def stop(self) -> None:
        """Nothing listens."""

    def collect(self, intake: Intake) -> int:
        """Stores every complete file that is new or has changed."""
        if not self._may_have_news():
            return 0
        known = self._known(intake)
        complete, unsettled = [], {}
        for seen in self._files():
            if known.get(seen.name) == seen:
                continue
            if not _is_text(seen.name):
                shown = ascii(seen.name)
                intake.refuse_unread("name", NAME, shown, NoPlainFile(name=shown))
            elif self._is_complete(seen):
                complete.append(seen)
            else:
                unsettled[seen.name] = seen
        self._unsettled = unsettled
        return self._take_all(complete, intake)

    def _take_all(self, complete: list[_Seen], intake: Intake) -> int:
        taken = 0
        for start in range(0, len(complete), STORED_AT_ONCE):
            with intake.store.write():
                for seen in complete[start : start + STORED_AT_ONCE]:
                    taken += self._take(seen, intake)
        return taken

    def _may_have_news(self) -> bool:
        """Whether a look at every file is worth it. Raises SourceUnusable."""
        now = time.monotonic()
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError as error:
            raise SourceUnusable(source=NAME, reason=str(error)) from error
        quiet = changed == self._folder_time and time.time_ns() - changed > SETTLED_NS
        if quiet and not self._unsettled and now - self._looked < FULL_LOOK:
            return False
        self._looked, self._folder_time = now, changed
        return True

    def _known(self, intake: Intake) -> dict[str, _Seen]:
        rows = intake.store.rows(
            "SELECT name, size, modified FROM files WHERE folder = ?", str(self._folder)
        )
        return {row[0]: _Seen(*row) for row in rows}

    def _files(self) -> Iterator[_Seen]:
        """In the order in which they were written."""
        found = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        found.append(_Seen(entry.name, status.st_size, status.st_mtime_ns))
        except OSError as error:
            raise SourceUnusable(source=NAME, reason=str(error)) from error
        return iter(sorted(found, key=lambda one: (one.modified, one.name)))

    def _is_complete(self, seen: _Seen) -> bool:
        old = time.time_ns() - seen.modified > SETTLED_NS
        return old or self._unsettled.get(seen.name) == seen

    def _take(self, seen: _Seen, intake: Intake) -> bool:
        """Stores a file's document, or why it was not read; then remembers the file."""
        mark = f"{seen.size} {seen.modified}"
        try:
            content = _read(self._folder / seen.name)
        except InputError as error:
            intake.refuse_unread(mark, NAME, seen.name, error)
        except OSError:
            return False  # it went away, or may not be read yet: the next look tells
        else:
            intake.accept(content, NAME, seen.name)
            self._vitals.took(NAME)
        with intake.store.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (str(self._folder), *seen)
            )
        return True


def _is_text(name: str) -> bool:
    """Whether a name is UTF-8; the system hands over other bytes as halves of characters."""
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


def _read(path: Path) -> bytes:
    """The bytes of a plain file, never more than a document may have."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise NoPlainFile(name=path.name) from error
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123 - it is open already
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NoPlainFile(name=path.name)
        if status.st_size > MAX_BYTES:
            raise DocumentTooLarge(what="bytes", value=status.st_size, limit=MAX_BYTES)
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DocumentTooLarge(what="bytes", value=f">= {len(content)}", limit=MAX_BYTES)
    return content
