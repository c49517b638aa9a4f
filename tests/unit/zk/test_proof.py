import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.snarkjs_proof import snarkjs_documents
from zk_circuits.errors import KeyUnusable, ProofMalformed
from zk_circuits.field import Q, R
from zk_circuits.proof import LONGEST_JSON, Proof
from zk_circuits.snarkjs_json import decimal
from zk_circuits.verifying_key import VerifyingKey

from .simulated import KEY, key, proof

coordinates = st.integers(0, Q - 1)
proofs = st.builds(
    Proof, st.tuples(*[coordinates] * 8), st.lists(st.integers(0, R - 1), max_size=6).map(tuple)
)


@given(proofs)
def test_json_and_words_give_the_proof_back(made):
    document, public = snarkjs_documents(made)
    assert Proof.parse(json.dumps(document), json.dumps(public)) == made
    assert Proof.from_evm_bytes(made.evm_bytes, made.public) == made


def test_g2_coordinates_swap_between_json_and_words():
    document, _ = snarkjs_documents(Proof((1, 2, 3, 4, 5, 6, 7, 8), ()))
    assert document["pi_a"] == ["1", "2", "1"]
    assert document["pi_b"] == [["4", "3"], ["6", "5"], ["1", "0"]]
    assert document["pi_c"] == ["7", "8", "1"]


@pytest.mark.parametrize(
    ("words", "public"),
    [
        ((1,) * 7, ()),
        ((1,) * 9, ()),
        ((Q, *[1] * 7), ()),
        ((-1, *[1] * 7), ()),
        (("1", *[1] * 7), ()),
        ((1.0, *[1] * 7), ()),
        ((True, *[1] * 7), ()),
        ((1,) * 8, (R,)),
        ((1,) * 8, (-1,)),
        ((1,) * 8, (False,)),
    ],
)
def test_words_outside_their_field_are_refused(words, public):
    with pytest.raises(ProofMalformed):
        Proof(words, public)


def changed(path, value):
    """`proof.json` with one part replaced, or removed where value is ..."""
    document = copy.deepcopy(snarkjs_documents(proof())[0])
    part = document
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["protocol"], "plonk"),
        (["protocol"], ...),
        (["curve"], "bls12381"),
        (["pi_a"], ...),
        (["pi_a"], None),
        (["pi_a"], "1"),
        (["pi_a"], ["1", "2"]),
        (["pi_a"], {"0": "1", "1": "2", "2": "1"}),
        (["pi_a", 0], 1),
        (["pi_a", 0], "0x1"),
        (["pi_a", 0], "01"),
        (["pi_a", 0], "+1"),
        (["pi_a", 0], " 1"),
        (["pi_a", 0], "1\n"),
        (["pi_a", 0], "-1"),
        (["pi_a", 0], "1e3"),
        (["pi_a", 0], ""),
        (["pi_a", 0], "١"),
        (["pi_a", 0], str(Q)),
        (["pi_a", 0], "9" * 100_000),
        (["pi_a", 2], "0"),
        (["pi_a", 2], 1),
        (["pi_b"], [["1", "2"], ["3", "4"]]),
        (["pi_b", 0], ["1"]),
        (["pi_b", 2], ["0", "1"]),
        (["pi_b", 2], ["0", "0"]),
        (["pi_b", 1, 1], str(Q)),
        (["pi_c", 2], "2"),
    ],
)
def test_malformed_json_is_refused(path, value):
    with pytest.raises(ProofMalformed):
        Proof.parse(changed(path, value), "[]")


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", "NaN", "[" * 60_000, "[" * 100_000])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(ProofMalformed):
        Proof.parse(text, "[]")


def test_a_text_longer_than_any_proof_is_not_read():
    """Its blanks alone make it too long: what it says would be right."""
    document = json.dumps(snarkjs_documents(proof())[0])
    assert Proof.parse(document.ljust(LONGEST_JSON), "[]").words == proof().words
    with pytest.raises(ProofMalformed, match="more than 65536 characters"):
        Proof.parse(document.ljust(LONGEST_JSON + 1), "[]")


@pytest.mark.parametrize("value", [str(Q), str(Q + 1), str(10**77 - 1)])
def test_a_number_is_below_its_modulus(value):
    assert decimal("x", str(Q - 1)) == Q - 1
    with pytest.raises(ProofMalformed, match="not below the modulus"):
        decimal("x", value)


def test_a_key_that_occurs_twice_is_refused():
    twice = json.dumps(snarkjs_documents(proof())[0])[:-1] + ', "pi_a": ["1", "2", "1"]}'
    with pytest.raises(ProofMalformed, match="twice"):
        Proof.parse(twice, "[]")


@pytest.mark.parametrize("public", ["{}", "null", '"1"', "[1]", '["-1"]', f'["{R}"]', '[["1"]]'])
def test_malformed_public_signals_are_refused(public):
    document, _ = snarkjs_documents(proof())
    with pytest.raises(ProofMalformed):
        Proof.parse(json.dumps(document), public)


@pytest.mark.parametrize("size", [0, 255, 257])
def test_proof_has_256_bytes(size):
    with pytest.raises(ProofMalformed):
        Proof.from_evm_bytes(bytes(size), ())


def test_verifying_key_json_gives_the_key_back(tmp_path):
    path = tmp_path / "vkey.json"
    path.write_text(json.dumps(KEY.to_json()))
    assert VerifyingKey.load(path) == KEY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("protocol", "plonk"),
        ("curve", "bls12381"),
        ("nPublic", 3),
        ("nPublic", None),
        ("IC", []),
        ("IC", None),
        ("vk_alpha_1", ["0", "1", "0"]),
        ("vk_beta_2", None),
    ],
)
def test_malformed_verifying_key_is_refused(name, value):
    with pytest.raises(KeyUnusable):
        VerifyingKey.from_json({**KEY.to_json(), name: value})


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_file_without_a_key_is_refused(tmp_path, text):
    path = tmp_path / "vkey.json"
    path.write_text(text)
    with pytest.raises(KeyUnusable):
        VerifyingKey.load(path)


def test_missing_key_file_is_refused(tmp_path):
    with pytest.raises(KeyUnusable):
        VerifyingKey.load(tmp_path / "vkey.json")


def test_a_key_is_of_at_least_one_public_signal():
    with pytest.raises(KeyUnusable, match="no public signals"):
        replace(KEY, ic=KEY.ic[:1])


def test_key_without_a_contribution_is_refused():
    with pytest.raises(KeyUnusable, match="delta equals gamma"):
        key(delta=1)
