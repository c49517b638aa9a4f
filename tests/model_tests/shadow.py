"""What lots really hold, by exact proportional mixing in Fractions, birth by birth.

The shadow follows the same steps as the ledger but knows nothing of its rounding: metal is
traced to the births it comes from, carbon and credits follow the metal. The ledger must never
look better than its shadow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.model.balance import CREDIT_COUNT, Event
from tests.model.custody import recycled_credit
from tests.model.history import RunResult
from tests.model.lots import Lot
from tests.model.runs import OPEN_GATES
from tests.model.story import StoryTotals, tell
from tests.strategies.histories import Step


@dataclass(frozen=True)
class Content:
    """mg of metal by birth, mg CO2e, mg of metal by kind of credit; none of it rounded."""

    by_birth: dict[str, Fraction]
    carbon: Fraction
    credits: tuple[Fraction, ...]

    @property
    def metal(self) -> Fraction:
        return sum(self.by_birth.values(), Fraction(0))


@dataclass
class Shadow:
    """The ledger's story and, beside each lot, its true content."""

    story: StoryTotals = field(default_factory=StoryTotals)
    content: dict[str, Content] = field(default_factory=dict)
    high_risk: set[str] = field(default_factory=set)
    runs: list[tuple[Step, list[Lot], RunResult]] = field(default_factory=list)

    def follow(self, step: Step) -> None:
        """Apply one step to the ledger and to the true contents."""
        consumed = [self.story.ledger.lots[name] for name in _consumed_by(step)]
        result = tell(self.story, step)
        if step["do"] == "birth":
            self._born(step, result)
        elif isinstance(result, RunResult):
            self._mixed(step, consumed, result)
            self.runs.append((step, consumed, result))

    def cahra(self, name: str) -> Fraction:
        """mg of metal of this lot that truly are of high-risk origin."""
        parts = self.content[name].by_birth.items()
        return sum((metal for birth, metal in parts if birth in self.high_risk), Fraction(0))

    def _born(self, step: Step, lot: Lot) -> None:
        kinds = tuple(Fraction(amount) for amount in lot.balance.credits)
        metal = {lot.name: Fraction(lot.balance.metal)}
        self.content[lot.name] = Content(metal, Fraction(lot.balance.carbon), kinds)
        if step["cahra"]:
            self.high_risk.add(lot.name)

    def _mixed(self, step: Step, consumed: list[Lot], result: RunResult) -> None:
        parts = [self.content[lot.name] for lot in consumed]
        event: Event | None = step.get("event")
        metal_in = sum(part.metal for part in parts)
        metal_out = sum(lot.balance.metal for lot in result.lots)
        carbon = sum(part.carbon for part in parts) + (event.carbon if event else 0)
        kinds = _passed(step, consumed, parts)
        for lot in result.lots:
            share = Fraction(lot.balance.metal) / metal_in
            self.content[lot.name] = Content(
                {birth: metal * share for birth, metal in _by_birth(parts).items()},
                carbon * Fraction(lot.balance.metal, metal_out),
                tuple(kind * share for kind in kinds),
            )


def shadow_of(steps: Sequence[Step]) -> Shadow:
    shadow = Shadow()
    for step in steps:
        shadow.follow(step)
    return shadow


def _consumed_by(step: Step) -> list[str]:
    return [step["lot"]] if step["do"] == "settle" else list(step.get("inputs", ()))


def _by_birth(parts: list[Content]) -> dict[str, Fraction]:
    births: dict[str, Fraction] = {}
    for part in parts:
        for birth, metal in part.by_birth.items():
            births[birth] = births.get(birth, Fraction(0)) + metal
    return births


def _passed(step: Step, consumed: list[Lot], parts: list[Content]) -> list[Fraction]:
    """Each credit through its gate; a recovery makes all metal recycled."""
    gates = step["site"].gates if "site" in step else OPEN_GATES
    kinds = [
        sum((part.credits[k] for part in parts), Fraction(0)) if gates[k] else Fraction(0)
        for k in range(CREDIT_COUNT)
    ]
    if step["do"] == "recover":
        credit = recycled_credit(consumed)
        if gates[credit]:
            kinds[credit] = sum((part.metal for part in parts), Fraction(0))
    return kinds
