"""The statement that lots are consumed and lots are made (SPEC sections 6 and 7)."""

from dataclasses import dataclass

from zk_circuits.balance import EMPTY_SLOTS
from zk_circuits.commitment import EMPTY, Opening
from zk_circuits.errors import ArityRefused
from zk_circuits.field import fits
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import RUN, RunCircuit, circuit_for
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
    """Lots are consumed, lots are made; event is None for a rebook.

    inputs: in the order in which the event names them. Raises ArityRefused, KindMismatch or
    WordOutOfRange.
    """

    ctx: int
    rule: RunRule
    inputs: tuple[Opening, ...]
    outputs: tuple[Opening, ...]
    event: Opening | None = None

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        object.__setattr__(self, "inputs", tuple(self.inputs))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        for name, lots in (("input", self.inputs), ("output", self.outputs)):
            count(f"{name}s", lots, RUN.width)
            for index, opening in enumerate(lots):
                of_type(f"{name} {index}", opening, TagType.LOT)
        if len(self.rule.counts) != len(self.outputs):
            raise ArityRefused(name="counts", count=len(self.rule.counts), limit=len(self.outputs))
        if self.event is not None:
            of_type("event", self.event, TagType.RUN_EVENT)

    @property
    def taken_by(self) -> RunCircuit:
        """The smallest circuit that takes the lots."""
        has_event = self.event is not None
        return circuit_for(len(self.inputs), len(self.outputs), has_event=has_event)

    @property
    def circuit(self) -> str:
        """Its name."""
        return self.taken_by.name

    @property
    def metal_in(self) -> int:
        """mg of metal of all inputs."""
        return sum(opening.lot.metal for opening in self.inputs)

    @property
    def metal_out(self) -> int:
        """mg of metal of all outputs."""
        return sum(opening.lot.metal for opening in self.outputs)

    @property
    def scrap(self) -> int:
        """mg of metal of the outputs that are scrap."""
        pairs = enumerate(self.outputs)
        return sum(opening.lot.metal for index, opening in pairs if self.rule.is_scrap(index))

    @property
    def in_band(self) -> bool:
        """Whether loss and scrap lie within the rule's bounds: the public output of a run."""
        return self.rule.in_band(self.metal_in, self.metal_out, self.scrap)

    def public_signals(self) -> tuple[int, ...]:
        """In the order of the circuit: see RunCircuit."""
        signals = {"inBand": int(self.in_band), **self._head()}
        circuit = self.taken_by
        return (
            *(signals[name] for name in circuit.head),
            *commitments(self.inputs, circuit.width),
            *commitments(self.outputs, circuit.width),
        )

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        circuit, event, head = self.taken_by, self.event, self._head()
        width = circuit.width
        given: Inputs = {name: head[name] for name in circuit.head if name != "inBand"}
        given |= {
            "in": commitments(self.inputs, width),
            "out": commitments(self.outputs, width),
            "inSlots": slots(self.inputs, width),
            "inSalt": salts(self.inputs, width),
            "outSlots": slots(self.outputs, width),
            "outSalt": salts(self.outputs, width),
        }
        if circuit is RUN:
            given["eventSlots"] = list(EMPTY_SLOTS if event is None else event.balance.slots())
            given["eventSalt"] = 0 if event is None else event.salt
        return given

    def _head(self) -> dict[str, int]:
        return {
            "ctx": self.ctx,
            "tag": self.inputs[0].tag.word,
            "event": EMPTY if self.event is None else self.event.commitment,
            "rule": self.rule.word,
        }
