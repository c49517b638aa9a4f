"""The node's process: started, recognised by its command line, ended."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

import psutil

from lodetrace.errors import StorageError

STOP_LIMIT = 15  # seconds for a clean exit before SIGKILL
TAIL = 4_000  # characters of the log: Ganache's reason, and a stack of long paths behind it

# The shell writes the pid before the node takes its place; a full disk ends it there.
_LASTING = 'echo $$ > "$0" && exec "$@"'
# Ends the node as soon as the caller's end of the pipe closes, by whatever death of the caller.
# The shell lets go of the log, so that the log's lock is the node's alone.
_WATCHED = '"$@" < /dev/null & echo $! > "$0" || kill $!; exec > /dev/null 2>&1; cat; kill $!; wait'

# Processes that this one started, by folder; held so that they can be waited for.
_children: dict[Path, subprocess.Popen[bytes]] = {}


class EarlierNodeRuns(StorageError):
    """A node that was started in the folder before does not end."""

    template = "{path}: a node that runs here does not end"
    advice = "End its process, whose id stands in chain.pid of the folder, then try again."


def spawn(command: list[str], folder: Path, *, lasting: bool) -> None:
    """Starts the node; one that is not lasting ends with this process.

    The node inherits the lock on its log, taken before it exists: whatever dies in between, a
    later run sees by `lives` whether something started here is still on its way.
    """
    pid_file = folder / "chain.pid"
    pid_file.unlink(missing_ok=True)
    with (folder / "chain.log").open("ab") as log:
        _lock(log, folder)
        log.truncate(0)
        _children[folder] = subprocess.Popen(
            ["/bin/sh", "-c", _LASTING if lasting else _WATCHED, str(pid_file), *command],
            stdin=subprocess.DEVNULL if lasting else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not for the node
        )


def _lock(log: BinaryIO, folder: Path) -> None:
    try:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise EarlierNodeRuns(path=folder) from error


def lives(folder: Path) -> bool:
    """Whether a node that was started here runs or is starting, by whomever and without a pid."""
    try:
        with (folder / "chain.log").open("r+b") as log:  # a look makes no file
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def pid_of(folder: Path) -> int | None:
    """The recorded process, where it runs and is this folder's node."""
    try:
        pid = int((folder / "chain.pid").read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return pid if is_ours(pid, folder) else None


def is_ours(pid: int, folder: Path) -> bool:
    """Whether the process runs with this folder in its options; a zombie has none."""
    return f"={folder}/" in _command_line(pid)


def listens(pid: int, port: int) -> bool:
    """Whether this process, and not another one, listens on the port."""
    try:
        sockets = psutil.Process(pid).net_connections("tcp4")
    except psutil.Error:  # it has ended meanwhile
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets)


def end(folder: Path) -> bool:
    """Ends the folder's node, politely first; returns whether one was running.

    A node that is just starting gets the time to name itself; after STOP_LIMIT it is left alone.
    """
    found = False
    deadline = time.monotonic() + STOP_LIMIT
    while lives(folder) and time.monotonic() < deadline:
        pid = pid_of(folder)
        if pid is not None:
            found = True
            if not _ended(pid, folder, signal.SIGTERM):
                _ended(pid, folder, signal.SIGKILL)
        time.sleep(0.02)
    _reap(folder)
    (folder / "chain.pid").unlink(missing_ok=True)
    return found


def log_tail(folder: Path) -> str:
    """The last lines of the node's own output."""
    try:
        return (folder / "chain.log").read_text("utf-8", errors="replace").strip()[-TAIL:]
    except FileNotFoundError:
        return ""


def _command_line(pid: int) -> str:
    try:
        return "\0".join(psutil.Process(pid).cmdline())
    except (psutil.Error, ValueError):  # it has ended, or no process can have this id
        return ""


def _ended(pid: int, folder: Path, sign: signal.Signals) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)
    deadline = time.monotonic() + STOP_LIMIT
    while is_ours(pid, folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _reap(folder: Path) -> None:
    child = _children.pop(folder, None)
    if child is None:
        return
    if child.stdin is not None:
        child.stdin.close()
    child.wait(timeout=STOP_LIMIT)
