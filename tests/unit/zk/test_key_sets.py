"""Sets of keys side by side: each has its folder, its programs and its contracts."""

import json
from pathlib import Path

import pytest

from lodetrace.contracts.plan import STEPS, VERIFIERS, compiled_name
from lodetrace.settings import KeySetMissing, Settings
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.build import CIRCUITS, Workshop
from zk_circuits.errors import KeyUnusable
from zk_circuits.key_sets import contract_prefix, key_sets, set_name
from zk_circuits.verifier_template import contract_name

ROOT = Workshop.of_checkout().root


def test_the_repository_holds_the_development_set_only():
    """A clone of a consortium holds its own beside it."""
    assert "development" in key_sets(ROOT / "zk_circuits" / "keys")


@pytest.mark.parametrize("name", ["", "Ours", "our keys", "../x", "ours-2", "1st", "a" * 33])
def test_what_is_no_name_of_a_set_is_refused(name):
    with pytest.raises(KeyUnusable):
        set_name(name)
    with pytest.raises(KeyUnusable):
        ZkArtifacts.of_checkout(ROOT, name)


def test_each_set_has_files_of_its_own():
    ours, theirs = ZkArtifacts.of_checkout(ROOT), ZkArtifacts.of_checkout(ROOT, "ours")
    for circuit in CIRCUITS:
        assert ours.proving_key(circuit) != theirs.proving_key(circuit)
        assert ours.verifying_key_path(circuit) != theirs.verifying_key_path(circuit)
        assert ours.witness_program(circuit) == theirs.witness_program(circuit)
    assert ours.proving_key("claim") == Workshop(ROOT).proving_key("claim")
    assert theirs.proving_key("claim") == Workshop(ROOT, "ours").proving_key("claim")


def test_verifiers_are_named_by_their_set():
    for circuit, verifier in VERIFIERS.items():
        assert contract_name(circuit) == verifier == compiled_name(verifier, "development")
        theirs = f"Ours{verifier}"
        assert contract_name(circuit, "ours") == theirs == compiled_name(verifier, "ours")
    others = {step.name for step in STEPS} - set(VERIFIERS.values())
    assert {compiled_name(name, "ours") for name in others} == others
    assert contract_prefix("ours") == "Ours"


def network(folder: Path, **ours: object):
    entry = {"id": "live", "name": "n", "host": "http://127.0.0.1:1", "chainid": 5}
    document = {"live": [{"name": "n", "networks": [entry]}], "lodetrace": {"live": ours}}
    path = folder / "networks.yaml"
    path.write_text(json.dumps(document), "utf-8")
    settings = {"LODETRACE_NETWORKS": str(path), "LODETRACE_NETWORK": "live"}
    return Settings.load(settings).network


def test_the_set_is_chosen_by_the_network(tmp_path):
    assert network(tmp_path, development=False, keys="ours").key_set == "ours"
    assert network(tmp_path, development=True).key_set == "development"
    with pytest.raises(KeySetMissing):
        _ = network(tmp_path, development=False).key_set
