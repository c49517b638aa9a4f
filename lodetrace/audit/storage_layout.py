"""Where the contracts keep what a state proof shows; a test compares it with solc's own layout.

A mapping's value lies at keccak256(key ‖ slot of the mapping); a struct goes on from there, its
small fields packed from the lowest bit up.
"""

from dataclasses import dataclass
from typing import Final

from zk_circuits.abi import hash_static


@dataclass(frozen=True, slots=True)
class PackedField:
    """A number inside a mapping's values.

    mapping: slot of the mapping; offset: slot inside the value; shift and bits: inside the word.
    """

    contract: str
    mapping: int
    offset: int
    shift: int
    bits: int

    def slot(self, key: bytes) -> bytes:
        """Where it lies for a key of 32 bytes."""
        start = int.from_bytes(hash_static(key, self.mapping), "big")
        return ((start + self.offset) % (1 << 256)).to_bytes(32, "big")

    def of(self, word: int) -> int:
        """Its value in the word."""
        return (word >> self.shift) & ((1 << self.bits) - 1)


WORDS: Final = PackedField("Journal", mapping=0, offset=0, shift=0, bits=256)
"""The word of a row, by the key of its kind and subject (rows.key_of)."""
