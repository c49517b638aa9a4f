"""Lives of a node, one after the other: each a process of its own, forked from one."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Final, Self

from tests.stateful.service_node import ServiceNode

VICTIM: Final = Path(__file__).with_name("service_victim.py")
LONGEST: Final = 180
"""Seconds until the next word of a life, on a machine with much else to do."""


class Nursery:
    """Of one node. Use it in `with`; one life at a time."""

    def __init__(self, node: ServiceNode) -> None:
        self._words: Final[Queue[str]] = Queue()
        self._process = subprocess.Popen(
            [sys.executable, str(VICTIM), str(node.index)],
            env={**os.environ, **node.variables()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = Thread(target=self._listen)
        self._child = 0
        self._code: int | None = None

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._child and self._code is None:
            os.kill(self._child, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._listener.join()

    def begin(self, deadly: str, *files: Path) -> str:
        """A life's address; empty where it died before it had one.

        files: it attests these and ends, and is no service.
        """
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join([deadly, *map(str, files)]) + "\n")
        self._process.stdin.flush()
        self._child, self._code = int(self._next()), None
        word = self._next()
        if word.startswith("http"):
            return word
        self._code = int(word)
        return ""

    def end(self) -> int:
        """How the life ended, as Popen.returncode says it."""
        if self._code is None:
            self._code = int(self._next())
        return self._code

    def stop(self) -> int:
        """Ends the life as a supervisor does."""
        os.kill(self._child, signal.SIGTERM)
        return self.end()

    def _next(self) -> str:
        return self._words.get(timeout=LONGEST)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._words.put(line.strip())
