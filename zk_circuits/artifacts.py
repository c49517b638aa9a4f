"""Where the keys and programs of the circuits lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from zk_circuits.key_policy import circuit_key
from zk_circuits.key_sets import DEVELOPMENT, set_name
from zk_circuits.verifying_key import VerifyingKey


@dataclass(frozen=True, slots=True)
class ZkArtifacts:
    """Paths of keys, witness programs, circuit sources and the snarkjs program.

    keys: `<circuit>.vkey.json` of one set, key_set: its name; programs: what
    `zk_circuits/build.py` makes, proving keys too; sources: `<circuit>.circom`; libraries:
    folders of circom includes.
    """

    keys: Path
    programs: Path
    sources: Path
    libraries: tuple[Path, ...]
    snarkjs: Path
    key_set: str = DEVELOPMENT

    @classmethod
    def of_checkout(cls, root: Path | None = None, key_set: str = DEVELOPMENT) -> Self:
        """The layout of a checkout; by default the one this module lies in.

        Raises KeyUnusable for what is no name of a set.
        """
        base = root or Path(__file__).resolve().parents[1]
        package = base / "zk_circuits"
        return cls(
            keys=package / "keys" / set_name(key_set),
            programs=base / "build" / "zk",
            sources=package / "main",
            libraries=(base / "node_modules" / "circomlib" / "circuits",),
            snarkjs=base / "node_modules" / "snarkjs" / "build" / "cli.cjs",
            key_set=key_set,
        )

    def proving_key(self, circuit: str) -> Path:
        """Proving key of a circuit (`.zkey`)."""
        return self.programs / circuit / f"{self.key_set}.zkey"

    def verifying_key_path(self, circuit: str) -> Path:
        """Verifying key of a circuit (snarkjs JSON)."""
        return self.keys / f"{circuit}.vkey.json"

    def verifying_key(self, circuit: str) -> VerifyingKey:
        """The verifying key of a circuit; raises KeyUnusable."""
        return circuit_key(self.verifying_key_path(circuit), circuit)

    def witness_program(self, circuit: str) -> Path:
        """circom's witness program of a circuit (`.wasm`)."""
        return self.programs / circuit / f"{circuit}_js" / f"{circuit}.wasm"

    def source(self, circuit: str) -> Path:
        """The circuit's main component."""
        return self.sources / f"{circuit}.circom"
