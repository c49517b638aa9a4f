"""What the statements share: types and numbers of openings, and slots filled up with 0."""

from collections.abc import Sequence
from typing import Final

from zk_circuits.balance import EMPTY_SLOTS
from zk_circuits.commitment import EMPTY, Opening
from zk_circuits.errors import ArityRefused, KindMismatch
from zk_circuits.tags import TagType

Inputs = dict[str, int | list[int] | list[list[int]]]
"""Circuit inputs by signal name."""

CTX_BITS: Final = 248


def of_type(name: str, opening: Opening, *types: TagType) -> None:
    if opening.tag.type not in types:
        expected = " or ".join(expected_type.name for expected_type in types)
        raise KindMismatch(name=name, actual=opening.tag.type.name, expected=expected)


def count(name: str, openings: Sequence[Opening], limit: int) -> None:
    if not 1 <= len(openings) <= limit:
        raise ArityRefused(name=name, count=len(openings), limit=limit)


def commitments(openings: Sequence[Opening], width: int) -> list[int]:
    return [opening.commitment for opening in openings] + [EMPTY] * (width - len(openings))


def salts(openings: Sequence[Opening], width: int) -> list[int]:
    return [opening.salt for opening in openings] + [0] * (width - len(openings))


def slots(openings: Sequence[Opening], width: int) -> list[list[int]]:
    used = [list(opening.balance.slots()) for opening in openings]
    return used + [list(EMPTY_SLOTS) for _ in range(width - len(openings))]
