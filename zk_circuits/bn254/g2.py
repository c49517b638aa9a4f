"""Points of the twist in Jacobian coordinates: products with scalars, and sums of many of them.

As g1.py, over the quadratic field. A point is (X, Y, Z), each of them (c0, c1); infinity has Z 0.
"""

from collections.abc import Sequence
from typing import Final

from zk_circuits.bn254.twist import Quadratic, TwistPoint, product
from zk_circuits.field import Q

Jacobian = tuple[Quadratic, Quadratic, Quadratic]

INFINITY: Final[Jacobian] = ((1, 0), (1, 0), (0, 0))
WINDOW: Final = 8
"""Bits of a coefficient that one sum takes."""


def multiply(point: TwistPoint, scalar: int) -> Jacobian:
    """The point, of whatever order, times a scalar that is not negative."""
    x0, x1, y0, y1 = point
    base: Jacobian = ((x0, x1), (y0, y1), (1, 0))
    found = INFINITY
    for bit in f"{scalar:b}":
        found = doubled(found)
        if bit == "1":
            found = added(found, base)
    return found


def sum_by_digits(points: Sequence[TwistPoint], digits: Sequence[int]) -> Jacobian:
    """Each point times its digit of WINDOW bits, added up."""
    buckets = [INFINITY] * (1 << WINDOW)
    for (x0, x1, y0, y1), digit in zip(points, digits, strict=True):
        if digit:
            buckets[digit] = added(buckets[digit], ((x0, x1), (y0, y1), (1, 0)))
    running = found = INFINITY
    for bucket in reversed(buckets[1:]):
        running = added(running, bucket)
        found = added(found, running)
    return found


def added(one: Jacobian, two: Jacobian) -> Jacobian:
    """Their sum."""
    if not any(one[2]) or not any(two[2]):
        return one if any(one[2]) else two
    (x1, y1, z1), (x2, y2, z2) = one, two
    z1z1, z2z2 = product(z1, z1), product(z2, z2)
    u1, u2 = product(x1, z2z2), product(x2, z1z1)
    s1, s2 = product(y1, product(z2, z2z2)), product(y2, product(z1, z1z1))
    h, r = _minus(u2, u1), _times(_minus(s2, s1), 2)
    if not any(h):
        return INFINITY if any(r) else doubled(one)
    i = _times(product(h, h), 4)
    j, v = product(h, i), product(u1, i)
    x3 = _minus(_minus(product(r, r), j), _times(v, 2))
    y3 = _minus(product(r, _minus(v, x3)), _times(product(s1, j), 2))
    return x3, y3, _times(product(product(z1, z2), h), 2)


def doubled(point: Jacobian) -> Jacobian:
    """The point twice."""
    x, y, z = point
    a, b = product(x, x), product(y, y)
    d = _times(product(x, b), 4)
    e = _times(a, 3)
    x3 = _minus(product(e, e), _times(d, 2))
    y3 = _minus(product(e, _minus(d, x3)), _times(product(b, b), 8))
    return x3, y3, _times(product(y, z), 2)


def affine(point: Jacobian) -> TwistPoint | None:
    """Its coordinates; None for the point at infinity."""
    x, y, (z0, z1) = point
    norm = (z0 * z0 + z1 * z1) % Q
    if not norm:
        return None
    inverse = pow(norm, -1, Q)
    inverted = (z0 * inverse % Q, -z1 * inverse % Q)
    square = product(inverted, inverted)
    return (*product(x, square), *product(y, product(square, inverted)))


def _minus(one: Quadratic, two: Quadratic) -> Quadratic:
    return (one[0] - two[0]) % Q, (one[1] - two[1]) % Q


def _times(one: Quadratic, factor: int) -> Quadratic:
    return one[0] * factor % Q, one[1] * factor % Q
