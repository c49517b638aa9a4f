"""The blocks that are read, held against a trust anchor: each names the one before, is proposed by
one of the validators in force, and sealed by two thirds of them.

Receipts are held against their blocks wherever logs are read (lodetrace.evidence.complete_logs).
What is said here goes beyond one node's word: the blocks themselves are the network's.
"""

import json
from collections.abc import Sequence
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from api.errors import AnchorUnfit, IndexReadUnsealed
from api.indexer.store import reading
from api.indexer.tables import cursor, sealed
from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.seals import require_sealed
from lodetrace.evidence.errors import BlockNotSealed
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.node.client import BATCH, Node
from lodetrace.text import hex_of, parse_hex

Place = tuple[bytes | None, Anchor | None]
"""Hash of the last block, None before the first one, and the anchor at it, once it is reached."""


class SealedBlocks:
    """Follows one chain from a trust anchor, block by block, in step with the index.

    Blocks before the anchor's are the chain's because its own names the one before it, and so on;
    until that is seen they are read on trust.
    """

    def __init__(self, anchor: Anchor, node: Node, genesis: str) -> None:
        """Raises AnchorUnfit for a chain without seals, or another one."""
        if anchor.consensus is not Consensus.QBFT:
            raise AnchorUnfit(reason=f"its chain has consensus {anchor.consensus.value}, no seals")
        if anchor.genesis != parse_hex(genesis, 32):
            reason = f"it begins at genesis {hex_of(anchor.genesis)}, the deployment at {genesis}"
            raise AnchorUnfit(reason=reason)
        self._anchor: Final = anchor
        self._node: Final = node
        self._seen: Final[dict[tuple[int, int], Sequence[SealedBlock]]] = {}
        self._lock: Final = Lock()

    def see(self, blocks: Sequence[SealedBlock]) -> None:
        """Blocks of a range that was read; from any thread."""
        with self._lock:
            self._seen[blocks[0].number, blocks[-1].number] = blocks

    def require(self, connection: Connection, first: int, last: int) -> None:
        """The blocks of a range that was seen follow what the index was read from.

        Raises BlockNotSealed, IndexReadUnsealed or NodeError.
        """
        place = self._after(self._place(connection, first), self._take(first, last))
        self._keep(connection, place, last + 1)

    def require_begun_so(self, engine: Engine) -> None:
        """Nothing was read otherwise; raises IndexReadUnsealed."""
        with reading(engine) as connection:
            at = connection.execute(select(cursor.c.next_block)).scalar_one_or_none()
            if at is not None:
                self._kept(connection, at)

    def _take(self, first: int, last: int) -> Sequence[SealedBlock]:
        with self._lock:
            for passed in [one for one in self._seen if one[0] < first]:
                del self._seen[passed]
            return self._seen.pop((first, last))

    def _place(self, connection: Connection, first: int) -> Place:
        """Before a block: as the index keeps it, or at its beginning."""
        if connection.execute(select(cursor.c.id)).one_or_none() is None:
            return self._beginning(first)
        found = self._kept(connection, first)
        moved = None if found.anchor is None else Anchor.from_json(json.loads(found.anchor))
        return parse_hex(found.last_hash, 32), moved

    def _kept(self, connection: Connection, first: int) -> Row:
        found = connection.execute(select(sealed)).one_or_none()
        if found is None or (found.trusted, found.next_block) != (hex_of(self._anchor.hash), first):
            raise IndexReadUnsealed(block=first - 1)
        return found

    def _beginning(self, first: int) -> Place:
        if self._anchor.number >= first:
            return None, None
        place: Place = (self._anchor.hash, self._anchor)
        for start in range(self._anchor.number + 1, first, BATCH):
            numbers = range(start, min(start + BATCH, first))
            place = self._after(place, read_blocks(self._node, numbers))
        return place

    def _after(self, place: Place, blocks: Sequence[SealedBlock]) -> Place:
        last, anchor = place
        for at, block in enumerate(blocks):
            if anchor is not None:
                return blocks[-1].hash, _extended(anchor, blocks[at:])
            if last is not None and block.header.parent != last:
                raise BlockNotSealed(block=block.number, reason="it does not name the one before")
            last = block.hash
            if block.number == self._anchor.number:
                if last != self._anchor.hash:
                    reason = f"it is {hex_of(last)}, the anchor says {hex_of(self._anchor.hash)}"
                    raise BlockNotSealed(block=block.number, reason=reason)
                anchor = self._anchor
        return last, anchor

    def _keep(self, connection: Connection, place: Place, next_block: int) -> None:
        last, anchor = place
        assert last is not None
        values = {
            "trusted": hex_of(self._anchor.hash),
            "next_block": next_block,
            "last_hash": hex_of(last),
            "anchor": None if anchor is None else json.dumps(anchor.to_json()),
        }
        if connection.execute(update(sealed).values(**values)).rowcount == 0:
            connection.execute(insert(sealed).values(id=1, **values))


def _extended(anchor: Anchor, blocks: Sequence[SealedBlock]) -> Anchor:
    """The anchor at the last block."""
    number = anchor.number
    try:
        for block in blocks:
            number = block.number
            validators = anchor.validators
            anchor = anchor.advanced([block.header])
            require_sealed(block.header, validators)
    except EvidenceInvalid as error:
        raise BlockNotSealed(block=number, reason=error) from error
    return anchor
