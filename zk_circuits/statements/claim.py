"""One statement on one commitment (SPEC section 8)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

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


def statement_word(measure: int, credit_mask: int, threshold: int) -> int:
    """The public signal `statement` (SPEC section 8)."""
    cahra = int(measure == ClaimMeasure.CAHRA) << 69
    carbon = int(measure == ClaimMeasure.CARBON) << 70
    return threshold | credit_mask << 64 | cahra | carbon


@dataclass(frozen=True, slots=True)
class ClaimStatement:
    """One statement on one commitment.

    threshold: ppm of the metal for CREDIT and CAHRA, mg CO2e per kg for CARBON.
    credits: the credits whose sum is compared, for CREDIT only.
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
    def credit_mask(self) -> int:
        """Bit k - 1 is credit k."""
        return credit_mask(self.credits)

    @property
    def statement(self) -> int:
        """The public word: threshold, credit mask, CAHRA and carbon bits."""
        return statement_word(self.measure, self.credit_mask, self.threshold)

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
