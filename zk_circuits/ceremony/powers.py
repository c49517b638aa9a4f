"""Phase 1: powers of a tau that nobody knows, from the `.ptau` file of any ceremony.

Only sections 1 to 6 are read: what snarkjs prepares from them for phase 2 is never believed.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from zk_circuits.bn254.twist import TwistPoint, twist_point
from zk_circuits.ceremony.combinations import (
    coefficients,
    combined_1,
    combined_2,
    pairings_agree,
    require_in_subgroup,
)
from zk_circuits.ceremony.errors import PowersRefused, SetupFileMalformed
from zk_circuits.ceremony.points import G1_BYTES, G2_BYTES, MaybeG1, snarkjs_g1, snarkjs_g2
from zk_circuits.ceremony.sections import Sections
from zk_circuits.field import Q
from zk_circuits.key_soundness import GENERATOR_1, GENERATOR_2, SMALL, small_multiples_1
from zk_circuits.published_keys import ALPHA
from zk_circuits.snarkjs_json import G1

MOST: Final = 20
"""Power of the largest file that is read: a million constraints."""


def generator_2() -> TwistPoint:
    """Of the subgroup."""
    point = twist_point(GENERATOR_2)
    assert point is not None
    return point


@dataclass(frozen=True, slots=True)
class Powers:
    """tau_1[i]: tau^i of the generator of G1; alpha, beta: times those; beta_2: in G2.

    There are 2^(power + 1) - 1 of tau_1 and 2^power of all others.
    """

    power: int
    tau_1: Sequence[G1]
    tau_2: Sequence[TwistPoint]
    alpha: Sequence[G1]
    beta: Sequence[G1]
    beta_2: TwistPoint
    digest: bytes

    @classmethod
    def load(cls, path: Path) -> Self:
        """Every point lies on its curve; raises SetupFileMalformed, PowersRefused or OSError."""
        return cls.of(path.name, path.read_bytes())

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """The same of the bytes of a file; raises SetupFileMalformed or PowersRefused."""
        file = Sections.of(name, content, b"ptau")
        header = file.section(1, 44)
        width, prime, power = struct.unpack_from("<I32sI", header)
        if width != 32 or int.from_bytes(prime, "little") != Q or not 1 <= power <= MOST:
            raise SetupFileMalformed(name=file.name, reason=f"another curve, or power {power}")
        size = 1 << power

        def g1(number: int, count: int) -> list[G1]:
            return _present(snarkjs_g1(file.name, file.section(number, count * G1_BYTES)))

        tau_2 = snarkjs_g2(file.name, file.section(3, size * G2_BYTES))
        [beta_2] = snarkjs_g2(file.name, file.section(6, G2_BYTES))
        finite = [point for point in tau_2 if point is not None]
        if beta_2 is None or len(finite) != size:
            raise PowersRefused(reason="a point of G2 is at infinity")
        return cls(
            power=power,
            tau_1=g1(2, 2 * size - 1),
            tau_2=finite,
            alpha=g1(4, size),
            beta=g1(5, size),
            beta_2=beta_2,
            digest=blake2b(content),
        )

    def require_consistent(self) -> None:
        """Whether all are powers of one tau, times one alpha and one beta; raises PowersRefused."""
        self._require_secrets()
        size = len(self.tau_2)
        scalars = coefficients(b"lodetrace-ceremony/1/powers" + self.digest, 2 * size)
        try:
            require_in_subgroup(self.beta_2)
            together = combined_2(self.tau_2, scalars[:size])
        except ValueError as outside:
            raise PowersRefused(reason=outside) from outside
        tau_2, first = self.tau_2[1], generator_2()
        lower = combined_1(self.tau_1[:-1], scalars[: 2 * size - 2])
        upper = combined_1(self.tau_1[1:], scalars[: 2 * size - 2])
        if not pairings_agree((upper, first), (lower, tau_2)):
            raise PowersRefused(reason="a power of tau in G1 does not follow from the one before")
        combined = combined_1(self.tau_1[:size], scalars[:size])
        if together is None or not pairings_agree((combined, first), (GENERATOR_1, together)):
            raise PowersRefused(reason="the powers in G2 are not those in G1")
        for name, points in (("alpha", self.alpha), ("beta", self.beta)):
            combined = combined_1(points, scalars[:size])
            if not pairings_agree((combined, first), (points[0], together)):
                raise PowersRefused(reason=f"its powers times {name} are not those of tau")
        if not pairings_agree((self.beta[0], first), (GENERATOR_1, self.beta_2)):
            raise PowersRefused(reason="beta in G2 is not beta in G1")

    def _require_secrets(self) -> None:
        """Whether it begins with the generators, and goes on with nothing that everybody knows."""
        if self.tau_1[0] != GENERATOR_1 or self.tau_2[0] != generator_2():
            raise PowersRefused(reason="its powers do not begin with the generators")
        if self.alpha[0][0] == ALPHA:
            raise PowersRefused(reason="it is that of the development keys, which hides nothing")
        firsts = (("tau", self.tau_1[1]), ("alpha", self.alpha[0]), ("beta", self.beta[0]))
        for name, (x, _) in firsts:
            if x in small_multiples_1():
                raise PowersRefused(reason=f"its {name} is known: a number of at most {SMALL}")


def blake2b(content: bytes) -> bytes:
    """How the files of phase 1 are named."""
    return hashlib.blake2b(content).digest()


def _present(points: Sequence[MaybeG1]) -> list[G1]:
    found = [point for point in points if point is not None]
    if len(found) != len(points):
        raise PowersRefused(reason="a point of G1 is at infinity")
    return found
