"""The chain's clock: a step of the story happens at its own date.

Ganache stamps a block with its clock, which the demo sets. It only goes forward: a resumed demo
goes on at the time of the last block.
"""

from datetime import UTC, datetime

from lodetrace.node import Node


class Clock:
    """Sets the time of a development chain. Times in seconds since 1970."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def now(self) -> int:
        """Time of the last block."""
        return self._node.header().time

    def forward_to(self, time: int) -> int:
        """Mines an empty block at `time`, or a second after the last one if that is later.

        The block is needed because calls are simulated at the time of the latest one.
        """
        target = max(time, self.now() + 1)
        self._node.rpc("evm_setTime", [target * 1_000])  # milliseconds
        self._node.rpc("evm_mine", [])
        return target


def shown(time: int) -> str:
    """ "2026-01-07"."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
