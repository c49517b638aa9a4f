"""Properties of a planned run, and its outputs against the independent model."""

import pytest
from hypothesis import assume, given

from tests.model.judge import judge_run
from tests.model.runs import Model, Slot, Terms
from tests.model.sharing import planned_run
from tests.strategies.runs import valid_runs
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import NO_CREDITS, Balance, Measurement
from zk_circuits.errors import AllocationImpossible, ZkError
from zk_circuits.rule import RuleModel, RunRule

from .bridge import balance_of, measurement_of, model_of, rule_of

REBOOK = RunRule.of_model(RuleModel.CONTROLLED_BLENDING)
LOTS = (
    Balance(6_000, 1_000, 0, credits=(6_000, 0, 0, 0, 0)),
    Balance(4_000, 9_001, 4_000),
)


def ingredients(run):
    """Inputs, wanted metals, rule and event of a model's run."""
    inputs = [balance_of(slot.balance) for slot in run.inputs if slot.used]
    wanted = [slot.balance.metal for slot in run.outputs if slot.used]
    event = None if run.event is None else measurement_of(run.event)
    return inputs, wanted, rule_of(run.terms), event


@given(valid_runs())
def test_plan_is_the_models_to_the_milligram(run):
    inputs, wanted, rule, event = ingredients(run)
    plan = plan_run(inputs, wanted, rule, event)
    used = [slot.balance for slot in run.inputs if slot.used]
    theirs = planned_run(used, wanted, run.terms, run.event)
    assert [model_of(made) for made in plan.outputs] == theirs.made()
    verdict = judge_run(theirs)
    assert verdict.accepted
    assert plan.in_band is verdict.in_band
    assert plan.loss == theirs.loss


@given(valid_runs())
def test_metal_is_conserved(run):
    inputs, wanted, rule, event = ingredients(run)
    plan = plan_run(inputs, wanted, rule, event)
    made = sum(lot.metal for lot in plan.outputs)
    assert made + plan.loss == sum(lot.metal for lot in inputs)
    assert plan.loss >= 0
    assert event is not None or plan.loss == 0


@given(valid_runs())
def test_carbon_never_shrinks_and_grows_by_less_than_a_milligram_an_output(run):
    inputs, wanted, rule, event = ingredients(run)
    plan = plan_run(inputs, wanted, rule, event)
    before = sum(lot.carbon for lot in inputs) + (event.carbon if event else 0)
    after = sum(lot.carbon for lot in plan.outputs)
    assert before <= after < before + len(plan.outputs)


@given(valid_runs())
def test_cahra_share_never_shrinks(run):
    inputs, wanted, rule, event = ingredients(run)
    metal, cahra = (sum(getattr(lot, name) for lot in inputs) for name in ("metal", "cahra"))
    for lot in plan_run(inputs, wanted, rule, event).outputs:
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
    for index in range(5):
        before = sum(lot.credits[index] for lot in inputs)
        after = sum(lot.credits[index] for lot in plan.outputs)
        assert after * metal_in <= before * metal_out


@given(valid_runs())
def test_greedy_credits_keep_every_rule(run):
    inputs, wanted, rule, event = ingredients(run)
    rows = greedy_credits(inputs, wanted, rule)
    plan = plan_run(inputs, wanted, rule, event, rows)
    used = [slot.balance for slot in run.inputs if slot.used]
    theirs = planned_run(used, wanted, run.terms, run.event, rows)
    assert judge_run(theirs).accepted
    assert [model_of(made) for made in plan.outputs] == theirs.made()


@given(valid_runs(model=Model.MASS_BALANCE))
def test_greedy_credits_leave_nothing_that_an_output_could_bear(run):
    inputs, wanted, rule, _ = ingredients(run)
    rows = greedy_credits(inputs, wanted, rule)
    metal_in, metal_out = sum(lot.metal for lot in inputs), sum(wanted)
    for index in (0, 3, 4):
        most = rule.available(index, inputs) * metal_out // metal_in
        assert sum(row[index] for row in rows) == most


def test_mass_balance_gives_the_credit_to_the_first_output():
    rule = RunRule.of_model(RuleModel.MASS_BALANCE)
    rows = greedy_credits(LOTS, [5_000, 5_000], rule)
    assert rows == [(5_000, 0, 0, 0, 0), (1_000, 0, 0, 0, 0)]
    plan = plan_run(LOTS, [5_000, 5_000], rule, wanted_credits=rows)
    assert [lot.credits[0] for lot in plan.outputs] == [5_000, 1_000]
    assert [lot.carbon for lot in plan.outputs] == [5_001, 5_001]
    assert [lot.cahra for lot in plan.outputs] == [2_000, 2_000]


def test_wanted_credits_may_be_less():
    rule = RunRule.of_model(RuleModel.MASS_BALANCE)
    plan = plan_run(LOTS, [10_000], rule, wanted_credits=[NO_CREDITS])
    assert plan.outputs[0].credits == NO_CREDITS


EVENT = Measurement(metal_out=9_000, carbon=50, metal_in=10_010)
PROCESS = RunRule.of_model(
    RuleModel.CONTROLLED_BLENDING, tolerance_ppm=1_000, loss_band_ppm=(90_000, 110_000)
)


def test_process_loses_the_residual():
    plan = plan_run(LOTS, [8_999], PROCESS, EVENT)
    assert (plan.loss, plan.in_band) == (1_001, True)
    assert plan.outputs[0] == Balance(8_999, 10_051, 3_600, credits=(5_399, 0, 0, 0, 0))


def test_loss_outside_the_band_is_said_not_refused():
    assert plan_run(LOTS, [8_000], PROCESS, EVENT).in_band is False


@pytest.mark.parametrize(
    ("wanted", "rule", "event", "value", "limit"),
    [
        ([10_001], REBOOK, None, 10_001, 10_000),
        ([9_999], REBOOK, None, 1, 0),
        ([9_001], PROCESS, EVENT, 9_001, 9_000),
        ([9_000], PROCESS, Measurement(9_000, 0, 10_011), 11, 10),
        ([10_000], REBOOK, Measurement(10_000, 2**64 - 1, 10_000), 2**64 + 10_000, 2**64 - 1),
    ],
)
def test_impossible_run_is_refused_with_its_numbers(wanted, rule, event, value, limit):
    with pytest.raises(AllocationImpossible) as refused:
        plan_run(LOTS, wanted, rule, event)
    assert (refused.value.values["value"], refused.value.values["limit"]) == (value, limit)


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (RuleModel.MASS_BALANCE, [(5_000, 0, 0, 0, 0), (1_001, 0, 0, 0, 0)]),
        (RuleModel.MASS_BALANCE, [(5_001, 0, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (RuleModel.MASS_BALANCE, [(0, 1, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (RuleModel.CONTROLLED_BLENDING, [(3_001, 0, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (RuleModel.SEGREGATED, [(3_000, 0, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (RuleModel.MASS_BALANCE, [(0, 0, 0, 0, 0)]),
    ],
)
def test_impossible_credits_are_refused(model, rows):
    rule = RunRule.of_model(model)
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
    lots = [Balance(10, 0, 0, credits=(0, 0, 7, 0, 0))]
    grant_post_consumer = RunRule(True, False, grants=0b10)
    plan = plan_run(lots, [10], grant_post_consumer)
    assert plan.outputs[0].credits == (0, 10, 0, 0, 0)
    grant_manufacturing = RunRule(True, False, grants=0b100)
    plan = plan_run([Balance(10, 0, 0, credits=(0, 7, 0, 0, 0))], [10], grant_manufacturing)
    assert plan.outputs[0].credits == (0, 0, 10, 0, 0)


def test_segregated_keeps_only_whole_credits():
    rule = RunRule.of_model(RuleModel.SEGREGATED)
    assert plan_run(LOTS, [10_000], rule).outputs[0].credits == NO_CREDITS
    full = [LOTS[0], Balance(5, 0, 0, credits=(5, 0, 0, 0, 0))]
    assert plan_run(full, [6_000, 5], rule).outputs[1].credits == (5, 0, 0, 0, 0)


def test_model_and_bridge_use_the_same_padding():
    run = planned_run([model_of(LOTS[0])], [6_000], Terms())
    assert run.inputs == (Slot(model_of(LOTS[0])),)
