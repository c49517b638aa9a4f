"""The four statements there are proofs of: their public signals and circuit inputs.

A statement only puts its parts in order. Whether it is true is told by
zk_circuits.constraints, and proven by zk_circuits.prove. Signal names and orders are
those of SPEC sections 5 to 10.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, Final

from zk_circuits.balance import EMPTY_SLOTS, amount
from zk_circuits.commitment import EMPTY, Opening
from zk_circuits.errors import ArityRefused, KindMismatch
from zk_circuits.field import fits
from zk_circuits.rule import PPM, RunRule
from zk_circuits.schema import CREDITS, Credit, credit_mask
from zk_circuits.tags import TagType

Inputs = dict[str, int | list[int] | list[list[int]]]
"""Circuit inputs by signal name."""

CTX_BITS: Final = 248
TOTAL_PARTS: Final = 16
WEIGHT_BITS: Final = 32
CAHRA_GATE: Final = 1 << CREDITS


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
        _of_type("event", self.event, TagType.EVENT)
        _of_type("lot", self.lot, TagType.LOT)

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


@dataclass(frozen=True, slots=True)
class RunStatement:
    """Lots are consumed, lots are made; up to 4 of each.

    event is None for a rebook. The circuit is the smallest that fits.
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
        _count("inputs", self.inputs, 4)
        _count("outputs", self.outputs, 4)
        for index, opening in enumerate(self.inputs):
            _of_type(f"input {index}", opening, TagType.LOT)
        for index, opening in enumerate(self.outputs):
            _of_type(f"output {index}", opening, TagType.LOT)
        if self.event is not None:
            _of_type("event", self.event, TagType.EVENT)

    @property
    def width(self) -> int:
        """Slots of the circuit on each side: 2 or 4."""
        return 2 if max(len(self.inputs), len(self.outputs)) <= 2 else 4

    @property
    def circuit(self) -> str:
        """run2 or run4."""
        return f"run{self.width}"

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
        return in_band(self.rule, self.metal_in, self.metal_out)

    def public_signals(self) -> tuple[int, ...]:
        """inBand, ctx, tag, event, rule, in[N], out[M]."""
        event = EMPTY if self.event is None else self.event.commitment
        return (
            int(self.in_band),
            self.ctx,
            self.inputs[0].tag.word,
            event,
            self.rule.word,
            *_commitments(self.inputs, self.width),
            *_commitments(self.outputs, self.width),
        )

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        event = self.event
        return {
            "ctx": self.ctx,
            "tag": self.inputs[0].tag.word,
            "event": EMPTY if event is None else event.commitment,
            "rule": self.rule.word,
            "in": _commitments(self.inputs, self.width),
            "out": _commitments(self.outputs, self.width),
            "inSlots": _slots(self.inputs, self.width),
            "inSalt": _salts(self.inputs, self.width),
            "outSlots": _slots(self.outputs, self.width),
            "outSalt": _salts(self.outputs, self.width),
            "eventSlots": list(EMPTY_SLOTS if event is None else event.balance.slots()),
            "eventSalt": 0 if event is None else event.salt,
        }


@dataclass(frozen=True, slots=True)
class TotalStatement:
    """A weighted sum of up to 16 lots and totals, which consumes none of them.

    weights: 32 bits each, one for each part.
    """

    ctx: int
    parts: tuple[Opening, ...]
    weights: tuple[int, ...]
    total: Opening
    circuit: ClassVar[str] = "total"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        object.__setattr__(self, "parts", tuple(self.parts))
        object.__setattr__(self, "weights", tuple(self.weights))
        _count("parts", self.parts, TOTAL_PARTS)
        if len(self.weights) != len(self.parts):
            raise ArityRefused(name="weights", count=len(self.weights), limit=len(self.parts))
        for index, weight in enumerate(self.weights):
            fits(f"weight {index}", weight, WEIGHT_BITS)
        for index, part in enumerate(self.parts):
            _of_type(f"part {index}", part, TagType.LOT, TagType.TOTAL)
        _of_type("total", self.total, TagType.TOTAL)

    @property
    def totals(self) -> int:
        """Bit i is set when part i is itself a total."""
        return sum(
            1 << index for index, part in enumerate(self.parts) if part.tag.type is TagType.TOTAL
        )

    @property
    def tag(self) -> int:
        """The lot's tag of the sum."""
        return self.total.tag.of(TagType.LOT).word

    def weight_words(self) -> list[int]:
        """Four weights of 32 bits a word; part 4 w + i at bits 32 i of word w."""
        words = [0] * (TOTAL_PARTS // 4)
        for index, weight in enumerate(self.weights):
            words[index // 4] |= weight << WEIGHT_BITS * (index % 4)
        return words

    def public_signals(self) -> tuple[int, ...]:
        """ctx, tag, total, totals, weights[4], part[16]."""
        parts = _commitments(self.parts, TOTAL_PARTS)
        sums = (self.total.commitment, self.totals)
        return (self.ctx, self.tag, *sums, *self.weight_words(), *parts)

    def circuit_inputs(self) -> Inputs:
        """By signal name."""
        return {
            "ctx": self.ctx,
            "tag": self.tag,
            "total": self.total.commitment,
            "totals": self.totals,
            "weights": self.weight_words(),
            "part": _commitments(self.parts, TOTAL_PARTS),
            "partSlots": _slots(self.parts, TOTAL_PARTS),
            "partSalt": _salts(self.parts, TOTAL_PARTS),
            "totalSalt": self.total.salt,
        }


class Measure(IntEnum):
    """What a claim measures, and the unit of its threshold."""

    CREDIT = 1
    """At least t ppm of the metal bear a credit."""
    CAHRA = 2
    """At most t ppm of the metal are of conflict-affected or high-risk origin."""
    CARBON = 3
    """At most t mg CO2e per kg of metal."""


@dataclass(frozen=True, slots=True)
class ClaimStatement:
    """One statement on one commitment.

    threshold: ppm of the metal for CREDIT and CAHRA, mg CO2e per kg for CARBON.
    credits: the credits whose sum is compared, for CREDIT only.
    """

    ctx: int
    subject: Opening
    measure: Measure
    threshold: int
    credits: tuple[Credit, ...] = field(default=())
    circuit: ClassVar[str] = "claim"

    def __post_init__(self) -> None:
        fits("ctx", self.ctx, CTX_BITS)
        amount("threshold", self.threshold)
        object.__setattr__(self, "measure", Measure(self.measure))
        object.__setattr__(self, "credits", tuple(Credit(credit) for credit in self.credits))
        if bool(self.credits) is not (self.measure is Measure.CREDIT):
            raise ArityRefused(name="credits", count=len(self.credits), limit=CREDITS)
        _of_type("subject", self.subject, TagType.LOT, TagType.TOTAL)

    @property
    def credit_mask(self) -> int:
        """Bit k - 1 is credit k."""
        return credit_mask(self.credits)

    @property
    def statement(self) -> int:
        """The public word: threshold, credit mask, CAHRA and carbon bits."""
        cahra = int(self.measure is Measure.CAHRA) << 69
        carbon = int(self.measure is Measure.CARBON) << 70
        return self.threshold | self.credit_mask << 64 | cahra | carbon

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


Statement = OriginStatement | RunStatement | TotalStatement | ClaimStatement

CIRCUITS: Final = ("origin", "run2", "run4", "total", "claim")
"""Names of all circuits."""


def in_band(rule: RunRule, metal_in: int, metal_out: int) -> bool:
    """Whether the loss of a run lies within the rule's band (SPEC section 6, step 3)."""
    loss = (metal_in - metal_out) * PPM
    return rule.loss_from_ppm * metal_in <= loss <= rule.loss_to_ppm * metal_in


def _of_type(name: str, opening: Opening, *types: TagType) -> None:
    if opening.tag.type not in types:
        expected = " or ".join(type.name for type in types)
        raise KindMismatch(name=name, actual=opening.tag.type.name, expected=expected)


def _count(name: str, openings: tuple[Opening, ...], limit: int) -> None:
    if not 1 <= len(openings) <= limit:
        raise ArityRefused(name=name, count=len(openings), limit=limit)


def _commitments(openings: tuple[Opening, ...], width: int) -> list[int]:
    return [opening.commitment for opening in openings] + [EMPTY] * (width - len(openings))


def _salts(openings: tuple[Opening, ...], width: int) -> list[int]:
    return [opening.salt for opening in openings] + [0] * (width - len(openings))


def _slots(openings: tuple[Opening, ...], width: int) -> list[list[int]]:
    used = [list(opening.balance.slots()) for opening in openings]
    return used + [list(EMPTY_SLOTS) for _ in range(width - len(openings))]
