"""The circuits and the judge agree, in both directions.

A witness comes into being exactly when the judge accepts, and the public bit of a run is the
judge's. Witness programs are built by `python -m zk_circuits.build`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.model.balance import PPM, Balance, RunEvent
from tests.model.claims import Claim, Measure, Total, judge_claim, judge_total
from tests.model.judge import Birth, judge_birth, judge_run
from tests.model.runs import Run, Slot, Terms
from tests.model_tests.encoding import (
    birth_inputs,
    circuit_of,
    claim_inputs,
    run_inputs,
    total_inputs,
)
from tests.model_tests.profile import judged_defects, judged_witnesses
from tests.model_tests.witness import WitnessPrograms
from tests.strategies.arbitrary import shaken_runs, tiny_runs, wrapped_runs
from tests.strategies.edits import NearMiss, padded
from tests.strategies.near_misses import DEFECTS
from tests.strategies.runs import valid_runs
from tests.strategies.statements import (
    Broken,
    broken_births,
    broken_claims,
    broken_totals,
    valid_births,
    valid_claims,
    valid_totals,
)

SIZES = [2, 4]


def agree_on_run(programs: WitnessPrograms, run: Run) -> bool:
    """Compare; says whether the run was accepted."""
    verdict = judge_run(run)
    answer = programs.ask(circuit_of(run), run_inputs(run))
    assert answer.accepted == verdict.accepted, (verdict.refusals, answer.refused)
    if answer.accepted and circuit_of(run) == "run4":
        assert answer.first == int(bool(verdict.in_band))
    return verdict.accepted


@pytest.mark.parametrize("size", SIZES)
def test_circuit_accepts_runs_that_keep_every_rule(programs: WitnessPrograms, size: int) -> None:
    @judged_witnesses
    @given(valid_runs(size=size))
    def accepts(run: Run) -> None:
        assert agree_on_run(programs, run)

    accepts()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_circuit_refuses_near_miss(programs: WitnessPrograms, defect: str, size: int) -> None:
    @judged_defects
    @given(DEFECTS[defect](size))
    def refuses(near_miss: NearMiss) -> None:
        assert not agree_on_run(programs, near_miss.run)

    refuses()


@pytest.mark.parametrize("size", SIZES)
def test_circuit_agrees_on_arbitrary_runs(programs: WitnessPrograms, size: int) -> None:
    @judged_witnesses
    @given(tiny_runs(size) | shaken_runs(size))
    def agrees(run: Run) -> None:
        agree_on_run(programs, run)

    agrees()


@pytest.mark.parametrize("size", SIZES)
def test_circuit_refuses_amounts_below_zero(programs: WitnessPrograms, size: int) -> None:
    @judged_witnesses
    @given(wrapped_runs(size))
    def refuses(run: Run) -> None:
        assert not agree_on_run(programs, run)

    refuses()


@judged_witnesses
@given(st.integers(1, 10**10), st.integers(0, PPM), st.data())
def test_circuit_reads_both_ends_of_the_band(
    programs: WitnessPrograms, metal: int, share: int, data: st.DataObject
) -> None:
    """The loss is moved by one mg around each end of a band, on a scale that allows it."""
    edge = metal * share // PPM
    loss = data.draw(st.sampled_from([edge - 1, edge, edge + 1]))
    low, high = data.draw(st.sampled_from([(share, PPM), (0, share), (share, share)]))
    assume(0 <= loss < metal)
    made = Slot(Balance(metal - loss))
    event = RunEvent(metal - loss, (metal,))
    public = Terms(loss_from=low, loss_to=high, counts=(1,))
    assert agree_on_run(programs, padded(Run((Slot(Balance(metal)),), (made,), public, event), 4))


@judged_witnesses
@given(valid_births())
def test_circuit_accepts_births_as_attested(programs: WitnessPrograms, birth: Birth) -> None:
    assert judge_birth(birth).accepted
    assert programs.ask("origin", birth_inputs(birth)).accepted


@judged_witnesses
@given(broken_births)
def test_circuit_refuses_births_that_are_one_off(programs: WitnessPrograms, broken: Broken) -> None:
    assert isinstance(broken.proposal, Birth)
    assert not judge_birth(broken.proposal).accepted
    assert not programs.ask("origin", birth_inputs(broken.proposal)).accepted


@judged_witnesses
@given(valid_totals())
def test_circuit_accepts_exact_totals(programs: WitnessPrograms, total: Total) -> None:
    assert judge_total(total).accepted
    assert programs.ask("total", total_inputs(total)).accepted


@judged_witnesses
@given(broken_totals)
def test_circuit_refuses_totals_that_are_one_off(programs: WitnessPrograms, broken: Broken) -> None:
    assert isinstance(broken.proposal, Total)
    assert not judge_total(broken.proposal).accepted
    assert not programs.ask("total", total_inputs(broken.proposal)).accepted


@judged_witnesses
@given(valid_claims())
def test_circuit_accepts_claims_up_to_the_edge(programs: WitnessPrograms, claim: Claim) -> None:
    assert judge_claim(claim).accepted
    assert programs.ask("claim", claim_inputs(claim)).accepted


@judged_witnesses
@given(broken_claims)
def test_circuit_refuses_claims_one_step_beyond(programs: WitnessPrograms, broken: Broken) -> None:
    assert isinstance(broken.proposal, Claim)
    assert not judge_claim(broken.proposal).accepted
    assert not programs.ask("claim", claim_inputs(broken.proposal)).accepted


@pytest.mark.parametrize(
    "measures",
    [
        *(0, 1 << 69 | 1 << 70, 1 << 64 | 1 << 69, 1 << 65 | 1 << 70, 1 << 66 | 3 << 69),
        *(1 << 68 | 1 << 70, 1 << 64 | 1 << 71, 1 << 68 | 1 << 71, 0b1111 << 68),
    ],
)
def test_circuit_wants_exactly_one_measure(programs: WitnessPrograms, measures: int) -> None:
    """A lot that fulfils every measure at once, asked for none or for two of them."""
    subject = Balance(5, 0, 0, (5, 5, 0, 0))
    inputs = claim_inputs(Claim(subject, Measure.CREDIT, 0, frozenset({0})))
    assert programs.ask("claim", inputs).accepted
    assert not programs.ask("claim", {**inputs, "statement": measures}).accepted


def test_circuit_refuses_swapped_openings(programs: WitnessPrograms) -> None:
    """The numbers add up, but another slot's commitment stands beside them."""
    lots = (Slot(Balance(4)), Slot(Balance(6)))
    run = Run(lots, (Slot(Balance(5)), Slot(Balance(5))), Terms(counts=(1, 1)))
    inputs = run_inputs(run)
    assert programs.ask("rebook2", inputs).accepted
    for name in ("in", "out"):
        swapped = {**inputs, name: list(reversed(inputs[name]))}
        assert not programs.ask("rebook2", swapped).accepted


def test_program_recovers_from_a_refusal(programs: WitnessPrograms) -> None:
    """One refusal must not colour the next answer."""
    run = Run((Slot(Balance(4)),), (Slot(Balance(4)),), Terms(counts=(1,)))
    right = run_inputs(padded(run, 2))
    wrong = run_inputs(padded(replace(run, outputs=(Slot(Balance(5)),)), 2))
    answers = [programs.ask("rebook2", inputs).accepted for inputs in (right, wrong, right, wrong)]
    assert answers == [True, False, True, False]
