"""What holds over whole random histories, checked against exact mixing in Fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from tests.model.balance import (
    CREDIT_COUNT,
    MANUFACTURING,
    POST_CONSUMER,
    total_cahra,
    total_credit,
    total_metal,
)
from tests.model.claims import Measure, strongest
from tests.model.lots import Lot
from tests.model.rules import Refused
from tests.model.runs import Model
from tests.model.story import StoryTotals, story_totals, tell
from tests.model_tests.profile import judged_histories
from tests.model_tests.shadow import Shadow, shadow_of
from tests.strategies.histories import Step, histories
from tests.strategies.runs import MODELS

WITHOUT_MASS_BALANCE = MODELS[:3]


@judged_histories
@given(histories())
def test_metal_adds_up_to_the_milligram(steps: list[Step]) -> None:
    """Domain rule 2: born = standing + lost + written off; every lot holds its true metal."""
    shadow = shadow_of(steps)
    assert shadow.story.metal_adds_up
    for name, lot in shadow.story.ledger.lots.items():
        assert lot.balance.metal == shadow.content[name].metal


@judged_histories
@given(histories())
def test_carbon_never_shrinks(steps: list[Step]) -> None:
    """Domain rule 3: all carbon ever attested stands or was written off, rounded up only."""
    shadow = shadow_of(steps)
    story = shadow.story
    attested = story.born_carbon + story.run_carbon
    accounted = story.standing_carbon + story.written_off_carbon
    assert attested <= accounted <= attested + _lots_made(shadow)
    for name, lot in story.ledger.lots.items():
        assert lot.balance.carbon >= shadow.content[name].carbon


@judged_histories
@given(histories())
def test_cahra_share_never_shrinks(steps: list[Step]) -> None:
    """Domain rule 3: in no run, and against the births that a lot really comes from."""
    shadow = shadow_of(steps)
    for _, consumed, result in shadow.runs:
        brought = Fraction(*_shares(consumed))
        assert all(lot.balance.cahra_share() >= brought for lot in result.lots)
    for name, lot in shadow.story.ledger.lots.items():
        assert shadow.cahra(name) <= lot.balance.cahra <= lot.balance.metal
    standing = shadow.story.ledger.standing()
    excess = sum(lot.balance.cahra - shadow.cahra(lot.name) for lot in standing)
    assert excess <= _lots_made(shadow)


@judged_histories
@given(histories())
def test_credits_never_grow_and_bear_their_share_of_loss(steps: list[Step]) -> None:
    """Domain rule 3: in every run that does not grant, whatever the model."""
    for step, consumed, result in shadow_of(steps).runs:
        before = [lot.balance for lot in consumed]
        after = [lot.balance for lot in result.lots]
        kept = Fraction(total_metal(after), total_metal(before))
        for k in range(CREDIT_COUNT):
            if step["do"] == "recover" and k in (POST_CONSUMER, MANUFACTURING):
                continue
            assert total_credit(after, k) <= total_credit(before, k) * kept


@judged_histories
@given(histories(models=WITHOUT_MASS_BALANCE))
def test_without_mass_balance_no_lot_claims_more_than_it_is(steps: list[Step]) -> None:
    """Domain rule 3: each credit of each lot is at most the metal of that kind in it."""
    shadow = shadow_of(steps)
    for name, lot in shadow.story.ledger.lots.items():
        truth = shadow.content[name].credits
        assert all(c <= t for c, t in zip(lot.balance.credits, truth, strict=True))


@judged_histories
@given(histories())
def test_credits_stay_within_the_metal(steps: list[Step]) -> None:
    """Spec 3: each credit, and the two recycled ones together."""
    for lot in story_totals(steps).ledger.lots.values():
        kinds = lot.balance.credits
        assert max(kinds) <= lot.balance.metal
        assert kinds[POST_CONSUMER] + kinds[MANUFACTURING] <= lot.balance.metal


@judged_histories
@given(histories())
def test_models_never_improve(steps: list[Step]) -> None:
    """Domain rule 5, along every path; identity preserved keeps one origin."""
    lots = story_totals(steps).ledger.lots
    for lot in lots.values():
        assert all(lots[parent].model <= lot.model for parent in lot.parents)
        assert lot.model is not Model.IDENTITY_PRESERVED or len(lot.origins) == 1
        assert lot.origins == _births_above(lots, lot)


@judged_histories
@given(histories())
def test_segregated_lots_made_by_runs_are_whole(steps: list[Step]) -> None:
    """Domain rule 5: each credit at 0 or 100 %."""
    for lot in story_totals(steps).ledger.lots.values():
        if lot.model.whole and lot.parents:
            assert set(lot.balance.credits) <= {0, lot.balance.metal}


@judged_histories
@given(histories(models=WITHOUT_MASS_BALANCE))
def test_no_claim_is_better_than_the_best_birth(steps: list[Step]) -> None:
    """By induction: what one lot proves holds for its whole past."""
    lots = story_totals(steps).ledger.lots
    recovered = {step["do"] for step in steps} & {"recover"}
    for lot in lots.values():
        births = [lots[name].balance for name in lot.origins]
        for measure in (Measure.CAHRA, Measure.CARBON):
            best = min(strongest(birth, measure) for birth in births)
            assert strongest(lot.balance, measure) >= best
        for k in range(CREDIT_COUNT):
            if recovered and k in (POST_CONSUMER, MANUFACTURING):
                continue
            best_share = max(birth.credit_share(k) for birth in births)
            assert lot.balance.credit_share(k) <= best_share


@judged_histories
@given(histories())
def test_every_refused_step_changes_nothing(steps: list[Step]) -> None:
    """Consumed lots, used events and taken names are refused and leave no trace."""
    story = story_totals(steps)
    before = (dict(story.ledger.lots), set(story.ledger.events))
    for step in steps:
        if step["do"] in ("birth", "process", "recover", "write_off"):
            _refuse_again(story, step)
    assert (story.ledger.lots, story.ledger.events) == before


def _refuse_again(story: StoryTotals, step: Step) -> None:
    with pytest.raises(Refused):
        tell(story, step)


def _shares(lots: list[Lot]) -> tuple[int, int]:
    balances = [lot.balance for lot in lots]
    return total_cahra(balances), total_metal(balances)


def _lots_made(shadow: Shadow) -> int:
    """Each lot that a run makes rounds up by less than one."""
    return sum(len(result.lots) for _, _, result in shadow.runs)


def _births_above(lots: dict[str, Lot], lot: Lot) -> frozenset[str]:
    if not lot.parents:
        return frozenset({lot.name})
    return frozenset().union(*(_births_above(lots, lots[parent]) for parent in lot.parents))
