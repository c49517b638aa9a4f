"""Polynomials over the scalar field, from their values on the powers of a root of unity."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from zk_circuits.field import R

_NON_RESIDUE: Final = 5
"""The smallest number that is no square modulo r: snarkjs takes its roots of unity from it."""


def root_of_unity(power: int) -> int:
    """Of order 2^power."""
    return pow(_NON_RESIDUE, (R - 1) >> power, R)


def interpolated(values: Sequence[int]) -> list[int]:
    """Coefficients, lowest first; there are 2^power values, in the order of the root's powers."""
    power = (len(values) - 1).bit_length()
    size = 1 << power
    found = [values[at] for at in _reversed_bits(power)]
    inverse = pow(root_of_unity(power), -1, R)
    for level in range(power):
        half = 1 << level
        step = pow(inverse, size >> level + 1, R)
        twiddles = [1]
        while len(twiddles) < half:
            twiddles.append(twiddles[-1] * step % R)
        for start in range(0, size, 2 * half):
            for at, twiddle in enumerate(twiddles, start):
                low, high = found[at], found[at + half] * twiddle % R
                found[at], found[at + half] = (low + high) % R, (low - high) % R
    scale = pow(size, -1, R)
    return [value * scale % R for value in found]


@lru_cache(maxsize=4)
def _reversed_bits(power: int) -> tuple[int, ...]:
    found = [0]
    for _ in range(power):
        found = [2 * at for at in found] + [2 * at + 1 for at in found]
    return tuple(found)
