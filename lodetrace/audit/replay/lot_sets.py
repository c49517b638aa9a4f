"""Sets of a story's lots: a bit for each, because one finding may reach all lots after another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, final


@final
class LotSet(Set[bytes]):
    """Some lots of a story. bits: which of its lots in their order, the first one the lowest."""

    __slots__ = ("_bits", "_lots", "_numbers")

    def __init__(self, lots: Sequence[bytes], numbers: Mapping[bytes, int], bits: int) -> None:
        self._lots = lots
        self._numbers = numbers
        self._bits = bits

    def __contains__(self, lot: object) -> bool:
        number = self._numbers.get(lot) if isinstance(lot, bytes) else None
        return number is not None and bool(self._bits >> number & 1)

    def __iter__(self) -> Iterator[bytes]:
        left = self._bits
        while left:
            yield self._lots[(left & -left).bit_length() - 1]
            left &= left - 1

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __hash__(self) -> int:
        return self._hash()

    @classmethod
    def _from_iterable(cls, lots: Iterable[bytes]) -> frozenset[bytes]:  # type: ignore[override]
        """What `&` and `|` make: a few lots."""
        return frozenset(lots)


class Descent:
    """Which lots of a story were made of which."""

    def __init__(self, lots: Iterable[bytes], children: Mapping[bytes, Sequence[bytes]]) -> None:
        """children: by lot, those that a run made of it."""
        self._lots: Final = _after_their_children(lots, children)
        self._numbers: Final = {lot: number for number, lot in enumerate(self._lots)}
        # what was made of a lot stands before it: no set has more bits than its lot's number says
        self._reached: Final[list[int]] = []
        for number, lot in enumerate(self._lots):
            bits = 1 << number
            for child in children.get(lot, ()):
                if self._numbers[child] < number:
                    bits |= self._reached[self._numbers[child]]
            self._reached.append(bits)

    def from_(self, lots: Iterable[bytes]) -> LotSet:
        """Lots of the story that were made of these, and these."""
        bits = 0
        for lot in lots:
            if lot in self._numbers:
                bits |= self._reached[self._numbers[lot]]
        return LotSet(self._lots, self._numbers, bits)


def _after_their_children(
    lots: Iterable[bytes], children: Mapping[bytes, Sequence[bytes]]
) -> tuple[bytes, ...]:
    """Every lot behind those that were made of it; a circle, which no chain makes, in some way."""
    found: dict[bytes, None] = {}
    entered: set[bytes] = set()
    for first in sorted(lots):
        waiting = [first]
        while waiting:
            lot = waiting[-1]
            if lot not in entered:
                entered.add(lot)
                waiting.extend(child for child in children.get(lot, ()) if child not in entered)
            else:
                waiting.pop()
                found.setdefault(lot)
    return tuple(found)
