"""A shell on a terminal of 80 columns, as somebody has it who types a page's commands."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 80, 50
LIMIT = 120  # seconds of one command
QUESTION = re.compile(rb"\[y/N\]: $")
_ENDED = re.compile(rb"\x01(\d+)\x02")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r(?=\n)")


@dataclass(frozen=True)
class Typed:
    """What a command printed on the terminal, and its exit code."""

    code: int
    printed: str


class ReaderShell:
    """A bash; what one command exports or starts is there for the next one.

    It says yes to every question, as a reader would.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._terminal, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        silent = termios.tcgetattr(inside)
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(inside, termios.TCSANOW, silent)
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=inside, stdout=inside, stderr=inside, cwd=folder, start_new_session=True,
            env={**environment, "PS1": "", "PS2": "", "TERM": "dumb"},
        )  # fmt: skip
        os.close(inside)
        self._command = folder / f".typed-{self._bash.pid}"

    def __enter__(self) -> Self:
        self.type("set -m")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.type("kill $(jobs -p) 2> /dev/null; wait 2> /dev/null")
        finally:
            os.killpg(self._bash.pid, signal.SIGKILL)
            self._bash.wait()
            os.close(self._terminal)

    def type(self, text: str) -> Typed:
        """Runs a command to its end; fails after LIMIT seconds."""
        self._command.write_text(text + "\n", "utf-8")
        # one line, so that the shell has read all of it before the command can read anything
        self._write(f"source {self._command}; printf '\\001%d\\002' $?\n")
        printed, deadline = b"", time.monotonic() + LIMIT
        while (ended := _ENDED.search(printed)) is None:
            left = deadline - time.monotonic()
            if not select.select([self._terminal], [], [], max(left, 0))[0]:
                raise TimeoutError(f"{text}\n{printed.decode(errors='replace')}")
            printed += os.read(self._terminal, 65_536)
            if QUESTION.search(printed):
                self._write("y\n")
                printed += b"y\n"
        said = printed[: ended.start()].decode("utf-8", errors="replace")
        return Typed(int(ended[1]), _CONTROL.sub("", said))

    def _write(self, line: str) -> None:
        os.write(self._terminal, line.encode())
