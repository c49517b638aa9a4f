"""The node's process: started, recognised by its command line, ended."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

STOP_LIMIT = 15  # seconds for a clean exit before SIGKILL

# The shell writes the pid before the node exists, so no crash leaves a node without a pid file.
_LASTING = 'echo $$ > "$0" && exec "$@"'
# Ends the node as soon as the caller's end of the pipe closes, by whatever death of the caller.
_WATCHED = '"$@" < /dev/null & echo $! > "$0" && cat > /dev/null; kill $!; wait'

# Processes that this one started, by folder; held so that they can be waited for.
_children: dict[Path, subprocess.Popen[bytes]] = {}


def spawn(command: list[str], folder: Path, *, lasting: bool) -> None:
    """Starts the node; one that is not lasting ends with this process."""
    pid_file = folder / "chain.pid"
    pid_file.unlink(missing_ok=True)
    with (folder / "chain.log").open("wb") as log:
        _children[folder] = subprocess.Popen(
            ["/bin/sh", "-c", _LASTING if lasting else _WATCHED, str(pid_file), *command],
            stdin=subprocess.DEVNULL if lasting else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not for the node
        )


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


def has_ended(folder: Path) -> bool:
    """Whether the node is gone; not before its pid is known or its shell has given up."""
    child = _children.get(folder)
    pid_file = folder / "chain.pid"
    if not pid_file.exists() or not pid_file.read_text("ascii").strip():
        return child is None or child.poll() is not None
    return pid_of(folder) is None


def end(folder: Path) -> bool:
    """Ends the folder's node, politely first; returns whether one was running."""
    pid = pid_of(folder)
    if pid is not None and not _ended(pid, folder, signal.SIGTERM):
        _ended(pid, folder, signal.SIGKILL)
    _reap(folder)
    (folder / "chain.pid").unlink(missing_ok=True)
    return pid is not None


def log_tail(folder: Path) -> str:
    """The last lines of the node's own output."""
    try:
        return (folder / "chain.log").read_text("utf-8", errors="replace").strip()[-500:]
    except FileNotFoundError:
        return ""


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text("utf-8", errors="replace")
        except OSError:
            return ""
    command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True).stdout


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
