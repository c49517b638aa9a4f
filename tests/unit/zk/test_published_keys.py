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


@pytest.mark.parametrize(
    "key_hash",
    [
        "9a3d9f6567d2bfdaf1019239417b5b7c8d96530fb0635d62e21b5ef192ecfc20",
        "e329d64ed29340cf2fcb0564a144a2016f451efe3c7825ca67bb27877b6e2d66",
        "ee615f68c53a37bb61cde4719acd00cbc4c46b08300a86dfd780bf4daadd8fa9",
        "9d7190da548579e5bae6b41e5c0a5a2eea1c01643a436c3ae33f53774862bb64",
        "176a74e0e8244c92e221f1a22eb48535ae7ebc3dc996793f39817b0577ddadb6",
    ],
)
def test_keys_of_the_format_before_stay_on_the_list(key_hash):
    assert is_published(bytes.fromhex(key_hash))


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
