"""The streams of a program: a code page and a reader that leaves are no defects of ours."""

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import IO, Final

from lodetrace.errors import ExitCode
from lodetrace.text import is_hidden, visible

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class PatientStream(io.TextIOWrapper):
    """Text output that goes nowhere once its reader has left.

    What a command does, and the exit code that says so, must not depend on `| head`, nor on where
    its notes go. What turns the direction of a line is spelled, whoever writes it.
    """

    notes: bool = False
    """Of standard error: where even a full disk is no failure."""

    def write(self, text: str, /) -> int:
        """As any text stream."""
        try:
            super().write(text if text.isascii() else _upright(text))
        except BrokenPipeError:
            self._go_nowhere()
        except OSError:
            self._lost()
        return len(text)

    def flush(self) -> None:
        """As any text stream; what a full disk did not take is not tried again at the end."""
        try:
            super().flush()
        except BrokenPipeError:
            self._go_nowhere()
        except OSError:
            self._lost()

    def _lost(self) -> None:
        self._go_nowhere()
        if not self.notes:
            raise

    def _go_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def patient_streams() -> None:
    """Standard output and error of this process, as every program of ours has them.

    A character that the code page lacks is spelled out ("\\u0141"), so that no two names look the
    same. Called by the programs' main functions only.
    """
    sys.stdout = _patient(sys.stdout)
    sys.stderr = _patient(sys.stderr, notes=True)
    if sys.stdin is None:  # closed by whoever started the program: nobody can be asked
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for good


def run_program(run: Callable[[], object]) -> None:
    """A program from its streams on. A full disk under its help or version ends it with 8."""
    patient_streams()
    try:
        run()
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        print(f"error: nothing could be written: {error.strerror}", file=sys.stderr)
        sys.exit(int(ExitCode.STORAGE))


def writes_unicode(stream: IO[str]) -> bool:
    """Whether a stream has every character."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"


def _upright(text: str) -> str:
    """Controls stay, which lay our own text out; formats and halves of characters do not."""
    return "".join(visible(one) if is_hidden(one) and not one.isascii() else one for one in text)


def _patient(stream: IO[str] | None, notes: bool = False) -> IO[str]:
    if stream is None:  # closed by whoever started the program
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for good
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    encoding, lines = stream.encoding, stream.line_buffering
    found = PatientStream(stream.detach(), encoding, "backslashreplace", line_buffering=lines)
    found.notes = notes
    return found
