"""A proving key in snarkjs's format (`.zkey`), as far as a ceremony reads and writes it."""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from zk_circuits.bn254.twist import TwistPoint
from zk_circuits.ceremony.errors import SetupFileMalformed
from zk_circuits.ceremony.points import (
    G1_BYTES,
    G2_BYTES,
    MaybeG1,
    snarkjs_bytes,
    snarkjs_g1,
    snarkjs_g2,
)
from zk_circuits.ceremony.sections import Sections, file_of
from zk_circuits.field import Q, R
from zk_circuits.snarkjs_json import G1, G2
from zk_circuits.verifying_key import VerifyingKey

MAGIC: Final = b"zkey"
_SIZES: Final = struct.Struct("<I32sI32sIII")
_TERM: Final = struct.Struct("<III32s")
_HEADER, _IC, _COEFFICIENTS, _A, _B1, _B2, _L, _H, _CONTRIBUTIONS = range(2, 11)
_PLAIN: Final = pow(1 << 512, -1, R)
"""snarkjs keeps coefficients times 2^512."""

Coefficient = tuple[int, int, int, int]
"""Matrix (0: A, 1: B), row, wire, value."""


@dataclass(frozen=True, slots=True)
class ProvingKey:
    """sha256: of the file. alpha to delta_2 are in no group that was checked, but on the curves."""

    file: Sections
    sha256: bytes
    wires: int
    public: int
    domain: int
    alpha: MaybeG1
    beta_1: MaybeG1
    beta_2: TwistPoint | None
    gamma: TwistPoint | None
    delta_1: MaybeG1
    delta_2: TwistPoint | None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises SetupFileMalformed, or OSError."""
        return cls.of(path.name, path.read_bytes())

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """The key in the bytes of a file; raises SetupFileMalformed."""
        file = Sections.of(name, content, MAGIC)
        if bytes(file.section(1)) != struct.pack("<I", 1):
            raise SetupFileMalformed(name=file.name, reason="it is no key of Groth16")
        header = file.section(_HEADER, _SIZES.size + 3 * G1_BYTES + 3 * G2_BYTES)
        wide_q, q, wide_r, r, wires, public, domain = _SIZES.unpack_from(header)
        fields = int.from_bytes(q, "little"), int.from_bytes(r, "little")
        if (wide_q, wide_r) != (32, 32) or fields != (Q, R):
            raise SetupFileMalformed(name=file.name, reason="it is over another curve")
        body, at, found = header[_SIZES.size :], 0, list[MaybeG1 | TwistPoint | None]()
        for width in (G1_BYTES, G1_BYTES, G2_BYTES, G2_BYTES, G1_BYTES, G2_BYTES):
            read = snarkjs_g1 if width == G1_BYTES else snarkjs_g2
            found += read(file.name, body[at : at + width])
            at += width
        digest = hashlib.sha256(content).digest()
        return cls(file, digest, wires, public, domain, *found)  # type: ignore[arg-type]

    def ic(self) -> list[MaybeG1]:
        """A point for each public wire."""
        return self._g1(_IC, self.public + 1)

    def a(self) -> list[MaybeG1]:
        """A point for each wire."""
        return self._g1(_A, self.wires)

    def b_1(self) -> list[MaybeG1]:
        """The same of B."""
        return self._g1(_B1, self.wires)

    def b_2(self) -> list[TwistPoint | None]:
        """The same of B in G2."""
        return snarkjs_g2(self.file.name, self._exact(_B2, self.wires * G2_BYTES))

    def l_points(self) -> list[MaybeG1]:
        """A point for each wire that is not public, over delta."""
        return self._g1(_L, self.wires - self.public - 1)

    def h_points(self) -> list[MaybeG1]:
        """A point for each row of the domain, over delta."""
        return self._g1(_H, self.domain)

    def coefficients(self) -> list[Coefficient]:
        """Of A and B, as the prover evaluates them; raises SetupFileMalformed."""
        content = bytes(self.file.section(_COEFFICIENTS))
        if len(content) < 4 or (len(content) - 4) % _TERM.size:
            raise SetupFileMalformed(name=self.file.name, reason="its coefficients are cut off")
        terms = [
            (matrix, row, wire, int.from_bytes(value, "little"))
            for matrix, row, wire, value in _TERM.iter_unpack(content[4:])
        ]
        if content[:4] != struct.pack("<I", len(terms)) or any(term[3] >= R for term in terms):
            reason = "its coefficients are not as many as it says, or out of range"
            raise SetupFileMalformed(name=self.file.name, reason=reason)
        return [(matrix, row, wire, value * _PLAIN % R) for matrix, row, wire, value in terms]

    def verifying_key(self) -> VerifyingKey:
        """Raises KeyUnusable, also for an initial key: there delta is gamma."""
        alpha, ic = self.alpha or (0, 0), [point or (0, 0) for point in self.ic()]
        beta, gamma, delta = map(evm_order, (self.beta_2, self.gamma, self.delta_2))
        return VerifyingKey(alpha, beta, gamma, delta, tuple(ic))

    def contributed(
        self,
        delta_1: G1,
        delta_2: TwistPoint,
        l_points: Sequence[MaybeG1],
        h_points: Sequence[MaybeG1],
    ) -> bytes:
        """The file with another delta, and with the points that are divided by it.

        Its own list of contributions is emptied: who contributed is what the transcript says.
        """
        sections: dict[int, bytes | memoryview] = dict(self.file.sections)
        fixed = _SIZES.size + 2 * G1_BYTES + 2 * G2_BYTES
        deltas = snarkjs_bytes([delta_1], 2) + snarkjs_bytes([delta_2], 4)
        sections[_HEADER] = bytes(self.file.section(_HEADER)[:fixed]) + deltas
        sections[_L], sections[_H] = snarkjs_bytes(l_points, 2), snarkjs_bytes(h_points, 2)
        sections[_CONTRIBUTIONS] = bytes(64 + 4)
        return file_of(MAGIC, sections)

    def _g1(self, number: int, count: int) -> list[MaybeG1]:
        return snarkjs_g1(self.file.name, self._exact(number, count * G1_BYTES))

    def _exact(self, number: int, length: int) -> memoryview:
        found = self.file.section(number)
        if len(found) != length:
            reason = f"section {number} has {len(found):,} bytes, not {length:,}"
            raise SetupFileMalformed(name=self.file.name, reason=reason)
        return found


def evm_order(point: TwistPoint | None) -> G2:
    """The point with c1 before c0; zeros for infinity, which lies on no curve."""
    x0, x1, y0, y1 = point or (0, 0, 0, 0)
    return x1, x0, y1, y0
