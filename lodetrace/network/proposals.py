"""Who proposed, and whose turn passed: read from headers. Pure.

The turn goes round the sorted validators: round 0 of a block belongs to the one after the
proposer of the block before, every further round to the next. A block of round r is the proof
that the r before it let their turn pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lodetrace.network.node_rpc import QbftBlock
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class Turns:
    """Of one validator over some blocks. last: number of the newest that it proposed."""

    proposed: int = 0
    missed: int = 0
    last: int | None = None


def missed_turns(parent: QbftBlock, block: QbftBlock) -> tuple[str, ...]:
    """Validators whose turn passed before the block, in the order of their turns."""
    sealers = sorted(hex_of(address) for address in block.extra.validators)
    if not sealers or not block.extra.round:
        return ()
    first = _turn_after(parent.proposer, sealers)
    return tuple(sealers[(first + turn) % len(sealers)] for turn in range(block.extra.round))


def turns(blocks: Sequence[QbftBlock]) -> Mapping[str, Turns]:
    """Every validator of the newest block; blocks: consecutive, oldest first."""
    names = {hex_of(address) for address in blocks[-1].extra.validators} if blocks else set()
    missed = [name for pair in pairwise(blocks) for name in missed_turns(*pair)]
    return {name: _turns_of(name, blocks[1:] or blocks, missed) for name in sorted(names)}


def _turns_of(name: str, blocks: Iterable[QbftBlock], missed: Sequence[str]) -> Turns:
    own = [block.number for block in blocks if block.proposer == name]
    return Turns(len(own), missed.count(name), own[-1] if own else None)


def _turn_after(proposer: str, sealers: Sequence[str]) -> int:
    """Place of the next in turn; of a proposer who left, of the next one by address."""
    later = [at for at, name in enumerate(sealers) if name > proposer]
    return later[0] if later else 0
