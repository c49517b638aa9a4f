"""Input signals of the circuits from bare numbers, true or not.

Written from SPEC.md alone: no import from zk_circuits, so that a mistake there cannot hide here.
Nothing is checked and nothing is computed but commitments; whoever forges gives what he likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from light_poseidon_python import poseidon_hash_bytes

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
MAX = 2**64 - 1
PPM = 10**6

COBALT = 1 + (1 << 8) + (1 << 16) + (27 << 32)
NICKEL = 1 + (1 << 8) + (1 << 16) + (28 << 32)
EVENT = 1
TOTAL = 2
PRICE = 3
"""What is added to the tag of a lot."""

CTX = 0x1234567890ABCDEF
Signals = dict[str, Any]


def poseidon(values: Sequence[int]) -> int:
    """circomlib's Poseidon."""
    return int(poseidon_hash_bytes([(value % R).to_bytes(32, "big") for value in values]), 16)


def commit(tag: int, slots: Sequence[int], salt: int) -> int:
    """Commitment of nine slots, of whatever size."""
    assert len(slots) == 9
    return poseidon([tag, *slots, salt])


@dataclass(frozen=True)
class Lot:
    """One balance with its salt; `tag` None is the tag of the proof."""

    metal: int = 0
    carbon: int = 0
    cahra: int = 0
    burden: int = 0
    credits: tuple[int, ...] = (0, 0, 0, 0, 0)
    salt: int = 77
    tag: int | None = None

    @property
    def slots(self) -> list[int]:
        """v0 to v8."""
        return [self.metal, self.carbon, self.cahra, self.burden, *self.credits]

    def commitment(self, tag: int) -> int:
        """Under its own tag, or the one given."""
        return commit(tag if self.tag is None else self.tag, self.slots, self.salt)


EMPTY = [0] * 9


@dataclass(frozen=True)
class Event:
    """What the oracle nodes attest of a run or of a birth."""

    metal_out: int
    carbon: int
    metal_in: int = 0
    spare: int = 0
    attested: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    salt: int = 88

    @property
    def slots(self) -> list[int]:
        """v0 to v8."""
        return [self.metal_out, self.carbon, self.metal_in, self.spare, *self.attested]

    def commitment(self, tag: int) -> int:
        """Under the tag of an event of the same element."""
        return commit(tag + EVENT, self.slots, self.salt)


@dataclass(frozen=True)
class Rule:
    """The rule word of a run."""

    proportional: int = 1
    whole: int = 0
    gates: int = 0b11111
    grants: int = 0
    tolerance: int = 0
    loss_from: int = 0
    loss_to: int = 0

    @property
    def word(self) -> int:
        """72 bits."""
        fields = ((self.proportional, 0), (self.whole, 1), (self.gates, 2), (self.grants, 7))
        ppm = ((self.tolerance, 12), (self.loss_from, 32), (self.loss_to, 52))
        return sum(value << at for value, at in (*fields, *ppm))


@dataclass(frozen=True)
class OriginCase:
    """A birth. `lot` None is the lot that follows from event and gates."""

    event: Event
    gates: int = 0b111111
    lot: Lot | None = None
    tag: int = COBALT
    circuit: str = "origin"

    def born(self) -> Lot:
        """The lot that follows."""
        earned = [a * (self.gates >> k & 1) for k, a in enumerate(self.event.attested)]
        cahra = self.event.metal_out * (self.gates >> 5 & 1)
        made = Lot(self.event.metal_out, self.event.carbon, cahra)
        return replace(made, credits=tuple(earned))

    def signals(self) -> Signals:
        """As the witness program reads them."""
        lot = self.lot or self.born()
        return {
            "ctx": CTX,
            "tag": self.tag,
            "event": self.event.commitment(self.tag),
            "lot": lot.commitment(self.tag),
            "gates": self.gates,
            "metal": self.event.metal_out,
            "carbon": self.event.carbon,
            "attested": list(self.event.attested),
            "eventSalt": self.event.salt,
            "lotSalt": lot.salt,
        }


@dataclass(frozen=True)
class RunCase:
    """A run; slots that are not given are unused."""

    inputs: tuple[Lot, ...]
    outputs: tuple[Lot, ...]
    event: Event | None = None
    rule: Rule = field(default_factory=Rule)
    tag: int = COBALT
    circuit: str = "run2"

    def signals(self) -> Signals:
        """As the witness program reads them."""
        size = int(self.circuit[-1])
        given: Signals = {"ctx": CTX, "tag": self.tag, "rule": self.rule.word, "event": 0}
        given |= {"eventSlots": EMPTY, "eventSalt": 0}
        if self.event is not None:
            given["event"] = self.event.commitment(self.tag)
            given |= {"eventSlots": self.event.slots, "eventSalt": self.event.salt}
        for name, lots in (("in", self.inputs), ("out", self.outputs)):
            unused = size - len(lots)
            given[name] = [lot.commitment(self.tag) for lot in lots] + [0] * unused
            given[f"{name}Slots"] = [lot.slots for lot in lots] + [EMPTY] * unused
            given[f"{name}Salt"] = [lot.salt for lot in lots] + [0] * unused
        return given


@dataclass(frozen=True)
class TotalCase:
    """A total of up to 16 weighted parts. `total` None is the sum."""

    parts: tuple[tuple[Lot, int], ...]
    totals: int = 0
    total: Lot | None = None
    tag: int = COBALT
    circuit: str = "total"

    def sum(self) -> Lot:
        """The weighted sum, slot by slot."""
        slots = (sum(w * lot.slots[s] for lot, w in self.parts) for s in range(9))
        metal, carbon, cahra, burden, *credits_ = slots
        return Lot(metal, carbon, cahra, burden, tuple(credits_), salt=99)

    def signals(self) -> Signals:
        """As the witness program reads them."""
        total, unused = self.total or self.sum(), 16 - len(self.parts)
        tags = [self.tag + TOTAL * (self.totals >> i & 1) for i in range(16)]
        weights = [weight for _, weight in self.parts] + [0] * unused
        return {
            "ctx": CTX,
            "tag": self.tag,
            "total": total.commitment(self.tag + TOTAL),
            "totals": self.totals,
            "weights": [sum(weights[4 * w + i] << 32 * i for i in range(4)) for w in range(4)],
            "part": [lot.commitment(tags[i]) for i, (lot, _) in enumerate(self.parts)]
            + [0] * unused,
            "partSlots": [lot.slots for lot, _ in self.parts] + [EMPTY] * unused,
            "partSalt": [lot.salt for lot, _ in self.parts] + [0] * unused,
            "totalSalt": total.salt,
        }


@dataclass(frozen=True)
class ClaimCase:
    """A statement about one commitment."""

    subject: Lot
    threshold: int
    mask: int = 0
    cahra: int = 0
    carbon: int = 0
    tag: int = COBALT
    circuit: str = "claim"

    def signals(self) -> Signals:
        """As the witness program reads them."""
        statement = self.threshold + (self.mask << 64) + (self.cahra << 69) + (self.carbon << 70)
        return {
            "ctx": CTX,
            "tag": self.tag,
            "subject": self.subject.commitment(self.tag),
            "statement": statement,
            "slots": self.subject.slots,
            "salt": self.subject.salt,
        }


@dataclass(frozen=True)
class PriceCase:
    """A settlement price against a range; `inside` as it is said, true or not."""

    low: int
    high: int
    paid: int
    inside: int
    tag: int = COBALT + PRICE
    range_salt: int = 55
    price_salt: int = 66
    circuit: str = "price_in_range"

    def signals(self) -> Signals:
        """As the witness program reads them."""
        return {
            "ctx": CTX,
            "tag": self.tag,
            "range": poseidon([self.tag, self.low, self.high, self.range_salt]),
            "price": poseidon([self.tag, self.paid, self.price_salt]),
            "inside": self.inside,
            "low": self.low,
            "high": self.high,
            "rangeSalt": self.range_salt,
            "paid": self.paid,
            "priceSalt": self.price_salt,
        }


Case = OriginCase | RunCase | TotalCase | ClaimCase | PriceCase
