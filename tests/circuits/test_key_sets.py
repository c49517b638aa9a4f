"""A consortium's set beside the development keys: both prove, and neither passes for the other."""

import json
import lzma
import secrets
import shutil
from dataclasses import replace

import pytest

from tests.circuits.programs import WORKSHOP, snarkjs
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.build import Workshop, sha256, unpack_key
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ProofRejected
from zk_circuits.make_proofs import statements
from zk_circuits.prove import prove
from zk_circuits.published_keys import MADE_OF_THEM, is_published, published_as
from zk_circuits.verifier_template import render
from zk_circuits.verify import verify

pytestmark = pytest.mark.slow

CLAIM = next(one for one in statements() if one.circuit == "claim")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A clone with a set `ours` of one circuit: a secret contribution to the published key."""
    root = tmp_path_factory.mktemp("clone")
    for part in ("zk_circuits/keys/development", "zk_circuits/main", "build/zk/claim"):
        shutil.copytree(WORKSHOP.root / part, root / part)
    (root / "node_modules").symlink_to(WORKSHOP.root / "node_modules")
    made = Workshop(root, "ours")
    made.keys.mkdir()
    zkey, vkey = root / "ours.zkey", made.keys / "claim.vkey.json"
    entropy = f"-e={secrets.token_hex(32)}"
    snarkjs("zkey", "contribute", WORKSHOP.proving_key("claim"), zkey, "-n=member one", entropy)
    snarkjs("zkey", "export", "verificationkey", zkey, vkey)
    (made.keys / "claim.zkey.xz").write_bytes(lzma.compress(zkey.read_bytes(), preset=0))
    entry = {"r1cs": sha256(made.r1cs("claim")), "zkey": sha256(zkey), "vkey": sha256(vkey)}
    manifest = json.dumps({"circuits": {"claim": entry}})
    (made.keys / "manifest.json").write_text(manifest, "utf-8")
    assert unpack_key(made, "claim")
    assert unpack_key(replace(made, key_set="development"), "claim")
    assert not unpack_key(made, "claim"), "they do not get into each other's way"
    return made


def test_both_sets_prove_and_neither_for_the_other(workshop: Workshop) -> None:
    sets = [ZkArtifacts.of_checkout(workshop.root, name) for name in ("development", "ours")]
    keys = [artifacts.verifying_key("claim") for artifacts in sets]
    proofs = [prove(CLAIM, artifacts=artifacts) for artifacts in sets]
    for key, proof in zip(keys, proofs, strict=True):
        verify(key, proof)
    for key, proof in zip(keys, reversed(proofs), strict=True):
        with pytest.raises(ProofRejected):
            verify(key, proof)


def test_a_contribution_to_a_published_phase_1_makes_no_key_of_ones_own(workshop: Workshop) -> None:
    """Attack: a hash that is on no list, and alpha, beta and tau that everybody knows."""
    source = render(workshop.keys, "claim")
    assert "contract OursClaimVerifier" in source
    assert "DEVELOPMENT_KEY = true;" in source
    key = ZkArtifacts.of_checkout(workshop.root, "ours").verifying_key("claim")
    assert not is_published(verifying_key_hash(key))
    assert published_as(key) == MADE_OF_THEM


def test_a_published_key_in_another_folder_stays_what_it_is(workshop: Workshop) -> None:
    disguised = workshop.sets / "disguised"
    shutil.copytree(workshop.sets / "development", disguised)
    assert "DEVELOPMENT_KEY = true;" in render(disguised, "claim")


def test_a_key_of_nobody_that_is_known_is_no_development_key(workshop: Workshop) -> None:
    other = workshop.sets / "other"
    other.mkdir()
    document = json.dumps(TrapdoorKey(4, 3).key.to_json())
    (other / "claim.vkey.json").write_text(document, "utf-8")
    assert "DEVELOPMENT_KEY = false;" in render(other, "claim")
