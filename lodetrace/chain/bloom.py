"""The bloom filter of a header: which addresses and topics the block's logs may have.

As in section 4.3.1 of Ethereum's yellow paper: three bits of 2,048 a value. What a filter lacks
is in no log of its block; what it has may be a coincidence.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from lodetrace.chain.receipts import Log
from zk_circuits.keccak import keccak256

BITS: Final = 2_048


def bloom_of(logs: Iterable[Log]) -> int:
    """The filter of these logs, as a number."""
    found = 0
    for log in logs:
        for value in (log.address, *log.topics):
            found |= bits_of(value)
    return found


@lru_cache(maxsize=4_096)
def bits_of(value: bytes) -> int:
    """The bits of an address or a topic."""
    hash_ = keccak256(value)
    found = 0
    for at in (0, 2, 4):
        found |= 1 << (int.from_bytes(hash_[at : at + 2], "big") % BITS)
    return found
