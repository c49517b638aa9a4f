"""Verifying keys whose trapdoor is known, with any number of public signals.

Their owner proves anything, so a test may alter a signal and prove it again: what is left is that
the events say otherwise.
"""

from dataclasses import dataclass
from functools import cache

import zk_circuits.curve  # noqa: F401 -- py_ecc comes in by this door
from lodetrace.contracts.structs import ProofWords
from tests.unit.zk.simulated import g1, g2
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.field import R
from zk_circuits.key_soundness import GENERATOR_2
from zk_circuits.verifying_key import VerifyingKey


@dataclass(frozen=True)
class TrapdoorKey:
    """seed: tells keys of as many signals apart."""

    signals: int
    seed: int

    def _scalar(self, at: int) -> int:
        return pow(self.seed + 5, at + 2, R)

    @property
    def key(self) -> VerifyingKey:
        return _key(self)

    @property
    def hash(self) -> bytes:
        return _hash(self)

    def prove(self, public: tuple[int, ...], a: int = 1234, b: int = 5678) -> ProofWords:
        """C is what makes the equation hold."""
        alpha, beta, delta, first, *ic = (self._scalar(at) for at in range(self.signals + 4))
        signals = first + sum(k * signal for k, signal in zip(ic, public, strict=True))
        c = (a * b - alpha * beta - signals) * pow(delta, -1, R)
        return ProofWords((*_g1(a), *_g2(b), *g1(c)))


_g1, _g2 = cache(g1), cache(g2)


@cache
def _key(trapdoor: TrapdoorKey) -> VerifyingKey:
    alpha, beta, delta, *ic = (trapdoor._scalar(at) for at in range(trapdoor.signals + 4))
    return VerifyingKey(g1(alpha), g2(beta), GENERATOR_2, g2(delta), tuple(map(g1, ic)))


@cache
def _hash(trapdoor: TrapdoorKey) -> bytes:
    return verifying_key_hash(_key(trapdoor))
