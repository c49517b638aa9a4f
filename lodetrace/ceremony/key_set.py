"""The keys of a finished ceremony as a set beside the development keys (zk_circuits/keys/<set>)."""

import json
import lzma
from dataclasses import asdict
from pathlib import Path

from lodetrace.atomic_file import replace_file
from lodetrace.ceremony.verification import Standing
from zk_circuits.ceremony.step import sha256
from zk_circuits.key_policy import KeyEntry


def write_key_set(standing: Standing, into: Path) -> None:
    """Proving keys, verifying keys and manifest, the manifest last.

    Raises ContributionsTooFew, FinalKeyRefused, or OSError.
    """
    entries = {}
    into.mkdir(parents=True, exist_ok=True)
    planned = {one.name: one for one in standing.plan.circuits}
    for name, key in standing.keys().items():
        circuit = standing.circuits[name]
        last = circuit.last
        proving = circuit.key.contributed(
            last.delta.one, last.delta.two, last.l_points, last.h_points
        )
        verifying = (json.dumps(key.to_json(), indent=1) + "\n").encode()
        packed = lzma.compress(proving, preset=9 | lzma.PRESET_EXTREME)
        replace_file(into / f"{name}.zkey.xz", packed)
        replace_file(into / f"{name}.vkey.json", verifying)
        entry = KeyEntry(planned[name].r1cs.hex(), sha256(proving).hex(), sha256(verifying).hex())
        entries[name] = asdict(entry)
    manifest = json.dumps({"circuits": entries}, indent=2) + "\n"
    replace_file(into / "manifest.json", manifest.encode())
