"""The parts of what steps 1 to 6 establish, and how a step reports that it passed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events.base import Event


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """An event and its place in the chain.

    contract: its name in the Directory; address: 20 bytes; time: seconds since 1970, of the block;
    transaction: index in the block; log: index in the receipt.
    """

    event: Event
    contract: str
    version: int
    address: bytes
    block: int
    time: int
    transaction: int
    log: int

    @property
    def place(self) -> tuple[int, int, int]:
        """Block, transaction and log: the order of everything."""
        return (self.block, self.transaction, self.log)


@dataclass(frozen=True, slots=True)
class Counter:
    """How many events about a subject there were up to and with a block. subject: 32 bytes."""

    kind: SubjectKind
    subject: bytes
    value: int
    block: int


@dataclass(frozen=True, slots=True)
class ProvenStanding:
    """What became of a site event that stood, in the state of a block."""

    event_id: bytes
    used: bool
    excused: bool
    withdrawn: bool
    block: int


@dataclass(frozen=True, slots=True)
class Finality:
    """Whether the blocks shown are final, by the seals of their validators.

    sealed: False on a development chain, which proves no finality. headers, seals, set_changes:
    how many were checked.
    """

    sealed: bool
    headers: int
    seals: int = 0
    set_changes: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that passed: what was checked, in words that an auditor understands, and how many.

    number: 1 to 10, of docs/audit-bundle.md, section 5.
    """

    number: int
    title: str
    checked: str
    counts: Mapping[str, int]


Observer: TypeAlias = Callable[[Passed], None]
"""Is told each step as it passes."""
