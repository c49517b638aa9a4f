"""Keys that everybody forges under, known by their hashes alone."""

import json
from dataclasses import replace

import pytest

from tests.support.trapdoor import TrapdoorKey
from zk_circuits.bn254.g1 import affine, multiply
from zk_circuits.build import CIRCUITS, Workshop
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import KeyUnusable
from zk_circuits.field import Q, R
from zk_circuits.proof import Proof
from zk_circuits.published_keys import MADE_OF_THEM, PUBLISHED, is_published, published_as
from zk_circuits.verify import verify
from zk_circuits.verifying_key import VerifyingKey

from .simulated import ALPHA, BETA, IC, g1, g2, key

KEYS = Workshop.of_checkout().keys


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_every_development_key_is_on_the_list(circuit):
    key = VerifyingKey.load(KEYS / f"{circuit}.vkey.json")
    assert is_published(verifying_key_hash(key))
    assert published_as(key) == PUBLISHED[verifying_key_hash(key).hex()] == circuit


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
        VerifyingKey.from_json(document)


@pytest.mark.parametrize("circuit", CIRCUITS)
@pytest.mark.parametrize("part", ["alpha", "beta", "delta"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_key_made_of_their_points_is_published_too(circuit, part, sign):
    """Attack: one point exchanged, or its sign, and the key's hash stands on no list."""
    theirs = VerifyingKey.load(KEYS / f"{circuit}.vkey.json")
    point = getattr(theirs, part)
    half = len(point) // 2
    point = point[:half] + tuple(y * sign % Q for y in point[half:])
    doctored = replace(TrapdoorKey(4, 3).key, **{part: point})
    assert not is_published(verifying_key_hash(doctored))
    assert published_as(doctored) == MADE_OF_THEM
    assert published_as(TrapdoorKey(4, 3).key) is None


def test_a_contribution_to_a_published_phase_1_comes_out_again():
    """Attack: who knows alpha, beta and tau forges whatever delta is.

    The proving key holds t(tau) / delta times the generator, so 1 / delta times the generator
    is known, and with it C. Here alpha is 1111, beta 222 and t(tau) 99; delta is not used.
    """
    unknown, t = 0xD31A, 99
    point_of_the_key = g1(t * pow(unknown, -1, R))
    [by_delta] = affine([multiply(point_of_the_key, pow(t, -1, R))])
    public = (31337, 42)
    signals = IC[0] + IC[1] * public[0] + IC[2] * public[1]
    [c] = affine([multiply(by_delta, (7 * 8 - ALPHA * BETA - signals) % R)])
    verify(key(unknown), Proof((*g1(7), *g2(8), *c), public))
