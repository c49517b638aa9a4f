"""Histories across a new version of a rule contract: both wrote, nothing counts twice."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.attestations import EventUsedTwice
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.runs import RunIdMismatch
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import EventKind, Material, Measure, RunKind
from tests.support.audit_world import CONTRACTS, World
from tests.support.synthetic_chain import address_of
from tests.unit.audit.refusals import refused

MIXED = [(Material.ORE, 1)]


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """From here on the second version of Origins and Runs writes."""
    for name in ("Origins", "Runs"):
        monkeypatch.setitem(CONTRACTS, name, address_of(f"{name}, version 2"))
    return monkeypatch


def test_a_history_goes_on_under_the_second_version(
    world: World, request: pytest.FixtureRequest
) -> None:
    first = world.birth()
    (half, other) = world.run(
        RunKind.REBOOK, [first], [(Material.ORE, 1), (Material.ORE, 1)], account="alpha"
    )
    request.getfixturevalue("replaced")
    mixed = world.run(RunKind.REBOOK, [half, other, world.birth()], MIXED, account="alpha")
    story = replay(world.evidence(*mixed))
    assert len(story.replay.runs.runs) == 2


def test_an_event_that_gives_birth_under_both_versions(
    world: World, request: pytest.FixtureRequest
) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    first = world.birth(stated)
    request.getfixturevalue("replaced")
    out = world.run(RunKind.REBOOK, [first, world.birth(stated)], MIXED, account="alpha")
    refused(EventUsedTwice, world.evidence(*out))


def test_a_run_id_of_the_other_version(world: World, replaced: pytest.MonkeyPatch) -> None:
    """The id of a run names the contract that made it."""
    out = world.run(RunKind.REBOOK, [world.birth()], MIXED, account="alpha")
    replay(evidence := world.evidence(*out))
    replaced.undo()
    first = CONTRACTS["Runs"]
    moved = tuple(
        replace(one, address=first) if one.contract == "Runs" else one for one in evidence.events
    )
    refused(RunIdMismatch, replace(evidence, events=moved))


def test_a_claim_under_both_versions_spoils_no_history(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its seller records it twice, and the version before knows nothing of the next one."""
    lot = world.birth()
    world.claim(lot, owner="alpha")
    monkeypatch.setitem(CONTRACTS, "Claims", address_of("Claims, version 2"))
    world.tx(ev.GridSet(Measure.CREDIT_SHARE, 100_000, 1_000_000))
    world.claim(lot, owner="alpha")
    monkeypatch.undo()
    world.claim(lot, threshold=50_000, owner="alpha")
    replay(world.evidence(lot))
