"""Deployed code beside what the compiler made of the sources, whatever a constructor filled in.

A contract's immutables are written into its code when it is deployed. The compiler leaves a hole
for each, the instruction PUSH32 with 32 zero bytes, which it uses for nothing else; these holes are
its `immutableReferences` (tests/unit/lodetrace/test_runtime_code.py compares both).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lodetrace.text import hex_of

PUSH1, PUSH32 = 0x60, 0x7F
WORD: Final = 32  # bytes
ADDRESS: Final = 20


class Immutable(NamedTuple):
    """A value that a constructor filled in. offset: of its first byte in the code."""

    offset: int
    value: bytes

    @property
    def address(self) -> str | None:
        """As an address, where it may be one; None for zero, and for a hash."""
        high, low = self.value[: WORD - ADDRESS], self.value[WORD - ADDRESS :]
        return None if any(high) or not any(low) else hex_of(low)


def holes(compiled: bytes) -> Iterator[int]:
    """Offsets of the immutables in the code that the compiler made, in order."""
    at = 0
    while at < len(compiled):
        instruction = compiled[at]
        size = instruction - PUSH1 + 1 if PUSH1 <= instruction <= PUSH32 else 0
        if instruction == PUSH32 and compiled[at + 1 : at + 1 + WORD] == bytes(WORD):
            yield at + 1
        at += 1 + size


def immutables(compiled: bytes, deployed: bytes) -> list[Immutable] | None:
    """What stands in the holes; None where the deployed code is not the compiled one."""
    filled = bytearray(compiled)
    found = []
    for offset in holes(compiled):
        value = deployed[offset : offset + WORD]
        found.append(Immutable(offset, value))
        filled[offset : offset + WORD] = value
    return found if bytes(filled) == deployed else None
