"""The rules by name, and how a refusal speaks.

The number in brackets is the rule of the domain page; "spec" is the section of
zk_circuits/SPEC.md that states it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Rule(StrEnum):
    """One name per rule; a refusal names the rule that it enforces."""

    # All balances
    AMOUNT_RANGE = "amount-range"  # (1) 0 <= amount < 2^64
    DIRECT_PART = "direct-part"  # spec 2: direct emissions are a part of the carbon
    RECYCLED_ONCE = "recycled-once"  # spec 3: credits 2 and 3 exclude each other

    # Birth, spec 5
    BIRTH_METAL = "birth-metal"  # (2) the lot holds what was measured, at least 1 mg
    BIRTH_CARBON = "birth-carbon"  # (3)
    BIRTH_CAHRA = "birth-cahra"  # (3) all or nothing, by the place
    BIRTH_CREDIT = "birth-credit"  # (3, 6) attested metal through a public gate
    BIRTH_ATTESTED = "birth-attested"  # (3) attested metal is metal of this event
    BIRTH_UNITS = "birth-units"  # spec 5: as many units as attested, and as the public count
    BIRTH_DIRECT = "birth-direct"  # (3)

    # Run, spec 6
    SOME_METAL = "some-metal"  # (2) at least 1 mg comes out
    NO_GAIN = "no-gain"  # (2) metal out never exceeds metal in
    WITHIN_TOLERANCE = "within-tolerance"  # (2, 4) booked and measured metal in agree
    MEASURED_OUT = "measured-out"  # (2) metal out never exceeds what was measured
    LOSS_NEEDS_EVENT = "loss-needs-event"  # (2) no loss without a measurement
    CARBON_BY_METAL = "carbon-by-metal"  # (3) the ceiling of its share by metal
    CAHRA_BY_METAL = "cahra-by-metal"  # (3) the ceiling of its share by metal
    CREDIT_BEARS_LOSS = "credit-bears-loss"  # (3) never grows, bears its share of loss
    CREDIT_OF_OUTPUT = "credit-of-output"  # (3, 5) its share, or its metal
    CREDIT_WHOLE = "credit-whole"  # (5) segregated: each credit at 0 or 100 %
    SLOT_EMPTY = "slot-empty"  # an unused input brings nothing
    SLOT_USED = "slot-used"  # an output is used exactly when it holds metal
    ALL_BOOKED = "all-booked"  # spec 6: what is made is the lesser of in and measured out
    SCRAP_MEASURED = "scrap-measured"  # spec 6: no more scrap than was measured
    DIRECT_BY_METAL = "direct-by-metal"  # (3) the ceiling of its share by metal
    UNITS_PUBLIC = "units-public"  # spec 6: a lot's units are its public count
    UNITS_COUNTED = "units-counted"  # spec 6: as many as attested, or as before
    UNITS_EQUAL = "units-equal"  # spec 6: units of one run hold equal metal
    SETTLED_SALT = "settled-salt"  # spec 6: the salt after that of the disputed lot
    PAPER_TERMS = "paper-terms"  # spec 7: the small circuit reads the word of a rebook alone

    # Total, spec 8
    TOTAL_SUM = "total-sum"
    PART_EMPTY = "part-empty"  # an unused part is all 0 and weighs 0
    WEIGHT_RANGE = "weight-range"  # a weight and a scale have 32 bits

    # Claim, spec 9
    CLAIM_EMPTY = "claim-empty"  # a claim on no metal says nothing
    CLAIM_MASK = "claim-mask"  # a mask never counts metal twice
    CLAIM_CREDIT = "claim-credit"
    CLAIM_CAHRA = "claim-cahra"
    CLAIM_CARBON = "claim-carbon"
    CLAIM_DIRECT = "claim-direct"
    CLAIM_UNITS = "claim-units"  # a claim about units is about some
    CLAIM_PER_UNIT = "claim-per-unit"

    # Price, spec 13
    PRICE_RANGE = "price-range"  # a range begins at 1 and does not end before it begins
    PRICE_SAID = "price-said"  # inside or outside, as it is said


@dataclass(frozen=True)
class Refusal:
    """One broken rule with the numbers that break it."""

    rule: Rule
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: " + ", ".join(f"{name} {value}" for name, value in self.values)


def refusal(rule: Rule, **values: Any) -> Refusal:
    return Refusal(rule, tuple(values.items()))
