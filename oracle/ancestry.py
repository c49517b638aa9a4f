"""What lies in a named lot: back over rebooks, to deliveries, births and outputs of runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from oracle.lot_reader import LotOrigin, LotReader

MOST_TRACED: Final = 10_000
"""Lots behind those of one document; a history of more rebooks than that hides something."""


class AncestryTooLong(Exception):
    """More than MOST_TRACED lots lie behind a named one."""


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Lots behind some named ones, back to those that an event made.

    origins: of each lot on the way. accepted: those that were delivered by another organisation.
    """

    origins: dict[bytes, LotOrigin]
    accepted: frozenset[bytes]

    @classmethod
    def of(cls, lots: Iterable[bytes], reader: LotReader) -> "Ancestry":
        """Asks generation by generation; raises AncestryTooLong or NodeError."""
        found: dict[bytes, LotOrigin] = {}
        row = set(lots)
        while row:
            new = reader.origins(row)
            found |= new
            if len(found) > MOST_TRACED:
                raise AncestryTooLong
            behind = {lot for one in new.values() if one.keeps_goods for lot in one.inputs}
            row = behind - found.keys()
        return cls(found, reader.accepted(found))

    def makers(self, lot: bytes) -> list[LotOrigin]:
        """Origins of the lots that events made, and that lie in this one."""
        return [one for one in self._behind(lot, ()) if not one.keeps_goods]

    def leaves(self, lot: bytes) -> list[LotOrigin]:
        """Where the holder's own rebooks begin: deliveries, and what events made."""
        return [
            one
            for one in self._behind(lot, self.accepted)
            if one.lot in self.accepted or not one.keeps_goods
        ]

    def split(self, lot: bytes) -> list[LotOrigin]:
        """Parts, made by the holder's own rebooks, that lie in this lot."""
        return [
            one
            for one in self._behind(lot, self.accepted)
            if one.keeps_goods and len(one.together) > 1 and one.lot not in self.accepted
        ]

    def _behind(self, lot: bytes, stops: Iterable[bytes]) -> Iterator[LotOrigin]:
        """The lot and what its rebooks consumed, not beyond `stops`; each once."""
        seen: set[bytes] = set()
        row, ends = [lot], set(stops)
        while row:
            one = row.pop()
            origin = self.origins.get(one)
            if one in seen or origin is None:
                continue
            seen.add(one)
            yield origin
            if origin.keeps_goods and one not in ends:
                row += origin.inputs


def live_parts(lots: Iterable[bytes], reader: LotReader) -> Iterator[bytes]:
    """What is left of lots today: themselves, or what rebooks made of them, of any holder.

    Raises AncestryTooLong or NodeError.
    """
    seen: set[bytes] = set()
    row = set(lots)
    while row:
        seen |= row
        if len(seen) > MOST_TRACED:
            raise AncestryTooLong
        made = reader.rebooked(row)
        yield from sorted(row - made.keys())
        row = {lot for outputs in made.values() for lot in outputs} - seen
