"""The metal itself: which pile holds what, whatever the papers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Mixture = dict[str, Fraction]
"""Milligrams by the birth that they came from."""


@dataclass
class Yard:
    """All piles of all members. A pile may be empty, but never holds less than nothing."""

    piles: dict[str, Mixture] = field(default_factory=dict)

    def dig(self, pile: str, metal: int) -> None:
        """Metal comes out of the ground, or from outside the consortium."""
        self.piles[pile] = {pile: Fraction(metal)}

    def metal(self, pile: str) -> Fraction:
        return sum(self.piles.get(pile, {}).values(), Fraction(0))

    def carry(self, taken: Mapping[str, int], made: str) -> None:
        """Parts of piles are brought together, and nothing is lost."""
        self.feed(taken, made, sum(taken.values()))

    def gather(self, piles: Iterable[str], metal: int, made: str) -> None:
        """So much of some piles is brought together, or as much of it as lies there."""
        self.piles[made] = {}
        taken, rest = {}, metal
        for pile in sorted(piles):
            part = min(rest, int(self.metal(pile)))
            taken[pile], rest = part, rest - part
        if rest < metal:
            self.carry({pile: part for pile, part in taken.items() if part}, made)

    def feed(self, fed: Mapping[str, int], made: str, out: int) -> None:
        """Parts of piles go into one plant; what comes out is their mixture, less the loss."""
        into: Mixture = {}
        for pile, metal in fed.items():
            _add(into, self._take(pile, metal))
        whole = sum(into.values(), Fraction(0))
        self.piles[made] = {mine: part * out / whole for mine, part in into.items() if whole}

    def _take(self, pile: str, metal: int) -> Mixture:
        share = Fraction(metal) / self.metal(pile)
        taken = {mine: part * share for mine, part in self.piles[pile].items()}
        self.piles[pile] = {mine: part - taken[mine] for mine, part in self.piles[pile].items()}
        return taken


def mixture_of(yard: Yard, fed: Iterable[tuple[str, int]]) -> Mixture:
    """What parts of piles would hold together; nothing is moved."""
    mixed: Mixture = {}
    for pile, metal in fed:
        whole = yard.metal(pile)
        _add(mixed, {mine: part * metal / whole for mine, part in yard.piles[pile].items()})
    return mixed


def _add(into: Mixture, more: Mapping[str, Fraction]) -> None:
    for mine, part in more.items():
        into[mine] = into.get(mine, Fraction(0)) + part
