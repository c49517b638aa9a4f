"""The development ceremony: `python -m zk_circuits.setup_keys`. About ten minutes.

With names of circuits it makes the keys of these alone and leaves the others as they are.

Phase 1 makes powers of tau for 2^14 constraints, phase 2 a key for each circuit. Every
contribution takes its randomness from a published sentence through snarkjs's beacon, so
the keys can be made again, byte for byte, by anybody. THEY HIDE NOTHING: whoever reads
this file can forge proofs under them. A consortium runs a ceremony of its own with
`snarkjs powersoftau contribute` and `snarkjs zkey contribute`.

snarkjs (GPL-3.0) runs as a separate program.
"""

import argparse
import hashlib
import json
import lzma
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from zk_circuits.build import CIRCUITS, Workshop, compile_circuit, is_compiled, sha256
from zk_circuits.errors import ZkError
from zk_circuits.key_policy import KeyEntry, KeyManifest, circuit_key

POWER: Final = 14
ENTROPY: Final = "Lodetrace development ceremony 1: {step}"
"""Its SHA-256 is the beacon of a step."""
ITERATIONS_EXPONENT: Final = "10"
"""2^10 rounds of SHA-256, the fewest snarkjs takes: there is nothing to protect."""
PHASE_1_STEPS: Final = ("contribution 1", "contribution 2", "beacon")
PHASE_2_STEPS: Final = ("contribution 1", "beacon")
Say = Callable[[str], None]


class CeremonyFailed(ZkError):
    """A step that snarkjs did not finish."""

    template = "{step}: {reason}"
    advice = "Run `make setup`; the ceremony needs node and about 100 MB below build/."


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One run of the ceremony in the folder build/ceremony of a checkout."""

    workshop: Workshop
    say: Say

    @property
    def folder(self) -> Path:
        """Where everything but the keys stays; nothing of it is committed."""
        return self.workshop.root / "build" / "ceremony"

    @property
    def powers(self) -> Path:
        """The finished powers of tau."""
        return self.folder / f"pot{POWER}.ptau"

    def phase_1(self) -> None:
        """Makes the powers of tau, unless those of the manifest lie there already."""
        if self.powers.is_file() and sha256(self.powers) == self._known_powers():
            self.say("phase 1: using the powers of tau that are there")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        before = self.folder / "phase1.0.ptau"
        self.snarkjs("phase 1", "powersoftau", "new", "bn128", str(POWER), str(before))
        for number, name in enumerate(PHASE_1_STEPS, start=1):
            step, after = f"phase 1, {name}", self.folder / f"phase1.{number}.ptau"
            self.beacon(step, "powersoftau", before, after)
            before = after
        prepare = ("powersoftau", "prepare", "phase2", str(before), str(self.powers))
        self.snarkjs("phase 1, preparing phase 2", *prepare)

    def phase_2(self, circuit: str) -> KeyEntry:
        """Makes, verifies and packs the key of one circuit."""
        if not is_compiled(self.workshop, circuit):
            compile_circuit(self.workshop, circuit)
        r1cs, before = self.workshop.r1cs(circuit), self.folder / f"{circuit}.0.zkey"
        setup = ("groth16", "setup", str(r1cs), str(self.powers), str(before))
        self.snarkjs(f"phase 2, {circuit}", *setup)
        for number, name in enumerate(PHASE_2_STEPS, start=1):
            after = self.folder / f"{circuit}.{number}.zkey"
            self.beacon(f"phase 2, {circuit}, {name}", "zkey", before, after)
            before = after
        verify = ("zkey", "verify", str(r1cs), str(self.powers), str(before))
        self.snarkjs(f"phase 2, {circuit}, verification", *verify)
        return self._publish(circuit, before)

    def beacon(self, step: str, phase: str, before: Path, after: Path) -> None:
        """One contribution out of the published sentence of its step."""
        digest = hashlib.sha256(ENTROPY.format(step=step).encode()).hexdigest()
        named = f"-n=development {step}"
        paths = (str(before), str(after))
        self.snarkjs(step, phase, "beacon", *paths, digest, ITERATIONS_EXPONENT, named)

    def snarkjs(self, step: str, *arguments: str) -> None:
        """Runs snarkjs; raises CeremonyFailed."""
        self.say(step)
        node, program = shutil.which("node"), "node_modules/snarkjs/build/cli.cjs"
        if node is None:
            raise CeremonyFailed(step=step, reason="node is not on the path")
        command = [node, str(self.workshop.root / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CeremonyFailed(step=step, reason=(done.stdout + done.stderr)[-1000:].strip())

    def _publish(self, circuit: str, zkey: Path) -> KeyEntry:
        vkey = self.workshop.keys / f"{circuit}.vkey.json"
        export = ("zkey", "export", "verificationkey", str(zkey), str(vkey))
        self.snarkjs(f"{circuit}, verifying key", *export)
        circuit_key(vkey, circuit)
        packed = lzma.compress(zkey.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
        (self.workshop.keys / f"{circuit}.zkey.xz").write_bytes(packed)
        return KeyEntry(
            r1cs=sha256(self.workshop.r1cs(circuit)),
            zkey=sha256(zkey),
            vkey=sha256(vkey),
        )

    def known(self, circuit: str) -> KeyEntry:
        """The committed key of a circuit; raises KeyUnusable where there is none."""
        return KeyManifest.load(self.workshop.keys / "manifest.json").entry(circuit)

    def _known_powers(self) -> str:
        manifest = self.workshop.keys / "manifest.json"
        if not manifest.is_file():
            return ""
        return str(json.loads(manifest.read_text("utf-8"))["powersOfTau"]["sha256"])

    def manifest(self, entries: dict[str, KeyEntry]) -> str:
        """What `keys/development/manifest.json` says."""
        powers = {"power": POWER, "sha256": sha256(self.powers)}
        circuits = {name: asdict(entry) for name, entry in entries.items()}
        document = {"powersOfTau": powers, "circuits": circuits}
        return json.dumps(document, indent=2) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Runs both phases and writes keys and manifest."""
    from rich.console import Console

    parser = argparse.ArgumentParser(prog="python -m zk_circuits.setup_keys", description=__doc__)
    parser.add_argument("circuits", nargs="*", metavar="CIRCUIT", help="default: all")
    wanted = parser.parse_args(arguments).circuits or CIRCUITS
    if unknown := set(wanted) - set(CIRCUITS):
        parser.error(f"no circuit {', '.join(sorted(unknown))}")
    console = Console()
    ceremony = Ceremony(Workshop.of_checkout(), console.print)
    ceremony.workshop.keys.mkdir(parents=True, exist_ok=True)
    ceremony.phase_1()
    made = {circuit: ceremony.phase_2(circuit) for circuit in CIRCUITS if circuit in wanted}
    entries = {circuit: made.get(circuit) or ceremony.known(circuit) for circuit in CIRCUITS}
    text = ceremony.manifest(entries)
    (ceremony.workshop.keys / "manifest.json").write_text(text, "utf-8")
    size = sum(path.stat().st_size for path in ceremony.workshop.keys.iterdir())
    console.print(f"keys of {len(entries)} circuits, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
