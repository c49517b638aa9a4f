"""The product of many Miller loops, one square for all of them at each step."""

from collections.abc import Sequence
from typing import Final

from zk_circuits.bn254.inverses import inverses
from zk_circuits.bn254.loop import ENDING, STEPS, MillerStep
from zk_circuits.bn254.twist import Line, Lines
from zk_circuits.curve import FQ12
from zk_circuits.field import Q
from zk_circuits.snarkjs_json import G1

Twelve = tuple[int, ...]
"""Six elements of the quadratic field, the coefficients of w^0 to w^5, one after the other."""

_ONE: Final[Twelve] = (1, *[0] * 11)


def product_of_loops(pairs: Sequence[tuple[G1, Lines]]) -> FQ12:
    """The Miller loops of all pairs, multiplied, before the final power.

    Lines are divided by the y of their point: that changes nothing after the final power, which
    takes every factor of the base field to 1.
    """
    scales = inverses([y for (_, y), _ in pairs])
    places = [
        (-x * scale % Q, scale, lines) for ((x, _), lines), scale in zip(pairs, scales, strict=True)
    ]
    product = _ONE
    for at, step in enumerate((*STEPS, *[MillerStep.ADD] * ENDING)):
        if step is MillerStep.DOUBLE:
            product = _square(product)
        for minus_x, scale, lines in places:
            product = _times_line(product, lines[at], minus_x, scale)
    return _of_py_ecc(product)


def _times_line(f: Twelve, line: Line, minus_x: int, scale: int) -> Twelve:
    """f times 1 + b w + c w^3 with b = -slope x / y and c = offset / y."""
    b0, b1 = line[0] * minus_x % Q, line[1] * minus_x % Q
    c0, c1 = line[2] * scale % Q, line[3] * scale % Q
    d0, d1 = 9 * c0 - c1, c0 + 9 * c1  # c w^6
    f00, f01, f10, f11, f20, f21, f30, f31, f40, f41, f50, f51 = f
    e0 = b0 * f50 - b1 * f51 + c0 * f30 - c1 * f31
    e1 = b0 * f51 + b1 * f50 + c0 * f31 + c1 * f30
    return (
        (f00 + 9 * e0 - e1) % Q,
        (f01 + e0 + 9 * e1) % Q,
        (f10 + b0 * f00 - b1 * f01 + d0 * f40 - d1 * f41) % Q,
        (f11 + b0 * f01 + b1 * f00 + d0 * f41 + d1 * f40) % Q,
        (f20 + b0 * f10 - b1 * f11 + d0 * f50 - d1 * f51) % Q,
        (f21 + b0 * f11 + b1 * f10 + d0 * f51 + d1 * f50) % Q,
        (f30 + b0 * f20 - b1 * f21 + c0 * f00 - c1 * f01) % Q,
        (f31 + b0 * f21 + b1 * f20 + c0 * f01 + c1 * f00) % Q,
        (f40 + b0 * f30 - b1 * f31 + c0 * f10 - c1 * f11) % Q,
        (f41 + b0 * f31 + b1 * f30 + c0 * f11 + c1 * f10) % Q,
        (f50 + b0 * f40 - b1 * f41 + c0 * f20 - c1 * f21) % Q,
        (f51 + b0 * f41 + b1 * f40 + c0 * f21 + c1 * f20) % Q,
    )


def _square(f: Twelve) -> Twelve:
    sums0, sums1 = [0] * 11, [0] * 11
    for i in range(6):
        a0, a1 = f[2 * i], f[2 * i + 1]
        sums0[2 * i] += a0 * a0 - a1 * a1
        sums1[2 * i] += 2 * a0 * a1
        a0, a1 = 2 * a0, 2 * a1
        for j in range(i + 1, 6):
            b0, b1 = f[2 * j], f[2 * j + 1]
            sums0[i + j] += a0 * b0 - a1 * b1
            sums1[i + j] += a0 * b1 + a1 * b0
    for above in range(6, 11):  # w^6 = 9 + u
        c0, c1 = sums0[above], sums1[above]
        sums0[above - 6] += 9 * c0 - c1
        sums1[above - 6] += c0 + 9 * c1
    return tuple(sums[at] % Q for at in range(6) for sums in (sums0, sums1))


def _of_py_ecc(f: Twelve) -> FQ12:
    """The same with u written as w^6 - 9."""
    low = [(f[2 * at] - 9 * f[2 * at + 1]) % Q for at in range(6)]
    return FQ12([*low, *f[1::2]])
