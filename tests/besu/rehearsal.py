"""A network under test: its nodes, their ends by force, and waiting for what should become true."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from lodetrace import processes
from lodetrace.network.errors import NodeSilent
from lodetrace.network.launch import is_running, up
from lodetrace.network.manifest import NetworkManifest, OwnNode
from lodetrace.network.node_rpc import NodeRpc, QbftBlock
from lodetrace.network.software import Software


class Rehearsal:
    def __init__(self, folder: Path, software: Software) -> None:
        self.folder = folder
        self.software = software

    @property
    def record(self) -> NetworkManifest:
        return NetworkManifest.read(self.folder)

    @property
    def nodes(self) -> tuple[OwnNode, ...]:
        return self.record.own(self.folder)

    def node(self, number: int) -> OwnNode:
        """validator1 is number 1."""
        return self.record.node(self.folder, f"validator{number}")

    def rpc(self, number: int = 1) -> NodeRpc:
        return NodeRpc(self.node(number))

    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    def up(self, *numbers: int) -> None:
        up(self.folder, self.software, only=[f"validator{number}" for number in numbers])

    def heal(self) -> None:
        """All nodes run, know each other's head, and blocks are made."""
        up(self.folder, self.software)
        until(lambda: len({self.head(number) for number in range(1, 5)}) == 1, 300, "one head")

    def kill(self, *numbers: int) -> None:
        """kill -9, at once."""
        pids = [processes.pid_of(self.node(number).folder) for number in numbers]
        for pid in pids:
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        for number in numbers:
            until(lambda: not is_running(self.node(number)), 30, "the end")  # noqa: B023

    def head(self, number: int = 1) -> int | None:
        try:
            return self.rpc(number).head()
        except NodeSilent:
            return None

    def blocks(self, first: int, last: int, number: int = 1) -> list[QbftBlock]:
        rpc = self.rpc(number)
        return [rpc.block(height) for height in range(first, last + 1)]

    def same_at(self, height: int, numbers: tuple[int, ...] = (1, 2, 3, 4)) -> bool:
        return len({self.rpc(number).block(height).hash for number in numbers}) == 1


def until(holds: Callable[[], bool], seconds: int, what: str) -> int:
    """Seconds until it holds."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.2)
    return int(time.monotonic() - started)
