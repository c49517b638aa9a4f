"""Births, totals and claims: right ones, and near misses by one milligram or one step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import assume
from hypothesis import strategies as st

from tests.model.balance import (
    AMOUNT_LIMIT,
    CREDIT_COUNT,
    MANUFACTURING,
    POST_CONSUMER,
    Balance,
    BirthEvent,
)
from tests.model.claims import EMPTY_PART, Claim, Measure, Part, Total, strongest, weighted_sum
from tests.model.judge import Birth
from tests.model.rules import Rule
from tests.strategies.amounts import CONTAINER
from tests.strategies.balances import balances, birth_events
from tests.strategies.runs import bits

MOST_PARTS = 16
WEIGHT_LIMIT = 2**32

masks = st.sampled_from(
    [frozenset({position}) for position in range(CREDIT_COUNT)]
    + [frozenset({POST_CONSUMER, MANUFACTURING})]
)
improper_masks = (
    st.sets(st.integers(0, CREDIT_COUNT - 1))
    .map(frozenset)
    .filter(lambda mask: len(mask) != 1 and mask != {POST_CONSUMER, MANUFACTURING})
)


@dataclass(frozen=True)
class Broken:
    """`proposal` breaks `rules` and no other."""

    rules: frozenset[Rule]
    proposal: Birth | Total | Claim


@st.composite
def valid_births(draw: st.DrawFn) -> Birth:
    event, gates, cahra = draw(birth_events()), draw(bits), draw(st.booleans())
    kinds = tuple(a if gate else 0 for a, gate in zip(event.attested, gates, strict=True))
    metal = event.metal
    lot = Balance(
        metal, event.carbon, metal if cahra else 0, kinds, units=event.units, direct=event.direct
    )
    return Birth(event, lot, gates, cahra, event.units)


_BIRTH_RULES = [
    Rule.BIRTH_METAL,
    Rule.BIRTH_CARBON,
    Rule.BIRTH_CAHRA,
    Rule.BIRTH_UNITS,
    *[Rule.BIRTH_CREDIT] * CREDIT_COUNT,
    Rule.BIRTH_DIRECT,
]


@st.composite
def births_one_off(draw: st.DrawFn) -> Broken:
    """One slot of the lot is one mg away from what was attested."""
    birth = draw(valid_births())
    amounts = list(birth.lot.amounts())
    at = draw(st.integers(0, len(amounts) - 1))
    amounts[at] += draw(st.sampled_from([-1, 1]))
    assume(amounts[at] >= 0)
    lot = Balance.of(amounts)
    rules = {_BIRTH_RULES[at]}
    if lot.credits[POST_CONSUMER] + lot.credits[MANUFACTURING] > lot.metal:
        rules.add(Rule.RECYCLED_ONCE)
    if birth.cahra_gate and at == 0:
        rules.add(Rule.BIRTH_CAHRA)
    return Broken(frozenset(rules), replace(birth, lot=lot))


@st.composite
def births_attesting_too_much(draw: st.DrawFn) -> Broken:
    """One kind, or the two recycled ones together, exceed the metal by one mg."""
    birth = draw(valid_births())
    kinds = list(birth.event.attested)
    if draw(st.booleans()):
        kinds[draw(st.sampled_from([0, 3]))] = birth.event.metal + 1
    else:
        kinds[POST_CONSUMER] = draw(st.integers(0, birth.event.metal + 1))
        kinds[MANUFACTURING] = birth.event.metal + 1 - kinds[POST_CONSUMER]
    event = replace(birth.event, attested=tuple(kinds))
    lot = replace(birth.lot, credits=(0,) * CREDIT_COUNT)
    shut = (False,) * CREDIT_COUNT
    broken = Birth(event, lot, shut, birth.cahra_gate, birth.count)
    return Broken(frozenset({Rule.BIRTH_ATTESTED}), broken)


@st.composite
def births_of_something_else(draw: st.DrawFn) -> Broken:
    """No metal at all, other units than the public count, more direct emissions than carbon, or
    2^64 mg."""
    cahra = draw(st.booleans())
    nothing = Birth(BirthEvent(0, 7), Balance(0, 7), draw(bits), cahra)
    whole = AMOUNT_LIMIT
    return draw(
        st.sampled_from(
            [
                Broken(frozenset({Rule.BIRTH_METAL}), nothing),
                Broken(
                    frozenset({Rule.BIRTH_UNITS}),
                    Birth(BirthEvent(5, 7), Balance(5, 7), nothing.gates, False, 2),
                ),
                Broken(
                    frozenset({Rule.DIRECT_PART}),
                    Birth(
                        BirthEvent(5, 7, direct=8), Balance(5, 7, direct=8), nothing.gates, False
                    ),
                ),
                Broken(
                    frozenset({Rule.AMOUNT_RANGE}),
                    Birth(BirthEvent(whole), Balance(whole), nothing.gates, False),
                ),
                Broken(
                    frozenset({Rule.AMOUNT_RANGE}),
                    Birth(BirthEvent(1, whole), Balance(1, whole), nothing.gates, False),
                ),
            ]
        )
    )


broken_births = st.one_of(births_one_off(), births_attesting_too_much(), births_of_something_else())


@st.composite
def valid_totals(draw: st.DrawFn) -> Total:
    """Parts of real size and any weight; now and then one part of the largest size."""
    parts = tuple(
        Part(draw(balances(draw(st.integers(0, CONTAINER)))), draw(st.integers(0, 1000)))
        for _ in range(draw(st.integers(1, MOST_PARTS)))
    )
    if draw(st.booleans()):
        weight = draw(st.integers(WEIGHT_LIMIT - 3, WEIGHT_LIMIT - 1))
        largest = (AMOUNT_LIMIT - 1) // weight
        parts = (Part(Balance(largest, largest, largest), weight),)
    assume(max(weighted_sum(parts).amounts()) < AMOUNT_LIMIT)
    spread = draw(st.permutations([*parts, *[EMPTY_PART] * (MOST_PARTS - len(parts))]))
    return Total(tuple(spread), weighted_sum(parts))


@st.composite
def totals_one_off(draw: st.DrawFn) -> Broken:
    """One slot of the total is one mg away from the sum."""
    proposal = draw(valid_totals())
    amounts = list(proposal.total.amounts())
    at = draw(st.integers(0, len(amounts) - 1))
    amounts[at] += draw(st.sampled_from([-1, 1]))
    assume(0 <= amounts[at] < AMOUNT_LIMIT)
    return Broken(frozenset({Rule.TOTAL_SUM}), replace(proposal, total=Balance.of(amounts)))


@st.composite
def totals_with_padding(draw: st.DrawFn) -> Broken:
    """An unused part brings one mg, or has a weight."""
    proposal = draw(valid_totals())
    at = next((n for n, part in enumerate(proposal.parts) if not part.used), None)
    assume(at is not None)
    parts = list(proposal.parts)
    position = draw(st.integers(0, 8))
    one = Balance.of([int(n == position) for n in range(9)])
    padding = [Part(one, 1, used=False), Part(one, 0, used=False), Part(weight=1, used=False)]
    parts[at or 0] = draw(st.sampled_from(padding))
    total = weighted_sum(tuple(parts))
    assume(max(total.amounts()) < AMOUNT_LIMIT)
    return Broken(frozenset({Rule.PART_EMPTY}), Total(tuple(parts), total))


@st.composite
def totals_too_large(draw: st.DrawFn) -> Broken:
    """The sum of one slot is exactly 2^64."""
    exponent = draw(st.integers(1, 31))
    part = Part(Balance(0, 2 ** (64 - exponent), units=0), 2**exponent)
    parts = (part, *[EMPTY_PART] * (MOST_PARTS - 1))
    return Broken(frozenset({Rule.AMOUNT_RANGE}), Total(parts, weighted_sum(parts)))


broken_totals = st.one_of(totals_one_off(), totals_with_padding(), totals_too_large())


@st.composite
def valid_claims(draw: st.DrawFn) -> Claim:
    """At the strongest threshold that holds, or a weaker one."""
    claim = draw(_strongest_claims())
    if claim.measure.at_least:
        weaker = draw(st.sampled_from([claim.threshold]) | st.integers(0, claim.threshold))
    else:
        weaker = claim.threshold + draw(st.integers(0, 3))
    assume(weaker < AMOUNT_LIMIT)
    return replace(claim, threshold=weaker)


_CLAIM_RULES = {
    Measure.CREDIT: Rule.CLAIM_CREDIT,
    Measure.CAHRA: Rule.CLAIM_CAHRA,
    Measure.CARBON: Rule.CLAIM_CARBON,
    Measure.DIRECT: Rule.CLAIM_DIRECT,
    Measure.PER_UNIT: Rule.CLAIM_PER_UNIT,
}


@st.composite
def claims_one_step_too_far(draw: st.DrawFn) -> Broken:
    """The threshold is one ppm, one mg CO2e per kg, or one mg a unit, beyond what holds."""
    claim = draw(_strongest_claims())
    step = 1 if claim.measure.at_least else -1
    threshold = claim.threshold + step
    assume(0 <= threshold < AMOUNT_LIMIT)
    return Broken(frozenset({_CLAIM_RULES[claim.measure]}), replace(claim, threshold=threshold))


@st.composite
def claims_on_nothing(draw: st.DrawFn) -> Broken:
    claim = draw(_strongest_claims())
    return Broken(frozenset({Rule.CLAIM_EMPTY}), replace(claim, subject=Balance()))


@st.composite
def claims_about_no_units(draw: st.DrawFn) -> Broken:
    subject = replace(draw(balances()), units=0)
    threshold = draw(st.integers(0, 5))
    return Broken(frozenset({Rule.CLAIM_UNITS}), Claim(subject, Measure.PER_UNIT, threshold))


broken_claims = claims_one_step_too_far() | claims_on_nothing() | claims_about_no_units()


@st.composite
def _strongest_claims(draw: st.DrawFn) -> Claim:
    subject, measure = draw(balances()), draw(st.sampled_from(Measure))
    mask = draw(masks) if measure is Measure.CREDIT else frozenset()
    threshold = strongest(subject, measure, mask)
    assume(threshold < AMOUNT_LIMIT)
    return Claim(subject, measure, threshold, mask)
