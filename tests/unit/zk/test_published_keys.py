"""Keys that everybody forges under, known by their hashes alone."""

import json

import pytest

from zk_circuits.build import CIRCUITS, Workshop
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import KeyUnusable
from zk_circuits.field import Q
from zk_circuits.key_policy import assert_usable_key
from zk_circuits.published_keys import PUBLISHED, is_published
from zk_circuits.verifying_key import VerifyingKey

KEYS = Workshop.of_checkout().keys


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_every_development_key_is_on_the_list(circuit):
    key = VerifyingKey.load(KEYS / f"{circuit}.vkey.json")
    assert is_published(verifying_key_hash(key))
    assert PUBLISHED[verifying_key_hash(key).hex()] == circuit


def test_other_keys_are_not():
    assert not is_published(bytes(32))
    assert not is_published(b"\xff" * 32)


@pytest.mark.parametrize("negated", [False, True])
def test_a_delta_of_plus_or_minus_gamma_is_refused(negated):
    """Attack: -gamma lets terms cancel as gamma does, and passes a comparison of both."""
    document = json.loads((KEYS / "claim.vkey.json").read_text("utf-8"))
    x, y, z = document["vk_gamma_2"]
    document["vk_delta_2"] = [x, [str(Q - int(part)) for part in y] if negated else y, z]
    said = "minus gamma" if negated else "equals gamma"
    with pytest.raises(KeyUnusable, match=said):
        assert_usable_key(document)
    with pytest.raises(KeyUnusable, match=said):
        VerifyingKey.from_json(document)
