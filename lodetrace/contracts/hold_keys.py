"""What a hold is on: the lots of one root that one ownership group has (HoldKeys.sol)."""

from zk_circuits.abi import hash_static


def hold_key(root: int, group: bytes) -> bytes:
    """The name of a hold, whose events are numbered by it."""
    return hash_static(root, group)
