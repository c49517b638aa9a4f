"""The judge on births, totals and claims."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given

from tests.model.balance import PPM, Balance
from tests.model.claims import (
    Claim,
    Measure,
    Total,
    judge_claim,
    judge_total,
    strongest,
    weight_of,
)
from tests.model.judge import Birth, judge_birth
from tests.model.rules import Rule
from tests.model_tests.profile import judged, judged_totals
from tests.strategies.balances import balances
from tests.strategies.statements import (
    Broken,
    broken_births,
    broken_claims,
    broken_totals,
    improper_masks,
    masks,
    valid_births,
    valid_claims,
    valid_totals,
)


@judged
@given(valid_births())
def test_accepts_births_as_attested(birth: Birth) -> None:
    assert judge_birth(birth).refusals == ()


@judged
@given(broken_births)
def test_refuses_births_that_are_one_off(broken: Broken) -> None:
    assert isinstance(broken.proposal, Birth)
    assert judge_birth(broken.proposal).broken == broken.rules


@judged_totals
@given(valid_totals())
def test_accepts_exact_totals(total: Total) -> None:
    assert judge_total(total).refusals == ()


@judged_totals
@given(broken_totals)
def test_refuses_totals_that_are_one_off(broken: Broken) -> None:
    assert isinstance(broken.proposal, Total)
    assert judge_total(broken.proposal).broken == broken.rules


@judged
@given(valid_claims())
def test_accepts_claims_up_to_the_edge(claim: Claim) -> None:
    assert judge_claim(claim).refusals == ()


@judged
@given(broken_claims)
def test_refuses_claims_one_step_beyond(broken: Broken) -> None:
    assert isinstance(broken.proposal, Claim)
    assert judge_claim(broken.proposal).broken == broken.rules


@judged
@given(balances(), improper_masks)
def test_refuses_masks_that_count_metal_twice(subject: Balance, mask: frozenset[int]) -> None:
    assert Rule.CLAIM_MASK in judge_claim(Claim(subject, Measure.CREDIT, 0, mask)).broken


@judged
@given(balances(), masks)
def test_no_lot_claims_more_than_all(subject: Balance, mask: frozenset[int]) -> None:
    assert strongest(subject, Measure.CREDIT, mask) <= PPM
    assert strongest(subject, Measure.CAHRA) <= PPM


@judged_totals
@given(valid_totals())
def test_total_lies_between_its_parts(total: Total) -> None:
    """No claim on a total is better than the best of the parts that weigh anything."""
    parts = [part.balance for part in total.parts if part.weight * part.balance.metal]
    bare = [part for part in total.parts if part.weight and not part.balance.metal]
    assume(parts and not bare)
    shares = [part.cahra_share() for part in parts]
    assert min(shares) <= total.total.cahra_share() <= max(shares)
    heat = [part.carbon_intensity() for part in parts]
    assert min(heat) <= total.total.carbon_intensity() <= max(heat)


@pytest.mark.parametrize(
    ("units", "scale", "count", "weight"),
    [(1, 1000, 1000, 1), (3, 1000, 8, 375), (1, 1000, 3, None), (7, 12, 4, 21), (2, 5, 1, 10)],
)
def test_weights_are_exact_or_refused(
    units: int, scale: int, count: int, weight: int | None
) -> None:
    assert weight_of(units, scale, count) == weight
    assert weight is None or Fraction(weight, scale) == Fraction(units, count)
