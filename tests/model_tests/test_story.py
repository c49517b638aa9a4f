"""A small story from plain steps, as the demo's is recomputed, with its sums worked out by hand."""

from __future__ import annotations

from typing import Any

from tests.model.balance import Balance
from tests.model.story import StoryTotals, story_totals, tell

STEPS: list[dict[str, Any]] = [
    {
        "do": "birth",
        "name": "mine",
        "event": {"metal_out": 1000, "carbon": 5000, "attested": [1000, 0, 0, 0, 0]},
        "event_name": "e1",
        "gates": [1, 0, 0, 0, 0],
        "cahra": False,
        "model": "SEGREGATED",
        "material": "hydroxide",
    },
    {
        "do": "birth",
        "name": "village",
        "event": {"metal_out": 500, "carbon": 100},
        "event_name": "e2",
        "gates": [0, 0, 0, 0, 0],
        "cahra": True,
        "material": "hydroxide",
    },
    {
        "do": "rebook",
        "inputs": ["mine", "village"],
        "wanted": {"claimed": {"metal": 900}, "other": {"metal": 600}},
        "model": "MASS_BALANCE",
    },
    {
        "do": "process",
        "inputs": ["claimed"],
        "wanted": {"salt": {"metal": 880, "material": "sulphate"}},
        "event": {"metal_in": 901, "metal_out": 890, "carbon": 41},
        "event_name": "e3",
        "site": {"gates": [1, 1, 1, 0, 0], "tolerance": 2000, "loss_to": 30_000},
        "model": "MASS_BALANCE",
        "assignment": "first",
    },
    {"do": "write_off", "name": "other"},
    {"do": "claim", "subject": "salt", "measure": "CREDIT", "threshold": 665_000, "mask": [0]},
]


def test_story_is_recomputed_to_the_milligram() -> None:
    story = story_totals(STEPS)
    assert story.ledger.lots["salt"].balance == Balance(880, 3101, 294, (586, 0, 0, 0, 0))
    assert (story.born_metal, story.standing_metal) == (1500, 880)
    assert (story.lost_metal, story.written_off_metal) == (20, 600)
    assert (story.born_carbon, story.run_carbon) == (5100, 41)
    assert (story.standing_carbon, story.written_off_carbon) == (3101, 2040)
    assert story.standing_credits == (586, 0, 0, 0, 0)
    assert story.metal_adds_up


def test_claims_answer_with_the_strongest_threshold() -> None:
    story = StoryTotals()
    answers = [tell(story, step) for step in STEPS]
    assert answers[-1] == 665_909
