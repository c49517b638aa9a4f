"""One round of a witness: read its own node, see that the chain goes on, sign, keep, give away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.equivocation import compare, view_of
from lodetrace.audit.heads import AHEAD, Head, SignedHead, domain_of, set_digest
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.node.client import BATCH, Node
from lodetrace.secp256k1 import Signature, SigningKey
from lodetrace.text import hex_of, iso_time
from lodetrace.witness.book import Book, Standing
from lodetrace.witness.errors import (
    BlockAhead,
    BlockAwaited,
    ClockWentBack,
    ExtensionRefused,
    HeadContradicts,
    NodeBehind,
)
from lodetrace.witness.grid import grid_time, head_on_grid

Clock = Callable[[], int]
"""Seconds since 1970."""


def unobserved(step: str) -> None:
    """Nobody watches."""


class Witness:
    """A member that vouches for one history. key: of signing.

    step: is told "signed", before the head is kept, and "recorded", when it is.
    """

    def __init__(
        self,
        node: Node,
        book: Book,
        key: SigningKey,
        clock: Clock,
        step: Callable[[str], None] = unobserved,
    ) -> None:
        self._node: Final = node
        self._book: Final = book
        self._key: Final = key
        self._clock: Final = clock
        self._step: Final = step

    def round(self) -> SignedHead | None:
        """The head of this time on the grid, signed and kept; None where it was signed before.

        Raises a WitnessRefuses, BlockAwaited, NodeError or StorageError: the next round may sign.
        Raises HeadContradicts or WitnessStopped: no round ever signs again.
        """
        before, now = self._book.standing(), self._clock()
        if before.seen_at is not None:
            if now < before.seen_at:
                raise ClockWentBack(now=iso_time(now), seen_at=iso_time(before.seen_at))
            if grid_time(now) <= before.seen_at:
                return None
        number = self._number(before, now)
        after = self._extended(before.anchor, number)
        if after.header.time > now + AHEAD:
            raise BlockAhead(
                number=number, time=iso_time(after.header.time), now=iso_time(now), ahead=AHEAD
            )
        signed = self._signed(before.anchor, after, now)
        self._step("signed")
        self._book.record(before, signed, after)
        self._step("recorded")
        return signed

    def _number(self, before: Standing, now: int) -> int:
        """Of the block to sign; raises NodeBehind, BlockAwaited or HeadContradicts."""
        last, newest = before.anchor.number, self._node.head()
        if newest < last:
            raise NodeBehind(head=newest, number=last)
        self._require_unchanged(before)
        found = head_on_grid(now, last, newest, self._time_of)
        if not found.is_certain(now):
            raise BlockAwaited(number=found.number, time=iso_time(found.certain_at))
        return found.number

    def _require_unchanged(self, before: Standing) -> None:
        """The node has the very block that was signed; else the witness stops for good.

        Before its first head it has signed nothing: then its node is another one than its anchor.
        """
        mine, (theirs,) = before.anchor, read_blocks(self._node, [before.anchor.number])
        if theirs.hash == mine.hash:
            return
        if before.seen_at is None:
            reason = f"the anchor says {hex_of(mine.hash)}, the node {hex_of(theirs.hash)}"
            raise ExtensionRefused(number=mine.number, reason=reason)
        self._book.stop(_contradiction(mine, theirs))
        raise HeadContradicts(
            number=mine.number, actual=hex_of(theirs.hash), expected=hex_of(mine.hash)
        )

    def _extended(self, anchor: Anchor, number: int) -> Anchor:
        """The anchor at a later block: each header names the one before, all votes are replayed."""
        for first in range(anchor.number + 1, number + 1, BATCH):
            numbers = range(first, min(first + BATCH, number + 1))
            headers = [block.header for block in read_blocks(self._node, list(numbers))]
            try:
                anchor = anchor.advanced(headers)
            except EvidenceInvalid as error:
                raise ExtensionRefused(number=anchor.number, reason=error) from error
        return anchor

    def _signed(self, before: Anchor, after: Anchor, now: int) -> SignedHead:
        head = Head(
            genesis=after.genesis,
            number=after.number,
            block_hash=after.hash,
            block_time=after.header.time,
            validators=set_digest(after.validators),
            previous_number=before.number,
            previous_hash=before.hash,
            seen_at=now,
        )
        domain = domain_of(after)
        return SignedHead(domain, head, Signature.make(head.typed_data(domain), self._key).raw)

    def _time_of(self, number: int) -> int:
        return read_blocks(self._node, [number])[0].header.time


def _contradiction(mine: Anchor, theirs: SealedBlock) -> dict[str, object]:
    """Both headers of one height, and who sealed them, as `lodetrace audit compare` tells it."""
    other = replace(mine, header=theirs.header)
    return compare(view_of(mine), view_of(other)).to_json()
