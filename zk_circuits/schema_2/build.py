"""Where the circuits of format 2 lie and are built; there are no keys of theirs yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zk_circuits.build import Workshop, compile_circuit, is_compiled

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


def build(workshop: Workshop2) -> None:
    """Compiles what is out of date; raises BuildFailed."""
    for circuit in CIRCUITS:
        if not is_compiled(workshop, circuit):
            compile_circuit(workshop, circuit)
