"""Properties of a planned run, and its outputs against the independent model."""

from dataclasses import replace

import pytest
from hypothesis import assume, given

from tests.model.judge import judge_run
from tests.model.runs import Model
from tests.model.sharing import planned_run
from tests.model_tests.library import library_balance, library_event, model_balance, rule_of
from tests.strategies.runs import valid_runs
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import NO_CREDITS, Balance, RunMeasurement
from zk_circuits.errors import AllocationImpossible, ZkError
from zk_circuits.rule import RuleModel, RunRule

REBOOK = RunRule.rebook(RuleModel.CONTROLLED_BLENDING, (1,))
TWO = RunRule.rebook(RuleModel.CONTROLLED_BLENDING, (1, 1))
FREE = RunRule((1, 1), proportional=False)
LOTS = (
    Balance(6_000, 1_000, 0, credits=(6_000, 0, 0, 0), direct=10),
    Balance(4_000, 9_001, 4_000, direct=91),
)


def ingredients(run):
    """Inputs, wanted metals, rule and event of a model's run."""
    inputs = [library_balance(slot.balance) for slot in run.inputs if slot.used]
    wanted = [slot.balance.metal for slot in run.outputs if slot.used]
    event = None if run.event is None else library_event(run.event)
    return inputs, wanted, rule_of(run), event


def compact(run):
    """The same run without empty slots."""
    places = [at for at, slot in enumerate(run.outputs) if slot.used]
    terms = run.terms
    counts = tuple(terms.counts[at] for at in places)
    scrap = frozenset(n for n, at in enumerate(places) if at in terms.scrap)
    in_units = frozenset(n for n, at in enumerate(places) if at in terms.in_units)
    return replace(terms, counts=counts, scrap=scrap, in_units=in_units)


@given(valid_runs())
def test_plan_is_the_models_to_the_milligram(run):
    inputs, wanted, rule, event = ingredients(run)
    plan = plan_run(inputs, wanted, rule, event)
    used = [slot.balance for slot in run.inputs if slot.used]
    theirs = planned_run(used, wanted, compact(run), run.event)
    assert [model_balance(made) for made in plan] == theirs.made()
    assert judge_run(theirs).accepted


@given(valid_runs())
def test_emissions_never_shrink_and_grow_by_less_than_a_milligram_an_output(run):
    inputs, wanted, rule, event = ingredients(run)
    plan = plan_run(inputs, wanted, rule, event)
    for name in ("carbon", "direct"):
        added = getattr(event, name) if event else 0
        before = sum(getattr(lot, name) for lot in inputs) + added
        after = sum(getattr(lot, name) for lot in plan)
        assert before <= after < before + len(plan)


@given(valid_runs())
def test_cahra_share_never_shrinks(run):
    inputs, wanted, rule, event = ingredients(run)
    metal, cahra = (sum(getattr(lot, name) for lot in inputs) for name in ("metal", "cahra"))
    for lot in plan_run(inputs, wanted, rule, event):
        assert lot.cahra * metal >= cahra * lot.metal
        assert (lot.cahra - 1) * metal < cahra * lot.metal


@pytest.mark.parametrize("spread", [None, greedy_credits])
@given(run=valid_runs())
def test_credits_never_grow_and_bear_the_loss(spread, run):
    inputs, wanted, rule, event = ingredients(run)
    assume(rule.grants == 0)
    wanted_credits = spread(inputs, wanted, rule) if spread else None
    plan = plan_run(inputs, wanted, rule, event, wanted_credits)
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    for index in range(4):
        before = sum(lot.credits[index] for lot in inputs)
        after = sum(lot.credits[index] for lot in plan)
        assert after * metal_in <= before * metal_out


@given(valid_runs(model=Model.MASS_BALANCE, with_event=True))
def test_greedy_credits_leave_nothing_that_an_output_could_bear(run):
    inputs, wanted, rule, _ = ingredients(run)
    rows = greedy_credits(inputs, wanted, rule)
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    for index in (0, 3):
        most = rule.available(index, inputs) * metal_out // metal_in
        assert sum(row[index] for row in rows) == most


def test_mass_balance_gives_the_credit_to_the_first_output():
    event = RunMeasurement(10_000, (6_000, 4_000))
    rows = greedy_credits(LOTS, [5_000, 5_000], FREE)
    assert rows == [(5_000, 0, 0, 0), (1_000, 0, 0, 0)]
    plan = plan_run(LOTS, [5_000, 5_000], FREE, event, wanted_credits=rows)
    assert [lot.credits[0] for lot in plan] == [5_000, 1_000]
    assert [lot.carbon for lot in plan] == [5_001, 5_001]
    assert [lot.direct for lot in plan] == [51, 51]
    assert [lot.cahra for lot in plan] == [2_000, 2_000]


def test_wanted_credits_may_be_less():
    plan = plan_run(LOTS, [10_000], REBOOK, wanted_credits=[NO_CREDITS])
    assert plan[0].credits == NO_CREDITS


EVENT = RunMeasurement(8_999, (6_000, 4_010), carbon=50)
PROCESS = RunRule((1,), tolerance_ppm=3_000, loss_from_ppm=90_000, loss_to_ppm=110_000)


def test_process_loses_the_residual():
    (made,) = plan_run(LOTS, [8_999], PROCESS, EVENT)
    assert made == Balance(8_999, 10_051, 3_600, credits=(5_399, 0, 0, 0), direct=101)
    assert PROCESS.in_band(10_000, 8_999, 0)


@pytest.mark.parametrize(
    ("wanted", "event", "value", "limit"),
    [
        ([10_001], None, 10_001, 10_000),
        ([9_999], None, 9_999, 10_000),
        ([9_000], EVENT, 9_000, 8_999),
        ([8_998], EVENT, 8_998, 8_999),
        (
            [10_000],
            RunMeasurement(10_000, (6_000, 4_000), carbon=2**64 - 1),
            2**64 + 10_000,
            2**64 - 1,
        ),
    ],
)
def test_impossible_run_is_refused_with_its_numbers(wanted, event, value, limit):
    with pytest.raises(AllocationImpossible) as refused:
        plan_run(LOTS, wanted, REBOOK, event)
    assert (refused.value.values["value"], refused.value.values["limit"]) == (value, limit)


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        (FREE, [(5_000, 0, 0, 0), (1_001, 0, 0, 0)]),
        (FREE, [(5_001, 0, 0, 0), (0, 0, 0, 0)]),
        (FREE, [(0, 1, 0, 0), (0, 0, 0, 0)]),
        (TWO, [(3_001, 0, 0, 0), (0, 0, 0, 0)]),
        (RunRule.rebook(RuleModel.SEGREGATED, (1, 1)), [(3_000, 0, 0, 0), (0, 0, 0, 0)]),
        (FREE, [(0, 0, 0, 0)]),
    ],
)
def test_impossible_credits_are_refused(rule, rows):
    with pytest.raises(AllocationImpossible):
        plan_run(LOTS, [5_000, 5_000], rule, wanted_credits=rows)


@pytest.mark.parametrize("wanted", [[], [0], [10_000, 0], [-1, 10_001], [2**64]])
def test_outputs_have_metal(wanted):
    with pytest.raises(ZkError):
        plan_run(LOTS, wanted, REBOOK)


def test_nothing_comes_out_of_no_inputs():
    with pytest.raises(AllocationImpossible):
        plan_run([], [1], REBOOK)
    assert greedy_credits([], [1], REBOOK) == [NO_CREDITS]


def test_both_recycled_credits_never_count_one_metal_twice():
    lots = [Balance(10, 0, 0, credits=(0, 0, 7, 0))]
    (made,) = plan_run(lots, [10], RunRule((1,), grants=0b10))
    assert made.credits == (0, 10, 0, 0)
    lots = [Balance(10, 0, 0, credits=(0, 7, 0, 0))]
    (made,) = plan_run(lots, [10], RunRule((1,), grants=0b100))
    assert made.credits == (0, 0, 10, 0)


def test_segregated_keeps_only_whole_credits():
    rule = RunRule.rebook(RuleModel.SEGREGATED, (1,))
    assert plan_run(LOTS, [10_000], rule)[0].credits == NO_CREDITS
    full = [LOTS[0], Balance(5, 0, 0, credits=(5, 0, 0, 0))]
    rule = RunRule.rebook(RuleModel.SEGREGATED, (1, 1))
    assert plan_run(full, [6_000, 5], rule)[1].credits == (5, 0, 0, 0)
