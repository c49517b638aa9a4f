"""Headers that prove how the validator set changed between the blocks that a bundle shows.

A chain of years is not read: between two blocks with one set nothing has to be shown, and where
the sets differ a change is found by halving. For each change: the last block of the old set, the
first of the new one, and the votes for it (docs/audit-bundle.md, section 4). A block with a vote
may itself be of another set, so this goes on until nothing is missing.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from lodetrace.audit.anchor import Anchor
from lodetrace.chain.qbft import Vote, extra_data_of
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.node.client import BATCH, Node
from lodetrace.text import hex_of

Say = Callable[[str], None]


def with_set_changes(
    node: Node, anchor: Anchor, shown: Iterable[SealedBlock], say: Say
) -> list[SealedBlock]:
    """The blocks shown, and what a reader with this anchor needs beside them, by number.

    shown: the anchor's block and later ones. Raises NodeError.
    """
    found = {block.number: block for block in shown}
    changes = _Changes(node, anchor, say)
    while True:
        in_order = [found[number] for number in sorted(found)]
        needed = {
            block.number: block
            for before, after in pairwise(in_order)
            for block in changes.between(before, after)
        }
        if needed.keys() <= found.keys():
            return in_order
        found |= needed


def _listed(block: SealedBlock) -> frozenset[bytes]:
    """Who sealed a block."""
    return frozenset(extra_data_of(block.header).validators)


class _Changes:
    """Proofs of changes, each looked for once."""

    def __init__(self, node: Node, anchor: Anchor, say: Say) -> None:
        self._node: Final = node
        self._anchor: Final = anchor
        self._say: Final = say
        self._proven: Final[dict[int, list[SealedBlock]]] = {}

    def between(self, before: SealedBlock, after: SealedBlock) -> list[SealedBlock]:
        """The proof of one change, where the set in force after a block is not that of another."""
        force = self._in_force(before)
        if force == _listed(after):
            return []
        last, first = self._change(before, after, force)
        if first.number not in self._proven:
            self._say(f"the validators changed in block {first.number}")
            votes = _Votes(self._node, self._anchor, last, first, force)
            self._proven[first.number] = [last, *votes.shown(), first]
        return self._proven[first.number]

    def _in_force(self, block: SealedBlock) -> frozenset[bytes]:
        """Whom a reader expects after a block: the anchor's own may have decided a change."""
        anchored = block.number == self._anchor.number
        return frozenset(self._anchor.validators) if anchored else _listed(block)

    def _change(
        self, before: SealedBlock, after: SealedBlock, force: frozenset[bytes]
    ) -> tuple[SealedBlock, SealedBlock]:
        """Two blocks in a row: the last by the set in force, and one by another set."""
        last, first = before, after
        while first.number - last.number > 1:
            middle = read_blocks(self._node, [(last.number + first.number) // 2])[0]
            if _listed(middle) == force:
                last = middle
            else:
                first = middle
        return last, first


class _Votes:
    """The votes for one change, searched backwards from the block that decided it.

    As the chain counts: who left the set since his vote has none, and those about the candidate
    are forgotten where it joined or left.
    """

    def __init__(
        self,
        node: Node,
        anchor: Anchor,
        last: SealedBlock,
        first: SealedBlock,
        force: frozenset[bytes],
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

    def shown(self) -> Iterator[SealedBlock]:
        """Blocks with the votes of more than half, each proposer's latest about the candidate.

        Raises NodeContradictsItself where there are not so many.
        """
        latest: dict[bytes, Vote] = {}
        stayed = self._voters
        epoch_start = self._last.number - self._last.number % self._anchor.epoch
        for block in self._backwards(max(epoch_start, self._anchor.number) + 1):
            if (self._candidate in _listed(block)) is self._wanted.add:
                break
            stayed &= _listed(block)
            vote, proposer = extra_data_of(block.header).vote, block.header.proposer
            if vote is None or vote.validator != self._candidate or proposer not in stayed:
                continue
            if proposer not in latest:
                latest[proposer] = vote
                yield block
            if self._enough(latest):
                return
        else:
            self._add_standing(latest, stayed, epoch_start)
        if not self._enough(latest):
            raise self._contradiction(
                f"{len(latest)} votes about {hex_of(self._candidate)}",
                f"more than half of {len(self._voters)}",
            )

    def _add_standing(
        self, latest: dict[bytes, Vote], stayed: frozenset[bytes], epoch_start: int
    ) -> None:
        """Votes that the reader knows from his anchor."""
        if self._anchor.number < epoch_start:
            return
        for proposer, vote in self._anchor.votes:
            if vote.validator == self._candidate and proposer in stayed:
                latest.setdefault(proposer, vote)

    def _enough(self, latest: dict[bytes, Vote]) -> bool:
        votes = sum(vote == self._wanted for vote in latest.values())
        return 2 * votes > len(self._voters)

    def _backwards(self, lowest: int) -> Iterator[SealedBlock]:
        for end in range(self._last.number, lowest - 1, -BATCH):
            numbers = range(end, max(lowest - 1, end - BATCH), -1)
            yield from read_blocks(self._node, list(numbers))

    def _contradiction(self, actual: str, expected: str) -> NodeContradictsItself:
        return NodeContradictsItself(
            what="headers", block=self._last.number, actual=actual, expected=expected
        )
