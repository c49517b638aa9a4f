"""A whole constraint system, from circom's r1cs: rows of (A w)(B w) = C w."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from zk_circuits.ceremony.errors import SetupFileMalformed
from zk_circuits.ceremony.sections import Sections
from zk_circuits.field import R

Terms = tuple[tuple[int, int], ...]
"""Wire and coefficient of each."""

_HEADER: Final = struct.Struct("<I32sIIIIQI")
_TERM: Final = struct.Struct("<I32s")


@dataclass(frozen=True, slots=True)
class ConstraintSystem:
    """wires: wire 0 is the constant 1. public: outputs and inputs, wires 1 to public.

    sha256: of the file.
    """

    wires: int
    public: int
    rows: tuple[tuple[Terms, Terms, Terms], ...]
    sha256: bytes

    @property
    def power(self) -> int:
        """Of the domain: a row for each constraint, and one for each public wire and the 1."""
        return (len(self.rows) + self.public).bit_length()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises SetupFileMalformed, or OSError."""
        return cls.of(path.name, path.read_bytes())

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """The system in the bytes of a file; raises SetupFileMalformed."""
        file = Sections.of(name, content, b"r1cs")
        header = file.section(1, _HEADER.size)
        width, prime, wires, outputs, inputs, _, _, count = _HEADER.unpack(header)
        if width != 32 or int.from_bytes(prime, "little") != R:
            raise SetupFileMalformed(name=file.name, reason="it is over another field")
        public = outputs + inputs
        try:
            rows = _rows(bytes(file.section(2)), count, wires)
        except (struct.error, ValueError) as broken:
            raise SetupFileMalformed(name=file.name, reason=f"its rows: {broken}") from broken
        if wires < public + 1:
            raise SetupFileMalformed(name=file.name, reason="it has fewer wires than signals")
        return cls(wires, public, rows, hashlib.sha256(content).digest())


def _rows(content: bytes, count: int, wires: int) -> tuple[tuple[Terms, Terms, Terms], ...]:
    at, rows = 0, []
    for _ in range(count):
        row = []
        for _ in range(3):
            (length,) = struct.unpack_from("<I", content, at)
            at += 4
            end = at + length * _TERM.size
            if end > len(content):
                raise ValueError("they end within a term")
            row.append(tuple(_term(one, wires) for one in _TERM.iter_unpack(content[at:end])))
            at = end
        rows.append((row[0], row[1], row[2]))
    if at != len(content):
        raise ValueError("more follows after them")
    return tuple(rows)


def _term(term: tuple[int, bytes], wires: int) -> tuple[int, int]:
    wire, coefficient = term[0], int.from_bytes(term[1], "little")
    if wire >= wires or coefficient >= R:
        raise ValueError("a wire or a coefficient is out of range")
    return wire, coefficient
