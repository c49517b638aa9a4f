"""Random histories: each lot's story is the judge's, and none with an event changed.

The judge of protocol 2 (tests/model/protocol_2) lets attackers try every act in any order; what it
accepts is told as the events of a chain. What it refuses, told by a network that lifts the rule,
the replay refuses by its own name, as far as events can show it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lodetrace.audit.evidence import Evidence, ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import ReplayedHistory, replay
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.journal import rows_of
from lodetrace.contracts.structs import Row
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.rules import ActRefused
from tests.model.protocol_2.terms import DAY
from tests.model_tests.profile import judged_defects
from tests.model_tests.protocol_2.attacks import ATTACKS, Attack
from tests.model_tests.protocol_2.cast import YEAR, peopled, supplied
from tests.strategies.attackers import ATTEMPTS, NothingToAttempt
from tests.unit.audit.retold import Retold, expected_state, material_of, since_of

pytestmark = pytest.mark.slow

UNTOLD = {
    *("_freeze", "_joining", "_roles", "_merger", "_expulsion", "_leaving", "_pause"),
    *("_retirement", "_recycling", "_upgrade"),
}  # fmt: skip
"""Acts that the world has no words for: end of life, and who joins, is stopped or leaves."""

TOLD = tuple(act for act in ATTEMPTS if act.__name__ not in UNTOLD)
attempts = st.lists(st.integers(0, 2**32 - 1), min_size=5, max_size=25)

UNJUDGED = {
    "proof", "public_signals", "sealed_to_owner", "sealed_to_receiver", "sealed_to_reader",
    "reason", "profile", "viewing_key", "made", "root", "boxes",
}  # fmt: skip
"""Fields that other steps judge, that no rule speaks of, or that are changed field by field.

A root's number is any, as long as it is of one root: other numbers are in test_replay_runs.py.
"""

SEEN = {
    "later_purchase": "InputsNotNamed LotNotFree LotNotNamed",
    "refined_and_sold": "LotNotFree",
    "goods_that_came_later": "HeldTooLate",
    "averaged_on_paper": "RootsMixed",
    "units_from_nothing": "UnitsMismatch",
    "born_twice_across_an_upgrade": "EventUsedTwice",
    "certified_afterwards": "GatesMismatch CertificateReachesBack",
    "in_force_after_all": "StatusReachesBack",
    "certified_anew": "CertificateReachesBack",
    "held_and_rebooked": "LotOnHold",
    "held_and_accepted": "LotOnHold",
    "held_and_fed": "LotOnHold",
    "month_left_out": "PeriodGap",
    "stock_sold": "StockBound",
    "credits_banked": "RuleMismatch",
}
"""Attacks that the events of a chain show, and the errors that may refuse them first.

Of the others, weights and openings are judged by the proofs, mines and piles by inspectors; the
stock that a period forgot lies in no other lot's past (test_replay_periods.py has them together).
"""


def told(seeds: list[int]) -> Retold:
    """A cast with metal, and attackers in it; each place was looked at."""
    network = Network()
    retold = Retold(network)
    peopled(network)
    now = network.ground.now
    network.facts.determine("front", "ortega", ["group of mine"], now, now + YEAR, False)
    supplied(network)
    for seed in seeds:
        network.wait(1)
        random = Random(seed)
        try:
            random.choice(TOLD)(network, random)
        except (ActRefused, NothingToAttempt):
            continue
    return retold


def drawn(data: st.DataObject, seeds: list[int]) -> tuple[Retold, str, Evidence]:
    """A history, a lot of it, and its evidence."""
    retold = told(seeds)
    lot = data.draw(st.sampled_from(sorted(retold.lots)))
    return retold, lot, retold.world.evidence(retold.lots[lot])


@judged_defects
@given(attempts, st.data())
def test_the_story_of_every_lot_is_the_judges(seeds: list[int], data: st.DataObject) -> None:
    retold, lot, evidence = drawn(data, seeds)
    story = replay(evidence)
    past = retold.ancestors(lot)
    assert story.replay.ancestry.lots == {retold.lots[name] for name in past}
    time = evidence.head.time
    for name in past:
        ours, theirs = story.replay.book.lots[retold.lots[name]], retold.model_lots()[name]
        state = ours.state_at(time).name
        assert state == expected_state(retold, name) or _has_lapsed(ours.until, state, time)
        assert ours.nature.material == material_of(theirs)
        assert ours.nature.count == theirs.units
        assert int(ours.nature.model) == theirs.model - 1
        assert ours.nature.charge or not theirs.charge
        assert ours.held_since <= since_of(theirs)
    findings_of(story)


def _has_lapsed(until: int, state: str, time: int) -> bool:
    """The judge forgets an offer, a dispute or a lock when somebody asks him to."""
    return state == "ACTIVE" and until < time


@judged_defects
@given(attempts, st.data())
def test_an_event_of_the_story_changed_is_refused(seeds: list[int], data: st.DataObject) -> None:
    _, _, evidence = drawn(data, seeds)
    shown = data.draw(st.sampled_from(_made_of(replay(evidence))))
    event: Any = shown.event
    inner = "statement" if isinstance(event, ev.EventStanding) else None
    if isinstance(event, ev.RunRecorded):
        inner = data.draw(st.sampled_from([None, "made"]))
    if inner is None:
        name = data.draw(st.sampled_from(_judged(event)))
        changed = replace(event, **{name: _other(getattr(event, name))})
    else:
        struct = getattr(event, inner)
        named = [one.name for one in fields(struct) if one.name not in UNJUDGED]
        name = data.draw(st.sampled_from(named))
        changed = replace(
            event, **{inner: replace(struct, **{name: _other(getattr(struct, name))})}
        )
    with pytest.raises(HistoryRefused):
        replay(_with(evidence, shown, replace(shown, event=changed)))


@judged_defects
@given(attempts, st.data())
def test_two_events_of_the_story_swapped_are_refused(seeds: list[int], data: st.DataObject) -> None:
    """A lot's events in another order of the chain than they happened in."""
    retold, lot, evidence = drawn(data, seeds)
    of_lot = [
        shown
        for shown in evidence.events
        if Row(RowKind.LOT, retold.lots[lot]) in rows_of(shown.event)
    ]
    assume(len(of_lot) >= 2)
    first, second = of_lot[0], of_lot[-1]
    swapped = _with(evidence, first, replace(first, event=second.event))
    swapped = _with(swapped, second, replace(second, event=first.event))
    with pytest.raises(HistoryRefused):
        replay(swapped)


@pytest.mark.parametrize(
    "attack", [one for one in ATTACKS if one.name in SEEN], ids=lambda attack: attack.name
)
def test_what_the_judge_stops_the_replay_refuses(attack: Attack) -> None:
    network = Network.lifting(*attack.lifted)
    retold = Retold(network, strict=False)
    peopled(network)
    now = network.ground.now
    network.facts.determine("front", "ortega", ["group of mine"], now, now + YEAR, False)
    attack.act(network)
    network.wait(DAY)
    refusals = set()
    for lot in retold.lots.values():
        try:
            replay(retold.world.evidence(lot))
        except HistoryRefused as refusal:
            refusals.add(type(refusal).__name__)
    assert refusals
    assert refusals <= set(SEEN[attack.name].split())


def _made_of(story: ReplayedHistory) -> list[ProvenEvent]:
    """Births, runs, and what was stated of them: every field of them is judged."""
    runs, events = story.replay.ancestry.runs, story.replay.attestations.events

    def is_judged(event: Any) -> bool:
        if isinstance(event, ev.RunRecorded):
            return event.run_id in runs
        if isinstance(event, ev.EventStanding):
            made = events.get(event.event_id)
            return made is not None and made.standing is not None and made.standing.used is not None
        return isinstance(event, ev.LotBorn)

    return [shown for shown in story.replay.evidence.events if is_judged(shown.event)]


def _judged(event: Any) -> list[str]:
    """Fields that the replay itself judges; of a birth its proof's ctx judges what it is."""
    elsewhere = UNJUDGED
    if isinstance(event, ev.LotBorn):
        elsewhere = UNJUDGED | {"count", "model", "material"}
    if isinstance(event, ev.RunRecorded):
        elsewhere = UNJUDGED | {"in_band"}
    return [field.name for field in fields(event) if field.name not in elsewhere]


def _other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, str):
        return "0x" + "77" * 20
    if isinstance(value, tuple):
        return value[1:] if value else (bytes(31) + b"\1",)
    return value + 1


def _with(evidence: Evidence, old: ProvenEvent, new: ProvenEvent) -> Evidence:
    events = tuple(new if shown is old else shown for shown in evidence.events)
    return replace(evidence, events=events)
