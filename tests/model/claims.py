"""Totals and claims: statements that consume nothing (spec 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import ceil, floor

from tests.model.balance import (
    CREDIT_COUNT,
    MANUFACTURING,
    NOTHING,
    POST_CONSUMER,
    PPM,
    Balance,
    in_range,
)
from tests.model.judge import Verdict
from tests.model.rules import Refusal, Rule, refusal

WEIGHT_LIMIT = 2**32


@dataclass(frozen=True)
class Part:
    """One lot or earlier total in a total, with its weight."""

    balance: Balance = NOTHING
    weight: int = 0
    used: bool = True


EMPTY_PART = Part(used=False)


@dataclass(frozen=True)
class Total:
    """A weighted sum of up to 16 parts."""

    parts: tuple[Part, ...]
    total: Balance


class Measure(Enum):
    """What a claim speaks about; thresholds in ppm, mg CO2e per kg of metal, and mg per unit."""

    CREDIT = "credit share, at least"
    CAHRA = "CAHRA share, at most"
    CARBON = "carbon intensity, at most"
    DIRECT = "direct intensity, at most"
    PER_UNIT = "metal per unit, at least"

    @property
    def at_least(self) -> bool:
        return self in (Measure.CREDIT, Measure.PER_UNIT)


@dataclass(frozen=True)
class Claim:
    """One statement on one balance; `mask` holds the positions of the credits added up."""

    subject: Balance
    measure: Measure
    threshold: int
    mask: frozenset[int] = frozenset()


def weight_of(units: int, scale: int, count: int) -> int | None:
    """units * scale / count when that is exact, else None (spec 8)."""
    weight = Fraction(units * scale, count)
    return weight.numerator if weight.denominator == 1 else None


def weighted_sum(parts: tuple[Part, ...]) -> Balance:
    """Slot by slot, in exact integers; may leave the range of an amount."""
    columns = zip(*(part.balance.amounts() for part in parts), strict=True)
    weights = [part.weight for part in parts]
    sums = [sum(w * v for w, v in zip(weights, column, strict=True)) for column in columns]
    return Balance.of(sums)


def judge_total(proposal: Total) -> Verdict:
    """Domain rule 3: a total neither adds nor drops anything of its parts."""
    return Verdict(tuple(_total_refusals(proposal)))


def judge_claim(claim: Claim) -> Verdict:
    """Spec 9: the comparison is exact, nothing is rounded in the claimant's favour."""
    return Verdict(tuple(_claim_refusals(claim)))


def strongest(subject: Balance, measure: Measure, mask: frozenset[int] = frozenset()) -> int:
    """The best threshold that still holds: shares in ppm, carbon in mg CO2e per kg of metal."""
    if measure is Measure.PER_UNIT:
        return subject.metal // subject.units
    share = _share(subject, measure, mask) * PPM
    return floor(share) if measure is Measure.CREDIT else ceil(share)


def _total_refusals(proposal: Total) -> Iterator[Refusal]:
    for number, part in enumerate(proposal.parts):
        if not 0 <= part.weight < WEIGHT_LIMIT:
            yield refusal(Rule.WEIGHT_RANGE, part=number, weight=part.weight)
        if not part.used and (any(part.balance.amounts()) or part.weight):
            yield refusal(Rule.PART_EMPTY, part=number, weight=part.weight)
    expected = weighted_sum(proposal.parts)
    if proposal.total.amounts() != expected.amounts():
        yield refusal(Rule.TOTAL_SUM, total=proposal.total.amounts(), parts=expected.amounts())
    if not in_range(proposal.total.amounts()):
        yield refusal(Rule.AMOUNT_RANGE, of="total", amounts=proposal.total.amounts())


def _claim_refusals(claim: Claim) -> Iterator[Refusal]:
    if claim.measure is Measure.CREDIT and not _counts_once(claim.mask):
        yield refusal(Rule.CLAIM_MASK, mask=sorted(claim.mask))
    if claim.subject.metal < 1:
        yield refusal(Rule.CLAIM_EMPTY, metal=claim.subject.metal)
        return
    if claim.measure is Measure.PER_UNIT:
        yield from _per_unit_refusals(claim)
        return
    share = _share(claim.subject, claim.measure, claim.mask)
    threshold = Fraction(claim.threshold, PPM)
    if claim.measure is Measure.CREDIT and share < threshold:
        yield refusal(Rule.CLAIM_CREDIT, share=share, threshold=claim.threshold)
    if claim.measure is Measure.CAHRA and share > threshold:
        yield refusal(Rule.CLAIM_CAHRA, share=share, threshold=claim.threshold)
    if claim.measure is Measure.CARBON and share > threshold:
        yield refusal(Rule.CLAIM_CARBON, intensity=share, threshold=claim.threshold)
    if claim.measure is Measure.DIRECT and share > threshold:
        yield refusal(Rule.CLAIM_DIRECT, intensity=share, threshold=claim.threshold)


def _per_unit_refusals(claim: Claim) -> Iterator[Refusal]:
    units = claim.subject.units
    if units < 1:
        yield refusal(Rule.CLAIM_UNITS, units=units)
    elif Fraction(claim.subject.metal, units) < claim.threshold:
        yield refusal(Rule.CLAIM_PER_UNIT, metal=claim.subject.metal, units=units)


def _share(subject: Balance, measure: Measure, mask: frozenset[int]) -> Fraction:
    if measure is Measure.CAHRA:
        return subject.cahra_share()
    if measure is Measure.CARBON:
        return subject.carbon_intensity()
    if measure is Measure.DIRECT:
        return subject.direct_intensity()
    return sum((subject.credit_share(position) for position in mask), Fraction(0))


def _counts_once(mask: frozenset[int]) -> bool:
    """A single credit, or the two recycled ones, which exclude each other."""
    if mask == {POST_CONSUMER, MANUFACTURING}:
        return True
    return len(mask) == 1 and mask <= set(range(CREDIT_COUNT))
