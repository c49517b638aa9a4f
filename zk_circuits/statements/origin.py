"""The statement that a lot is born from a standing event (SPEC section 5)."""

from dataclasses import dataclass
from typing import ClassVar

from zk_circuits.commitment import Opening
from zk_circuits.field import fits
from zk_circuits.rule import BirthRule
from zk_circuits.statements.slots import CTX_BITS, Inputs, of_type
from zk_circuits.tags import TagType


@dataclass(frozen=True, slots=True)
class OriginStatement:
    """A lot is born from a standing event."""

    ctx: int
    rule: BirthRule
    event: Opening
    lot: Opening
    circuit: ClassVar[str] = "origin"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        of_type("event", self.event, TagType.BIRTH)
        of_type("lot", self.lot, TagType.LOT)

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, event, lot, rule."""
        lot = self.lot
        return (self.ctx, lot.tag.word, self.event.commitment, lot.commitment, self.rule.word)

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        measured = self.event.birth
        return {
            "ctx": self.ctx,
            "tag": self.lot.tag.word,
            "event": self.event.commitment,
            "lot": self.lot.commitment,
            "rule": self.rule.word,
            "metal": measured.metal,
            "carbon": measured.carbon,
            "attested": list(measured.attested),
            "direct": measured.direct,
            "eventSalt": self.event.salt,
            "lotSalt": self.lot.salt,
        }
