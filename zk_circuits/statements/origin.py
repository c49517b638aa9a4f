"""The statement that a lot is born from a standing event (SPEC section 5)."""

from dataclasses import dataclass
from typing import ClassVar, Final

from zk_circuits.commitment import Opening
from zk_circuits.field import fits
from zk_circuits.schema import CREDITS
from zk_circuits.statements.slots import CTX_BITS, Inputs, of_type
from zk_circuits.tags import TagType

CAHRA_GATE: Final = 1 << CREDITS
"""Bit of the gates that says the place is a CAHRA, or not known to be none."""


@dataclass(frozen=True, slots=True)
class OriginStatement:
    """A lot is born from a standing event.

    gates: bit k - 1 is the gate of credit k, bit 5 the CAHRA gate.
    """

    ctx: int
    gates: int
    event: Opening
    lot: Opening
    circuit: ClassVar[str] = "origin"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        fits("gates", self.gates, CREDITS + 1)
        of_type("event", self.event, TagType.EVENT)
        of_type("lot", self.lot, TagType.LOT)

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, event, lot, gates."""
        lot = self.lot
        return (self.ctx, lot.tag.word, self.event.commitment, lot.commitment, self.gates)

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        measured = self.event.event
        return {
            "ctx": self.ctx,
            "tag": self.lot.tag.word,
            "event": self.event.commitment,
            "lot": self.lot.commitment,
            "gates": self.gates,
            "metal": measured.metal_out,
            "carbon": measured.carbon,
            "attested": list(measured.attested),
            "eventSalt": self.event.salt,
            "lotSalt": self.lot.salt,
        }
