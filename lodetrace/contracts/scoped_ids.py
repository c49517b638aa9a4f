"""Ids of what an account declares (certificates, products), of its own label for it.

Whoever sees or guesses a label declares no more than an id of his own: ScopedIds.sol.
"""

from lodetrace.text import parse_hex
from zk_circuits.keccak import keccak256


def scoped_id(account: str, label: bytes) -> bytes:
    """keccak256(abi.encode(account, label))."""
    return keccak256(parse_hex(account).rjust(32, b"\0") + label)
