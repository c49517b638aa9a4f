"""The ceremony, on a small scale: what comes out can be made again, byte for byte."""

from pathlib import Path

import pytest

from tests.circuits.programs import WORKSHOP, copied
from zk_circuits import setup_keys
from zk_circuits.build import Workshop, unpack_key
from zk_circuits.key_policy import KeyManifest, circuit_key
from zk_circuits.setup_keys import Ceremony, CeremonyFailed

SMALL = 11
"""2^11 constraints are enough for the claim circuit, in a minute instead of six."""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop without keys."""
    made = copied(tmp_path)
    (tmp_path / "node_modules" / "snarkjs").symlink_to(WORKSHOP.root / "node_modules" / "snarkjs")
    made.keys.mkdir(parents=True)
    return made


@pytest.mark.slow
def test_ceremony_gives_the_same_key_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_keys, "POWER", SMALL)
    steps: list[str] = []
    ceremony = Ceremony(workshop, steps.append)
    ceremony.phase_1()
    entry = ceremony.phase_2("claim")
    manifest = workshop.keys / "manifest.json"
    manifest.write_text(ceremony.manifest({"claim": entry}), "utf-8")

    loaded = KeyManifest.load(manifest)
    assert loaded.entry("claim") == entry
    circuit_key(workshop.keys / "claim.vkey.json", "claim")
    assert unpack_key(workshop, "claim")

    steps.clear()
    ceremony.phase_1()
    assert steps == ["phase 1: using the powers of tau that are there"]
    assert ceremony.phase_2("claim") == entry


def test_step_that_fails_is_named(workshop: Workshop, tmp_path: Path) -> None:
    ceremony = Ceremony(workshop, lambda _: None)
    missing = tmp_path / "missing.zkey"
    with pytest.raises(CeremonyFailed, match="phase 2, claim, beacon"):
        ceremony.beacon("phase 2, claim, beacon", "zkey", missing, tmp_path / "after.zkey")
