"""The committed keys are what the manifest says, and which keys nobody may use."""

import json
from pathlib import Path
from typing import Any

import pytest
from py_ecc.optimized_bn128 import FQ, add, multiply, neg, normalize

from tests.circuits.programs import WORKSHOP, run_snarkjs, snarkjs
from zk_circuits.build import CIRCUITS, sha256
from zk_circuits.errors import KeyUnusable
from zk_circuits.key_policy import KeyManifest, circuit_key
from zk_circuits.verifier_template import render
from zk_circuits.verifying_key import VerifyingKey

MANIFEST = KeyManifest.load(WORKSHOP.keys / "manifest.json")
LIMIT = 20 * 10**6
"""Bytes of all committed keys together."""


def vkey_of(circuit: str) -> dict[str, Any]:
    return json.loads((WORKSHOP.keys / f"{circuit}.vkey.json").read_text("utf-8"))


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_manifest_names_the_files_that_are_there(circuit: str) -> None:
    entry = MANIFEST.entry(circuit)
    assert entry.r1cs == sha256(WORKSHOP.r1cs(circuit))
    assert entry.zkey == sha256(WORKSHOP.proving_key(circuit))
    assert entry.vkey == sha256(WORKSHOP.keys / f"{circuit}.vkey.json")


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_verifying_key_is_that_of_the_proving_key(circuit: str, tmp_path: Path) -> None:
    zkey, exported = WORKSHOP.proving_key(circuit), tmp_path / "vkey.json"
    snarkjs("zkey", "export", "verificationkey", zkey, exported)
    assert json.loads(exported.read_text("utf-8")) == vkey_of(circuit)


def test_keys_say_that_they_are_for_development() -> None:
    assert WORKSHOP.key_set == "development"
    assert "DEVELOPMENT ONLY" in (WORKSHOP.keys / "README.md").read_text("utf-8")


def test_keys_are_small_and_without_powers_of_tau() -> None:
    files = [path for path in WORKSHOP.keys.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= LIMIT
    assert not [path for path in files if path.suffix == ".ptau"]


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_committed_keys_are_usable(circuit: str) -> None:
    circuit_key(WORKSHOP.keys / f"{circuit}.vkey.json", circuit)


def unfinished_key() -> dict[str, Any]:
    """The key of `claim` as it was before phase 2: delta is the generator, as gamma is."""
    key = vkey_of("claim")
    return {**key, "vk_delta_2": key["vk_gamma_2"]}


def forged(vkey: dict[str, Any], public: list[int]) -> dict[str, Any]:
    """A proof of anything, made without a witness from numbers that everybody has.

    A = alpha, B = beta, C = -(IC[0] + sum of input * IC[i]): with gamma = delta both sides of
    the equation are e(alpha, beta).
    """
    points = [tuple(FQ(int(c)) for c in point) for point in vkey["IC"]]
    total = points[0]
    for signal, point in zip(public, points[1:], strict=True):
        total = add(total, multiply(point, signal))
    x, y = normalize(neg(total))
    return {
        "pi_a": vkey["vk_alpha_1"],
        "pi_b": vkey["vk_beta_2"],
        "pi_c": [str(x), str(y), "1"],
        "protocol": "groth16",
        "curve": "bn128",
    }


# "100 % responsible" of a commitment that nobody can open
LIE = [1, 115964182785, 2, 10**6 + (1 << 64)]


def snarkjs_accepts(vkey: dict[str, Any], proof: dict[str, Any], folder: Path) -> bool:
    documents = {"vkey": vkey, "public": [str(signal) for signal in LIE], "proof": proof}
    paths = []
    for name, document in documents.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(json.dumps(document), "utf-8")
    code, _ = run_snarkjs("groth16", "verify", *paths)
    return code == 0


def test_forgery_under_a_key_without_phase_2_verifies(tmp_path: Path) -> None:
    key = unfinished_key()
    assert snarkjs_accepts(key, forged(key, LIE), tmp_path)


def test_same_forgery_fails_under_the_committed_key(tmp_path: Path) -> None:
    key = vkey_of("claim")
    assert not snarkjs_accepts(key, forged(key, LIE), tmp_path)


def test_key_without_phase_2_is_refused_everywhere(tmp_path: Path) -> None:
    key = unfinished_key()
    with pytest.raises(KeyUnusable, match="delta equals gamma"):
        VerifyingKey.from_json(key)
    (tmp_path / "claim.vkey.json").write_text(json.dumps(key), "utf-8")
    (tmp_path / "manifest.json").write_text((WORKSHOP.keys / "manifest.json").read_text())
    with pytest.raises(KeyUnusable, match="delta equals gamma"):
        render(tmp_path, "claim")


@pytest.mark.parametrize("name", ["vk_gamma_2", "vk_delta_2"])
@pytest.mark.parametrize("value", [None, "x", [["1", "2"], ["3", "4"], ["2", "0"]]])
def test_malformed_key_is_refused(name: str, value: object) -> None:
    with pytest.raises(KeyUnusable):
        VerifyingKey.from_json({**vkey_of("claim"), name: value})


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"circuits": []}', '{"circuits": {"claim": {"r1cs": "00"}}}',
     '{"circuits": {"claim": {"r1cs": "", "zkey": "", "vkey": "", "contributions": 9}}}'],
)  # fmt: skip
def test_manifest_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(KeyUnusable):
        KeyManifest.load(tmp_path / "manifest.json")


def test_circuit_that_the_manifest_does_not_name_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="run8"):
        MANIFEST.entry("run8")
