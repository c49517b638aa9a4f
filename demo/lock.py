"""One demo at a time in a folder: a second one would end the chain under the first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demo.errors import DemoRunning


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keeps other demos away for one block of code, or until the process ends, however it ends.

    The lock stands beside the folder, which a reset removes. Raises DemoRunning.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRunning(folder=folder, pid=_said(file)) from error
        _say(file)
        yield


def _say(file: IO[str]) -> None:
    """The process id is there to be read by people; the lock does not depend on it."""
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()


def _said(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "unknown"
