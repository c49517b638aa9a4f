"""keccak256, as the chain computes it.

By pycryptodome (C), through eth-hash; where that cannot be imported, by keccak_sponge.py, which
computes the same about fifty times slower.
"""

try:
    from eth_hash.backends.pycryptodome import keccak256 as _keccak
except ImportError:
    from zk_circuits.keccak_sponge import sponge as _keccak  # type: ignore[assignment]


def keccak256(data: bytes) -> bytes:
    """32 bytes."""
    return _keccak(data)
