"""Trust anchors from a node of one's own: the first block, or a checkpoint with votes replayed."""

from collections.abc import Callable
from typing import Final

from lodetrace.audit.anchor import BESU_EPOCH, Anchor, Consensus, consensus_of, contracts_of
from lodetrace.chain.qbft import extra_data_of
from lodetrace.contracts.deployment import Deployment
from lodetrace.evidence.errors import BlockUnknown, NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.node.client import BATCH, Node
from lodetrace.text import parse_hex

Progress = Callable[[int, int], None]
"""Is told that so many of so many headers are read."""

FIRST: Final = (0, 1)
"""Blocks that an anchor can begin with: anvil hashes fields into its genesis block that no
later block has, so there it is block 1."""


def first_anchor(node: Node, deployment: Deployment, epoch: int = BESU_EPOCH) -> Anchor:
    """The anchor that every bundle of the chain can be verified from; raises NodeError."""
    for number in FIRST:
        try:
            found = read_blocks(node, [number])[0]
        except NodeContradictsItself:
            if number == FIRST[-1]:
                raise
            continue
        return _anchor(deployment, found, epoch)
    raise AssertionError("unreachable")


def checkpoint(
    node: Node, deployment: Deployment, block: int, epoch: int, progress: Progress
) -> Anchor:
    """The anchor at a block. Votes are replayed from the epoch's first block on, where all are
    forgotten. Raises BlockUnknown, EvidenceInvalid or NodeError."""
    head = node.head()
    if block > head:
        raise BlockUnknown(block=block, head=head)
    found = read_blocks(node, [block])[0]
    if consensus_of(found.header) is Consensus.NONE:
        return _anchor(deployment, found, epoch)
    start = block - block % epoch
    anchor = _anchor(deployment, read_blocks(node, [start])[0], epoch)
    for first in range(start + 1, block + 1, BATCH):
        numbers = list(range(first, min(first + BATCH, block + 1)))
        anchor = anchor.advanced([one.header for one in read_blocks(node, numbers)])
        progress(numbers[-1] - start, block - start)
    return anchor


def _anchor(deployment: Deployment, block: SealedBlock, epoch: int) -> Anchor:
    """At a block before which no vote stands."""
    consensus = consensus_of(block.header)
    qbft = consensus is Consensus.QBFT
    validators = extra_data_of(block.header).validators if qbft else ()
    return Anchor(
        chain_id=deployment.chain_id,
        genesis=parse_hex(deployment.genesis, 32),
        consensus=consensus,
        epoch=epoch,
        header=block.header,
        validators=tuple(sorted(validators)),
        votes=(),
        contracts=contracts_of(deployment),
    )
