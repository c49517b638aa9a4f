"""What every decoded event has in common."""

from dataclasses import dataclass
from typing import ClassVar


class Event:
    """An event of one of the contracts; fields as in its interface, in snake_case."""

    __slots__ = ()
    contract: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and its place in the chain. index: of the log in its block."""

    event: Event
    contract: str
    block: int
    index: int
    transaction: str
    block_hash: str

    @property
    def place(self) -> tuple[int, int]:
        """Block and index: the order of everything."""
        return (self.block, self.index)
