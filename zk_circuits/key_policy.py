"""Which verifying keys may be used, and where.

A key in which delta is gamma or its negative had no contribution to phase 2: anybody forges
proofs under it, without a witness. A key of a development ceremony is for development networks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from zk_circuits.errors import KeyUnusable, ProofMalformed
from zk_circuits.snarkjs_json import g2_point
from zk_circuits.verifying_key import require_contribution


def assert_usable_key(vkey: Mapping[str, object]) -> None:
    """Raises KeyUnusable for a snarkjs verifying key that nobody may use anywhere."""
    try:
        gamma = g2_point("vk_gamma_2", vkey.get("vk_gamma_2"))
        delta = g2_point("vk_delta_2", vkey.get("vk_delta_2"))
    except ProofMalformed as malformed:
        raise KeyUnusable(reason=str(malformed)) from malformed
    require_contribution(gamma, delta)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """SHA-256 of a circuit's files, in hexadecimal."""

    r1cs: str
    zkey: str
    vkey: str


@dataclass(frozen=True, slots=True)
class KeyManifest:
    """`keys/<set>/manifest.json`: which keys belong to which constraint systems.

    How many took part in a ceremony is no word of it: a number in a file proves nothing.
    """

    circuits: Mapping[str, KeyEntry]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises KeyUnusable when the file is missing or not a manifest."""
        try:
            document = json.loads(path.read_text("utf-8"))
            entries = {name: KeyEntry(**entry) for name, entry in document["circuits"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as unreadable:
            raise KeyUnusable(reason=f"{path} is no manifest: {unreadable}") from unreadable
        return cls(entries)

    def entry(self, circuit: str) -> KeyEntry:
        """The entry of a circuit; raises KeyUnusable."""
        if circuit not in self.circuits:
            raise KeyUnusable(reason=f"the manifest has no {circuit}")
        return self.circuits[circuit]
