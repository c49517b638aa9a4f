"""Random histories: each lot's story holds, and none with an event left out or changed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lodetrace.audit.evidence import Evidence, ProvenEvent
from lodetrace.audit.replay.counters import number_of
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import ReplayedHistory, replay
from lodetrace.contracts import events as ev
from tests.model_tests.profile import judged_defects, judged_histories
from tests.strategies.histories import Step, histories
from tests.unit.audit.retold import Retold, ancestors, expected_state, material_of

pytestmark = pytest.mark.slow

UNJUDGED = {
    "proof", "public_signals", "sealed_to_owner", "sealed_to_receiver", "sealed_to_reader",
    "reason", "profile", "viewing_key", "document",
}  # fmt: skip
"""Fields that other steps judge, or that no rule speaks of."""


@judged_histories
@given(histories(steps=8), st.data())
def test_the_story_of_every_lot_is_the_models(steps: list[Step], data: st.DataObject) -> None:
    retold = Retold.of(steps)
    lot = data.draw(st.sampled_from(sorted(retold.story.ledger.lots)))
    story = replay(retold.world.evidence(retold.lots[lot]))
    ledger = retold.story.ledger.lots
    past = ancestors(ledger, lot)
    assert story.replay.ancestry.lots == {retold.lots[name] for name in past}
    for name in past:
        record = story.replay.book.lots[retold.lots[name]]
        assert record.state.name == expected_state(ledger[name])
        assert record.nature.material == material_of(ledger[name])
        assert record.nature.count == ledger[name].count
        assert int(record.nature.model) == ledger[name].model - 1
    findings_of(story)


@judged_histories
@given(histories(steps=6), st.data())
def test_an_event_of_the_story_left_out_is_refused(steps: list[Step], data: st.DataObject) -> None:
    retold = Retold.of(steps)
    lot = data.draw(st.sampled_from(sorted(retold.story.ledger.lots)))
    evidence = retold.world.evidence(retold.lots[lot])
    needed = _needed(replay(evidence))
    dropped = data.draw(st.sampled_from(needed))
    kept = tuple(shown for shown in evidence.events if shown is not dropped)
    with pytest.raises(HistoryRefused):
        replay(replace(evidence, events=kept))


@judged_defects
@given(histories(steps=6), st.data())
def test_an_event_of_the_story_changed_is_refused(steps: list[Step], data: st.DataObject) -> None:
    retold = Retold.of(steps)
    lot = data.draw(st.sampled_from(sorted(retold.story.ledger.lots)))
    evidence = retold.world.evidence(retold.lots[lot])
    shown = data.draw(st.sampled_from(_made_of(replay(evidence))))
    name = data.draw(st.sampled_from(_judged(shown.event)))
    event: Any = shown.event
    changed = replace(shown, event=replace(event, **{name: _other(getattr(event, name))}))
    with pytest.raises(HistoryRefused):
        replay(_with(evidence, shown, changed))


@judged_defects
@given(histories(steps=6), st.data())
def test_two_events_of_the_story_swapped_are_refused(
    steps: list[Step], data: st.DataObject
) -> None:
    """A lot's events in another order of the chain than they happened in."""
    retold = Retold.of(steps)
    lot = data.draw(st.sampled_from(sorted(retold.story.ledger.lots)))
    evidence = retold.world.evidence(retold.lots[lot])
    of_lot = [
        shown
        for shown in evidence.events
        if (number := number_of(shown.event)) and number[0][1] == retold.lots[lot]
    ]
    assume(len(of_lot) >= 2)
    first, second = of_lot[0], of_lot[-1]
    swapped = _with(evidence, first, replace(first, event=second.event))
    swapped = _with(swapped, second, replace(second, event=first.event))
    with pytest.raises(HistoryRefused):
        replay(swapped)


def _needed(story: ReplayedHistory) -> list[ProvenEvent]:
    """Events without which the story is another: numbered ones of its subjects, and its origins."""
    return [shown for shown in story.replay.evidence.events if _is_needed(story, shown.event)]


def _is_needed(story: ReplayedHistory, event: Any) -> bool:
    number = number_of(event)
    if number is not None:
        return number[0] in set(story.replay.relied())
    if isinstance(event, ev.Attested | ev.EventStanding | ev.EventUsed):
        return event.event_id in story.replay.ancestry.site_events
    return isinstance(event, ev.RunRecorded) and event.run_id in story.replay.ancestry.runs


def _made_of(story: ReplayedHistory) -> list[ProvenEvent]:
    """Births, runs, makings and what was stated: every field of them is judged."""
    judged = ev.LotBorn | ev.LotMade | ev.EventStanding | ev.RunRecorded | ev.LotConsumed
    lots = story.replay.ancestry.lots
    return [
        shown
        for shown in _needed(story)
        if isinstance(shown.event, judged) and getattr(shown.event, "lot", next(iter(lots))) in lots
    ]


def _judged(event: Any) -> list[str]:
    """Fields that the replay itself judges; units and model of a birth are its proof's ctx."""
    elsewhere = UNJUDGED | {"count", "model"} if isinstance(event, ev.LotBorn) else UNJUDGED
    return [field.name for field in fields(event) if field.name not in elsewhere]


def _other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, str):
        return "0x" + "77" * 20
    return value + 1


def _with(evidence: Evidence, old: ProvenEvent, new: ProvenEvent) -> Evidence:
    events = tuple(new if shown is old else shown for shown in evidence.events)
    return replace(evidence, events=events)
