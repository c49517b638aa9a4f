"""Votes on validators: cast by this machine's validators, counted in headers.

A validator carries its votes into the blocks that it proposes; more than half of the validators
change the set, from the next block on. At the end of an epoch unfinished votes are forgotten.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.network.errors import QuorumEndangered, VoteUnneeded
from lodetrace.network.manifest import OwnNode
from lodetrace.network.node_rpc import NodeRpc, QbftBlock
from lodetrace.network.parameters import faults_borne
from lodetrace.text import hex_of

COUNTED_BLOCKS: Final = 2_000
"""Most headers that a count reads; a vote that is pursued is in every round of turns."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A proposal under way. voters: validators whose vote stands in headers; needed: of them."""

    address: str
    add: bool
    voters: tuple[str, ...]
    needed: int


def propose(nodes: Sequence[OwnNode], address: str, add: bool, sure: bool = False) -> None:
    """Lets validators of this machine vote.

    sure: also where a removal leaves a set that bears no fault. Raises VoteUnneeded,
    QuorumEndangered or NodeSilent.
    """
    require_needed(nodes, address, add, sure)
    for node in nodes:
        NodeRpc(node).ask("qbft_proposeValidatorVote", address, add)


def require_needed(nodes: Sequence[OwnNode], address: str, add: bool, sure: bool = False) -> None:
    """Raises as propose; casts nothing."""
    validators = NodeRpc(nodes[0]).validators()
    if add is (address in validators):
        raise VoteUnneeded(address=address, state="a validator already" if add else "no validator")
    left = len(validators) - 1
    if not add and faults_borne(left) < 1 and not sure:
        raise QuorumEndangered(address=address, left=left)


def discard(nodes: Sequence[OwnNode], address: str) -> None:
    """Takes back what is not in a header yet; what is there counts until the epoch ends."""
    for node in nodes:
        NodeRpc(node).ask("qbft_discardValidatorVote", address)


def pending(nodes: Sequence[OwnNode]) -> dict[str, dict[str, bool]]:
    """What each validator of this machine votes for."""
    return {node.name: NodeRpc(node).votes() for node in nodes}


def read_headers(node: OwnNode, epoch: int) -> list[QbftBlock]:
    """Headers of this epoch, the newest COUNTED_BLOCKS of them, oldest first."""
    rpc = NodeRpc(node)
    newest = rpc.block()
    first = max(newest.number - newest.number % epoch, newest.number - COUNTED_BLOCKS, 1)
    return [*(rpc.block(number) for number in range(first, newest.number)), newest]


def tallies(blocks: Sequence[QbftBlock]) -> list[Tally]:
    """What is voted on and not decided; blocks: of one epoch, oldest first. Pure."""
    cast: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for before, block in zip([None, *blocks], blocks, strict=False):
        if before is not None and _sealers(before) != _sealers(block):
            changed = _sealers(before) ^ _sealers(block)
            for key in [key for key in cast if key[0] in changed]:
                del cast[key]
        if block.extra.vote is not None:
            address = hex_of(block.extra.vote.validator)
            cast[address, not block.extra.vote.add].discard(block.proposer)
            cast[address, block.extra.vote.add].add(block.proposer)
    sealers = _sealers(blocks[-1]) if blocks else frozenset()
    needed = len(sealers) // 2 + 1
    found = [
        Tally(address, add, tuple(sorted(voters & sealers)), needed)
        for (address, add), voters in sorted(cast.items())
        if add is not (address in sealers)
    ]
    return [tally for tally in found if tally.voters]


def _sealers(block: QbftBlock) -> frozenset[str]:
    return frozenset(hex_of(address) for address in block.extra.validators)
