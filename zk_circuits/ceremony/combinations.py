"""Many points in one equation: each times a coefficient that nobody can choose.

Coefficients come from SHAKE-256 over a hash of everything that is judged, so that the same files
are always judged in the same way. That false points cancel out has a chance of 2^-128.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from zk_circuits.bn254 import g1, g2
from zk_circuits.bn254.miller import product_of_loops
from zk_circuits.bn254.twist import TwistPoint, lines_of
from zk_circuits.ceremony.points import MaybeG1
from zk_circuits.field import Q
from zk_circuits.pairing import is_one

COEFFICIENT_BYTES: Final = 16

Pair = tuple[MaybeG1, TwistPoint]
"""What is paired."""


def coefficients(seed: bytes, count: int) -> list[int]:
    """As many numbers of 128 bits, none of them 0."""
    drawn = hashlib.shake_256(seed).digest(COEFFICIENT_BYTES * count)
    places = range(0, len(drawn), COEFFICIENT_BYTES)
    return [int.from_bytes(drawn[at : at + COEFFICIENT_BYTES], "big") or 1 for at in places]


def combined_1(points: Sequence[MaybeG1], scalars: Sequence[int]) -> MaybeG1:
    """Each point times its scalar, added up."""
    pairs = [(p, k) for p, k in zip(points, scalars, strict=True) if p is not None and k]
    if not pairs:
        return None
    [found] = g1.affine([g1.sum_of_products([p for p, _ in pairs], [k for _, k in pairs])])
    return found


def combined_2(points: Sequence[TwistPoint | None], scalars: Sequence[int]) -> TwistPoint | None:
    """The same on the twist; raises ValueError where a point lies outside the subgroup.

    The subgroup's cofactor has small factors, so one sum would hide a stray point once in ten
    thousand times. Each digit's sum is tested by itself: 16 times at once, none escapes.
    """
    pairs = [(p, k) for p, k in zip(points, scalars, strict=True) if p is not None]
    total = g2.INFINITY
    for shift in reversed(range(0, 8 * COEFFICIENT_BYTES, g2.WINDOW)):
        digits = [k >> shift & (1 << g2.WINDOW) - 1 for _, k in pairs]
        found = g2.sum_by_digits([p for p, _ in pairs], digits)
        require_in_subgroup(g2.affine(found))
        for _ in range(g2.WINDOW):
            total = g2.doubled(total)
        total = g2.added(total, found)
    return g2.affine(total)


def require_in_subgroup(point: TwistPoint | None) -> None:
    """Raises ValueError for a point outside; infinity is inside."""
    if point is not None and lines_of([point])[0] is None:
        raise ValueError("a point of G2 is outside the subgroup")


def pairings_agree(left: Pair, right: Pair) -> bool:
    """Whether two pairings are the same; that is False for a point outside the subgroup."""
    (one, other), (two, another) = left, right
    if one is None or two is None:
        return one is two
    lines, more = lines_of([other, another])
    if lines is None or more is None:
        return False
    negated = (two[0], -two[1] % Q)
    return is_one([product_of_loops([(one, lines), (negated, more)])])
