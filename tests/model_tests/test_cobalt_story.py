"""The cobalt story, run by run, total by total and claim by claim, before the independent judge.

The rehearsal plays examples/cobalt/story.yaml with the library's arithmetic; here every amount
that it makes is worked out anew by the model and must be the same milligram.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.model.balance import PPM
from tests.model.claims import Claim, Measure, Part, judge_claim, weight_of, weighted_sum
from tests.model.judge import judge_run
from tests.model.runs import Model, Run
from tests.model.sharing import FIRST, Assignment, planned_run
from tests.model_tests.library import model_balance, model_event, model_terms
from tests.unit.oracle import rehearsal
from tests.unit.oracle.rehearsal import Rehearsal
from tests.unit.oracle.setting import Setting
from zk_circuits.allocation import plan_run
from zk_circuits.balance import Balance as LibraryBalance
from zk_circuits.balance import Credits, RunMeasurement
from zk_circuits.rule import RunRule

MEASURES = {
    "CREDIT_SHARE": Measure.CREDIT,
    "CAHRA_SHARE": Measure.CAHRA,
    "CARBON_INTENSITY": Measure.CARBON,
}
CREDITS = {"responsible": 0, "recycledPostConsumer": 1, "recycledManufacturing": 2}


class Judged(Rehearsal):
    """The rehearsal, with each claim put before the judge as well."""

    asked: int = 0
    born: int = 0  # mg of all elements

    def _birth(self, step: dict[str, Any]) -> None:
        super()._birth(step)
        self.born += sum(self.lots[entry["lot"]].balance.metal for entry in step["lots"])

    def _claim(self, step: dict[str, Any]) -> None:
        super()._claim(step)
        subject = step["subject"]
        hidden = self.totals[subject] if subject in self.totals else self.lots[subject].balance
        mask = frozenset(CREDITS[name] for name in step.get("credits", ()))
        threshold = ppm_of(step["threshold"])
        claim = Claim(model_balance(hidden), MEASURES[step["measure"]], threshold, mask)
        assert judge_claim(claim).accepted == self.claims[step["id"]]
        self.asked += 1

    def _total(self, step: dict[str, Any]) -> None:
        super()._total(step)
        parts = tuple(
            Part(model_balance(lot.balance), weight_of(units, step["scale"], lot.count) or 0)
            for lot, units in (
                (self.lots[label], units) for label, units in self.parts[step["product"]]
            )
            if lot.element == step["element"]
        )
        assert model_balance(self.totals[step["total"]]) == weighted_sum(parts)


def ppm_of(text: str) -> int:
    """`64 %` in ppm, `22.5 kg/kg` in mg CO2e per kg; both 10^6 to the unit."""
    number, unit = text.split()
    share = Fraction(number) * PPM / (100 if unit == "%" else 1)
    assert share.denominator == 1
    return share.numerator


@pytest.fixture(scope="module")
def compared() -> Iterator[list[Run]]:
    """Runs that the library planned, each worked out anew when it was."""
    runs: list[Run] = []

    def judged_plan(
        inputs: Sequence[LibraryBalance],
        wanted: Sequence[int],
        rule: RunRule,
        event: RunMeasurement | None = None,
        rows: Sequence[Credits] | None = None,
    ) -> tuple[LibraryBalance, ...]:
        plan = plan_run(inputs, wanted, rule, event, rows)
        lots = [model_balance(lot) for lot in inputs]
        assignment: Assignment | None = None if rows is None else FIRST
        attested = model_event(event) if event else None
        run = planned_run(lots, list(wanted), model_terms(rule), attested, assignment)
        assert judge_run(run).accepted, judge_run(run).refusals
        assert [model_balance(one) for one in plan] == run.made()
        runs.append(run)
        return plan

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsal, "plan_run", judged_plan)
        yield runs


@pytest.fixture(scope="module")
def played(root: Path, compared: list[Run]) -> Judged:
    story = Judged(Setting(root / "examples" / "cobalt"))
    story.play()
    return story


def test_every_run_of_the_story_is_right_to_the_milligram(
    played: Judged, compared: list[Run]
) -> None:
    assert len(compared) == len(played.runs)
    models = {(run.terms.proportional, run.terms.whole) for run in compared}
    assert models >= {(model.proportional, model.whole) for model in list(Model)[1:4]}
    assert any(run.event and run.loss > 0 for run in compared)
    assert any(any(run.terms.grants) for run in compared)


def test_every_claim_of_the_story_is_true(played: Judged) -> None:
    steps = [step for step in played.setting.story["steps"] if step["do"] == "claim"]
    assert played.asked == len(steps) > 0
    assert all(played.claims.values())


def test_metal_of_the_story_adds_up(played: Judged, compared: list[Run]) -> None:
    """What was born stands or was lost, to the milligram; nothing is written off in it."""
    standing = sum(lot.balance.metal for lot in played.lots.values())
    assert played.born > 0
    assert played.born == standing + sum(run.loss for run in compared)
