"""The rule words that the contract makes: of a birth, of a run (SPEC sections 5 and 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from zk_circuits.balance import Balance
from zk_circuits.errors import ArityRefused, ModelRefused
from zk_circuits.field import fits
from zk_circuits.quantity_text import PPM
from zk_circuits.schema import CREDITS

ALL_GATES: Final = (1 << CREDITS) - 1
CAHRA_GATE: Final = 1 << CREDITS
"""Bit of the gates, as contracts tell them, that says the place is a CAHRA, or may be one."""
COUNT_BITS: Final = 32
WORD_OUTPUTS: Final = 4
"""A word speaks of as many outputs, however many a circuit has."""

_CAHRA: Final = COUNT_BITS + CREDITS
_PPM_BITS: Final = 20
_PROPORTIONAL: Final = COUNT_BITS * WORD_OUTPUTS
_WHOLE: Final = _PROPORTIONAL + 1
_SETTLES: Final = _PROPORTIONAL + 2
_GATES: Final = _PROPORTIONAL + 3
_GRANTS: Final = _GATES + CREDITS
_SCRAP: Final = _GRANTS + CREDITS
_UNITS: Final = _SCRAP + WORD_OUTPUTS
_SHARES: Final = _UNITS + WORD_OUTPUTS
_RULE_BITS: Final = _SHARES + 4 * _PPM_BITS


class RuleModel(IntEnum):
    """Chain-of-custody models of ISO 22095. Models never improve along a chain."""

    IDENTITY_PRESERVED = 0
    SEGREGATED = 1
    CONTROLLED_BLENDING = 2
    MASS_BALANCE = 3
    BOOK_AND_CLAIM = 4

    @property
    def proportional(self) -> bool:
        """Whether a site's outputs bear their share of the credits, no more.

        Raises ModelRefused.
        """
        if self is RuleModel.BOOK_AND_CLAIM:
            raise ModelRefused(value=int(self))
        return self is not RuleModel.MASS_BALANCE

    @property
    def whole(self) -> bool:
        """Whether a credit is borne by all metal of a lot or by none."""
        return self in (RuleModel.IDENTITY_PRESERVED, RuleModel.SEGREGATED)


@dataclass(frozen=True, slots=True)
class BirthRule:
    """What a birth may credit, and its public count.

    gates: bit k - 1 is the gate of credit k. in_cahra: the place is in a conflict-affected or
    high-risk area, or not known to be in none.
    """

    count: int
    gates: int
    in_cahra: bool

    def __post_init__(self) -> None:
        fits("count", self.count, COUNT_BITS)
        fits("gates", self.gates, CREDITS)

    @classmethod
    def of_gates(cls, count: int, gates: int) -> Self:
        """gates: as the contract tells them, the credits' bits and above them that of the place."""
        return cls(count, gates & ALL_GATES, bool(gates & CAHRA_GATE))

    @property
    def word(self) -> int:
        """The 37 bits of the public signal."""
        return self.count | self.gates << COUNT_BITS | int(self.in_cahra) << _CAHRA

    @classmethod
    def parse(cls, word: int) -> Self:
        """The rule that is packed in `word`; raises WordOutOfRange."""
        fits("rule", word, _CAHRA + 1)
        count, gates = word & (1 << COUNT_BITS) - 1, word >> COUNT_BITS & ALL_GATES
        return cls(count, gates, bool(word >> _CAHRA))


@dataclass(frozen=True, slots=True)
class RunRule:
    """What a run may do, and what is public of its outputs.

    counts: units of each output. gates, grants: bit k - 1 is credit k. scrap, in_units: bit j is
    output j. Shares are ppm, 20 bits each: the tolerance of an input's metal, the others of all
    metal in.
    """

    counts: tuple[int, ...]
    proportional: bool = True
    whole: bool = False
    settles: bool = False
    gates: int = ALL_GATES
    grants: int = 0
    scrap: int = 0
    in_units: int = 0
    tolerance_ppm: int = 0
    loss_from_ppm: int = 0
    loss_to_ppm: int = 0
    scrap_to_ppm: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", tuple(self.counts))
        if not 1 <= len(self.counts) <= WORD_OUTPUTS:
            raise ArityRefused(name="counts", count=len(self.counts), limit=WORD_OUTPUTS)
        for index, count in enumerate(self.counts):
            fits(f"count {index}", count, COUNT_BITS)
        fits("gates", self.gates, CREDITS)
        fits("grants", self.grants, CREDITS)
        fits("scrap", self.scrap, len(self.counts))
        fits("in units", self.in_units, len(self.counts))
        for name, share in zip(_SHARE_NAMES, self._shares(), strict=True):
            fits(name, share, _PPM_BITS)

    @classmethod
    def rebook(cls, model: RuleModel, counts: Sequence[int], in_units: int = 0) -> Self:
        """Without an event: credits follow the metal, and nothing is lost."""
        return cls(tuple(counts), whole=model.whole, in_units=in_units)

    @classmethod
    def settlement(cls, model: RuleModel, count: int, in_units: bool) -> Self:
        """Of a measurement: whatever it says, all of it is booked."""
        word = cls.rebook(model, (count,), int(in_units))
        return cls(
            word.counts, whole=word.whole, settles=True, in_units=word.in_units, tolerance_ppm=PPM
        )

    def _shares(self) -> tuple[int, int, int, int]:
        return (self.tolerance_ppm, self.loss_from_ppm, self.loss_to_ppm, self.scrap_to_ppm)

    def is_scrap(self, output: int) -> bool:
        """Whether the output is scrap."""
        return bool(self.scrap >> output & 1)

    def comes_in_units(self, output: int) -> bool:
        """Whether the output is a series of equal units."""
        return bool(self.in_units >> output & 1)

    def in_band(self, metal_in: int, metal_out: int, scrap: int) -> bool:
        """Whether loss and scrap lie within the site's bounds; amounts in mg."""
        loss = (metal_in - metal_out) * PPM
        lost = self.loss_from_ppm * metal_in <= loss <= self.loss_to_ppm * metal_in
        return lost and scrap * PPM <= self.scrap_to_ppm * metal_in

    def available(self, index: int, inputs: Sequence[Balance]) -> int:
        """mg of metal in that may bear credit index + 1: C_k of SPEC section 6, step 6."""
        if self.grants >> index & 1:
            return sum(lot.metal for lot in inputs)
        return sum(lot.credits[index] for lot in inputs) if self.gates >> index & 1 else 0

    @property
    def word(self) -> int:
        """The 227 bits of the public signal."""
        word = sum(count << COUNT_BITS * index for index, count in enumerate(self.counts))
        word |= int(self.proportional) << _PROPORTIONAL | int(self.whole) << _WHOLE
        word |= int(self.settles) << _SETTLES | self.gates << _GATES | self.grants << _GRANTS
        word |= self.scrap << _SCRAP | self.in_units << _UNITS
        for index, share in enumerate(self._shares()):
            word |= share << _SHARES + _PPM_BITS * index
        return word

    @classmethod
    def parse(cls, word: int, outputs: int) -> Self:
        """The rule of so many outputs that is packed in `word`.

        Raises WordOutOfRange, also where it counts or selects an output beyond them.
        """
        fits("rule", word, _RULE_BITS)
        fits("counts", word & (1 << _PROPORTIONAL) - 1, COUNT_BITS * outputs)

        def bits(at: int, width: int) -> int:
            return word >> at & (1 << width) - 1

        tolerance, loss_from, loss_to, scrap_to = (
            bits(_SHARES + _PPM_BITS * index, _PPM_BITS) for index in range(4)
        )
        return cls(
            counts=tuple(bits(COUNT_BITS * index, COUNT_BITS) for index in range(outputs)),
            proportional=bool(bits(_PROPORTIONAL, 1)),
            whole=bool(bits(_WHOLE, 1)),
            settles=bool(bits(_SETTLES, 1)),
            gates=bits(_GATES, CREDITS),
            grants=bits(_GRANTS, CREDITS),
            scrap=bits(_SCRAP, WORD_OUTPUTS),
            in_units=bits(_UNITS, WORD_OUTPUTS),
            tolerance_ppm=tolerance,
            loss_from_ppm=loss_from,
            loss_to_ppm=loss_to,
            scrap_to_ppm=scrap_to,
        )


_SHARE_NAMES: Final = ("tolerance", "loss from", "loss to", "scrap to")
