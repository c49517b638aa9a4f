"""Physical batches: cathodes, cells, modules and packs hold several metals, whose lots move as one.

The contracts want equal counts of every metal of a batch in one call, next to each other. A batch
is an output of a document: the root and the index of its lots.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from lodetrace.contracts.structs import Lot

_TRIED: Final = 10_000
"""Sums of counts that are looked at, at most."""

Named = TypeVar("Named")
"""What lots are named by: ids, offers …"""


@dataclass(frozen=True, slots=True, order=True)
class Batch:
    """One batch."""

    root: int
    index: int


def batch_of(lot: Lot) -> Batch | None:
    """The batch that a lot moves with; None for what moves alone."""
    return Batch(lot.root, lot.index) if lot.material.is_guarded and not lot.mixed else None


def in_batches(lots: Mapping[bytes, Lot]) -> list[bytes]:
    """The lots, those of one batch next to each other."""

    def place(lot_id: bytes) -> tuple[int, int, bytes]:
        batch = batch_of(lots[lot_id]) or Batch(0, 0)
        return batch.root, batch.index, lot_id

    return sorted(lots, key=place)


def companions(
    named: Mapping[bytes, Lot], others: Mapping[bytes, Lot], elements: Mapping[int, int]
) -> list[bytes]:
    """Which of the others make the batches of the named lots whole.

    elements: metals of each root as bits. Where no lots of a metal have exactly the units that are
    missing, none of that metal is added: the contracts then say what is missing.
    """
    added: list[bytes] = []
    batches = {batch for lot in named.values() if (batch := batch_of(lot)) is not None}
    for batch in sorted(batches):
        inside = [lot for lot in named.values() if batch_of(lot) == batch]
        units = dict.fromkeys(_numbers(elements.get(batch.root, 0)), 0)
        for lot in inside:
            units[lot.element] = units.get(lot.element, 0) + lot.count
        most = max(units.values())
        for element, have in units.items():
            free = [
                (lot_id, lot.count)
                for lot_id, lot in sorted(others.items())
                if batch_of(lot) == batch and lot.element == element and lot_id not in named
            ]
            added += exactly(free, most - have)
    return added


def exactly(counted: Sequence[tuple[Named, int]], wanted: int) -> list[Named]:
    """Some of these whose counts add up to what is wanted; none where there are none."""
    reached: dict[int, list[Named]] = {0: []}
    for name, count in counted:
        if wanted in reached or len(reached) > _TRIED:
            break
        for total, names in list(reached.items()):
            if total + count <= wanted:
                reached.setdefault(total + count, [*names, name])
    return reached.get(wanted, [])


def _numbers(bits: int) -> Iterable[int]:
    return (number for number in range(bits.bit_length()) if bits >> number & 1)
