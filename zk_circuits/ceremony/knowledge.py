"""Proof that whoever made a contribution knew its factor.

As in Bowe, Gabizon, Miers, "Scalable multi-party computation for zk-SNARK parameters in the
random beacon model" (2017): a point of G2 is drawn from a hash over all that came before and over
the new delta, so that nobody knows its logarithm, and is shown times the factor. A pairing
compares it with both deltas.
"""

import hashlib
from typing import Final

from zk_circuits.bn254 import g2
from zk_circuits.bn254.twist import B, Quadratic, TwistPoint, product
from zk_circuits.ceremony.points import evm_bytes
from zk_circuits.field import Q, R
from zk_circuits.snarkjs_json import G1

COFACTOR: Final = 2 * Q - R
"""The twist has r times as many points."""
_DOMAIN: Final = b"lodetrace-ceremony/1/knowledge"
_HALF: Final = (Q + 1) // 2


def challenge(binding: bytes, circuit: str, before: bytes, delta_1: G1) -> bytes:
    """binding: 32 bytes of ceremony, turn and member; before: SHA-256 of the key before."""
    name = circuit.encode()
    parts = (_DOMAIN, binding, len(name).to_bytes(1, "big"), name, before, evm_bytes([delta_1]))
    return hashlib.sha256(b"".join(parts)).digest()


def point_of(drawn: bytes) -> TwistPoint:
    """The point of the subgroup that 32 bytes draw: the first x that lies on the twist."""
    attempt = 0
    while True:
        seed = drawn + attempt.to_bytes(4, "big")
        wide = hashlib.shake_256(seed).digest(128)
        x = int.from_bytes(wide[:64], "big") % Q, int.from_bytes(wide[64:], "big") % Q
        cube = product(product(x, x), x)
        y = _root(((cube[0] + B[0]) % Q, (cube[1] + B[1]) % Q))
        if y is not None:
            found = g2.affine(g2.multiply((*x, *y), COFACTOR))
            if found is not None:
                return found
        attempt += 1


def _root(value: Quadratic) -> Quadratic | None:
    """The square root whose first part that is not 0 is even; q is 3 mod 4."""
    norm = pow(value[0] * value[0] + value[1] * value[1], (Q + 1) // 4, Q)
    for sign in (1, -1):
        half = (value[0] + sign * norm) * _HALF % Q
        c0 = pow(half, (Q + 1) // 4, Q)
        if c0 and c0 * c0 % Q == half:
            found = (c0, value[1] * pow(2 * c0, -1, Q) % Q)
            if product(found, found) == value:
                return found if c0 % 2 == 0 else (Q - c0, -found[1] % Q)
    return None
