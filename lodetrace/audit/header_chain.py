"""Step 2: the headers shown belong to the anchored chain and contradict neither it nor another."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lodetrace.audit.anchor import Anchor, Consensus, hash_of
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.errors import (
    ChainMismatch,
    HeaderBeforeAnchor,
    HeaderMissing,
    HeaderRefused,
    refusing,
)
from lodetrace.chain.header import Header, require_child
from lodetrace.chain.qbft import ExtraData, block_hash, extra_data_of
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A header shown, with its identity; extra: what QBFT wrote into it, None without seals."""

    header: Header
    hash: bytes
    extra: ExtraData | None

    @property
    def number(self) -> int:
        """Height."""
        return self.header.number


def link(bundle: Bundle, anchor: Anchor, full: bool) -> tuple[ShownBlock, ...]:
    """The blocks shown; headers between them may be left out where seals vouch for them.

    full: every header from the anchor to the head is demanded. Raises ChainMismatch,
    HeaderBeforeAnchor, HeaderMissing or HeaderRefused.
    """
    _require_same_chain(bundle, anchor)
    first = bundle.headers[0].number
    if first < anchor.number:
        raise HeaderBeforeAnchor(item=f"block {first}", anchor=anchor.number)
    blocks = tuple(_block(header, anchor.consensus) for header in bundle.headers)
    start = ShownBlock(anchor.header, anchor.hash, None)
    if first == anchor.number:
        _require_anchored(blocks[0], start)
        linked: Iterable[tuple[ShownBlock, ShownBlock]] = pairwise(blocks)
    else:
        linked = pairwise((start, *blocks))
    gapless = full or anchor.consensus is Consensus.NONE
    for before, block in linked:
        _require_next(before, block, gapless)
    return blocks


def _block(header: Header, consensus: Consensus) -> ShownBlock:
    with refusing(HeaderRefused, f"block {header.number}"):
        if consensus is Consensus.NONE:
            return ShownBlock(header, hash_of(header, consensus), None)
        extra = extra_data_of(header)
        return ShownBlock(header, block_hash(header, extra), extra)


def _require_same_chain(bundle: Bundle, anchor: Anchor) -> None:
    if bundle.chain_id != anchor.chain_id:
        raise ChainMismatch(item="chain id", actual=bundle.chain_id, expected=anchor.chain_id)
    if bundle.genesis != anchor.genesis:
        raise ChainMismatch(
            item="genesis",
            actual=hex_of(bundle.genesis),
            expected=hex_of(anchor.genesis),
        )


def _require_anchored(block: ShownBlock, anchored: ShownBlock) -> None:
    if block.hash != anchored.hash:
        raise HeaderRefused(
            item=f"block {block.number}",
            reason=f"its hash is {hex_of(block.hash)}, the anchor's is {hex_of(anchored.hash)}",
        )


def _require_next(before: ShownBlock, block: ShownBlock, gapless: bool) -> None:
    item = f"block {block.number}"
    if block.number == before.number + 1:
        with refusing(HeaderRefused, item):
            require_child(before.header, before.hash, block.header)
    elif gapless:
        reason = f"the headers between block {before.number} and it are demanded, not shown"
        raise HeaderMissing(item=item, reason=reason)
    if block.header.time < before.header.time:
        reason = f"its time {block.header.time} lies before that of block {before.number}"
        raise HeaderRefused(item=item, reason=reason)
