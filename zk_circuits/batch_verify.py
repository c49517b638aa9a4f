"""Strict verification of many Groth16 proofs at once, in pure Python.

Each proof's equation is raised to a coefficient of its own and all are multiplied: one Miller
loop for each proof, three for each key, one final power for all. Coefficients have 128 bits and
come from a hash over everything, so nobody can choose proofs for which false ones cancel out, and
the same proofs are always judged in the same way. After Bellare, Garay, Rabin, "Fast batch
verification for modular exponentiation and digital signatures" (1998); all points are checked to
lie in groups of order r before, as that needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zk_circuits.batch_points import KeyedProof, lines_of_proofs, prepared_key
from zk_circuits.bn254.g1 import affine, multiply, sum_of_products
from zk_circuits.bn254.miller import product_of_loops
from zk_circuits.bn254.twist import Lines
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ProofOfBatchRefused, ProofRejected
from zk_circuits.field import Q, R
from zk_circuits.keccak import keccak256
from zk_circuits.pairing import is_one
from zk_circuits.proof import Proof
from zk_circuits.snarkjs_json import G1
from zk_circuits.verifying_key import VerifyingKey

DOMAIN: Final = b"lodetrace/batch/1"
COEFFICIENT_BYTES: Final = 16
MOST_AT_ONCE: Final = 256
"""Proofs under one final power. The lines of a proof take 30 kB; more would save little time."""


def batch_verify(proofs: Sequence[KeyedProof]) -> None:
    """Returns when every proof holds for its public signals under its key, as verify says.

    Raises ProofOfBatchRefused, which names one that does not, and why: of each MOST_AT_ONCE the
    first malformed one, else the first false one. None at all hold. That a false proof passes
    has a chance of 2^-128.
    """
    for start in range(0, len(proofs), MOST_AT_ONCE):
        try:
            _verify(proofs[start : start + MOST_AT_ONCE])
        except ProofOfBatchRefused as refused:
            index, reason = refused.values["index"], refused.values["reason"]
            raise ProofOfBatchRefused(
                index=start + int(str(index)), count=len(proofs), reason=reason
            ) from refused.__cause__


@dataclass(frozen=True, slots=True)
class _Term:
    """A proof in the sum. a: A times the coefficient; lines: of B."""

    vkey: VerifyingKey
    proof: Proof
    coefficient: int
    a: G1
    lines: Lines


def _verify(proofs: Sequence[KeyedProof]) -> None:
    terms = _terms(proofs)
    if _hold(terms):
        return
    at = _first_false(terms)
    rejected = ProofRejected(key="0x" + verifying_key_hash(proofs[at][0]).hex())
    raise ProofOfBatchRefused(index=at, count=len(proofs), reason=rejected) from rejected


def _terms(proofs: Sequence[KeyedProof]) -> list[_Term]:
    """Raises ProofOfBatchRefused unless all points lie in their groups."""
    lines, coefficients = lines_of_proofs(proofs), _coefficients(proofs)
    products = [
        multiply((proof.words[0], proof.words[1]), coefficient)
        for (_, proof), coefficient in zip(proofs, coefficients, strict=True)
    ]
    terms = []
    for at, a in enumerate(affine(products)):
        assert a is not None  # r is prime, and no coefficient a multiple of it
        terms.append(_Term(*proofs[at], coefficients[at], a, lines[at]))
    return terms


def _coefficients(proofs: Sequence[KeyedProof]) -> list[int]:
    """One for each proof, never 0, from a hash over all of them."""
    parts = [
        keccak256(verifying_key_hash(vkey) + proof.evm_bytes + _signal_bytes(proof))
        for vkey, proof in proofs
    ]
    seed = keccak256(DOMAIN + b"".join(parts))
    places = (at.to_bytes(8, "big") for at in range(len(proofs)))
    drawn = (keccak256(seed + place)[:COEFFICIENT_BYTES] for place in places)
    return [int.from_bytes(coefficient, "big") or 1 for coefficient in drawn]


def _signal_bytes(proof: Proof) -> bytes:
    return b"".join(signal.to_bytes(32, "big") for signal in proof.public)


def _hold(terms: Sequence[_Term]) -> bool:
    """Whether the equations of these proofs, each to its coefficient z, multiply to one.

    e(z A, B) = e(z alpha, beta) e(z IC(public), gamma) e(z C, delta), sums for each key.
    """
    pairs = [((term.a[0], -term.a[1] % Q), term.lines) for term in terms]
    for vkey in dict.fromkeys(term.vkey for term in terms):
        pairs.extend(_pairs_of_key(vkey, [term for term in terms if term.vkey == vkey]))
    return is_one([product_of_loops(pairs)])


def _pairs_of_key(vkey: VerifyingKey, terms: Sequence[_Term]) -> list[tuple[G1, Lines]]:
    key = prepared_key(vkey)
    coefficients = [term.coefficient for term in terms]
    together = sum(coefficients)
    public = [together]
    for signals in zip(*(term.proof.public for term in terms), strict=True):
        public.append(sum(z * x for z, x in zip(coefficients, signals, strict=True)) % R)
    points = affine(
        [
            multiply(vkey.alpha, together),
            sum_of_products(vkey.ic, public),
            sum_of_products([_c(term.proof) for term in terms], coefficients),
        ]
    )
    sides = zip(points, (key.beta, key.gamma, key.delta), strict=True)
    return [(point, lines) for point, lines in sides if point is not None]  # others pair to 1


def _c(proof: Proof) -> G1:
    return proof.words[6], proof.words[7]


def _first_false(terms: Sequence[_Term]) -> int:
    """Place of the first proof that does not hold, among some of which one does not."""
    low, high = 0, len(terms)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _hold(terms[low:middle]) else (low, middle)
    return low
