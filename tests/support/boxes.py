"""Bytes that only look like a sealed box."""

from zk_circuits.keccak import keccak256


def box(name: str) -> bytes:
    """177 bytes of the algorithm X25519 that nothing opens."""
    return b"\x01" + (keccak256(name.encode()) * 6)[:176]
