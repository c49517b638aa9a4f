"""Our pairing in plain integers is py_ecc's, and its subgroup check the slow one."""

from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zk_circuits.bn254.g1 import INFINITY, affine, is_on_curve, multiply, sum_of_products
from zk_circuits.bn254.inverses import inverses
from zk_circuits.bn254.loop import STEPS, MillerStep, X
from zk_circuits.bn254.miller import product_of_loops
from zk_circuits.bn254.twist import lines_of, twist_point
from zk_circuits.field import Q, R
from zk_circuits.pairing import final_power, is_one, miller, point_g1, point_g2

from .simulated import g1, g2
from .twist_points import COFACTOR, point_of_order, points_of_the_twist, times

SMALL_FACTORS = (10069, 5864401)
"""Primes that divide the cofactor: points of these orders exist on the twist."""

scalars = st.integers(1, R - 1)


def lines(point):
    on_twist = twist_point(point)
    assert on_twist is not None
    (found,) = lines_of([on_twist])
    return found


def ours(*pairs):
    return product_of_loops([(a, lines(b)) for a, b in pairs])


@pytest.mark.parametrize(("a", "b"), [(1, 1), (77, 99), (R - 1, 12345), (3, R - 1)])
def test_one_pairing_is_that_of_py_ecc(a, b):
    loop = miller(point_g1(g1(a)), point_g2(g2(b)))
    assert final_power(ours((g1(a), g2(b)))) == final_power(loop)


def test_several_loops_under_one_power_are_the_product_of_those_of_py_ecc():
    scalars_ = [(5, 7), (R - 5, 11), (13, R - 17)]
    product = final_power(ours(*((g1(a), g2(b)) for a, b in scalars_)))
    assert product == final_power(
        miller(point_g1(g1(5)), point_g2(g2(7)))
        * miller(point_g1(g1(R - 5)), point_g2(g2(11)))
        * miller(point_g1(g1(13)), point_g2(g2(R - 17)))
    )


@settings(max_examples=10)
@given(scalars, scalars)
def test_the_pairing_is_bilinear(a, b):
    assert is_one([ours((g1(a), g2(b)), (g1(-a * b), g2(1)))])
    assert not is_one([ours((g1(a), g2(b)), (g1(-2 * a * b), g2(1)))])


def test_no_pairs_at_all_multiply_to_one():
    assert is_one([product_of_loops([])])


def test_the_loop_is_that_of_six_x_plus_two():
    """Read back from its steps; no two additions follow one another."""
    number, before = 1, MillerStep.DOUBLE
    for step in STEPS:
        assert MillerStep.DOUBLE in (step, before)
        number = {
            MillerStep.DOUBLE: 2 * number,
            MillerStep.ADD: number + 1,
            MillerStep.SUBTRACT: number - 1,
        }[step]
        before = step
    assert number == 6 * X + 2


def test_the_identity_of_the_subgroup_check_holds_for_no_other_points():
    """As zk_circuits/bn254/twist.py says: modulo r, and its degree against the cofactor.

    With F^2 = t F - q: F^3 = (t^2 - q) F - t q.
    """
    trace = Q + 1 - R
    assert (6 * X + 2 + Q - Q**2 + Q**3) % R == 0
    a = 6 * X + 2 + Q - trace * Q
    b = 1 - trace + trace**2 - Q
    degree = a * a + a * b * trace + b * b * Q
    assert degree % R == 0
    assert gcd(degree, COFACTOR) == 1
    assert all(COFACTOR % factor == 0 for factor in SMALL_FACTORS)


@settings(max_examples=10)
@given(scalars)
def test_points_of_the_subgroup_are_let_in(scalar):
    assert lines(g2(scalar)) is not None


def test_points_outside_the_subgroup_are_refused_by_the_fast_check_as_by_the_slow_one():
    found = points_of_the_twist()
    strays = [next(found) for _ in range(20)]
    assert [point_g2(point) for point in strays] == [None] * 20
    assert [lines(point) for point in strays] == [None] * 20


@pytest.mark.parametrize("order", SMALL_FACTORS)
def test_a_point_of_small_order_is_refused(order):
    stray = point_of_order(order)
    assert point_g2(stray) is None
    assert lines(stray) is None


def test_a_point_of_the_subgroup_beside_one_of_small_order_is_refused():
    """The sum of a good point and a small one: its order is r times the small one's."""
    from py_ecc.fields import optimized_bn128_FQ2 as FQ2
    from py_ecc.optimized_bn128 import add, normalize

    def projective(point):
        return FQ2([point[1], point[0]]), FQ2([point[3], point[2]]), FQ2.one()

    x, y = normalize(add(projective(g2(5)), projective(point_of_order(SMALL_FACTORS[0]))))
    mixed = (int(x.coeffs[1]), int(x.coeffs[0]), int(y.coeffs[1]), int(y.coeffs[0]))
    assert lines(mixed) is None
    assert lines(times(mixed, SMALL_FACTORS[0])) is not None


def test_a_stray_point_does_not_spoil_those_that_walk_beside_it():
    stray, good = twist_point(point_of_order(SMALL_FACTORS[0])), twist_point(g2(5))
    assert lines_of([stray, good, stray]) == [None, *lines_of([good]), None]


def test_a_point_off_the_twist_is_none():
    x_c1, x_c0, y_c1, y_c0 = g2(5)
    assert twist_point((x_c1, x_c0, y_c1, y_c0 + 1)) is None
    assert twist_point((x_c1, x_c0, y_c1 + 1, y_c0)) is None
    assert twist_point((0, 0, 0, 0)) is None


@settings(max_examples=20)
@given(st.integers(0, 2**256 - 1))
def test_products_on_the_curve_are_those_of_py_ecc(scalar):
    expected = None if scalar % R == 0 else g1(scalar)
    assert affine([multiply(g1(1), scalar)]) == [expected]


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, R - 1)), max_size=12))
def test_sums_of_products_are_those_of_py_ecc(terms):
    """Few points, often the same: equal and opposite points meet on the way."""
    together = sum(at * scalar for at, scalar in terms) % R
    total = sum_of_products([g1(at) for at, _ in terms], [scalar for _, scalar in terms])
    assert affine([total]) == [g1(together) if together else None]


def test_opposite_points_add_up_to_infinity():
    assert affine([sum_of_products([g1(7), g1(-7)], [9, 9]), INFINITY]) == [None, None]


def test_points_off_the_curve_are_seen():
    x, y = g1(3)
    assert is_on_curve((x, y))
    assert not is_on_curve((x, y + 1))
    assert not is_on_curve((0, 0))


@given(st.lists(st.integers(1, Q - 1), max_size=9))
def test_inverses_are_inverses(values):
    assert [a * b % Q for a, b in zip(values, inverses(values), strict=True)] == [1] * len(values)
