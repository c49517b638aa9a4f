"""Which keys belong to which circuits: the manifest of a set, and the number of public signals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from zk_circuits.errors import KeyUnusable
from zk_circuits.verifying_key import VerifyingKey

SIZES: Final = Path(__file__).with_name("constraints.json")
"""How large each circuit is; zk_circuits.build writes it."""


def circuit_key(path: Path, circuit: str) -> VerifyingKey:
    """The verifying key of a circuit in a snarkjs JSON file.

    Raises KeyUnusable, also for a key with another number of public signals than the circuit.
    """
    key = VerifyingKey.load(path)
    expected = json.loads(SIZES.read_text("utf-8"))[circuit]["public"]
    if key.public_count != expected:
        reason = f"{circuit} has {expected} public signals, the key in {path} {key.public_count}"
        raise KeyUnusable(reason=reason)
    return key


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
