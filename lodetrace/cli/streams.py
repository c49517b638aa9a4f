"""The streams of a program: a code page and a reader that leaves are no defects of ours."""

import io
import os
import sys
from typing import IO


class PatientStream(io.TextIOWrapper):
    """Text output that goes nowhere once its reader has left.

    What a command does, and the exit code that says so, must not depend on `| head`.
    """

    def write(self, text: str, /) -> int:
        """As any text stream."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self._go_nowhere()
            return len(text)

    def flush(self) -> None:
        """As any text stream; what a full disk did not take is not tried again at the end."""
        try:
            super().flush()
        except BrokenPipeError:
            self._go_nowhere()
        except OSError:
            self._go_nowhere()
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
    sys.stderr = _patient(sys.stderr)


def writes_unicode(stream: IO[str]) -> bool:
    """Whether a stream has every character."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"


def _patient(stream: IO[str] | None) -> IO[str]:
    if stream is None:  # closed by whoever started the program
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for good
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    encoding, lines = stream.encoding, stream.line_buffering
    return PatientStream(stream.detach(), encoding, "backslashreplace", line_buffering=lines)
