"""The rule of a run: one public word that the contract makes (SPEC section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Self

from zk_circuits.balance import Balance
from zk_circuits.errors import ModelRefused
from zk_circuits.field import fits, integer
from zk_circuits.quantity_text import PPM
from zk_circuits.schema import CREDITS

ALL_GATES: Final = (1 << CREDITS) - 1
_PPM_BITS: Final = 20


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
class RunRule:
    """What a run may do.

    gates, grants: bit k - 1 is credit k; a gate lets the inputs' credit pass, a grant lets
    all metal bear it. tolerance, loss_from, loss_to: ppm of metal in (20 bits each).
    """

    proportional: bool
    whole: bool
    gates: int = ALL_GATES
    grants: int = 0
    tolerance_ppm: int = 0
    loss_from_ppm: int = 0
    loss_to_ppm: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "proportional", bool(self.proportional))
        object.__setattr__(self, "whole", bool(self.whole))
        fits("gates", self.gates, CREDITS)
        fits("grants", self.grants, CREDITS)
        fits("tolerance", self.tolerance_ppm, _PPM_BITS)
        fits("loss from", self.loss_from_ppm, _PPM_BITS)
        fits("loss to", self.loss_to_ppm, _PPM_BITS)

    @classmethod
    def of_model(
        cls,
        model: RuleModel | int,
        gates: int = ALL_GATES,
        grants: int = 0,
        tolerance_ppm: int = 0,
        loss_band_ppm: tuple[int, int] = (0, 0),
    ) -> Self:
        """The rule of a site's run under a model; see on_paper for one without an event."""
        if integer("model", int(model)) not in list(RuleModel):
            raise ModelRefused(value=int(model))
        custody = RuleModel(model)
        return cls(
            custody.proportional, custody.whole, gates, grants, tolerance_ppm, *loss_band_ppm
        )

    def on_paper(self) -> Self:
        """The same without an event that lets metal meet: credits follow it under each model."""
        return replace(self, proportional=True)

    def in_band(self, metal_in: int, metal_out: int) -> bool:
        """Whether the loss lies within the band (SPEC section 6, step 3); amounts in mg."""
        loss = (metal_in - metal_out) * PPM
        return self.loss_from_ppm * metal_in <= loss <= self.loss_to_ppm * metal_in

    def available(self, index: int, inputs: Sequence[Balance]) -> int:
        """mg of metal in that may bear credit index + 1: C_k of SPEC section 6, step 6."""
        if self.grants >> index & 1:
            return sum(lot.metal for lot in inputs)
        return sum(lot.credits[index] for lot in inputs) if self.gates >> index & 1 else 0

    @property
    def word(self) -> int:
        """The 72 bits of the public signal."""
        return (
            int(self.proportional)
            | int(self.whole) << 1
            | self.gates << 2
            | self.grants << 7
            | self.tolerance_ppm << 12
            | self.loss_from_ppm << 32
            | self.loss_to_ppm << 52
        )

    @classmethod
    def parse(cls, word: int) -> Self:
        """The rule that is packed in `word`; raises WordOutOfRange."""
        fits("rule", word, 72)
        ppm = (1 << _PPM_BITS) - 1
        return cls(
            proportional=bool(word & 1),
            whole=bool(word >> 1 & 1),
            gates=word >> 2 & ALL_GATES,
            grants=word >> 7 & ALL_GATES,
            tolerance_ppm=word >> 12 & ppm,
            loss_from_ppm=word >> 32 & ppm,
            loss_to_ppm=word >> 52 & ppm,
        )
