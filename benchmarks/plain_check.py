"""Groth16's equation as py_ecc alone computes it: e(A, B) = e(α, β) · e(IC(x), γ) · e(C, δ)."""

from zk_circuits.curve import FQ, FQ2, PointG1, PointG2, add, multiply, pairing
from zk_circuits.proof import Proof
from zk_circuits.snarkjs_json import G1, G2
from zk_circuits.verifying_key import VerifyingKey


def plain_check(key: VerifyingKey, proof: Proof) -> bool:
    """Four whole pairings, each with its own final power; no subgroup check, nothing kept."""
    a, b, c = proof.words[:2], proof.words[2:6], proof.words[6:]
    signals = _g1(key.ic[0])
    for signal, point in zip(proof.public, key.ic[1:], strict=True):
        signals = add(signals, multiply(_g1(point), signal))
    right = pairing(_g2(key.beta), _g1(key.alpha))
    right *= pairing(_g2(key.gamma), signals)
    right *= pairing(_g2(key.delta), _g1((c[0], c[1])))
    return bool(pairing(_g2((b[0], b[1], b[2], b[3])), _g1((a[0], a[1]))) == right)


def _g1(point: G1) -> PointG1:
    return FQ(point[0]), FQ(point[1]), FQ(1)


def _g2(point: G2) -> PointG2:
    x_c1, x_c0, y_c1, y_c0 = point
    return FQ2([x_c0, x_c1]), FQ2([y_c0, y_c1]), FQ2.one()
