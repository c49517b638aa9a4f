"""keccak256, as the chain computes it.

By pycryptodome (C), through eth-hash; where that cannot be imported, by keccak_sponge.py, which
computes the same about fifty times slower.
"""

from collections.abc import Callable
from functools import cache


def keccak256(data: bytes) -> bytes:
    """32 bytes."""
    return _keccak()(data)


@cache
def _keccak() -> Callable[[bytes], bytes]:
    """Loaded with the first question: it costs a tenth of a second, and --help asks none."""
    try:
        from eth_hash.backends.pycryptodome import keccak256 as fast
    except ImportError:
        from zk_circuits.keccak_sponge import sponge

        return sponge
    return fast
