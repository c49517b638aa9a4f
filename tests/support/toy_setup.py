"""Set-ups of a toy circuit whose secrets are known: files as snarkjs writes them, in an instant.

Who knows tau, alpha and beta computes every point as a multiple of the generator. A test may thus
lie about any of them.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from zk_circuits.bn254 import g1, g2
from zk_circuits.bn254.twist import TwistPoint
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.ceremony.interpolation import interpolated
from zk_circuits.ceremony.points import snarkjs_bytes
from zk_circuits.ceremony.powers import generator_2
from zk_circuits.ceremony.sections import file_of
from zk_circuits.field import Q, R
from zk_circuits.snarkjs_json import G1

PUBLIC = 2
WIRES = 6
ROWS: tuple[tuple[dict[int, int], ...], ...] = (
    ({3: 1}, {4: 1}, {5: 1}),
    ({5: 1}, {3: 2, 0: 7}, {1: 1}),
    ({4: 1, 2: R - 1}, {0: 1}, {}),
    ({3: 5}, {5: 1, 4: 3}, {2: 1, 0: R - 4}),
)
"""Four constraints over 1, two public signals and three wires: a domain of eight rows."""
POWER = 3


def r1cs_bytes(rows: Sequence[Sequence[dict[int, int]]] = ROWS) -> bytes:
    """The toy circuit as circom writes it."""
    prime = R.to_bytes(32, "little")
    header = struct.pack("<I32sIIIIQI", 32, prime, WIRES, 1, PUBLIC - 1, 3, WIRES, len(rows))
    body = b""
    for row in rows:
        for terms in row:
            body += struct.pack("<I", len(terms))
            for wire, value in terms.items():
                body += struct.pack("<I32s", wire, value.to_bytes(32, "little"))
    wires = b"".join(struct.pack("<Q", at) for at in range(WIRES))
    return file_of(b"r1cs", {2: body, 1: header, 3: wires})


@cache
def in_g1(scalar: int) -> G1 | None:
    return g1.affine([g1.multiply((1, 2), scalar % R)])[0]


@cache
def in_g2(scalar: int) -> TwistPoint | None:
    return g2.affine(g2.multiply(generator_2(), scalar % R))


def ones(scalars: Iterable[int]) -> bytes:
    return snarkjs_bytes([in_g1(scalar % R) for scalar in scalars], 2)


def twos(scalars: Iterable[int]) -> bytes:
    return snarkjs_bytes([in_g2(scalar % R) for scalar in scalars], 4)


@dataclass(frozen=True)
class ToySetup:
    """Phase 1 and initial keys of whoever knows these three."""

    tau: int = 0x7A0 << 64
    alpha: int = 0xA1FA << 32
    beta: int = 0xBE7A << 16
    power: int = POWER

    def ptau_sections(self) -> dict[int, bytes]:
        size = 1 << self.power
        taus = [pow(self.tau, at, R) for at in range(2 * size - 1)]
        header = struct.pack("<I32sII", 32, Q.to_bytes(32, "little"), self.power, self.power)
        return {
            1: header,
            2: ones(taus),
            3: twos(taus[:size]),
            4: ones(self.alpha * one for one in taus[:size]),
            5: ones(self.beta * one for one in taus[:size]),
            6: twos([self.beta]),
            7: bytes(4),
        }

    def ptau(self) -> bytes:
        return file_of(b"ptau", dict(self.ptau_sections()))

    def zkey_sections(self, system: ConstraintSystem) -> dict[int, bytes]:
        domain = 1 << system.power
        at_tau = self._lagrange(domain, domain)
        sums = [[0] * system.wires for _ in range(3)]
        terms = []
        for place, row in enumerate(system.rows):
            for matrix, found in enumerate(row):
                for wire, value in found:
                    sums[matrix][wire] += value * at_tau[place]
                    if matrix < 2:
                        terms.append((matrix, place, wire, value))
        for wire in range(system.public + 1):
            sums[0][wire] += at_tau[len(system.rows) + wire]
            terms.append((0, len(system.rows) + wire, wire, 1))
        a, b, c = sums
        wires = [self.beta * x + self.alpha * y + z for x, y, z in zip(a, b, c, strict=True)]
        sizes = (32, Q.to_bytes(32, "little"), 32, R.to_bytes(32, "little"))
        header = struct.pack("<I32sI32sIII", *sizes, system.wires, system.public, domain)
        header += ones([self.alpha, self.beta]) + twos([self.beta, 1]) + ones([1]) + twos([1])
        coefficients = struct.pack("<I", len(terms)) + b"".join(
            struct.pack("<III", *term[:3]) + (term[3] * (1 << 512) % R).to_bytes(32, "little")
            for term in terms
        )
        odd = self._lagrange(2 * domain, 2 * (1 << self.power) - 1)[1::2]
        return {
            1: struct.pack("<I", 1), 2: header, 3: ones(wires[: system.public + 1]),
            4: coefficients, 5: ones(a), 6: ones(b), 7: twos(b),
            8: ones(wires[system.public + 1 :]), 9: ones(odd), 10: bytes(68),
        }  # fmt: skip

    def zkey(self, system: ConstraintSystem) -> bytes:
        return file_of(b"zkey", dict(self.zkey_sections(system)))

    def _lagrange(self, size: int, known: int) -> list[int]:
        """Each polynomial of a domain at tau, as far as there are powers."""
        powers = [pow(self.tau, at, R) for at in range(min(size, known))]
        found = []
        for at in range(size):
            polynomial = interpolated([int(at == place) for place in range(size)])
            found.append(sum(c * power for c, power in zip(polynomial, powers, strict=False)) % R)
        return found
