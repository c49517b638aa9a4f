"""The planner's runs are accepted by the judge; what the judge refuses, the library refuses.

The library knows nothing of unused slots that bring something, nor of lots whose parts exceed
their metal: such proposals cannot be put in its words, or are refused as soon as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.model import sharing
from tests.model.balance import Balance, RunEvent
from tests.model.claims import Claim, Total
from tests.model.judge import Birth, judge_run
from tests.model.rules import Rule
from tests.model.runs import Run, Slot, Terms, in_band
from tests.model_tests.library import (
    birth_statement,
    claim_statement,
    library_balance,
    library_event,
    model_balance,
    rule_of,
    run_statement,
    total_statement,
)
from tests.model_tests.profile import judged, judged_defects, judged_totals
from tests.strategies.amounts import metals, ppm
from tests.strategies.arbitrary import shaken_runs, tiny_runs
from tests.strategies.balances import balances
from tests.strategies.edits import NearMiss
from tests.strategies.near_misses import DEFECTS
from tests.strategies.runs import terms, valid_runs
from tests.strategies.statements import (
    Broken,
    broken_births,
    broken_claims,
    broken_totals,
    valid_births,
    valid_claims,
    valid_totals,
)
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import Balance as OwnBalance
from zk_circuits.balance import Credits, four
from zk_circuits.errors import ZkError
from zk_circuits.statement_checks import check
from zk_circuits.statements import Statement

UNSPEAKABLE = {"padding_brings_metal", "metal_without_output", "nothing_made"}
"""Near misses in unused slots, which the library fills up by itself."""


def refused(make: Callable[[], Statement]) -> bool:
    """Whether the library refuses the statement, when it is made or when it is checked."""
    try:
        check(make())
    except ZkError:
        return True
    return False


def planned(run: Run, rows: Sequence[Credits] | None = None) -> tuple[OwnBalance, ...]:
    """The library's plan for the inputs, wanted metals, terms and event of `run`."""
    return plan_run(
        [library_balance(slot.balance) for slot in run.inputs if slot.used],
        [slot.balance.metal for slot in run.outputs if slot.used],
        rule_of(run),
        library_event(run.event) if run.event else None,
        rows,
    )


def as_run(run: Run, plan: Sequence[OwnBalance]) -> Run:
    """With all slots in use: the planner knows no others."""
    places = [at for at, slot in enumerate(run.outputs) if slot.used]
    terms = replace(
        run.terms,
        counts=tuple(run.terms.counts[at] for at in places),
        scrap=frozenset(n for n, at in enumerate(places) if at in run.terms.scrap),
        in_units=frozenset(n for n, at in enumerate(places) if at in run.terms.in_units),
    )
    outputs = tuple(Slot(model_balance(balance)) for balance in plan)
    return Run(tuple(slot for slot in run.inputs if slot.used), outputs, terms, run.event)


@judged
@given(valid_runs())
def test_planner_equals_the_model(run: Run) -> None:
    """To the milligram, with the shares that follow the metal."""
    plan = planned(run)
    wanted = [slot.balance.metal for slot in run.outputs if slot.used]
    consumed = [slot.balance for slot in run.inputs if slot.used]
    made = as_run(run, plan)
    expected = sharing.planned_run(consumed, wanted, made.terms, run.event)
    assert made == expected
    assert judge_run(expected).accepted
    statement = run_statement(expected)
    assert (statement.in_band, statement.scrap) == (in_band(expected), expected.scrap)


@judged
@given(valid_runs())
def test_planner_takes_any_credits_that_the_judge_takes(run: Run) -> None:
    rows = [four("credits", slot.balance.credits) for slot in run.outputs if slot.used]
    assert [balance.credits for balance in planned(run, rows)] == rows


@judged
@given(valid_runs())
def test_first_credits_are_accepted(run: Run) -> None:
    consumed = [library_balance(slot.balance) for slot in run.inputs if slot.used]
    wanted = [slot.balance.metal for slot in run.outputs if slot.used]
    rows = greedy_credits(consumed, wanted, rule_of(run))
    assert judge_run(as_run(run, planned(run, rows))).accepted
    if not run.terms.proportional:
        terms = as_run(run, planned(run)).terms
        lots = [slot.balance for slot in run.inputs if slot.used]
        expected = sharing.planned_run(lots, wanted, terms, run.event, sharing.FIRST)
        assert rows == [slot.balance.credits for slot in expected.outputs]


@judged
@given(
    st.lists(balances(), min_size=1, max_size=4),
    st.lists(metals, min_size=1, max_size=4),
    terms(),
    st.none() | st.tuples(metals, metals, ppm),
)
def test_what_is_planned_is_refused_where_the_judge_refuses_it(
    consumed: list[Balance],
    wanted: list[int],
    public: Terms,
    measured: tuple[int, int, int] | None,
) -> None:
    """Arbitrary wanted metals, some near what went in."""
    metal_in = sum(balance.metal for balance in consumed)
    wanted[-1] = max(1, metal_in - sum(wanted[:-1]) + wanted[-1] % 3 - 1)
    event = None
    if measured is None:
        public = Terms(whole=public.whole)
    else:
        out, carbon, off = measured
        fed = tuple(lot.metal + off % 5 for lot in consumed)
        event = RunEvent(sum(wanted) + out % 3 - 1, fed, carbon)
    expected = sharing.planned_run(consumed, wanted, public, event)
    assume(Rule.AMOUNT_RANGE not in judge_run(expected).broken)
    try:
        made = as_run(expected, planned(expected))
        check(run_statement(made))
    except ZkError:
        assert not judge_run(expected).accepted
    else:
        assert judge_run(made).accepted


@judged
@given(valid_runs())
def test_library_accepts_what_the_judge_accepts(run: Run) -> None:
    assert not refused(lambda: run_statement(run))
    assert run_statement(run).in_band == in_band(run)


@pytest.mark.parametrize("defect", sorted(set(DEFECTS) - UNSPEAKABLE))
def test_library_refuses_near_miss(defect: str) -> None:
    @judged_defects
    @given(st.sampled_from([2, 4]).flatmap(DEFECTS[defect]))
    def refuses(near_miss: NearMiss) -> None:
        assert refused(lambda: run_statement(near_miss.run))

    refuses()


@judged
@given(tiny_runs() | shaken_runs())
def test_library_agrees_on_arbitrary_runs(run: Run) -> None:
    """Among runs of lots that exist: with metal, and parts within it. Those that an event names
    stand first: the library knows no gaps between them."""
    gaps = any(not one.used and other.used for one, other in pairwise(run.inputs))
    assume(run.event is None or not gaps)
    used = [slot.balance for slot in run.inputs if slot.used]
    assume(used and all(_exists(balance) for balance in used))
    assume(all(slot.used or slot.balance == Balance(units=0) for slot in run.outputs))
    assert refused(lambda: run_statement(run)) is not judge_run(run).accepted


@judged
@given(valid_births())
def test_library_accepts_births_as_attested(birth: Birth) -> None:
    assert not refused(lambda: birth_statement(birth))


@judged
@given(broken_births)
def test_library_refuses_births_that_are_one_off(broken: Broken) -> None:
    birth = broken.proposal
    assert isinstance(birth, Birth)
    assert refused(lambda: birth_statement(birth))


@judged_totals
@given(valid_totals())
def test_library_accepts_exact_totals(total: Total) -> None:
    assert not refused(lambda: total_statement(total))


@judged_totals
@given(broken_totals)
def test_library_refuses_totals_that_are_one_off(broken: Broken) -> None:
    total = broken.proposal
    assert isinstance(total, Total)
    assume(Rule.PART_EMPTY not in broken.rules)
    assert refused(lambda: total_statement(total))


@judged
@given(valid_claims())
def test_library_accepts_claims_up_to_the_edge(claim: Claim) -> None:
    assert not refused(lambda: claim_statement(claim))


@judged
@given(broken_claims)
def test_library_refuses_claims_one_step_beyond(broken: Broken) -> None:
    claim = broken.proposal
    assert isinstance(claim, Claim)
    assert refused(lambda: claim_statement(claim))


def _exists(balance: Balance) -> bool:
    kinds = balance.credits
    parts = max(balance.cahra, *kinds, kinds[1] + kinds[2])
    return balance.metal >= 1 and parts <= balance.metal
