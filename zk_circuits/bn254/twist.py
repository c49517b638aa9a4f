"""Points of the twist: whether they lie in the subgroup, and the lines of their Miller loops.

Both come from one walk. A point Q of the subgroup of order r, and no other point of the twist,
has [6 x + 2] Q + F(Q) - F^2(Q) + F^3(Q) = 0 with F the Frobenius brought to the twist. The walk
computes the first three terms anyhow. That no other point has it: on the twist F^2 - t F + q = 0,
so the left side is an endomorphism a + b F of degree a^2 + a b t + b^2 q, and that number has no
factor in common with the cofactor. tests/unit/zk/test_bn254.py computes both. After El Housni,
Guillevic, Piellard, "Co-factor clearing and subgroup membership testing on pairing-friendly
curves" (2022).
"""

from collections.abc import Sequence
from typing import Final

from zk_circuits.bn254.inverses import inverses
from zk_circuits.bn254.loop import STEPS, MillerStep
from zk_circuits.field import Q
from zk_circuits.snarkjs_json import G2

Quadratic = tuple[int, int]
"""c0 + c1 u."""

TwistPoint = tuple[int, int, int, int]
"""x0, x1, y0, y1: the reverse of the EVM's order."""

Line = tuple[int, int, int, int]
"""slope0, slope1, offset0, offset1: the line y = slope x - offset."""

Lines = tuple[Line, ...]
"""One for each step, and ENDING more."""


def _power(base: Quadratic, exponent: int) -> Quadratic:
    power: Quadratic = (1, 0)
    for bit in bin(exponent)[2:]:
        power = product(power, power)
        power = product(power, base) if bit == "1" else power
    return power


def product(one: Quadratic, two: Quadratic) -> Quadratic:
    """In the quadratic field."""
    (a0, a1), (b0, b1) = one, two
    return (a0 * b0 - a1 * b1) % Q, (a0 * b1 + a1 * b0) % Q


B: Final = product((3, 0), _power((9, 1), Q * Q - 2))
"""The twist is y^2 = x^3 + B."""
_FROBENIUS_X: Final = _power((9, 1), (Q - 1) // 3)
_FROBENIUS_Y: Final = _power((9, 1), (Q - 1) // 2)


def twist_point(point: G2) -> TwistPoint | None:
    """The point, or None when it is off the twist."""
    x1, x0, y1, y0 = point
    cube = product(product((x0, x1), (x0, x1)), (x0, x1))
    square = product((y0, y1), (y0, y1))
    differs = any((square[at] - cube[at] - B[at]) % Q for at in (0, 1))
    return None if differs else (x0, x1, y0, y1)


def lines_of(points: Sequence[TwistPoint]) -> list[Lines | None]:
    """The lines of each point of the twist; None for one outside the subgroup.

    All points walk side by side, so that each step inverts once.
    """
    walk = _Walk(points)
    negated = [_negative(point) for point in points]
    for step in STEPS:
        if step is MillerStep.DOUBLE:
            walk.double()
        else:
            walk.add(points if step is MillerStep.ADD else negated)
    images = [_frobenius(point) for point in points]
    squares = [_frobenius(image) for image in images]
    walk.add(images)
    walk.add([_negative(square) for square in squares])
    for at, square in enumerate(squares):
        if walk.at[at] != _negative(_frobenius(square)):
            walk.outside.add(at)
    return [None if at in walk.outside else tuple(found) for at, found in enumerate(walk.lines)]


def multiples(point: TwistPoint, count: int) -> list[TwistPoint]:
    """The point, twice the point and so on; count is at least 2 and below the point's order."""
    walk = _Walk([point])
    walk.double()
    found = [point, walk.at[0]]
    while len(found) < count:
        walk.add([point])
        found.append(walk.at[0])
    return found


class _Walk:
    """Where the points are, and the lines so far.

    outside: points that met themselves, their negative or zero. A point of order r does not:
    the loop adds to multiples between 2 and 6 x + 2 < r - 1, its ending only to such as the
    identity above makes different.
    """

    def __init__(self, points: Sequence[TwistPoint]) -> None:
        self.at = list(points)
        self.lines: list[list[Line]] = [[] for _ in points]
        self.outside: set[int] = set()

    def double(self) -> None:
        """Every point by its tangent: slope 3 x^2 / 2 y."""
        rises, runs = [], []
        for x0, x1, y0, y1 in self.at:
            rises.append((3 * (x0 - x1) * (x0 + x1), 6 * x0 * x1))
            runs.append((2 * y0, 2 * y1))
        self._advance(rises, runs, self.at)

    def add(self, others: Sequence[TwistPoint]) -> None:
        """To every point the other of its place, by the line through both."""
        rises, runs = [], []
        for (x0, x1, y0, y1), (a0, a1, b0, b1) in zip(self.at, others, strict=True):
            rises.append((b0 - y0, b1 - y1))
            runs.append((a0 - x0, a1 - x1))
        self._advance(rises, runs, others)

    def _advance(
        self, rises: list[Quadratic], runs: list[Quadratic], others: Sequence[TwistPoint]
    ) -> None:
        norms = [(run0 * run0 + run1 * run1) % Q for run0, run1 in runs]
        self.outside.update(at for at, norm in enumerate(norms) if not norm)
        inverted = inverses([norm or 1 for norm in norms])
        for at, inverse in enumerate(inverted):
            run0, run1 = runs[at]
            slope = product(rises[at], (run0 * inverse % Q, -run1 * inverse % Q))
            line, self.at[at] = _third(self.at[at], slope, others[at])
            self.lines[at].append(line)


def _third(point: TwistPoint, slope: Quadratic, other: TwistPoint) -> tuple[Line, TwistPoint]:
    """The line with that slope, and the negative of where it meets the twist once more."""
    (x0, x1, y0, y1), (s0, s1) = point, slope
    c0, c1 = (s0 * x0 - s1 * x1 - y0) % Q, (s0 * x1 + s1 * x0 - y1) % Q
    z0 = (s0 * s0 - s1 * s1 - x0 - other[0]) % Q
    z1 = (2 * s0 * s1 - x1 - other[1]) % Q
    y = (c0 - s0 * z0 + s1 * z1) % Q, (c1 - s0 * z1 - s1 * z0) % Q
    return (s0, s1, c0, c1), (z0, z1, *y)


def _negative(point: TwistPoint) -> TwistPoint:
    x0, x1, y0, y1 = point
    return x0, x1, -y0 % Q, -y1 % Q


def _frobenius(point: TwistPoint) -> TwistPoint:
    x0, x1, y0, y1 = point
    return (*product((x0, -x1), _FROBENIUS_X), *product((y0, -y1), _FROBENIUS_Y))
