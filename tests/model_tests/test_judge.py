"""The judge on single runs: right ones, near misses, arbitrary ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.balance import PPM, Balance, RunEvent
from tests.model.judge import judge_run
from tests.model.runs import Run, Slot, Terms
from tests.model.sharing import planned_run
from tests.model_tests.inequalities import run_holds
from tests.model_tests.profile import judged, judged_defects
from tests.strategies.arbitrary import shaken_runs, tiny_runs
from tests.strategies.near_misses import DEFECTS
from tests.strategies.runs import valid_runs


@judged
@given(st.sampled_from([2, 4]).flatmap(lambda size: valid_runs(size=size)))
def test_accepts_runs_that_keep_every_rule(run: Run) -> None:
    assert judge_run(run).refusals == ()
    assert run_holds(run)


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_refuses_near_miss_for_the_named_rule_alone(defect: str) -> None:
    @judged_defects
    @given(st.sampled_from([2, 4]).flatmap(DEFECTS[defect]))
    def refuses(near_miss) -> None:  # type: ignore[no-untyped-def]
        assert judge_run(near_miss.run).broken == {near_miss.rule}
        assert not run_holds(near_miss.run)

    refuses()


@judged
@given(tiny_runs() | shaken_runs())
def test_agrees_with_the_integer_inequalities(run: Run) -> None:
    assert judge_run(run).accepted == run_holds(run)


def test_agrees_with_the_inequalities_on_every_small_split() -> None:
    """All balances of one input and two outputs of up to 3 mg, both kinds of sharing."""
    outcomes = set()
    for run in _small_splits():
        accepted = judge_run(run).accepted
        assert accepted == run_holds(run)
        outcomes.add(accepted)
    assert outcomes == {True, False}


@pytest.mark.parametrize(
    ("loss", "inside"), [(9, False), (10, True), (20, True), (21, False), (0, False)]
)
def test_band_includes_both_ends(loss: int, inside: bool) -> None:
    """A band of 1 % to 2 % on 1000 mg."""
    public = Terms(loss_from=10_000, loss_to=20_000, counts=(1,))
    made = Slot(Balance(1000 - loss))
    run = Run((Slot(Balance(1000)),), (made,), public, RunEvent(1000 - loss, (1000,)))
    assert judge_run(run).accepted
    assert judge_run(run).in_band is inside


@pytest.mark.parametrize(("scrap", "inside"), [(0, True), (50, True), (51, False)])
def test_scrap_has_a_bound(scrap: int, inside: bool) -> None:
    """At most 5 % of 1000 mg; none lost."""
    metals = [1000 - scrap, scrap] if scrap else [1000]
    public = Terms(scrap_to=50_000, scrap=frozenset(range(1, len(metals))))
    run = planned_run([Balance(1000)], metals, public, RunEvent(1000 - scrap, (1000,), 0, scrap))
    assert judge_run(run).accepted
    assert judge_run(run).in_band is inside


@judged
@given(valid_runs())
def test_band_never_decides_acceptance(run: Run) -> None:
    shut = replace(run, terms=replace(run.terms, loss_from=PPM, loss_to=0))
    assert judge_run(shut).accepted
    assert judge_run(shut).in_band is False


def _small_splits() -> list[Run]:
    amounts = range(4)
    return [
        _split(Balance(3, 0, cahra).with_credit(0, credit), metal, cahras, credited, proportional)
        for cahra in amounts
        for credit in amounts
        for metal in amounts
        for cahras in ((0, 0), (1, 0), (1, 1), (1, 2), (2, 1), (0, 3))
        for credited in ((0, 0), (1, 0), (1, 1), (1, 2), (2, 1), (0, 3), (2, 2))
        for proportional in (False, True)
    ]


def _split(
    lot: Balance,
    metal: int,
    cahras: tuple[int, int],
    credited: tuple[int, int],
    proportional: bool,
) -> Run:
    made = [
        Balance(amount, 0, cahra, units=int(amount > 0)).with_credit(0, credit)
        for amount, cahra, credit in zip((metal, 3 - metal), cahras, credited, strict=True)
    ]
    slots = tuple(Slot(one, used=one.metal != 0) for one in made)
    return Run((Slot(lot),), slots, Terms(proportional, counts=tuple(one.units for one in made)))
