"""The statement that lots are consumed and lots are made (SPEC section 6)."""

from dataclasses import dataclass

from zk_circuits.balance import EMPTY_SLOTS
from zk_circuits.commitment import EMPTY, Opening
from zk_circuits.field import fits
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import MOST_LOTS, circuit_for
from zk_circuits.statements.slots import (
    CTX_BITS,
    Inputs,
    commitments,
    count,
    of_type,
    salts,
    slots,
)
from zk_circuits.tags import TagType


@dataclass(frozen=True, slots=True)
class RunStatement:
    """Lots are consumed, lots are made; event is None for a rebook."""

    ctx: int
    rule: RunRule
    inputs: tuple[Opening, ...]
    outputs: tuple[Opening, ...]
    event: Opening | None = None

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        object.__setattr__(self, "inputs", tuple(self.inputs))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        count("inputs", self.inputs, MOST_LOTS)
        count("outputs", self.outputs, MOST_LOTS)
        for index, opening in enumerate(self.inputs):
            of_type(f"input {index}", opening, TagType.LOT)
        for index, opening in enumerate(self.outputs):
            of_type(f"output {index}", opening, TagType.LOT)
        if self.event is not None:
            of_type("event", self.event, TagType.EVENT)

    @property
    def width(self) -> int:
        """Slots of the circuit on each side."""
        return circuit_for(len(self.inputs), len(self.outputs)).width

    @property
    def circuit(self) -> str:
        """Name of the smallest circuit that takes the lots."""
        return circuit_for(len(self.inputs), len(self.outputs)).name

    @property
    def metal_in(self) -> int:
        """mg of metal of all inputs."""
        return sum(opening.lot.metal for opening in self.inputs)

    @property
    def metal_out(self) -> int:
        """mg of metal of all outputs."""
        return sum(opening.lot.metal for opening in self.outputs)

    @property
    def in_band(self) -> bool:
        """Whether the loss lies within the rule's band: the public output."""
        return self.rule.in_band(self.metal_in, self.metal_out)

    def public_signals(self) -> tuple[int, ...]:
        """inBand, ctx, tag, event, rule, in[N], out[M]."""
        event = EMPTY if self.event is None else self.event.commitment
        return (
            int(self.in_band),
            self.ctx,
            self.inputs[0].tag.word,
            event,
            self.rule.word,
            *commitments(self.inputs, self.width),
            *commitments(self.outputs, self.width),
        )

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        event = self.event
        return {
            "ctx": self.ctx,
            "tag": self.inputs[0].tag.word,
            "event": EMPTY if event is None else event.commitment,
            "rule": self.rule.word,
            "in": commitments(self.inputs, self.width),
            "out": commitments(self.outputs, self.width),
            "inSlots": slots(self.inputs, self.width),
            "inSalt": salts(self.inputs, self.width),
            "outSlots": slots(self.outputs, self.width),
            "outSalt": salts(self.outputs, self.width),
            "eventSlots": list(EMPTY_SLOTS if event is None else event.balance.slots()),
            "eventSalt": 0 if event is None else event.salt,
        }
