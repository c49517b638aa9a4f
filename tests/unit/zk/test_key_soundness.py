"""Keys under which anybody forges: each with its forgery, and each refused.

The forgeries know no secret: they are made of the key's own points and of public signals alone.
"""

import json
from dataclasses import replace

import pytest

from tests.support.trapdoor import TrapdoorKey
from zk_circuits.batch_points import prepared_key
from zk_circuits.build import CIRCUITS, Workshop
from zk_circuits.errors import KeyUnusable
from zk_circuits.field import Q, R
from zk_circuits.key_policy import circuit_key
from zk_circuits.key_soundness import GENERATOR_1, GENERATOR_2, SMALL
from zk_circuits.pairing import is_one, miller, point_g1, point_g2
from zk_circuits.verifying_key import VerifyingKey

from .simulated import ALPHA, BETA, DELTA, IC, KEY, g1, g2
from .twist_points import point_outside_the_subgroup

PUBLIC = (31337, 42)
SIGNALS = IC[0] + IC[1] * PUBLIC[0] + IC[2] * PUBLIC[1]
KEYS = Workshop.of_checkout().keys


def accepted(a, b, c, *, beta=BETA, gamma=1, delta=DELTA):
    """Whether the equation of Groth16 holds, for a proof in scalars: e(A, B) = all the rest."""
    pairs = [(-a, b), (ALPHA, beta), (SIGNALS, gamma), (c, delta)]
    return is_one(miller(point_g1(g1(left)), point_g2(g2(right))) for left, right in pairs)


@pytest.mark.parametrize("sign", [1, -1])
def test_delta_of_plus_or_minus_gamma(sign):
    """A = alpha, B = beta, and C takes the signals away."""
    assert accepted(ALPHA, BETA, -sign * SIGNALS, delta=sign)
    assert not accepted(ALPHA, BETA, -sign * SIGNALS)
    with pytest.raises(KeyUnusable, match=r"delta equals (minus )?gamma"):
        replace(KEY, delta=g2(sign))


@pytest.mark.parametrize("multiple", [2, 7, SMALL, -SMALL])
def test_delta_that_is_a_small_multiple(multiple):
    """As above, with C divided by the multiple."""
    c = -SIGNALS * pow(multiple, -1, R)
    assert accepted(ALPHA, BETA, c, delta=multiple)
    with pytest.raises(KeyUnusable, match=f"delta is plus or minus {abs(multiple)} times"):
        replace(KEY, delta=g2(multiple))


@pytest.mark.parametrize("sign", [1, -1])
def test_beta_of_plus_or_minus_delta(sign):
    """A = the signals, B = gamma, and C takes alpha away."""
    assert accepted(SIGNALS, 1, -sign * ALPHA, beta=sign * DELTA)
    with pytest.raises(KeyUnusable, match="beta equals plus or minus delta"):
        replace(KEY, beta=g2(sign * DELTA))


@pytest.mark.parametrize("sign", [1, -1])
def test_beta_of_plus_or_minus_gamma(sign):
    """A = C = alpha and the signals, B = gamma + delta."""
    a = sign * ALPHA + SIGNALS
    assert accepted(a, 1 + DELTA, a, beta=sign)
    with pytest.raises(KeyUnusable, match="beta is plus or minus 1 times"):
        replace(KEY, beta=g2(sign))


@pytest.mark.parametrize("multiple", [2, 5])
def test_gamma_that_is_a_multiple_of_delta(multiple):
    """So that delta is known by gamma, though neither is by the generator."""
    c = -SIGNALS * multiple
    assert accepted(ALPHA, BETA, c, gamma=multiple * DELTA)
    with pytest.raises(KeyUnusable, match="gamma is not the generator"):
        replace(KEY, gamma=g2(multiple * DELTA))


@pytest.mark.parametrize("multiple", [1, -1, SMALL, -SMALL])
def test_alpha_that_is_known(multiple):
    with pytest.raises(KeyUnusable, match="alpha is plus or minus"):
        replace(KEY, alpha=g1(multiple))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("one", "two"), [(0, 1), (1, 2), (0, 2)])
def test_signals_that_share_a_point(one, two, sign):
    """One proof would hold for several statements: here the signals change places."""
    points = list(KEY.ic)
    x, y = points[one]
    points[two] = (x, y * sign % Q)
    with pytest.raises(KeyUnusable, match=rf"IC\[{one}\] equals plus or minus IC\[{two}\]"):
        replace(KEY, ic=tuple(points))


def test_alpha_among_the_points_of_the_signals():
    with pytest.raises(KeyUnusable, match=r"alpha equals plus or minus IC\[2\]"):
        replace(KEY, ic=(*KEY.ic[:2], KEY.alpha))


def test_multiples_beyond_the_small_ones_are_somebodys_secret():
    replace(KEY, delta=g2(SMALL + 1), alpha=g1(-SMALL - 1))
    assert (g1(1), g2(1)) == (GENERATOR_1, GENERATOR_2)


@pytest.mark.parametrize("name", ["alpha", "beta", "delta"])
@pytest.mark.parametrize("point", ["infinity", "off the curve", "outside the subgroup"])
def test_points_in_no_group_are_refused_where_a_key_is_read(name, point):
    """A signal whose point is at infinity is bound by nothing; zeros are how the EVM says that."""
    good = getattr(KEY, name)
    bad = {
        "infinity": (0,) * len(good),
        "off the curve": (*good[:-1], good[-1] ^ 1),
        "outside the subgroup": point_outside_the_subgroup() if len(good) == 4 else (3, 5),
    }[point]
    key = replace(KEY, **{name: bad})
    with pytest.raises(KeyUnusable, match=f"{name} is (not on the curve|outside the subgroup)"):
        VerifyingKey.from_json(key.to_json())
    with pytest.raises(KeyUnusable, match=name):
        prepared_key(key)


@pytest.mark.parametrize("at", range(3))
def test_a_signal_without_a_point_is_refused_where_a_key_is_read(at):
    points = list(KEY.ic)
    points[at] = (0, 0)
    key = replace(KEY, ic=tuple(points))
    with pytest.raises(KeyUnusable, match=rf"IC\[{at}\] is not on the curve"):
        VerifyingKey.from_json(key.to_json())


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_a_key_of_another_number_of_signals_is_none_of_the_circuit(circuit, tmp_path):
    own = circuit_key(KEYS / f"{circuit}.vkey.json", circuit)
    path = tmp_path / f"{circuit}.vkey.json"
    path.write_text(json.dumps(TrapdoorKey(own.public_count + 1, 3).key.to_json()), "utf-8")
    said = f"{circuit} has {own.public_count} public signals, .* {own.public_count + 1}"
    with pytest.raises(KeyUnusable, match=said):
        circuit_key(path, circuit)
