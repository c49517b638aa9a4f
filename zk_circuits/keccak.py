"""keccak256, as the chain computes it."""

from eth_hash.auto import keccak


def keccak256(data: bytes) -> bytes:
    """32 bytes."""
    return bytes(keccak(data))
