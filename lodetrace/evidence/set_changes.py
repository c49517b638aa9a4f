"""Headers that prove how the validator set changed between the blocks that a bundle shows.

A chain of years is not read: between two blocks with one set nothing has to be shown, and where
the sets differ the change is found by halving. For each change: the last block of the old set,
the first of the new one, and the votes for it (docs/audit-bundle.md, section 4).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from lodetrace.audit.anchor import Anchor
from lodetrace.chain.qbft import Vote, extra_data_of
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import Block, read_blocks
from lodetrace.node import BATCH, Node

Say = Callable[[str], None]


def set_changes(node: Node, anchor: Anchor, shown: Sequence[Block], say: Say) -> Iterator[Block]:
    """Further headers that a reader with this anchor needs beside those shown.

    shown: from the anchor's block on, in their order. Raises NodeError.
    """
    for start, end in pairwise(shown):
        before, force = start, _in_force(anchor, start)
        while force != _listed(end):
            last, first = _change(node, before, end, force)
            say(f"the validators changed in block {first.number}")
            yield last
            yield from _Votes(node, anchor, last, first, force).shown()
            yield first
            before, force = first, _listed(first)


def _listed(block: Block) -> frozenset[bytes]:
    """Who sealed a block."""
    return frozenset(extra_data_of(block.header).validators)


def _in_force(anchor: Anchor, block: Block) -> frozenset[bytes]:
    """Whom a reader expects after a block: the anchor itself may have decided a change."""
    return frozenset(anchor.validators) if block.number == anchor.number else _listed(block)


def _change(
    node: Node, before: Block, after: Block, force: frozenset[bytes]
) -> tuple[Block, Block]:
    """Two blocks in a row: the last by the set in force, and one by another set."""
    last, first = before, after
    while first.number - last.number > 1:
        middle = read_blocks(node, [(last.number + first.number) // 2])[0]
        if _listed(middle) == force:
            last = middle
        else:
            first = middle
    return last, first


class _Votes:
    """The votes for one change, searched backwards from the block that decided it."""

    def __init__(
        self, node: Node, anchor: Anchor, last: Block, first: Block, force: frozenset[bytes]
    ) -> None:
        self._node: Final = node
        self._anchor: Final = anchor
        self._last: Final = last
        self._voters: Final = force
        changed = force ^ _listed(first)
        if len(changed) != 1:
            raise self._contradiction(f"{len(changed)} changes of the set at once", "one")
        (self._candidate,) = changed
        self._wanted: Final = Vote(self._candidate, self._candidate not in force)

    def shown(self) -> Iterator[Block]:
        """Blocks with the votes of more than half, each proposer's latest about the candidate.

        Raises NodeContradictsItself where there are not so many.
        """
        latest: dict[bytes, Vote] = {}
        epoch_start = self._last.number - self._last.number % self._anchor.epoch
        for block in self._backwards(max(epoch_start, self._anchor.number) + 1):
            vote = extra_data_of(block.header).vote
            if vote is None or vote.validator != self._candidate:
                continue
            if block.header.proposer not in latest:
                latest[block.header.proposer] = vote
                yield block
            if self._enough(latest):
                return
        if self._anchor.number >= epoch_start:
            for proposer, vote in self._anchor.votes:
                if vote.validator == self._candidate:
                    latest.setdefault(proposer, vote)
        if not self._enough(latest):
            raise self._contradiction(
                f"{len(latest)} votes about 0x{self._candidate.hex()}",
                f"more than half of {len(self._voters)}",
            )

    def _enough(self, latest: dict[bytes, Vote]) -> bool:
        votes = sum(vote == self._wanted for vote in latest.values())
        return 2 * votes > len(self._voters)

    def _backwards(self, lowest: int) -> Iterator[Block]:
        for end in range(self._last.number, lowest - 1, -BATCH):
            numbers = range(end, max(lowest - 1, end - BATCH), -1)
            yield from read_blocks(self._node, list(numbers))

    def _contradiction(self, actual: str, expected: str) -> NodeContradictsItself:
        return NodeContradictsItself(
            what="headers", block=self._last.number, actual=actual, expected=expected
        )
