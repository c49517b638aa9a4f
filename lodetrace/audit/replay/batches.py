"""Physical batches: Batches.sol. 78 bits of a hash, and the index of the output in the lowest 2."""

from collections.abc import Iterable
from typing import Final

from lodetrace.audit.replay.words import hash_of

INDEX_BITS: Final = 2
BATCH_MASK: Final = (1 << 80) - 1


def of_document(site: bytes, document: bytes) -> int:
    """The batch of output 0 of an event's document."""
    return _make(hash_of(site, document))


def of_batches(batches: Iterable[int]) -> int:
    """The batch of output 0 of a rebook; 0 if no input has one."""
    distinct = sorted(set(batches))
    if not distinct or distinct[-1] == 0:
        return 0
    return _make(hash_of(32, len(distinct), *distinct))


def output(batch: int, index: int) -> int:
    """The batch of another output of the same run."""
    return batch | index if batch else 0


def _make(hashed: bytes) -> int:
    return int.from_bytes(hashed, "big") << INDEX_BITS & BATCH_MASK
