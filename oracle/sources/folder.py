"""A folder of signed documents. Nothing in it is ever changed, moved or removed.

A file is read once it has kept its size and time between two looks, or when it is older than a
few seconds; names that begin with a dot or end with .part or .tmp are still being written. A
file that changes later is a new document.
"""

import os
import stat
import time
from collections.abc import Iterator
from heapq import nsmallest
from pathlib import Path
from typing import Final, NamedTuple

from lodetrace.errors import InputError
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from oracle.service.health import ServiceHealth
from oracle.service.intake import Intake
from oracle.service.source import SourceUnusable

NAME: Final = "folder"
UNFINISHED: Final = (".part", ".tmp")
SETTLED_NS: Final = 2 * 10**9
"""A file that was not touched for so long is complete."""
STORED_AT_ONCE: Final = 50
"""Files in one commit: a file waits where it is, nobody waits for an answer."""
TAKEN_AT_ONCE: Final = 5_000
"""Files of one look: so many names are kept in memory, whatever the folder holds."""
SLOW_LOOK: Final = 0.5
RESTS: Final = 9
"""After a look that took more seconds, so many times as long is waited until the next one."""
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

    def __init__(self, folder: Path, service_health: ServiceHealth) -> None:
        self._folder: Final = folder
        self._health: Final = service_health
        self._unsettled: dict[str, _Seen] = {}
        self._looked = self._next_look = 0.0
        self._more = False
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
        """Stores complete files that are new or have changed, the oldest first."""
        if not self._may_have_news():
            return 0
        began = time.monotonic()
        news = nsmallest(TAKEN_AT_ONCE, self._news(intake), lambda one: (one.modified, one.name))
        self._more = len(news) == TAKEN_AT_ONCE
        took = time.monotonic() - began
        self._next_look = time.monotonic() + (RESTS * took if took > SLOW_LOOK else 0)
        return self._take_all(news, intake)

    def _news(self, intake: Intake) -> Iterator[_Seen]:
        """Complete files that are new or have changed."""
        unsettled = {}
        for seen in self._files():
            if not _is_text(seen.name):
                shown = ascii(seen.name)
                intake.refuse_unread("name", NAME, shown, NoPlainFile(name=shown))
            elif self._is_known(seen, intake):
                continue
            elif self._is_complete(seen):
                yield seen
            else:
                unsettled[seen.name] = seen
        self._unsettled = unsettled

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
        if quiet and not self._unsettled and not self._more and now - self._looked < FULL_LOOK:
            return False
        if not self._more and now < self._next_look:
            return False
        self._looked, self._folder_time = now, changed
        return True

    def _is_known(self, seen: _Seen, intake: Intake) -> bool:
        """Asked by name: a folder may hold more files than memory should."""
        rows = intake.store.rows(
            "SELECT size, modified FROM files WHERE folder = ? AND name = ?",
            str(self._folder),
            seen.name,
        )
        return rows == [seen[1:]]

    def _files(self) -> Iterator[_Seen]:
        """Without what is still being written, in no order."""
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        yield _Seen(entry.name, status.st_size, status.st_mtime_ns)
        except OSError as error:
            raise SourceUnusable(source=NAME, reason=str(error)) from error

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
            self._health.took(NAME)
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
