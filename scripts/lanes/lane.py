"""A lane of tests: a command whose output goes to a file, within a limit of time."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUMMARY: Final = re.compile(r"^=+ .*\bin \d[\d.]*s.* =+$|^\d+ \w+.* in \d[\d.]*s.*$")
"""The last line of a pytest, loud or quiet."""

GRACE: Final = 20
"""Seconds between asking a lane to end and ending it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """It waits while another lane runs that needs the same. limit: in seconds."""

    name: str
    command: tuple[str, ...]
    limit: int
    needs: str = ""


@dataclass(frozen=True, slots=True)
class LaneResult:
    """code: of the command; None where it did not end in time."""

    lane: Lane
    code: int | None
    seconds: int
    log: Path

    @property
    def text(self) -> str:
        """Everything that was printed."""
        return self.log.read_text("utf-8", errors="replace")

    @property
    def summaries(self) -> list[str]:
        """The last line of every pytest in the lane."""
        return [line for line in self.text.splitlines() if SUMMARY.match(line)]


class RunningLane:
    """Started by its construction, as the head of a process group that ends as a whole."""

    def __init__(self, lane: Lane, folder: Path) -> None:
        self.lane: Final = lane
        self._log: Final = folder / f"{lane.name}.log"
        self._began: Final = time.monotonic()
        with self._log.open("wb") as output:
            self._process: Final = subprocess.Popen(
                lane.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def seconds(self) -> int:
        """Since it began."""
        return int(time.monotonic() - self._began)

    def result(self) -> LaneResult | None:
        """None while it runs; a lane beyond its limit is ended."""
        code = self._process.poll()
        if code is None and self.seconds < self.lane.limit:
            return None
        self.end()
        return LaneResult(self.lane, code, self.seconds, self._log)

    def end(self) -> None:
        """Ends what runs of it, politely first; without effect once it has ended."""
        if self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGINT)
        deadline = time.monotonic() + GRACE
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.1)
        # its head is not waited for yet, so the group still has its number
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _has_ended(self) -> bool:
        how = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self._process.pid, how) is not None
