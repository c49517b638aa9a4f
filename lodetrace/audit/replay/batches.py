"""Physical batches: Batches.sol. 78 bits of a hash, and the index of the output in the lowest 2."""

from collections.abc import Iterable
from typing import Final

from zk_circuits.abi import encode, hash_static, uints
from zk_circuits.keccak import keccak256

INDEX_BITS: Final = 2
BATCH_BITS: Final = 80
BATCH_MASK: Final = (1 << BATCH_BITS) - 1


def of_document(site: bytes, document: bytes) -> int:
    """The batch of output 0 of an event's document."""
    return _make(hash_static(site, document))


def of_batches(batches: Iterable[int]) -> int:
    """The batch of output 0 of a rebook; 0 if no input has one."""
    distinct = sorted(set(batches))
    if not distinct or distinct[-1] == 0:
        return 0
    return _make(keccak256(encode([uints("batch", distinct, BATCH_BITS)])))


def output(batch: int, index: int) -> int:
    """The batch of another output of the same run."""
    return batch | index if batch else 0


def _make(hashed: bytes) -> int:
    return int.from_bytes(hashed, "big") << INDEX_BITS & BATCH_MASK
