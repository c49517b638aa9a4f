"""Points of the curve y^2 = x^3 + 3: products with scalars, and sums of many of them.

Jacobian coordinates: (X, Y, Z) is (X / Z^2, Y / Z^3). Formulas: dbl-2009-l and add-2007-bl of
the Explicit-Formulas Database.
"""

from collections.abc import Sequence
from typing import Final

from zk_circuits.bn254.inverses import inverses
from zk_circuits.field import Q, R
from zk_circuits.snarkjs_json import G1

Jacobian = tuple[int, int, int]

INFINITY: Final[Jacobian] = (1, 1, 0)
_WINDOW: Final = 4
"""Bits of a scalar that one addition takes."""
_SIGNED_WINDOW: Final = 5
"""The same, where digits have signs: eight odd multiples of each point."""


def is_on_curve(point: G1) -> bool:
    """G1 has no proper subgroup, so these are its points; infinity has no coordinates here."""
    x, y = point
    return (y * y - x * x * x - 3) % Q == 0


def multiply(point: G1, scalar: int) -> Jacobian:
    """The point times a scalar that is not negative."""
    multiples = [INFINITY, (*point, 1)]
    while len(multiples) < 1 << _WINDOW:
        multiples.append(_add(multiples[-1], multiples[1]))
    product = INFINITY
    for shift in reversed(range(0, scalar.bit_length(), _WINDOW)):
        for _ in range(_WINDOW):
            product = _double(product)
        product = _add(product, multiples[scalar >> shift & (1 << _WINDOW) - 1])
    return product


def multiply_all(points: Sequence[G1], scalar: int) -> list[G1]:
    """Each point times the same scalar, 0 < scalar < r: all go the same way, side by side.

    In affine coordinates, with one inversion a step for all of them: about 1,800 products a point.
    """
    if 2 * scalar > R:
        return [(x, -y % Q) for x, y in multiply_all(points, R - scalar)]
    digits = _signed_digits(scalar)
    odd, twice = [list(points)], _doubled(points)
    while len(odd) < 1 << _SIGNED_WINDOW - 2:
        odd.append(_summed(odd[-1], twice, 1))
    found = odd[digits[0] >> 1]
    for digit in digits[1:]:
        found = _doubled(found)
        if digit:
            found = _summed(found, odd[abs(digit) >> 1], 1 if digit > 0 else -1)
    return found


def _signed_digits(scalar: int) -> list[int]:
    """From the top: odd digits below 2^(_SIGNED_WINDOW - 1) with either sign, zeros between."""
    digits = []
    while scalar:
        digit = 0
        if scalar & 1:
            digit = scalar & (1 << _SIGNED_WINDOW) - 1
            if digit >> _SIGNED_WINDOW - 1:
                digit -= 1 << _SIGNED_WINDOW
        digits.append(digit)
        scalar = scalar - digit >> 1
    return digits[::-1]


def _doubled(points: Sequence[G1]) -> list[G1]:
    """Twice each point. None has an even order, so no y is 0."""
    found = []
    for (x, y), inverse in zip(points, inverses([2 * y for _, y in points]), strict=True):
        slope = 3 * x * x * inverse % Q
        x3 = (slope * slope - 2 * x) % Q
        found.append((x3, (slope * (x - x3) - y) % Q))
    return found


def _summed(ones: Sequence[G1], others: Sequence[G1], sign: int) -> list[G1]:
    """Each point plus or minus the other of its place, which is not one of plus or minus it.

    In multiply_all it is not: partial products of a scalar up to r / 2 are multiples of the point
    above the other one and below r minus it.
    """
    runs = [a - x for (x, _), (a, _) in zip(ones, others, strict=True)]
    found = []
    for (x, y), (a, b), inverse in zip(ones, others, inverses(runs), strict=True):
        slope = (sign * b - y) * inverse % Q
        x3 = (slope * slope - x - a) % Q
        found.append((x3, (slope * (x - x3) - y) % Q))
    return found


def sum_of_products(points: Sequence[G1], scalars: Sequence[int]) -> Jacobian:
    """Each point times its scalar, added up; scalars are not negative.

    Pippenger's way: in each window of bits, points with the same digit are added first.
    """
    width = max(2, len(points).bit_length() - 2)
    bits = max((scalar.bit_length() for scalar in scalars), default=0)
    total = INFINITY
    for shift in reversed(range(0, bits, width)):
        for _ in range(width):
            total = _double(total)
        total = _add(total, _window(points, scalars, shift, width))
    return total


def affine(points: Sequence[Jacobian]) -> list[G1 | None]:
    """Their coordinates; None for the point at infinity."""
    shown = [at for at, point in enumerate(points) if point[2]]
    found: list[G1 | None] = [None] * len(points)
    for at, inverse in zip(shown, inverses([points[at][2] for at in shown]), strict=True):
        x, y, _ = points[at]
        square = inverse * inverse % Q
        found[at] = (x * square % Q, y * square * inverse % Q)
    return found


def _window(points: Sequence[G1], scalars: Sequence[int], shift: int, width: int) -> Jacobian:
    """The sum of digit times point, for the digits at one place."""
    buckets = [INFINITY] * (1 << width)
    for point, scalar in zip(points, scalars, strict=True):
        digit = scalar >> shift & (1 << width) - 1
        if digit:
            buckets[digit] = _add(buckets[digit], (*point, 1))
    running = total = INFINITY
    for bucket in reversed(buckets[1:]):
        running = _add(running, bucket)
        total = _add(total, running)
    return total


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    a, b = x * x % Q, y * y % Q
    d = 4 * x * b % Q
    x3 = (9 * a * a - 2 * d) % Q
    return x3, (3 * a * (d - x3) - 8 * b * b) % Q, 2 * y * z % Q


def _add(one: Jacobian, two: Jacobian) -> Jacobian:
    if not one[2] or not two[2]:
        return one if one[2] else two
    (x1, y1, z1), (x2, y2, z2) = one, two
    z1z1, z2z2 = z1 * z1 % Q, z2 * z2 % Q
    u1, u2 = x1 * z2z2 % Q, x2 * z1z1 % Q
    s1, s2 = y1 * z2 * z2z2 % Q, y2 * z1 * z1z1 % Q
    h, r = u2 - u1, 2 * (s2 - s1)
    if not h:
        return INFINITY if r else _double(one)
    i = 4 * h * h % Q
    j, v = h * i % Q, u1 * i % Q
    x3 = (r * r - j - 2 * v) % Q
    return x3, (r * (v - x3) - 2 * s1 * j) % Q, 2 * z1 * z2 * h % Q
