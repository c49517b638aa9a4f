"""Recomputes a whole story of steps and adds up where the metal and the claims went.

A step is plain data, so that a story can be replayed from what the system recorded:

    story_totals([
        {"do": "birth", "name": "ore", "event": {"metal_out": 1000, "carbon": 5000,
         "attested": [1000, 0, 0, 0, 0]}, "gates": [1, 0, 0, 0, 0], "cahra": False},
        {"do": "process", "inputs": ["ore"], "wanted": {"salt": {"metal": 990}},
         "event": {"metal_in": 1000, "metal_out": 995, "carbon": 70}, "event_name": "e2",
         "site": {"gates": [1, 1, 1, 0, 0], "tolerance": 1000, "loss_to": 30000},
         "model": "CONTROLLED_BLENDING"},
    ])

`do` is the name of a method of Ledger, the other keys are its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model.balance import CREDIT_COUNT, NO_CREDITS, Event, total_credit, total_metal
from tests.model.claims import Measure
from tests.model.history import Ledger, RunResult
from tests.model.lots import Lot, Made, Site
from tests.model.runs import Model
from tests.model.sharing import FIRST


@dataclass
class StoryTotals:
    """Where everything went; metal and credits in mg, carbon in mg CO2e."""

    ledger: Ledger = field(default_factory=Ledger)
    born_metal: int = 0
    born_carbon: int = 0
    run_carbon: int = 0
    lost_metal: int = 0
    written_off_metal: int = 0
    written_off_carbon: int = 0

    @property
    def standing_metal(self) -> int:
        return total_metal([lot.balance for lot in self.ledger.standing()])

    @property
    def standing_carbon(self) -> int:
        return sum(lot.balance.carbon for lot in self.ledger.standing())

    @property
    def standing_credits(self) -> tuple[int, ...]:
        balances = [lot.balance for lot in self.ledger.standing()]
        return tuple(total_credit(balances, position) for position in range(CREDIT_COUNT))

    @property
    def metal_adds_up(self) -> bool:
        """Domain rule 2 over the whole story, exactly."""
        gone = self.lost_metal + self.written_off_metal
        return self.born_metal == self.standing_metal + gone


def story_totals(steps: Iterable[Mapping[str, Any]]) -> StoryTotals:
    """Play the steps on a new ledger; raises Refused at the first one that is wrong."""
    story = StoryTotals()
    for step in steps:
        tell(story, step)
    return story


def tell(story: StoryTotals, step: Mapping[str, Any]) -> Any:
    """Apply one step and book its sums; returns what the ledger's method returned."""
    words = {name: _PARSE.get(name, _same)(value) for name, value in step.items() if name != "do"}
    result = getattr(story.ledger, step["do"])(**words)
    if isinstance(result, RunResult):
        _book_run(story, result, words.get("event"))
    elif step["do"] == "birth":
        _book_birth(story, result)
    elif step["do"] == "write_off":
        story.written_off_metal += result.metal
        story.written_off_carbon += result.carbon
    return result


def _book_birth(story: StoryTotals, lot: Lot) -> None:
    story.born_metal += lot.balance.metal
    story.born_carbon += lot.balance.carbon


def _book_run(story: StoryTotals, result: RunResult, event: Event | None) -> None:
    story.lost_metal += result.loss
    story.run_carbon += event.carbon if event else 0


def _event(words: Mapping[str, Any] | Event) -> Event:
    if isinstance(words, Event):
        return words
    return Event(**{**words, "attested": tuple(words.get("attested", NO_CREDITS))})


def _site(words: Mapping[str, Any] | Site) -> Site:
    if isinstance(words, Site):
        return words
    fields: dict[str, Any] = dict(words)
    if "gates" in fields:
        fields["gates"] = _gates(fields["gates"])
    return Site(**fields)


def _wanted(words: Mapping[str, Any]) -> dict[str, Made]:
    return {name: made if isinstance(made, Made) else Made(**made) for name, made in words.items()}


def _gates(bits: Iterable[Any]) -> tuple[bool, ...]:
    return tuple(bool(bit) for bit in bits)


def _model(name: str | Model) -> Model:
    return name if isinstance(name, Model) else Model[name]


def _measure(name: str | Measure) -> Measure:
    return name if isinstance(name, Measure) else Measure[name]


def _assignment(rows: Any) -> Any:
    return rows if rows in (None, FIRST) else [tuple(row) for row in rows]


def _same(value: Any) -> Any:
    return value


_PARSE: dict[str, Callable[[Any], Any]] = {
    "event": _event,
    "site": _site,
    "wanted": _wanted,
    "gates": _gates,
    "model": _model,
    "measure": _measure,
    "mask": frozenset,
    "assignment": _assignment,
}
