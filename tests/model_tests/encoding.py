"""Proposals as circuit inputs, by spec sections 1, 2, 5 to 9 and 12 to 14.

Written from the page, apart from zk_circuits: an error in the library's packing, or in its
Poseidon, cannot agree with itself here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.model.claims import Claim, Measure, Part, Total
from tests.model.judge import Birth
from tests.model.poseidon import poseidon
from tests.model.prices import Settlement
from tests.model.runs import EMPTY_SLOT, Run, Slot, Terms

FORMAT, SCHEMA, COBALT = 2, 2, 27
LOT, BIRTH, TOTAL, RUN_EVENT = 1, 2, 3, 5
PRICE_TAG = 4 + (1 << 8) + (1 << 16) + (COBALT << 32)
RUN_SIZE, REBOOK_SIZE = 4, 2
LOT_TAG = LOT + (FORMAT << 8) + (SCHEMA << 16) + (COBALT << 32)
CTX = 2**247 + 12345
EMPTY = 0


def commitment(kind: int, amounts: Sequence[int], salt: int) -> int:
    """Poseidon11(tag, v0 ... v8, salt)."""
    return poseidon([LOT_TAG - LOT + kind, *amounts, salt])


def packed_bits(flags: Sequence[bool]) -> int:
    return sum(int(flag) << position for position, flag in enumerate(flags))


def packed_terms(terms: Terms) -> int:
    """The 227 bits of `rule`."""
    fields = [(count, 32 * at) for at, count in enumerate(terms.counts)]
    fields += [(int(terms.proportional), 128), (int(terms.whole), 129), (int(terms.settles), 130)]
    fields += [(packed_bits(terms.gates), 131), (packed_bits(terms.grants), 135)]
    fields += [(1, 139 + number) for number in terms.scrap]
    fields += [(1, 143 + number) for number in terms.in_units]
    shares = (terms.tolerance, terms.loss_from, terms.loss_to, terms.scrap_to)
    fields += [(share, 147 + 20 * at) for at, share in enumerate(shares)]
    return sum(value << at for value, at in fields)


def circuit_of(run: Run) -> str:
    """A rebook of two lots into two has a circuit of its own."""
    return "rebook2" if run.is_small else "run4"


def birth_inputs(birth: Birth) -> dict[str, Any]:
    """The lot's commitment is that of the proposed lot, right or wrong."""
    event = birth.event
    return {
        "ctx": CTX,
        "tag": LOT_TAG,
        "event": commitment(BIRTH, event.amounts(), 7),
        "lot": commitment(LOT, birth.lot.amounts(), 8),
        "rule": birth.count + (packed_bits([*birth.gates, birth.cahra_gate]) << 32),
        "metal": event.metal,
        "carbon": event.carbon,
        "attested": list(event.attested),
        "direct": event.direct,
        "eventSalt": 7,
        "lotSalt": 8,
    }


def run_inputs(run: Run) -> dict[str, Any]:
    head = {"ctx": CTX, "tag": LOT_TAG, "rule": packed_terms(run.terms)}
    if circuit_of(run) == "rebook2":
        size, event = REBOOK_SIZE, {}
    else:
        size, amounts = RUN_SIZE, run.event.amounts() if run.event else (0,) * 9
        event = {
            "event": commitment(RUN_EVENT, amounts, 5) if run.event else EMPTY,
            "eventSlots": list(amounts),
            "eventSalt": 5 if run.event else 0,
        }
    unused = (EMPTY_SLOT,) * (size - len(run.inputs))
    return {
        **head,
        **event,
        **_slots("in", run.inputs + unused, first_salt=100),
        **_slots("out", run.outputs + unused, first_salt=200),
    }


def total_inputs(proposal: Total) -> dict[str, Any]:
    """Every third part is an earlier total, to use both tags."""
    parts = proposal.parts
    kinds = [TOTAL if number % 3 == 2 and part.used else LOT for number, part in enumerate(parts)]
    return {
        "ctx": CTX,
        "tag": LOT_TAG,
        "total": commitment(TOTAL, proposal.total.amounts(), 9),
        "totals": sum(1 << number for number, kind in enumerate(kinds) if kind == TOTAL),
        "weights": [_weights(parts[at : at + 4]) for at in range(0, len(parts), 4)],
        "part": [
            commitment(kind, part.balance.amounts(), 300 + number) if part.used else EMPTY
            for number, (kind, part) in enumerate(zip(kinds, parts, strict=True))
        ],
        "partSlots": [list(part.balance.amounts()) for part in parts],
        "partSalt": [300 + number if part.used else 0 for number, part in enumerate(parts)],
        "totalSalt": 9,
    }


def claim_inputs(claim: Claim) -> dict[str, Any]:
    return {
        "ctx": CTX,
        "tag": LOT_TAG,
        "subject": commitment(LOT, claim.subject.amounts(), 6),
        "statement": statement_word(claim),
        "slots": list(claim.subject.amounts()),
        "salt": 6,
    }


def price_inputs(said: Settlement) -> dict[str, Any]:
    """Poseidon4(tag, low, high, salt) and Poseidon3(tag, price, salt)."""
    tag = PRICE_TAG
    return {
        "ctx": CTX,
        "tag": tag,
        "range": poseidon([tag, said.low, said.high, 11]),
        "price": poseidon([tag, said.paid, 12]),
        "inside": int(said.inside),
        "low": said.low,
        "high": said.high,
        "rangeSalt": 11,
        "paid": said.paid,
        "priceSalt": 12,
    }


def statement_word(claim: Claim) -> int:
    return (
        claim.threshold
        + sum(1 << 64 + position for position in claim.mask)
        + (int(claim.measure is Measure.DIRECT) << 68)
        + (int(claim.measure is Measure.CAHRA) << 69)
        + (int(claim.measure is Measure.CARBON) << 70)
        + (int(claim.measure is Measure.PER_UNIT) << 71)
    )


def _slots(name: str, slots: Sequence[Slot], first_salt: int) -> dict[str, Any]:
    salts = [
        (slot.salt or first_salt + number) if slot.used else 0 for number, slot in enumerate(slots)
    ]
    amounts = [slot.balance.amounts() for slot in slots]
    return {
        name: [
            commitment(LOT, amounts[at], salts[at]) if slot.used else EMPTY
            for at, slot in enumerate(slots)
        ],
        f"{name}Slots": [list(row) for row in amounts],
        f"{name}Salt": salts,
    }


def _weights(parts: Sequence[Part]) -> int:
    return sum(part.weight << (32 * number) for number, part in enumerate(parts))
