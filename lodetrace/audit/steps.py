"""The parts of what steps 1 to 6 establish, and how a step reports that it passed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lodetrace.contracts.events.base import Event


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """An event, as an entry of the Journal.

    contract: its name in the Directory; address: 20 bytes; time: seconds since 1970, of the block;
    place: among all entries of the chain, from 1: the order of everything.
    """

    event: Event
    contract: str
    version: int
    address: bytes
    block: int
    time: int
    place: int

    @property
    def order(self) -> tuple[int]:
        """The place, as what is known by when compares it (replay/bitemporal.py)."""
        return (self.place,)


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
