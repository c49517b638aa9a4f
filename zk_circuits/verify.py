"""Strict verification of a Groth16 proof with py_ecc, without any other program."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zk_circuits.ctx import verifying_key_hash
from zk_circuits.curve import FQ12, Z1, PointG1, PointG2, add, multiply, neg
from zk_circuits.errors import KeyUnusable, ProofMalformed, ProofRejected
from zk_circuits.pairing import is_one, miller, point_g1, point_g2
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey

KEYS_KEPT: Final = 32
"""Checked keys that are remembered."""


def verify(vkey: VerifyingKey, proof: Proof) -> None:
    """Returns when the proof holds for its public signals under `vkey`.

    Raises ProofMalformed (a point off the curve or outside its subgroup, a wrong number of
    public signals), ProofRejected, or KeyUnusable. Takes about a third of a second.
    """
    key = checked_key(vkey)
    a, b, c = checked_points(vkey, proof)
    signals = key.ic[0]
    for signal, point in zip(proof.public, key.ic[1:], strict=True):
        signals = add(signals, multiply(point, signal)) if signal else signals
    factors = [miller(neg(a), b), key.alpha_beta, miller(c, key.delta)]
    if signals[2] != Z1[2]:
        factors.append(miller(signals, key.gamma))
    if not is_one(factors):
        raise ProofRejected(key="0x" + verifying_key_hash(vkey).hex())


def checked_points(vkey: VerifyingKey, proof: Proof) -> tuple[PointG1, PointG2, PointG1]:
    """A, B and C of the proof; raises ProofMalformed unless all lie in their groups."""
    if len(proof.public) != vkey.public_count:
        reason = f"are {len(proof.public)}, the key has {vkey.public_count}"
        raise ProofMalformed(name="public signals", reason=reason)
    a = point_g1((proof.words[0], proof.words[1]))
    b = point_g2((proof.words[2], proof.words[3], proof.words[4], proof.words[5]))
    c = point_g1((proof.words[6], proof.words[7]))
    if a is None or c is None:
        raise ProofMalformed(name="A" if a is None else "C", reason="is not on the curve")
    if b is None:
        raise ProofMalformed(name="B", reason="is not on the curve or outside the subgroup")
    return a, b, c


@dataclass(frozen=True, slots=True)
class CheckedKey:
    """A verifying key whose points lie in their groups.

    alpha_beta is the Miller loop of alpha and beta, which all proofs share.
    """

    alpha_beta: FQ12
    gamma: PointG2
    delta: PointG2
    ic: tuple[PointG1, ...]


@lru_cache(maxsize=KEYS_KEPT)
def checked_key(vkey: VerifyingKey) -> CheckedKey:
    """The key's points; raises KeyUnusable unless all lie in their groups."""
    alpha, *ic = (point_g1(point) for point in (vkey.alpha, *vkey.ic))
    beta, gamma, delta = map(point_g2, (vkey.beta, vkey.gamma, vkey.delta))
    on_curve = [point for point in ic if point is not None]
    if alpha is None or len(on_curve) != len(ic):
        raise KeyUnusable(reason="alpha or an IC point is not on the curve")
    if beta is None or gamma is None or delta is None:
        raise KeyUnusable(reason="a point is off the curve or outside the subgroup")
    return CheckedKey(miller(alpha, beta), gamma, delta, tuple(on_curve))
