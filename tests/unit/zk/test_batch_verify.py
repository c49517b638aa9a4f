"""Many proofs at once are judged as verify judges each, and the false one is named."""

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zk_circuits import batch_verify as batch_module
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.batch_verify import batch_verify
from zk_circuits.errors import KeyUnusable, ProofMalformed, ProofOfBatchRefused, ProofRejected
from zk_circuits.fast_verify import fast_batch_verify
from zk_circuits.field import Q, R
from zk_circuits.make_proofs import PATH, proof_of
from zk_circuits.proof import Proof
from zk_circuits.verify import verify

from .simulated import ALPHA, BETA, DELTA, GAMMA, IC, KEY, PUBLIC, g1, g2, key, proof
from .twist_points import point_of_order, point_outside_the_subgroup

pytestmark = pytest.mark.slow

OTHER_KEY = key(delta=66)
JUDGES = (batch_verify, fast_batch_verify)


@pytest.fixture(scope="module")
def committed():
    """The committed proof of each circuit, under its own key: six keys, five numbers of signals."""
    artifacts = ZkArtifacts.of_checkout()
    vectors = json.loads(PATH.read_text("utf-8"))
    return [(artifacts.verifying_key(vector["circuit"]), proof_of(vector)) for vector in vectors]


def under_the_other_key(public=PUBLIC, a=1234, b=5678):
    signals = IC[0] + sum(k * signal for k, signal in zip(IC[1:], public, strict=True))
    c = (a * b - ALPHA * BETA - GAMMA * signals) * pow(66, -1, R)
    return OTHER_KEY, Proof((*g1(a), *g2(b), *g1(c)), public)


def honest(count):
    return [(KEY, proof((at, at * at), a=at + 2, b=at + 3)) for at in range(count)]


def refused(proofs, judge=batch_verify):
    """Place of the refused proof, and the error that it alone would be refused with."""
    with pytest.raises(ProofOfBatchRefused) as caught:
        judge(proofs)
    assert caught.value.values["count"] == len(proofs)
    return caught.value.values["index"], type(caught.value.values["reason"])


@pytest.mark.parametrize("judge", JUDGES)
def test_proofs_of_all_circuits_hold_together(judge, committed):
    judge(committed * 2)


@pytest.mark.parametrize("judge", JUDGES)
def test_one_alone_and_none_hold(judge):
    judge([(KEY, proof())])
    judge([])


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("at", [0, 1, 6, 12])
def test_a_forged_proof_among_many_is_named(judge, at):
    many = honest(13)
    many[at] = (KEY, replace(many[at][1], public=(1, 2)))
    assert refused(many, judge) == (at, ProofRejected)


def test_of_several_forged_proofs_the_first_is_named():
    many = honest(9)
    for at in (8, 3, 5):
        many[at] = (KEY, replace(many[at][1], public=(1, 2)))
    assert refused(many) == (3, ProofRejected)


def test_a_forged_proof_of_each_circuit_is_named(committed):
    for at, (vkey, made) in enumerate(committed):
        forged = replace(made, public=((made.public[0] + 1) % R, *made.public[1:]))
        many = [*committed[:at], (vkey, forged), *committed[at + 1 :]]
        assert refused(many) == (at, ProofRejected)


def test_proofs_of_two_keys_hold_together_and_not_under_the_wrong_one():
    mixed = [(KEY, proof()), under_the_other_key(), (KEY, proof((3, 4))), under_the_other_key()]
    batch_verify(mixed)
    mixed[2] = (OTHER_KEY, mixed[2][1])
    assert refused(mixed) == (2, ProofRejected)


def test_two_false_proofs_whose_errors_cancel_out_are_refused():
    """C moved by a point, once up and once down: the plain product of both equations holds."""
    many = honest(2)
    for at, moved in ((0, 9), (1, -9)):
        vkey, made = many[at]
        a, b = at + 2, at + 3
        signals = IC[0] + IC[1] * made.public[0] + IC[2] * made.public[1]
        c = (a * b - ALPHA * BETA - GAMMA * signals) * pow(DELTA, -1, R)
        many[at] = (vkey, replace(made, words=(*made.words[:6], *g1(c + moved))))
    assert refused(many) == (0, ProofRejected)


def test_two_false_proofs_cancel_out_under_equal_coefficients(monkeypatch):
    """Why coefficients come from a hash: with those of an attacker's choice the pair passes."""
    monkeypatch.setattr(batch_module, "_coefficients", lambda proofs: [1] * len(proofs))
    many = honest(2)
    for at, moved in ((0, 9), (1, -9)):
        vkey, made = many[at]
        a, b = at + 2, at + 3
        signals = IC[0] + IC[1] * made.public[0] + IC[2] * made.public[1]
        c = (a * b - ALPHA * BETA - GAMMA * signals) * pow(DELTA, -1, R)
        many[at] = (vkey, replace(made, words=(*made.words[:6], *g1(c + moved))))
    batch_verify(many)


def test_coefficients_are_the_same_each_time_and_change_with_every_part():
    batch = [(KEY, proof()), under_the_other_key()]
    drawn = batch_module._coefficients(batch)
    assert drawn == batch_module._coefficients(list(batch))
    assert len({*drawn}) == 2
    assert max(drawn).bit_length() > 100
    changed = [
        [(OTHER_KEY, proof()), batch[1]],
        [(KEY, replace(proof(), public=(1, 1))), batch[1]],
        [(KEY, proof(a=1234 * 3, b=5678 * pow(3, -1, R))), batch[1]],
        batch[::-1],
        [batch[0]],
    ]
    for other in changed:
        assert not {*batch_module._coefficients(other)} & {*drawn}


def test_malleated_proofs_hold_beside_their_originals():
    a_x, a_y, *rest = proof().words
    *b_x, y_c1, y_c0, c_x, c_y = rest
    negated = Proof((a_x, Q - a_y, *b_x, Q - y_c1, Q - y_c0, c_x, c_y), PUBLIC)
    scaled = proof(a=1234 * 3, b=5678 * pow(3, -1, R))
    batch_verify([(KEY, proof()), (KEY, negated), (KEY, scaled), (KEY, proof())])


def test_a_half_malleated_proof_is_named():
    a_x, a_y, *rest = proof().words
    half = Proof((a_x, Q - a_y, *rest), PUBLIC)
    assert refused([(KEY, proof()), (KEY, half)]) == (1, ProofRejected)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("stray", [point_outside_the_subgroup, lambda: point_of_order(10069)])
def test_b_outside_the_subgroup_is_named(judge, stray):
    many, words = honest(5), proof().words
    many[2] = (KEY, Proof((*words[:2], *stray(), *words[6:]), PUBLIC))
    assert refused(many, judge) == (2, ProofMalformed)


@pytest.mark.parametrize("at", range(8))
def test_a_changed_word_is_named(at):
    words = list(proof().words)
    words[at] = (words[at] + 1) % Q
    assert refused([*honest(2), (KEY, Proof(tuple(words), PUBLIC))]) == (2, ProofMalformed)


@pytest.mark.parametrize("part", [slice(0, 2), slice(2, 6), slice(6, 8)])
def test_a_point_at_infinity_is_named(part):
    words = list(proof().words)
    words[part] = [0] * len(words[part])
    assert refused([(KEY, proof()), (KEY, Proof(tuple(words), PUBLIC))]) == (1, ProofMalformed)


@pytest.mark.parametrize("public", [(), PUBLIC[:1], (*PUBLIC, 0)])
def test_a_wrong_number_of_signals_is_named(public):
    many = [(KEY, proof()), (KEY, replace(proof(), public=public))]
    assert refused(many) == (1, ProofMalformed)


def test_a_malformed_proof_is_named_before_a_false_one():
    false = (KEY, replace(proof(), public=(1, 2)))
    malformed = (KEY, replace(proof(), public=()))
    assert refused([false, malformed]) == (1, ProofMalformed)


@pytest.mark.parametrize("name", ["beta", "delta"])
def test_a_key_with_a_point_outside_the_subgroup_is_refused(name):
    stray = replace(KEY, **{name: point_outside_the_subgroup()})
    assert refused([(KEY, proof()), (stray, proof())]) == (1, KeyUnusable)


@pytest.mark.parametrize("change", [{"alpha": (3, 3)}, {"ic": ((3, 3), *KEY.ic[1:])}])
def test_a_key_with_a_point_off_the_curve_is_refused(change):
    assert refused([(replace(KEY, **change), proof())]) == (0, KeyUnusable)


def test_sums_that_vanish_hold():
    """IC(public) = 0 in each proof, so the sum for gamma is the point at infinity."""
    x = -IC[0] * pow(IC[1], -1, R) % R
    batch_verify([(KEY, proof((x, 0))), (KEY, proof((x, 0), a=3))])


def test_a_batch_larger_than_one_final_power_takes_names_the_right_proof(monkeypatch):
    monkeypatch.setattr(batch_module, "MOST_AT_ONCE", 4)
    many = honest(10)
    batch_verify(many)
    many[9] = (KEY, replace(proof(), public=(1, 2)))
    assert refused(many) == (9, ProofRejected)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=6))
def test_a_batch_is_judged_as_each_proof_alone(committed, chosen):
    """Any mixture of circuits, some with a changed signal."""
    many = []
    for at, forged in chosen:
        vkey, made = committed[at]
        signals = (*made.public[:-1], made.public[-1] ^ forged)
        many.append((vkey, replace(made, public=signals)))
    false = [at for at, one in enumerate(many) if not holds_alone(*one)]
    if false:
        assert refused(many) == (false[0], ProofRejected)
    else:
        batch_verify(many)


@cache
def holds_alone(vkey, made):
    try:
        verify(vkey, made)
    except ProofRejected:
        return False
    return True
