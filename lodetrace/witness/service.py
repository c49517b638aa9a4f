"""The service: a round at each time of the grid, for as long as it may sign."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final, Self

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.heads import GRID, SignedHead, domain_of
from lodetrace.errors import LodetraceError, NodeError, Pending, StorageError
from lodetrace.node.client import Node
from lodetrace.secp256k1 import SigningKey
from lodetrace.text import hex_of
from lodetrace.witness.book import Book
from lodetrace.witness.errors import (
    BookUnusable,
    HeadContradicts,
    WitnessRefuses,
    WitnessStopped,
)
from lodetrace.witness.grid import grid_time
from lodetrace.witness.publication import PUBLISHED, Publication
from lodetrace.witness.rounds import Clock, Witness, unobserved

BOOK: Final = "witness.sqlite3"
RETRY: Final = 10
POLL: Final = 2
"""Seconds until the next try after a fault, and while the head of the time is awaited."""

log: Final = logging.getLogger("lodetrace.witness")


class WitnessService:
    """A witness with its book and what it gives away."""

    def __init__(
        self, witness: Witness, book: Book, publication: Publication, clock: Clock
    ) -> None:
        self._witness: Final = witness
        self._book: Final = book
        self._publication: Final = publication
        self._clock: Final = clock
        self._ended: Final = Event()

    @classmethod
    def open(
        cls,
        node: Node,
        folder: Path,
        publication: Publication,
        key: tuple[bytes, SigningKey],
        clock: Clock,
        start: Anchor | None = None,
        step: Callable[[str], None] = unobserved,
    ) -> Self:
        """key: address of 20 bytes and the key itself.

        What was signed before and not given away is given away now. Raises BookMissing, BookLost,
        BookWentBack, BookForeign, BookUnusable, AnchorInconsistent or StorageError.
        """
        address, secret = key
        cls.rehearse(folder, publication, address, start)
        book = Book(folder / BOOK, address, start, publication.last_seen)
        found = cls(Witness(node, book, secret, clock, step), book, publication, clock)
        found.publish()
        return found

    @staticmethod
    def rehearse(
        folder: Path, publication: Publication, address: bytes, start: Anchor | None = None
    ) -> None:
        """Raises what `open` raises, or PublicationUnwritable; writes nothing."""
        if start is not None:
            domain_of(start)
        if publication.folder != folder:
            publication.require_folder()
        Book(folder / BOOK, address, start, publication.last_seen, rehearsing=True).close()

    def close(self) -> None:
        """Gives its files back."""
        self._book.close()

    def publish(self) -> None:
        """Gives away what was signed, and why nothing more is."""
        heads = self._book.newest(PUBLISHED)
        if heads:
            self._publication.write(heads)
        stopped = self._book.stopped
        if stopped is not None:
            self._publication.write_stopped(stopped)

    def newest(self) -> SignedHead | None:
        """The last head that was signed."""
        found = self._book.newest(1)
        return found[0] if found else None

    def once(self) -> SignedHead | None:
        """One round, given away before it is told; as Witness.round."""
        try:
            signed = self._witness.round()
        finally:
            self.publish()
        return signed

    def await_once(self) -> SignedHead | None:
        """One round; waits for a head that is certain within a minute."""
        while True:
            try:
                return self.once()
            except Pending:
                if self._ended.wait(POLL):
                    return None

    def end(self) -> None:
        """No further round; the one that runs is ended."""
        self._ended.set()

    def run(self) -> None:
        """Rounds until the end; raises HeadContradicts or WitnessStopped."""
        while not self._ended.is_set():
            self._ended.wait(self._round())

    def _round(self) -> float:
        """Seconds until the next one."""
        try:
            signed = self.once()
        except (HeadContradicts, WitnessStopped, BookUnusable):
            raise
        except Pending:
            return POLL
        except (WitnessRefuses, NodeError, StorageError) as error:
            _tell(error)
            return RETRY
        if signed is not None:
            head = signed.head
            log.info(
                "signed block %s, %s", head.number, hex_of(head.block_hash),
                extra={"block": head.number, "seen_at": head.seen_at},
            )  # fmt: skip
        now = self._clock()
        return max(grid_time(now) + GRID - now, 1)


def _tell(error: LodetraceError) -> None:
    log.warning("%s: %s", error.code, error, extra={"code": error.code})
