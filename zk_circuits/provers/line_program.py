"""A long-lived program that answers each JSON line of its input with one of its output."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Final

from zk_circuits.errors import ProverUnavailable

TIMEOUT_SECONDS: Final = 300
"""The slowest request, which compiles a circuit, takes seconds; then comes a margin."""
_TAIL_BYTES: Final = 2000


class LineProgram:
    """Starts its program with the first request, and again after it died.

    Secrets go through a pipe, never through arguments or files. Safe to use from threads:
    one request at a time.
    """

    def __init__(
        self, name: str, command: Sequence[str], timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.name = name
        self._command = list(command)
        self._timeout = timeout_seconds
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as this

    def request(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; raises ProverUnavailable when the program dies."""
        with self._lock:
            process = self._running()
            try:
                assert process.stdin is not None  # Popen was given a pipe
                process.stdin.write(json.dumps(fields) + "\n")
                process.stdin.flush()
                line = self._answers.get(timeout=self._timeout)
            except OSError:
                raise self._died("it ended") from None
            except Empty:
                raise self._died(f"no answer within {self._timeout} s") from None
            if not line:
                raise self._died("it ended")
            answer: dict[str, Any] = json.loads(line)
            return answer

    @property
    def process_id(self) -> int | None:
        """Of the running program; None while there is none."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """Ends the program; a later request starts it again."""
        with self._lock:
            self._stop()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = self._start()
        return self._process

    def _start(self) -> "subprocess.Popen[str]":
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": path},
            )
        except OSError as broken:
            raise ProverUnavailable(prover=self.name, reason=str(broken)) from broken
        self._answers = SimpleQueue()
        Thread(target=_pump, args=(process.stdout, self._answers), daemon=True).start()
        return process

    def _died(self, how: str) -> ProverUnavailable:
        self._stop()
        end = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, end - _TAIL_BYTES))
        said = self._errors.read().decode("utf-8", "replace").strip()
        self._errors.seek(0)
        self._errors.truncate()
        return ProverUnavailable(prover=self.name, reason=f"{how}; it said: {said or 'nothing'}")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            _close(process.stdin)


def _pump(lines: "IO[str]", answers: "SimpleQueue[str]") -> None:
    """Lines into the queue, and an empty one when the program ended."""
    with lines:
        for line in lines:
            answers.put(line)
    answers.put("")


def _close(pipe: "IO[str]") -> None:
    try:
        pipe.close()
    except OSError:
        return  # what was still to be written has no reader any more
