"""What a verifying key must not be, whoever made it: keys under which anybody forges.

Two kinds of checks. Known relations between its points are comparisons, made whenever a key is
made: gamma is the generator, as every set-up leaves it, so that all others can be told from it;
no point is a small multiple of a generator, and no two points are one up to their sign. Each of
these has its forgery in tests/unit/zk/test_key_soundness.py. That the points lie in their groups
is computed, some milliseconds, whenever a key is read from a file.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

from zk_circuits.bn254.g1 import affine, is_on_curve, multiply
from zk_circuits.bn254.twist import Lines, lines_of, multiples, twist_point
from zk_circuits.errors import KeyUnusable
from zk_circuits.snarkjs_json import G1, G2

SMALL: Final = 16
"""Multiples of the generators, with either sign, that count as known."""

GENERATOR_1: Final[G1] = (1, 2)
GENERATOR_2: Final[G2] = (
    0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
    0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
    0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
    0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
)
"""Of EIP-197."""


def require_no_known_relation(alpha: G1, beta: G2, gamma: G2, delta: G2, ic: Sequence[G1]) -> None:
    """Raises KeyUnusable for a relation between points that lets anybody forge."""
    if len(ic) < 2:
        raise KeyUnusable(reason="it has no public signals")
    _require_contribution(gamma, delta)
    if gamma != GENERATOR_2:
        raise KeyUnusable(reason="gamma is not the generator")
    for name, point in (("beta", beta), ("delta", delta)):
        if (multiple := _small_2().get(point[:2])) is not None:
            raise KeyUnusable(reason=f"{name} is plus or minus {multiple} times the generator")
    if beta[:2] == delta[:2]:
        raise KeyUnusable(reason="beta equals plus or minus delta")
    named = {"alpha": alpha, **{f"IC[{at}]": point for at, point in enumerate(ic)}}
    if (multiple := small_multiples_1().get(alpha[0])) is not None:
        raise KeyUnusable(reason=f"alpha is plus or minus {multiple} times the generator")
    _require_different(named)


def lines_in_groups(
    alpha: G1, beta: G2, gamma: G2, delta: G2, ic: Sequence[G1]
) -> tuple[Lines, Lines, Lines]:
    """The lines of beta, gamma and delta; raises KeyUnusable where a point is in no group."""
    for at, point in enumerate((alpha, *ic)):
        if not is_on_curve(point):
            name = f"IC[{at - 1}]" if at else "alpha"
            raise KeyUnusable(reason=f"{name} is not on the curve")
    names, points = ("beta", "gamma", "delta"), (beta, gamma, delta)
    placed = []
    for name, given in zip(names, points, strict=True):
        if (on_twist := twist_point(given)) is None:
            raise KeyUnusable(reason=f"{name} is not on the curve")
        placed.append(on_twist)
    found = []
    for name, lines in zip(names, lines_of(placed), strict=True):
        if lines is None:
            raise KeyUnusable(reason=f"{name} is outside the subgroup")
        found.append(lines)
    return found[0], found[1], found[2]


def _require_contribution(gamma: G2, delta: G2) -> None:
    """Where delta is gamma or -gamma, terms of a proof cancel freely."""
    if delta[:2] == gamma[:2]:
        sign = "" if delta == gamma else "minus "
        raise KeyUnusable(reason=f"delta equals {sign}gamma, phase 2 had no contribution")


def _require_different(named: dict[str, G1]) -> None:
    """Equal IC points let two signals change places: a proof holds for both orders."""
    if len({x for x, _ in named.values()}) == len(named):
        return
    for (one, left), (two, right) in combinations(named.items(), 2):
        if left[0] == right[0]:
            raise KeyUnusable(reason=f"{one} equals plus or minus {two}")


@lru_cache(maxsize=1)
def small_multiples_1() -> dict[int, int]:
    """Of the generator of G1: which of them has this x."""
    points = affine([multiply(GENERATOR_1, at) for at in range(1, SMALL + 1)])
    return {point[0]: at for at, point in enumerate(points, 1) if point is not None}


@lru_cache(maxsize=1)
def _small_2() -> dict[tuple[int, int], int]:
    """Which multiple of the generator of G2 has this x, in the EVM's order."""
    generator = twist_point(GENERATOR_2)
    assert generator is not None
    points = enumerate(multiples(generator, SMALL), 1)
    return {(point[1], point[0]): at for at, point in points}
