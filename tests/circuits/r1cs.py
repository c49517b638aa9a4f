"""circom's constraint systems and witnesses, read, checked and written in plain Python.

Formats: iden3's r1cs version 1 and wtns version 2; symbols as circom writes them.
"""

import re
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.circuits.signals import R

Terms = tuple[tuple[int, int], ...]
"""(wire, coefficient) of a linear combination."""

INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Constraint:
    """a * b = c over the wires."""

    a: Terms
    b: Terms
    c: Terms

    @cached_property
    def wires(self) -> frozenset[int]:
        """All wires but the constant 1."""
        return frozenset(w for terms in (self.a, self.b, self.c) for w, _ in terms) - {0}

    def holds(self, witness: Sequence[int]) -> bool:
        """Whether the witness satisfies it."""
        if not self.a:
            return sum([witness[w] * k for w, k in self.c]) % R == 0
        a, b, c = (sum(witness[w] * k for w, k in terms) for terms in (self.a, self.b, self.c))
        return (a * b - c) % R == 0


@dataclass(frozen=True)
class System:
    """A constraint system; `names[wire]` is the first signal that the wire carries."""

    constraints: tuple[Constraint, ...]
    names: tuple[str, ...]
    public: int

    @cached_property
    def on(self) -> dict[frozenset[int], set[int]]:
        """The constraints on exactly these wires."""
        found: dict[frozenset[int], set[int]] = {}
        for i, constraint in enumerate(self.constraints):
            found.setdefault(constraint.wires, set()).add(i)
        return found

    @cached_property
    def wire_of(self) -> dict[str, int]:
        """Wire of a signal, by the signal's full name without the leading `main.`."""
        return {name: wire for wire, name in enumerate(self.names)}

    def broken(self, witness: Sequence[int]) -> list[int]:
        """The constraints that a witness does not satisfy."""
        return [i for i, c in enumerate(self.constraints) if not c.holds(witness)]

    def accepts(self, witness: Sequence[int]) -> bool:
        """Whether a witness satisfies all of them."""
        return all(constraint.holds(witness) for constraint in self.constraints)

    def home(self, constraint: int) -> str:
        """The component that a constraint belongs to: the longest path all its signals share.

        A constraint that hands a signal to a component belongs to the one around it.
        """
        paths = [self.names[wire].split(".")[:-1] for wire in self.constraints[constraint].wires]
        shared = []
        for parts in zip(*paths, strict=False):
            if len(set(parts)) > 1:
                break
            shared.append(parts[0])
        return ".".join(shared)

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """The home of every constraint."""
        return tuple(self.home(i) for i in range(len(self.constraints)))

    def inside(self, components: Collection[str]) -> set[int]:
        """The constraints of the named components and of all within them."""
        prefixes = tuple(f"{name}." for name in components)
        return {
            i
            for i, home in enumerate(self.homes)
            if home in components or home.startswith(prefixes)
        }


def without_index(path: str) -> str:
    """`lot[3].opened` as `lot[].opened`: the same constraint in all slots."""
    return INDEX.sub("[]", path)


def load_system(r1cs: Path, sym: Path) -> System:
    """Reads a constraint system with its symbols."""
    blob = r1cs.read_bytes()
    sections = _sections(blob, b"r1cs")
    wires, outputs, inputs, _, _, count = struct.unpack_from("<IIIIQI", blob, sections[1] + 36)
    names = ["one"] + [""] * (wires - 1)
    for line in sym.read_text("utf-8").splitlines():
        _, wire, _, name = line.split(",")
        if int(wire) > 0 and not names[int(wire)]:
            names[int(wire)] = name.removeprefix("main.")
    constraints = tuple(_constraints(blob, sections[2], count))
    return System(constraints, tuple(names), outputs + inputs)


def _constraints(blob: bytes, at: int, count: int) -> Iterator[Constraint]:
    for _ in range(count):
        sides = []
        for _ in range(3):
            (terms,) = struct.unpack_from("<I", blob, at)
            at += 4
            sides.append(tuple(_terms(blob, at, terms)))
            at += 36 * terms
        yield Constraint(*sides)


def _terms(blob: bytes, at: int, count: int) -> Iterator[tuple[int, int]]:
    for i in range(at, at + 36 * count, 36):
        wire = int.from_bytes(blob[i : i + 4], "little")
        yield wire, int.from_bytes(blob[i + 4 : i + 36], "little")


def read_wtns(path: Path) -> list[int]:
    """All values of a witness file, in the order of the wires."""
    blob = path.read_bytes()
    sections = _sections(blob, b"wtns")
    (count,) = struct.unpack_from("<I", blob, sections[1] + 36)
    at = sections[2]
    return [int.from_bytes(blob[at + 32 * i : at + 32 * i + 32], "little") for i in range(count)]


def write_wtns(path: Path, witness: Sequence[int]) -> None:
    """A witness file as snarkjs and groth16py read it."""
    header = struct.pack("<I", 32) + R.to_bytes(32, "little") + struct.pack("<I", len(witness))
    values = b"".join((value % R).to_bytes(32, "little") for value in witness)
    blob = b"wtns" + struct.pack("<II", 2, 2)
    for kind, section in ((1, header), (2, values)):
        blob += struct.pack("<IQ", kind, len(section)) + section
    path.write_bytes(blob)


def _sections(blob: bytes, magic: bytes) -> dict[int, int]:
    """Where the content of each section begins."""
    assert blob[:4] == magic
    (count,) = struct.unpack_from("<I", blob, 8)
    at, sections = 12, {}
    for _ in range(count):
        kind, length = struct.unpack_from("<IQ", blob, at)
        sections[kind] = at + 12
        at += 12 + length
    return sections
