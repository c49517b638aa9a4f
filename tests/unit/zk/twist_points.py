"""Points of the twist that do not lie in the subgroup, found without the code under test."""

from collections.abc import Iterator
from itertools import count

from py_ecc.fields import optimized_bn128_FQ2 as FQ2
from py_ecc.optimized_bn128 import multiply, normalize
from py_ecc.optimized_bn128.optimized_curve import b2

from zk_circuits.field import Q, R
from zk_circuits.snarkjs_json import G2

COFACTOR = 2 * Q - R
"""The twist has r times as many points."""


def square_root(value: FQ2) -> FQ2 | None:
    """In the quadratic extension, as q = 3 mod 4 (Adj and Rodríguez-Henríquez, algorithm 9)."""
    one, i = FQ2([1, 0]), FQ2([0, 1])
    a1 = value ** ((Q - 3) // 4)
    alpha, x0 = a1 * a1 * value, a1 * value
    root = i * x0 if alpha == -one else (one + alpha) ** ((Q - 1) // 2) * x0
    return root if root * root == value else None


def points_of_the_twist(first: int = 1) -> Iterator[G2]:
    """With x of the base field: half of all x have a y, and next to none lies in the subgroup."""
    for x_c0 in count(first):
        x = FQ2([x_c0, 0])
        y = square_root(x * x * x + b2)
        if y is not None:
            yield 0, x_c0, int(y.coeffs[1]), int(y.coeffs[0])


def point_outside_the_subgroup() -> G2:
    return next(points_of_the_twist())


def times(point: G2, scalar: int) -> G2:
    x_c1, x_c0, y_c1, y_c0 = point
    x, y = normalize(multiply((FQ2([x_c0, x_c1]), FQ2([y_c0, y_c1]), FQ2.one()), scalar))
    return int(x.coeffs[1]), int(x.coeffs[0]), int(y.coeffs[1]), int(y.coeffs[0])


def point_of_order(prime: int) -> G2:
    """prime: a factor of the cofactor."""
    for point in points_of_the_twist():
        x_c1, x_c0, y_c1, y_c0 = point
        found = multiply((FQ2([x_c0, x_c1]), FQ2([y_c0, y_c1]), FQ2.one()), R * COFACTOR // prime)
        if found[2] != FQ2.zero():
            return times(point, R * COFACTOR // prime)
    raise AssertionError("the twist ends")
