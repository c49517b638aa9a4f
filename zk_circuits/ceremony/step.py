"""One contribution to the key of one circuit: delta and its proof, and the points over it."""

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from zk_circuits.bn254 import g1, g2
from zk_circuits.bn254.twist import TwistPoint, lines_of
from zk_circuits.ceremony.combinations import coefficients, combined_1, pairings_agree
from zk_circuits.ceremony.errors import ContributionRefused, SetupFileMalformed
from zk_circuits.ceremony.knowledge import challenge, point_of
from zk_circuits.ceremony.points import G1_BYTES, G2_BYTES, MaybeG1, evm_bytes, evm_g1, evm_g2
from zk_circuits.ceremony.powers import generator_2
from zk_circuits.ceremony.proving_key import ProvingKey, evm_order
from zk_circuits.field import R
from zk_circuits.key_soundness import GENERATOR_1, SMALL
from zk_circuits.published_keys import DELTAS
from zk_circuits.snarkjs_json import G1

MAGIC: Final = b"ltstep/1"
_PORTION: Final = 1 << 10
"""Points that are multiplied side by side, between two words about progress."""

Say = Callable[[int], None]
"""Told how many points more are done."""


@dataclass(frozen=True, slots=True)
class Delta:
    """delta in both groups."""

    one: G1
    two: TwistPoint

    @classmethod
    def first(cls) -> Self:
        """Of an initial key."""
        return cls(GENERATOR_1, generator_2())


@dataclass(frozen=True, slots=True)
class Step:
    """proof: the drawn point times the factor. l_points, h_points: of the key, over its delta."""

    delta: Delta
    proof: TwistPoint
    l_points: Sequence[MaybeG1]
    h_points: Sequence[MaybeG1]

    @classmethod
    def initial(cls, key: ProvingKey) -> Self:
        """Before any contribution."""
        return cls(Delta.first(), generator_2(), key.l_points(), key.h_points())

    @classmethod
    def read(cls, name: str, content: bytes, first: "Step") -> Self:
        """A step in a file, with as many points as the first; raises SetupFileMalformed."""
        fixed = len(MAGIC) + G1_BYTES + 2 * G2_BYTES + 8
        if len(content) < fixed or content[: len(MAGIC)] != MAGIC:
            raise SetupFileMalformed(name=name, reason="it is no step of a ceremony")
        at = len(MAGIC)
        [delta_1] = evm_g1(name, content[at : at + G1_BYTES])
        at += G1_BYTES
        delta_2 = evm_g2(name, content[at : at + G2_BYTES])
        proof = evm_g2(name, content[at + G2_BYTES : at + 2 * G2_BYTES])
        if delta_1 is None:
            raise SetupFileMalformed(name=name, reason="delta is at infinity")
        counts = list(struct.unpack_from(">II", content, fixed - 8))
        if len(content) != fixed + sum(counts) * G1_BYTES:
            raise SetupFileMalformed(name=name, reason="it has not as many points as it says")
        delta = Delta(delta_1, delta_2)
        if counts != [len(first.l_points), len(first.h_points)]:
            raise SetupFileMalformed(name=name, reason="it has not as many points as the key")
        points = evm_g1(name, content[fixed:])
        return cls(delta, proof, points[: counts[0]], points[counts[0] :])

    def to_bytes(self) -> bytes:
        """The reverse of read."""
        twist = [evm_order(self.delta.two), evm_order(self.proof)]
        counts = (len(self.l_points).to_bytes(4, "big"), len(self.h_points).to_bytes(4, "big"))
        head = MAGIC + evm_bytes([self.delta.one]) + evm_bytes(twist, 4) + b"".join(counts)
        return head + evm_bytes([*self.l_points, *self.h_points])


def contribute(
    before: Step, factor: int, drawn_for: Callable[[G1], bytes], say: Say | None = None
) -> Step:
    """The step that multiplies delta by the factor, 0 < factor < r.

    drawn_for: the challenge, by the new delta.
    """
    inverse = pow(factor, -1, R)
    [delta_1] = g1.multiply_all([before.delta.one], factor)
    delta_2, proof = (
        g2.affine(g2.multiply(point, factor))
        for point in (before.delta.two, point_of(drawn_for(delta_1)))
    )
    assert delta_2 is not None  # their order is prime, and the factor no multiple of it
    assert proof is not None
    lists = (_divided(points, inverse, say) for points in (before.l_points, before.h_points))
    return Step(Delta(delta_1, delta_2), proof, *lists)


def require_step(circuit: str, before: Delta, step: Step, drawn: bytes) -> None:
    """Whether whoever made the step knew its factor; raises ContributionRefused."""
    delta = step.delta
    if None in lines_of([delta.two, step.proof]):
        raise ContributionRefused(circuit=circuit, reason="a point of G2 is outside the subgroup")
    known = {point[0] for point in _small_multiples(before.one)}
    if delta.one[0] in known:
        reason = "its delta is a small multiple of the one before: nothing secret went in"
        raise ContributionRefused(circuit=circuit, reason=reason)
    if delta.two[0] in DELTAS:
        raise ContributionRefused(circuit=circuit, reason="its delta is a published one")
    if not pairings_agree((before.one, step.proof), (delta.one, point_of(drawn))):
        reason = "its proof of knowledge does not hold: it belongs to another step or member"
        raise ContributionRefused(circuit=circuit, reason=reason)
    if not pairings_agree((delta.one, generator_2()), (GENERATOR_1, delta.two)):
        raise ContributionRefused(circuit=circuit, reason="delta in G2 is not delta in G1")


def require_points(circuit: str, first: Step, last: Step, seed: bytes) -> None:
    """Whether L and H of the last step are those of the initial key, divided by its delta.

    Raises ContributionRefused.
    """
    for name, initial, divided in (
        ("L", first.l_points, last.l_points),
        ("H", first.h_points, last.h_points),
    ):
        if [point is None for point in initial] != [point is None for point in divided]:
            raise ContributionRefused(circuit=circuit, reason=f"a point of {name} is at infinity")
        scalars = coefficients(seed + name.encode(), len(initial))
        then, now = combined_1(initial, scalars), combined_1(divided, scalars)
        if not pairings_agree((now, last.delta.two), (then, generator_2())):
            reason = f"its {name} points are not those of the initial key over delta"
            raise ContributionRefused(circuit=circuit, reason=reason)


def drawn_for(binding: bytes, circuit: str, before: bytes) -> Callable[[G1], bytes]:
    """The challenge of a step, by its delta. before: SHA-256 of the file before."""
    return lambda delta_1: challenge(binding, circuit, before, delta_1)


def sha256(content: bytes) -> bytes:
    """How the files of a transcript are named."""
    return hashlib.sha256(content).digest()


def _small_multiples(point: G1) -> list[G1]:
    found = g1.affine([g1.multiply(point, at) for at in range(1, SMALL + 1)])
    return [one for one in found if one is not None]


def _divided(points: Sequence[MaybeG1], inverse: int, say: Say | None) -> list[MaybeG1]:
    """Each point times the inverse; infinity stays."""
    shown = [at for at, point in enumerate(points) if point is not None]
    found: list[MaybeG1] = [None] * len(points)
    for start in range(0, len(shown), _PORTION):
        places = shown[start : start + _PORTION]
        portion = [point for at in places if (point := points[at]) is not None]
        for at, product in zip(places, g1.multiply_all(portion, inverse), strict=True):
            found[at] = product
        if say is not None:
            say(len(places))
    return found
