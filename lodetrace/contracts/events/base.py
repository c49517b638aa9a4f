"""What every decoded event has in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from lodetrace.errors import NodeError

E = TypeVar("E", bound="Event")


class EventNotReported(NodeError):
    """A transaction that succeeded without saying what it did."""

    template = "the node gave no {event} event where one belongs"
    advice = "The node's logs are incomplete: ask another node of the network."


class Event:
    """An event of one of the contracts; fields as in its interface, in snake_case.

    also_by: further contracts that write it.
    """

    __slots__ = ()
    contract: ClassVar[str]
    also_by: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def contracts(cls) -> tuple[str, ...]:
        """All contracts that write it."""
        return (cls.contract, *cls.also_by)


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


def follows(found: Sequence[Recorded], others: Sequence[Recorded]) -> bool:
    """Whether the last of some events came after the last of others; each in chain order."""
    return bool(found) and (not others or found[-1].place > others[-1].place)


def events_of(cls: type[E], found: Iterable[Recorded]) -> list[E]:
    """Those of the events that are of one type, in their order."""
    return [recorded.event for recorded in found if isinstance(recorded.event, cls)]


def first_of(cls: type[E], found: Iterable[Recorded]) -> E:
    """The first event of a type; raises EventNotReported."""
    for event in events_of(cls, found):
        return event
    raise EventNotReported(event=cls.__name__)
