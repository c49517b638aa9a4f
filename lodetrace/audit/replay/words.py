"""Words of 32 bytes as the contracts hash them: abi.encode of static values."""

from lodetrace.text import ADDRESS_BYTES, parse_hex
from zk_circuits.keccak import keccak256

Word = int | bytes | str


def hash_of(*values: Word) -> bytes:
    """keccak256(abi.encode(...)) of numbers, bytes32 and addresses."""
    return keccak256(b"".join(map(word, values)))


def word(value: Word) -> bytes:
    """One value in 32 bytes: numbers and addresses to the right."""
    if isinstance(value, int):
        return int(value).to_bytes(32, "big")
    if isinstance(value, str):
        return bytes(12) + address_bytes(value)
    return value


def address_bytes(address: str) -> bytes:
    """The 20 bytes of an address in text."""
    return parse_hex(address, ADDRESS_BYTES)
