"""One statement on one commitment (SPEC section 9)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from zk_circuits.balance import amount
from zk_circuits.commitment import Opening
from zk_circuits.errors import ArityRefused
from zk_circuits.field import fits
from zk_circuits.schema import CREDITS, Credit, credit_mask
from zk_circuits.statements.slots import CTX_BITS, Inputs, of_type
from zk_circuits.tags import TagType


class ClaimMeasure(IntEnum):
    """What a claim measures, and the unit of its threshold."""

    CREDIT = 1
    """At least t ppm of the metal bear a credit."""
    CAHRA = 2
    """At most t ppm of the metal are of conflict-affected or high-risk origin."""
    CARBON = 3
    """At most t mg CO2e per kg of metal."""
    DIRECT = 4
    """At most t mg CO2e of direct emissions per kg of metal."""
    PER_UNIT = 5
    """At least t mg of metal in a unit."""


_MASK_AT: Final = 64
_BITS: Final = {
    ClaimMeasure.DIRECT: 68,
    ClaimMeasure.CAHRA: 69,
    ClaimMeasure.CARBON: 70,
    ClaimMeasure.PER_UNIT: 71,
}


def statement_word(measure: ClaimMeasure, mask: int, threshold: int) -> int:
    """The public signal `statement`."""
    chosen = 1 << _BITS[measure] if measure in _BITS else 0
    return threshold | mask << _MASK_AT | chosen


@dataclass(frozen=True, slots=True)
class ClaimStatement:
    """One statement on one commitment.

    threshold: in the unit of the measure. credits: those whose sum is compared, for CREDIT only.
    """

    ctx: int
    subject: Opening
    measure: ClaimMeasure
    threshold: int
    credits: tuple[Credit, ...] = ()
    circuit: ClassVar[str] = "claim"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        amount("threshold", self.threshold)
        object.__setattr__(self, "measure", ClaimMeasure(self.measure))
        object.__setattr__(self, "credits", tuple(Credit(credit) for credit in self.credits))
        if bool(self.credits) is not (self.measure is ClaimMeasure.CREDIT):
            raise ArityRefused(name="credits", count=len(self.credits), limit=CREDITS)
        of_type("subject", self.subject, TagType.LOT, TagType.TOTAL)

    @property
    def statement(self) -> int:
        """The public word."""
        return statement_word(self.measure, credit_mask(self.credits), self.threshold)

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, subject, statement."""
        subject = self.subject
        return (self.ctx, subject.tag.word, subject.commitment, self.statement)

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        return {
            "ctx": self.ctx,
            "tag": self.subject.tag.word,
            "subject": self.subject.commitment,
            "statement": self.statement,
            "slots": list(self.subject.balance.slots()),
            "salt": self.subject.salt,
        }
