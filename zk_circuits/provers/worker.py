"""The long-lived groth16py worker process, seen from this side."""

import atexit
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Final

from zk_circuits.errors import ProverUnavailable

NAME: Final = "groth16py"
TIMEOUT_SECONDS: Final = 300
"""The first proof of a circuit compiles it; that takes seconds, not minutes."""
_TAIL_BYTES: Final = 2000


class Groth16pyWorker:
    """Starts the worker with the first request, and again after it died.

    Secrets go through a pipe, never through arguments or files. Safe to use from threads:
    one request at a time.
    """

    def __init__(self, timeout_seconds: int = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout_seconds
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as this

    def request(self, **fields: Any) -> dict[str, Any]:
        """The answer to one request; raises ProverUnavailable when the worker dies."""
        with self._lock:
            process = self._running()
            try:
                assert process.stdin is not None  # Popen was given a pipe
                process.stdin.write(json.dumps(fields) + "\n")
                process.stdin.flush()
                line = self._answers.get(timeout=self._timeout)
            except (OSError, Empty):
                raise self._died("it gave no answer") from None
            if not line:
                raise self._died("it ended")
            answer: dict[str, Any] = json.loads(line)
            return answer

    def close(self) -> None:
        """Ends the worker."""
        with self._lock:
            self._stop()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        return self._process

    def _start(self) -> "subprocess.Popen[str]":
        if not is_installed():
            raise ProverUnavailable(prover=NAME, reason="the Python package is not installed")
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-m", "zk_circuits.provers.groth16py_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
        )
        self._answers = SimpleQueue()
        Thread(target=_pump, args=(process.stdout, self._answers), daemon=True).start()
        return process

    def _died(self, how: str) -> ProverUnavailable:
        self._stop()
        end = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, end - _TAIL_BYTES))
        said = self._errors.read().decode("utf-8", "replace").strip()
        self._errors.truncate(0)
        return ProverUnavailable(prover=NAME, reason=f"{how}: {said}")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def is_installed() -> bool:
    """Whether groth16py is there, without importing it."""
    return importlib.util.find_spec(NAME) is not None


@cache
def shared_worker() -> Groth16pyWorker:
    """The one worker of this process, ended with it."""
    worker = Groth16pyWorker()
    atexit.register(worker.close)
    return worker


def _pump(lines: "IO[str]", answers: "SimpleQueue[str]") -> None:
    """Lines into the queue; an empty one when the worker ended."""
    try:
        for line in lines:
            answers.put(line)
    except ValueError:  # closed from the other side
        pass
    answers.put("")
