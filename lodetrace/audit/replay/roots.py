"""Roots: which document, or which set of lots, a lot comes from, by the numbers of the book.

The book numbers roots as they come and never a second time. A story shows some of the numbers:
each has to be of one root, and each root of one number.
"""

from collections.abc import Iterable
from typing import Final

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.structs import SiteEvent

Root = tuple[bytes, ...]
"""Site and sequence of a document, or the ids of the lots that were joined."""


class RootMismatch(HistoryRefused):
    """A lot with the root of another document, or of other lots, than it was made of."""

    template = "step {step}, {item}: its root is {actual}, {reason}"


class Roots:
    """Numbers of roots as far as the story shows them."""

    def __init__(self) -> None:
        self._numbers: Final[dict[Root, int]] = {}
        self._roots: Final[dict[int, Root]] = {}

    def require_document(self, number: int, statement: SiteEvent, item: str) -> None:
        """That it is the number of the statement's document."""
        key = (statement.site, statement.sequence.to_bytes(4, "big"))
        self._require(number, key, item)

    def require_inputs(self, number: int, lots: Iterable[bytes], item: str) -> None:
        """That it is the number of this set of lots."""
        self._require(number, (b"inputs", *sorted(lots)), item)

    def _require(self, number: int, root: Root, item: str) -> None:
        known = self._numbers.setdefault(root, number)
        if number == 0 or known != number:
            raise RootMismatch(item=item, actual=number, reason=f"that of its sisters {known}")
        if self._roots.setdefault(number, root) != root:
            raise RootMismatch(item=item, actual=number, reason="which is another root's")
