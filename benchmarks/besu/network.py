"""Four validators of the benchmark's own: their addresses, CPU and disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lodetrace import processes
from lodetrace.network.founding import found
from lodetrace.network.launch import down, up
from lodetrace.network.manifest import NetworkManifest, OwnNode
from lodetrace.network.parameters import NetworkParameters
from lodetrace.network.releases import version_text
from lodetrace.network.software import find_software

CHAIN_ID = 27_001
VALIDATORS = 4
CHOICES = NetworkParameters(period=1, request_timeout=10)


@dataclass(frozen=True, slots=True)
class BesuRun:
    """folder: for everything of the run. version: of Besu."""

    folder: Path
    nodes: tuple[OwnNode, ...]
    version: str

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    def cpu_seconds(self) -> float:
        """Of all nodes together, since they were started (Linux)."""
        return sum(_cpu_seconds(processes.pid_of(node.folder)) for node in self.nodes)

    def data_bytes(self) -> int:
        """Of one node: the mean over all of them."""
        return sum(_size(node.data) for node in self.nodes) // len(self.nodes)


@contextmanager
def running() -> Iterator[BesuRun]:
    """The network for one block of code; ended and removed afterwards."""
    with TemporaryDirectory(prefix="lodetrace-besu-") as place:
        folder = Path(place) / "network"
        software = find_software(Path(place) / "none")
        found(folder, "besu", CHAIN_ID, CHOICES, VALIDATORS)
        try:
            up(folder, software)
            nodes = NetworkManifest.read(folder).own(folder)
            yield BesuRun(Path(place), nodes, version_text(software.version))
        finally:
            down(folder)


def _cpu_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _size(folder: Path) -> int:
    """Files may vanish while they are counted: the database merges them."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total
