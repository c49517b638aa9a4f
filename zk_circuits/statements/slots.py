"""What the statements share: types and numbers of openings, and slots filled up with 0.

They ask no more of an opening than each format has.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, Protocol

from zk_circuits.balance import EMPTY_SLOTS, Slots
from zk_circuits.commitment import EMPTY
from zk_circuits.errors import ArityRefused, KindMismatch

Inputs = dict[str, int | list[int] | list[list[int]]]
"""Circuit inputs by signal name."""


class _Tagged(Protocol):
    @property
    def type(self) -> IntEnum: ...


class _Slotted(Protocol):
    def slots(self) -> Slots: ...


class Opened(Protocol):
    """An opening of either format."""

    @property
    def tag(self) -> _Tagged: ...

    @property
    def balance(self) -> _Slotted: ...

    @property
    def salt(self) -> int: ...

    @property
    def commitment(self) -> int: ...


CTX_BITS: Final = 248


def of_type(name: str, opening: Opened, *types: IntEnum) -> None:
    if opening.tag.type not in types:
        expected = " or ".join(expected_type.name for expected_type in types)
        raise KindMismatch(name=name, actual=opening.tag.type.name, expected=expected)


def count(name: str, openings: Sequence[Opened], limit: int) -> None:
    if not 1 <= len(openings) <= limit:
        raise ArityRefused(name=name, count=len(openings), limit=limit)


def commitments(openings: Sequence[Opened], width: int) -> list[int]:
    return [opening.commitment for opening in openings] + [EMPTY] * (width - len(openings))


def salts(openings: Sequence[Opened], width: int) -> list[int]:
    return [opening.salt for opening in openings] + [0] * (width - len(openings))


def slots(openings: Sequence[Opened], width: int) -> list[list[int]]:
    used = [list(opening.balance.slots()) for opening in openings]
    return used + [list(EMPTY_SLOTS) for _ in range(width - len(openings))]
