"""The points of many proofs and their keys, checked side by side before any pairing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zk_circuits.bn254.g1 import is_on_curve
from zk_circuits.bn254.twist import Lines, lines_of, twist_point
from zk_circuits.errors import ProofMalformed, ProofOfBatchRefused, ZkError
from zk_circuits.key_soundness import lines_in_groups
from zk_circuits.proof import Proof
from zk_circuits.snarkjs_json import G2
from zk_circuits.verifying_key import VerifyingKey

KEYS_KEPT: Final = 32
"""Prepared keys that are remembered."""

KeyedProof = tuple[VerifyingKey, Proof]
"""A proof and the key that it is to hold under."""


@dataclass(frozen=True, slots=True)
class PreparedKey:
    """The lines of a key's points on the twist."""

    beta: Lines
    gamma: Lines
    delta: Lines


@lru_cache(maxsize=KEYS_KEPT)
def prepared_key(vkey: VerifyingKey) -> PreparedKey:
    """Raises KeyUnusable unless all points of the key lie in their groups."""
    return PreparedKey(*lines_in_groups(vkey.alpha, vkey.beta, vkey.gamma, vkey.delta, vkey.ic))


def lines_of_proof(vkey: VerifyingKey, proof: Proof) -> Lines:
    """The lines of B: the quickest way to know that all points lie in their groups.

    Raises ProofMalformed for a point outside its group or another number of public signals than
    the key has, and KeyUnusable.
    """
    prepared_key(vkey)
    return _checked(vkey, proof, _lines([_b(proof)])[0])


def lines_of_proofs(proofs: Sequence[KeyedProof]) -> list[Lines]:
    """The lines of each B.

    Raises ProofOfBatchRefused for the first proof with a point outside its group, another number
    of public signals than its key has, or a key that is unusable.
    """
    found: list[Lines] = []
    walked = _lines([_b(proof) for _, proof in proofs])
    for at, ((vkey, proof), lines) in enumerate(zip(proofs, walked, strict=True)):
        try:
            prepared_key(vkey)
            found.append(_checked(vkey, proof, lines))
        except ZkError as error:
            raise ProofOfBatchRefused(index=at, count=len(proofs), reason=error) from error
    return found


def _checked(vkey: VerifyingKey, proof: Proof, lines: Lines | None) -> Lines:
    if len(proof.public) != vkey.public_count:
        reason = f"are {len(proof.public)}, the key has {vkey.public_count}"
        raise ProofMalformed(name="public signals", reason=reason)
    for name, at in (("A", 0), ("C", 6)):
        if not is_on_curve((proof.words[at], proof.words[at + 1])):
            raise ProofMalformed(name=name, reason="is not on the curve")
    if lines is None:
        raise ProofMalformed(name="B", reason="is not on the curve or outside the subgroup")
    return lines


def _b(proof: Proof) -> G2:
    _, _, x_c1, x_c0, y_c1, y_c0, _, _ = proof.words
    return x_c1, x_c0, y_c1, y_c0


def _lines(points: Sequence[G2]) -> list[Lines | None]:
    """None for what is off the twist or outside the subgroup."""
    placed = [(at, twist_point(point)) for at, point in enumerate(points)]
    on_twist = {at: point for at, point in placed if point is not None}
    walked = dict(zip(on_twist, lines_of(list(on_twist.values())), strict=True))
    return [walked.get(at) for at in range(len(points))]
