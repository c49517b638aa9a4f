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

COBALT = 1 + (2 << 8) + (2 << 16) + (27 << 32)
NICKEL = 1 + (2 << 8) + (2 << 16) + (28 << 32)
COBALT_1 = 1 + (1 << 8) + (1 << 16) + (27 << 32)
"""The tag of a lot of format 1."""
PRICE_OF_COBALT = COBALT_1 + 3
PRICE_OF_NICKEL = 4 + (1 << 8) + (1 << 16) + (28 << 32)

BIRTH, TOTAL, RUN_EVENT = 1, 2, 4
"""What is added to the tag of a lot."""

CTX = 0x1234567890ABCDEF
EMPTY = [0] * 9
Signals = dict[str, Any]

Four = tuple[int, int, int, int]
NONE: Four = (0, 0, 0, 0)


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
    units: int = 1
    credits: Four = NONE
    direct: int = 0
    salt: int = 77
    tag: int | None = None

    @property
    def slots(self) -> list[int]:
        """v0 to v8."""
        return [self.metal, self.carbon, self.cahra, self.units, *self.credits, self.direct]

    def commitment(self, tag: int) -> int:
        """Under its own tag, or the one given."""
        return commit(tag if self.tag is None else self.tag, self.slots, self.salt)


NOTHING = Lot(units=0)


def lot_of(slots: list[int], salt: int = 77) -> Lot:
    """A lot with these nine slots."""
    metal, carbon, cahra, units, c1, c2, c3, c4, direct = slots
    return Lot(metal, carbon, cahra, units, (c1, c2, c3, c4), direct, salt)


@dataclass(frozen=True)
class Birth:
    """What the oracle nodes attest of a birth; spare is v2."""

    metal: int
    carbon: int
    units: int = 1
    attested: Four = NONE
    direct: int = 0
    spare: int = 0
    salt: int = 88

    @property
    def slots(self) -> list[int]:
        """v0 to v8."""
        return [self.metal, self.carbon, self.spare, self.units, *self.attested, self.direct]

    def commitment(self, tag: int) -> int:
        """Under the tag of a birth of the same element."""
        return commit(tag + BIRTH, self.slots, self.salt)


@dataclass(frozen=True)
class Event:
    """What the oracle nodes attest of a run."""

    product: int
    carbon: int = 0
    scrap: int = 0
    units: int = 0
    metal_in: tuple[int, ...] = ()
    direct: int = 0
    salt: int = 99

    @property
    def slots(self) -> list[int]:
        """v0 to v8."""
        fed = (*self.metal_in, *NONE)[:4]
        return [self.product, self.carbon, self.scrap, self.units, *fed, self.direct]

    def commitment(self, tag: int) -> int:
        """Under the tag of an event of a run of the same element."""
        return commit(tag + RUN_EVENT, self.slots, self.salt)


@dataclass(frozen=True)
class Rule:
    """The rule word of a run. counts None: the units that the outputs have."""

    counts: tuple[int, ...] | None = None
    proportional: int = 1
    whole: int = 0
    settles: int = 0
    gates: int = 0b1111
    grants: int = 0
    scrap: int = 0
    units: int = 0
    tolerance: int = 0
    loss_from: int = 0
    loss_to: int = 0
    scrap_to: int = 0

    def word(self, outputs: tuple[Lot, ...]) -> int:
        """227 bits."""
        counts = [lot.units for lot in outputs] if self.counts is None else self.counts
        fields = [(count % 2**32, 32 * j) for j, count in enumerate(counts)]
        fields += [(self.proportional, 128), (self.whole, 129), (self.settles, 130)]
        fields += [(self.gates, 131), (self.grants, 135), (self.scrap, 139), (self.units, 143)]
        fields += [(self.tolerance, 147), (self.loss_from, 167), (self.loss_to, 187)]
        return sum(value << at for value, at in [*fields, (self.scrap_to, 207)])


@dataclass(frozen=True)
class OriginCase:
    """A birth. gates: bits 0 to 3 the credits, bit 4 CAHRA.

    `lot` None follows from event and gates; `count` None is what the event says.
    """

    event: Birth
    gates: int = 0b11111
    count: int | None = None
    lot: Lot | None = None
    tag: int = COBALT
    circuit: str = "origin"

    def born(self) -> Lot:
        """The lot that follows."""
        first, second, third, fourth = (
            amount * (self.gates >> k & 1) for k, amount in enumerate(self.event.attested)
        )
        cahra = self.event.metal * (self.gates >> 4 & 1)
        made = Lot(self.event.metal, self.event.carbon, cahra, self.event.units)
        return replace(made, credits=(first, second, third, fourth), direct=self.event.direct)

    def signals(self) -> Signals:
        """As the witness program reads them."""
        lot = self.lot or self.born()
        count = self.event.units if self.count is None else self.count
        return {
            "ctx": CTX,
            "tag": self.tag,
            "event": self.event.commitment(self.tag),
            "lot": lot.commitment(self.tag),
            "rule": count + (self.gates << 32),
            "metal": self.event.metal,
            "carbon": self.event.carbon,
            "attested": list(self.event.attested),
            "direct": self.event.direct,
            "eventSalt": self.event.salt,
            "lotSalt": lot.salt,
        }


@dataclass(frozen=True)
class RunCase:
    """A run of run4, or a rebook of rebook2; slots that are not given are unused."""

    inputs: tuple[Lot, ...]
    outputs: tuple[Lot, ...]
    event: Event | None = None
    rule: Rule = field(default_factory=Rule)
    tag: int = COBALT
    circuit: str = "run4"

    @property
    def size(self) -> int:
        """Slots on a side."""
        return int(self.circuit[-1])

    def signals(self) -> Signals:
        """As the witness program reads them."""
        given: Signals = {"ctx": CTX, "tag": self.tag, "rule": self.rule.word(self.outputs)}
        if self.circuit == "run4":
            given |= {"event": 0, "eventSlots": EMPTY, "eventSalt": 0}
        if self.event is not None:
            given["event"] = self.event.commitment(self.tag)
            given |= {"eventSlots": self.event.slots, "eventSalt": self.event.salt}
        for name, lots in (("in", self.inputs), ("out", self.outputs)):
            unused = self.size - len(lots)
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
        slots = [sum(weight * lot.slots[s] for lot, weight in self.parts) for s in range(9)]
        return lot_of(slots, salt=101)

    def signals(self) -> Signals:
        """As the witness program reads them."""
        total, unused = self.total or self.sum(), 16 - len(self.parts)
        tags = [self.tag + TOTAL * (self.totals >> i & 1) for i in range(16)]
        weights = [weight for _, weight in self.parts] + [0] * unused
        opened = [lot.commitment(tags[i]) for i, (lot, _) in enumerate(self.parts)]
        return {
            "ctx": CTX,
            "tag": self.tag,
            "total": total.commitment(self.tag + TOTAL),
            "totals": self.totals,
            "weights": [sum(weights[4 * w + i] << 32 * i for i in range(4)) for w in range(4)],
            "part": opened + [0] * unused,
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
    direct: int = 0
    cahra: int = 0
    carbon: int = 0
    per_unit: int = 0
    tag: int = COBALT
    circuit: str = "claim"

    def signals(self) -> Signals:
        """As the witness program reads them."""
        chosen = ((self.mask, 64), (self.direct, 68), (self.cahra, 69), (self.carbon, 70))
        bits = sum(value << at for value, at in (*chosen, (self.per_unit, 71)))
        return {
            "ctx": CTX,
            "tag": self.tag,
            "subject": self.subject.commitment(self.tag),
            "statement": self.threshold + bits,
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
    tag: int = PRICE_OF_COBALT
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
