"""Compiles the circuits of format 2: `python -m zk_circuits.schema_2.build`.

A circuit's folder build/zk_2/<name>/ then holds <name>.r1cs, <name>.sym and <name>_js/<name>.wasm;
constraints.json beside the specification says how large each is, and of which sources. There are
no keys of theirs yet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zk_circuits.build import Workshop, compile_circuit, is_compiled, stamp
from zk_circuits.r1cs_header import R1csHeader

CIRCUITS: Final = ("origin", "run4", "rebook2", "total", "claim")
ROOM: Final = Path("zk_circuits/schema_2")


@dataclass(frozen=True, slots=True)
class Workshop2(Workshop):
    """The folders of a checkout that building format 2 reads and writes."""

    def folder(self, circuit: str) -> Path:
        """Where everything of a circuit is built."""
        return self.root / "build" / "zk_2" / circuit

    def source(self, circuit: str) -> Path:
        """The main component, relative to the root."""
        return ROOM / "main" / f"{circuit}.circom"

    def sources(self, circuit: str) -> Iterator[Path]:
        """All files that can change what the compiler writes."""
        yield self.root / self.source(circuit)
        yield from sorted((self.root / ROOM / "circuits").glob("*.circom"))
        yield from sorted((self.root / "zk_circuits/circuits").glob("*.circom"))
        yield self.root / self.LIBRARY / "package.json"
        yield self.root / self.COMPILER / "package.json"


def main() -> None:
    """Compiles what is out of date and writes down the sizes; raises BuildFailed."""
    workshop = Workshop2(Workshop.of_checkout().root)
    for circuit in CIRCUITS:
        if not is_compiled(workshop, circuit):
            compile_circuit(workshop, circuit)
    sizes = {circuit: size(workshop, circuit) for circuit in CIRCUITS}
    constraints_path(workshop).write_text(json.dumps(sizes, indent=1) + "\n", "utf-8")


def size(workshop: Workshop2, circuit: str) -> dict[str, int | str]:
    """How large a compiled circuit is, and the hash of all that it was made of."""
    header = R1csHeader.load(workshop.r1cs(circuit))
    return {
        "constraints": header.constraints,
        "public": header.public,
        "wires": header.wires,
        "sources": stamp(workshop, circuit),
    }


def constraints_path(workshop: Workshop2) -> Path:
    """Where the sizes are written down."""
    return workshop.root / ROOM / "constraints.json"


if __name__ == "__main__":
    main()
