"""Where the contracts keep what a state proof shows; a test compares it with solc's own layout.

A mapping's value lies at keccak256(key ‖ slot of the mapping); a struct goes on from there, its
small fields packed from the lowest bit up.
"""

from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import SubjectKind
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


COUNTERS: Final = {
    SubjectKind.LOT: PackedField("LotBook", mapping=0, offset=0, shift=185, bits=19),
    SubjectKind.CERTIFICATE: PackedField("Certificates", mapping=0, offset=1, shift=160, bits=32),
    SubjectKind.MEMBER: PackedField("Members", mapping=3, offset=2, shift=40, bits=32),
    SubjectKind.SITE: PackedField("Sites", mapping=3, offset=0, shift=112, bits=16),
    SubjectKind.PLACE: PackedField("Places", mapping=0, offset=0, shift=0, bits=32),
    SubjectKind.HOLD: PackedField("Holds", mapping=0, offset=0, shift=0, bits=32),
}
"""Events about a subject so far; of a place it is the number of its determinations."""

USED: Final = PackedField("LotBook", mapping=9, offset=0, shift=0, bits=160)
"""The rule contract that made lots of a site event; 0 while nothing is made of it."""

EXCUSED: Final = PackedField("Attestations", mapping=1, offset=5, shift=80, bits=8)
WITHDRAWN: Final = PackedField("Attestations", mapping=1, offset=5, shift=88, bits=8)
"""Of the standing of a site event, all in one word."""

WORDS: Final = PackedField("Journal", mapping=0, offset=0, shift=0, bits=256)
"""The word of a row, by the key of its kind and subject (rows.key_of)."""

VERSIONS: Final = PackedField("Directory", mapping=0, offset=0, shift=0, bits=32)
"""How many versions of a contract the Directory has, by its name: the length of a list."""
