"""Compiles the circuits and unpacks the proving keys: `python -m zk_circuits.build`.

A circuit's folder build/zk/<name>/ then holds <name>.r1cs, <name>.sym, <name>_js/<name>.wasm
and <set>.zkey for each set of keys. A stamp of all that went in tells what is up to date, and
constraints.json beside the specification says how large each circuit is. Python alone is enough:
in a new clone circuits are compiled while packages are still being installed.
"""

import hashlib
import json
import lzma
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from zk_circuits.errors import ZkError
from zk_circuits.key_policy import KeyManifest
from zk_circuits.key_sets import DEVELOPMENT, key_sets
from zk_circuits.r1cs_header import R1csHeader

CIRCUITS: Final = ("origin", "rebook2", "run4", "total", "claim", "price_in_range")
CONSTRAINT_LIMIT: Final = 1 << 14
"""What the ceremony's powers of tau carry."""
OPTIMISATION: Final = "--O2"


class BuildFailed(ZkError):
    """A circuit that did not compile, or a key that does not belong to it."""

    template = "{circuit}: {reason}"
    advice = "Run `make setup` first; after a change of a circuit run zk_circuits.setup_keys."


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folders of a checkout that building reads and writes, with one set of keys."""

    root: Path
    key_set: str = DEVELOPMENT

    LIBRARY: ClassVar[Path] = Path("node_modules/circomlib")
    COMPILER: ClassVar[Path] = Path("node_modules/circom2")

    @classmethod
    def of_checkout(cls) -> "Workshop":
        """The checkout that this module lies in."""
        return cls(Path(__file__).resolve().parents[1])

    @property
    def keys(self) -> Path:
        """Keys of the set, packed."""
        return self.sets / self.key_set

    @property
    def sets(self) -> Path:
        """The folder of all sets."""
        return self.root / "zk_circuits" / "keys"

    @property
    def sizes(self) -> Path:
        """Where the sizes of all circuits are written down."""
        return self.root / "zk_circuits" / "constraints.json"

    def proving_key(self, circuit: str) -> Path:
        """The unpacked proving key of a circuit."""
        return self.folder(circuit) / f"{self.key_set}.zkey"

    def folder(self, circuit: str) -> Path:
        """Where everything of a circuit is built."""
        return self.root / "build" / "zk" / circuit

    def r1cs(self, circuit: str) -> Path:
        """The constraint system of a circuit."""
        return self.folder(circuit) / f"{circuit}.r1cs"

    def source(self, circuit: str) -> Path:
        """The main component, relative to the root: circom2 reads nothing outside its folder."""
        return Path("zk_circuits/main") / f"{circuit}.circom"

    def sources(self, circuit: str) -> Iterator[Path]:
        """All files that can change what the compiler writes."""
        yield self.root / self.source(circuit)
        yield from sorted((self.root / "zk_circuits/circuits").glob("*.circom"))
        yield self.root / self.LIBRARY / "package.json"
        yield self.root / self.COMPILER / "package.json"


def main() -> None:
    """Builds what is out of date and prints the table of all circuits."""
    try:
        build(Workshop.of_checkout())
    except ZkError as failed:
        print(f"{failed}\n{failed.advice}", file=sys.stderr)
        sys.exit(1)


def build(workshop: Workshop) -> None:
    """Compiles and unpacks what is out of date; raises BuildFailed or KeyUnusable."""
    for circuit in CIRCUITS:
        if not is_compiled(workshop, circuit):
            compile_circuit(workshop, circuit)
            print(f"compiled {circuit}", flush=True)
    write_sizes(workshop)
    for name in key_sets(workshop.sets):
        for circuit in CIRCUITS:
            if unpack_key(replace(workshop, key_set=name), circuit):
                print(f"unpacked the proving key of {circuit}, set {name}", flush=True)
    print(table(workshop))


def size(workshop: Workshop, circuit: str) -> dict[str, int | str]:
    """How large a compiled circuit is, and the hash of all that it was made of."""
    header = R1csHeader.load(workshop.r1cs(circuit))
    return {
        "constraints": header.constraints,
        "public": header.public,
        "wires": header.wires,
        "sources": stamp(workshop, circuit),
    }


def write_sizes(workshop: Workshop) -> None:
    """Writes down the sizes of all compiled circuits where they changed."""
    sizes = {circuit: size(workshop, circuit) for circuit in CIRCUITS}
    content = json.dumps(sizes, indent=1) + "\n"
    if not workshop.sizes.is_file() or workshop.sizes.read_text("utf-8") != content:
        workshop.sizes.write_text(content, "utf-8")


def table(workshop: Workshop) -> str:
    """The circuits with their sizes."""
    rows = [("circuit", "constraints", "of 2^14", "public inputs", "wires")]
    for circuit in CIRCUITS:
        header = R1csHeader.load(workshop.r1cs(circuit))
        share = f"{100 * header.constraints // CONSTRAINT_LIMIT} %"
        sizes = (f"{header.constraints:,}", share, str(header.public), f"{header.wires:,}")
        rows.append((circuit, *sizes))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def is_compiled(workshop: Workshop, circuit: str) -> bool:
    """Whether the newest sources were compiled."""
    try:
        return _stamp_path(workshop, circuit).read_text("utf-8") == stamp(workshop, circuit)
    except FileNotFoundError:
        return False


def compile_circuit(workshop: Workshop, circuit: str, optimisation: str = OPTIMISATION) -> None:
    """Compiles into the circuit's folder, whole or not at all; raises BuildFailed."""
    sources = stamp(workshop, circuit)
    folder = workshop.folder(circuit)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{circuit}-") as unfinished:
        run_circom(workshop, circuit, Path(unfinished), optimisation)
        header = R1csHeader.load(Path(unfinished) / f"{circuit}.r1cs")
        if header.constraints + header.public + 1 > CONSTRAINT_LIMIT:
            raise BuildFailed(circuit=circuit, reason=f"{header.constraints} constraints")
        _stamp_path(workshop, circuit).unlink(missing_ok=True)
        for made in sorted(Path(unfinished).iterdir()):
            _replace(made, folder / made.name)
    _stamp_path(workshop, circuit).write_text(sources, "utf-8")


def run_circom(
    workshop: Workshop, circuit: str, into: Path, optimisation: str = OPTIMISATION
) -> None:
    """One run of the compiler; raises BuildFailed with what it said."""
    node = shutil.which("node")
    if node is None:
        raise BuildFailed(circuit=circuit, reason="node is not on the path")
    command = [node, str(workshop.COMPILER / "cli.js"), str(workshop.source(circuit))]
    command += [optimisation, "--r1cs", "--wasm", "--sym"]
    command += ["-l", str(workshop.LIBRARY / "circuits"), "-o", str(into)]
    done = subprocess.run(command, cwd=workshop.root, capture_output=True, text=True, check=False)
    if done.returncode or not (into / f"{circuit}.r1cs").is_file():
        raise BuildFailed(circuit=circuit, reason=(done.stdout + done.stderr).strip())


def unpack_key(workshop: Workshop, circuit: str) -> bool:
    """Unpacks the proving key where it is not yet; True when it did.

    Raises BuildFailed when the key is not that of the manifest, or was made for another
    constraint system than the one compiled here.
    """
    packed = workshop.keys / f"{circuit}.zkey.xz"
    if not packed.is_file():
        return False
    entry = KeyManifest.load(workshop.keys / "manifest.json").entry(circuit)
    stamp = workshop.folder(circuit) / f"{workshop.key_set}.stamp"
    if stamp.is_file() and stamp.read_text("utf-8") == _key_stamp(workshop, circuit, entry.zkey):
        return False
    if sha256(workshop.r1cs(circuit)) != entry.r1cs:
        raise BuildFailed(circuit=circuit, reason="its keys were made for other constraints")
    key = lzma.decompress(packed.read_bytes())
    if hashlib.sha256(key).hexdigest() != entry.zkey:
        raise BuildFailed(circuit=circuit, reason=f"{packed} does not hold the manifest's key")
    unfinished = workshop.folder(circuit) / f"{workshop.key_set}.zkey.part"
    unfinished.write_bytes(key)
    unfinished.replace(workshop.proving_key(circuit))
    stamp.write_text(_key_stamp(workshop, circuit, entry.zkey), "utf-8")
    return True


def sha256(path: Path) -> str:
    """Hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key_stamp(workshop: Workshop, circuit: str, key: str) -> str:
    return f"{key} for {stamp(workshop, circuit)}"


def _stamp_path(workshop: Workshop, circuit: str) -> Path:
    return workshop.folder(circuit) / "stamp"


def stamp(workshop: Workshop, circuit: str) -> str:
    """A hash of the sources, the compiler's and the library's version, and the settings."""
    digest = hashlib.sha256(OPTIMISATION.encode())
    for path in workshop.sources(circuit):
        content = path.read_bytes()
        if path.name == "package.json":
            content = str(json.loads(content)["version"]).encode()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _replace(made: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    made.replace(target)


if __name__ == "__main__":
    main()
