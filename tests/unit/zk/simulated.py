"""A verifying key whose trapdoor is known: its owner proves anything, without a circuit.

That is what the simulator of Groth16 does, and why keys come from a ceremony. Here it
makes proofs for the tests of the verifier, quickly.
"""

from py_ecc.optimized_bn128 import G1, G2, multiply, normalize

from zk_circuits.field import R
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey

ALPHA, BETA, GAMMA, DELTA = 1111, 222, 1, 44
IC = (5, 66, 777)
PUBLIC = (123, R - 1)


def g1(scalar: int) -> tuple[int, int]:
    x, y = normalize(multiply(G1, scalar % R))
    return int(x), int(y)


def g2(scalar: int) -> tuple[int, int, int, int]:
    x, y = normalize(multiply(G2, scalar % R))
    return int(x.coeffs[1]), int(x.coeffs[0]), int(y.coeffs[1]), int(y.coeffs[0])


def proof(public: tuple[int, ...] = PUBLIC, a: int = 1234, b: int = 5678) -> Proof:
    """C is what makes a b = alpha beta + gamma IC(public) + delta C hold."""
    signals = IC[0] + sum(k * signal for k, signal in zip(IC[1:], public, strict=True))
    c = (a * b - ALPHA * BETA - GAMMA * signals) * pow(DELTA, -1, R)
    return Proof((*g1(a), *g2(b), *g1(c)), public)


def key(delta: int = DELTA) -> VerifyingKey:
    return VerifyingKey(g1(ALPHA), g2(BETA), g2(GAMMA), g2(delta), tuple(g1(k) for k in IC))


KEY = key()
