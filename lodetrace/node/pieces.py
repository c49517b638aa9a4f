"""How much a node answers for at once: less after a refusal, slowly more after answers."""

import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from lodetrace.node.errors import RpcRefused

T = TypeVar("T")

ANSWERS_BEFORE_GROWTH: Final = 16
"""Whole pieces in a row after which twice as much is tried: a node at its limit then refuses one
question in seventeen."""


class Pieces:
    """Of one kind of question to one node; remembers its limit. Safe to share between threads."""

    def __init__(self, most: int | None = None) -> None:
        """most: parts of one question that are never exceeded; None is for no such bound."""
        self._most: Final = most
        self._lock: Final = threading.Lock()
        self._size = most
        self._answers = 0

    def gather(self, parts: int, ask: Callable[[int, int], Sequence[T]]) -> list[T]:
        """The answers to all parts. ask: from a part on, so many of them.

        Raises what `ask` does; RpcRefused only where the node refuses a single part.
        """
        found: list[T] = []
        answered, fits = 0, self._size
        while answered < parts:
            asked = min(parts - answered, self._size or parts)
            try:
                found += ask(answered, asked)
            except RpcRefused:
                if asked == 1:  # its length was not the reason
                    self._resize(fits)
                    raise
                self._resize(asked // 2)
                continue
            self._grow_after(asked)
            answered, fits = answered + asked, self._size
        return found

    def _resize(self, size: int | None) -> None:
        with self._lock:
            self._size, self._answers = size, 0

    def _grow_after(self, asked: int) -> None:
        with self._lock:
            if self._size is None or asked < self._size or self._size == self._most:
                return
            self._answers += 1
            if self._answers >= ANSWERS_BEFORE_GROWTH:
                doubled = 2 * self._size
                self._size = doubled if self._most is None else min(self._most, doubled)
                self._answers = 0
