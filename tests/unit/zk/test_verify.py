"""The verifier, on proofs whose trapdoor is known (no circuit is needed to make them)."""

from dataclasses import replace

import pytest
from py_ecc.fields import optimized_bn128_FQ2 as FQ2
from py_ecc.optimized_bn128 import G1, G2, multiply
from py_ecc.optimized_bn128.optimized_curve import b2, is_on_curve
from py_ecc.optimized_bn128.optimized_pairing import final_exponentiate, pairing

from tests.support.two_verifiers import holds_by_both
from zk_circuits.errors import KeyUnusable, ProofMalformed, ProofRejected
from zk_circuits.fast_verify import fast_verify
from zk_circuits.field import Q, R
from zk_circuits.pairing import final_power, is_one, miller, point_g1, point_g2
from zk_circuits.proof import Proof
from zk_circuits.provers import groth16py_client
from zk_circuits.verify import verify

from .simulated import ALPHA, BETA, GAMMA, IC, KEY, PUBLIC, g1, g2, proof
from .twist_points import point_outside_the_subgroup


def test_proof_that_holds_is_accepted():
    verify(KEY, proof())


@pytest.mark.parametrize("public", [(0, 0), (R - 1, 1), (0, 5)])
def test_edges_of_the_public_signals_are_accepted(public):
    verify(KEY, proof(public))


def test_public_part_that_vanishes_is_accepted():
    """IC_0 + x IC_1 = 0: the pairing with gamma is that of the point at infinity."""
    x = -IC[0] * pow(IC[1], -1, R) % R
    verify(KEY, proof((x, 0)))


@pytest.mark.parametrize("public", [(PUBLIC[0] + 1, PUBLIC[1]), (PUBLIC[0], 0), PUBLIC[::-1]])
def test_proof_of_other_signals_is_rejected(public):
    with pytest.raises(ProofRejected):
        verify(KEY, replace(proof(), public=public))


def test_public_signal_plus_r_is_refused():
    """The same residue, so the pairings would hold: one statement would have two faces."""
    with pytest.raises(ProofMalformed):
        replace(proof(), public=(PUBLIC[0] + R, PUBLIC[1]))


@pytest.mark.parametrize("public", [(), PUBLIC[:1], (*PUBLIC, 0)])
def test_wrong_number_of_signals_is_refused(public):
    with pytest.raises(ProofMalformed):
        verify(KEY, replace(proof(), public=public))


def test_proof_under_another_key_is_rejected():
    other = replace(KEY, delta=g2(45))
    with pytest.raises(ProofRejected):
        verify(other, proof())


def test_malleated_proofs_are_accepted():
    """Groth16 is malleable: who holds a proof makes others of the same statement.

    So a proof, or its hash, identifies nothing; ctx and consumed lots stop replays.
    """
    a_x, a_y, *rest = proof().words
    *b_x, y_c1, y_c0, c_x, c_y = rest
    negated = (a_x, Q - a_y, *b_x, Q - y_c1, Q - y_c0, c_x, c_y)
    verify(KEY, Proof(negated, PUBLIC))
    scaled = proof(a=1234 * 3, b=5678 * pow(3, -1, R))
    assert scaled.words[:6] != proof().words[:6]
    assert scaled.words[6:] == proof().words[6:]
    verify(KEY, scaled)


@pytest.mark.parametrize("at", range(8))
def test_any_changed_word_is_refused(at):
    words = list(proof().words)
    words[at] = (words[at] + 1) % Q
    with pytest.raises(ProofMalformed):
        verify(KEY, Proof(tuple(words), PUBLIC))


@pytest.mark.parametrize("part", [slice(0, 2), slice(2, 6), slice(6, 8)])
def test_point_at_infinity_is_refused(part):
    """The precompile takes zeros for the point at infinity; here they are off the curve."""
    words = list(proof().words)
    words[part] = [0] * len(words[part])
    with pytest.raises(ProofMalformed):
        verify(KEY, Proof(tuple(words), PUBLIC))


def test_b_outside_the_subgroup_is_refused_whoever_computes_the_pairings():
    stray = point_outside_the_subgroup()
    x_c1, x_c0, y_c1, y_c0 = stray
    assert is_on_curve((FQ2([x_c0, x_c1]), FQ2([y_c0, y_c1]), FQ2.one()), b2)
    assert point_g2(stray) is None
    words = proof().words
    with_stray = Proof((*words[:2], *stray, *words[6:]), PUBLIC)
    for judge in (verify, fast_verify):
        with pytest.raises(ProofMalformed, match="subgroup"):
            judge(KEY, with_stray)
    assert holds_by_both(KEY, with_stray) is False


def test_groth16py_judges_as_py_ecc_does():
    fast_verify(KEY, proof())
    assert holds_by_both(KEY, proof()) is True
    other = replace(proof(), public=(0, 0))
    with pytest.raises(ProofRejected):
        fast_verify(KEY, other)
    assert holds_by_both(KEY, other) is False


def test_disagreement_is_an_alarm(monkeypatch):
    monkeypatch.setattr(groth16py_client, "verifies", lambda vkey, made: False)
    with pytest.raises(AssertionError, match="groth16py says False, py_ecc says True"):
        holds_by_both(KEY, proof())


@pytest.mark.parametrize("name", ["beta", "delta"])
def test_key_with_a_point_outside_the_subgroup_is_refused(name):
    stray = replace(KEY, **{name: point_outside_the_subgroup()})
    with pytest.raises(KeyUnusable):
        verify(stray, proof())


@pytest.mark.parametrize("change", [{"alpha": (3, 3)}, {"ic": ((3, 3), *KEY.ic[1:])}])
def test_key_with_a_point_off_the_curve_is_refused(change):
    with pytest.raises(KeyUnusable):
        verify(replace(KEY, **change), proof())


def test_without_a_contribution_everybody_forges():
    """gamma = delta: A = alpha, B = beta, C = -IC(public) hold for any public signals.

    Hence VerifyingKey refuses such a key before a pairing is computed.
    """
    public = (31337, 42)
    c = -(IC[0] + IC[1] * public[0] + IC[2] * public[1])
    sides = [(g1(-ALPHA), g2(BETA)), (g1(ALPHA), g2(BETA)), (g1(-c), g2(GAMMA)), (g1(c), g2(GAMMA))]
    factors = []
    for first, second in sides:
        a, b = point_g1(first), point_g2(second)
        assert a is not None
        assert b is not None
        factors.append(miller(a, b))
    assert is_one(factors)
    with pytest.raises(KeyUnusable):
        replace(KEY, delta=KEY.gamma)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (77, 99), (R - 1, 12345)])
def test_final_power_is_that_of_py_ecc(a, b):
    loop = pairing(multiply(G2, b), multiply(G1, a), final_exponentiate=False)
    assert final_power(loop) == final_exponentiate(loop)
