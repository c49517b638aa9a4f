"""Who determines a place: two groups for it, one against it, nobody in his own matter."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.members import RoleMissing
from lodetrace.audit.replay.places import DeterminationLapsesOtherwise, SecondGroupMissing
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import FOREVER, EventKind, Material, Role
from lodetrace.contracts.structs import NOBODY
from tests.support.audit_world import CAHRA, DAY, World, address, altered
from tests.unit.audit.refusals import refused


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


@pytest.mark.parametrize("proposer", [NOBODY, address("risk"), address("shell")])
def test_a_place_cleared_by_one_group_alone(world: World, lot: bytes, proposer: str) -> None:
    world.member("shell", Role.RISK, group="group risk")
    world.determine("upland")
    evidence = world.evidence(lot)
    refused(SecondGroupMissing, altered(evidence, ev.PlaceDetermined, -1, proposer=proposer))


@pytest.mark.parametrize("field", ["by", "proposer"])
def test_a_place_cleared_without_the_risk_role(world: World, lot: bytes, field: str) -> None:
    world.determine("upland")
    changed = altered(world.evidence(lot), ev.PlaceDetermined, -1, **{field: address("auditor")})
    refused(RoleMissing, changed)


def test_a_place_cleared_by_the_mines_own_group_is_a_cahra_for_the_mine(world: World) -> None:
    """For other sites of the place the word counts."""
    for name, operator in (("own mine", "alpha"), ("beta's mine", "beta")):
        world.site(name, operator, "far away", [Material.ORE])
    world.member("shell", Role.RISK, group="group alpha")
    world.determine("far away", by="shell")
    world.set_roles("shell", Role(0))
    world.set_roles("alpha", Role.OPERATOR | Role.TRADER)
    world.chain.next(3 * DAY)
    own, other = (world.event(name, EventKind.BIRTH) for name in ("own mine", "beta's mine"))
    assert replay(world.evidence(world.birth(own, gates=CAHRA)))
    assert replay(world.evidence(world.birth(other, account="beta", gates=0)))


def warned_far_back(world: World, *by: str) -> bytes:
    """An event, and what the groups say against its place, 40 days back; 31 days pass."""
    world.chain.next(60 * DAY)
    stated = world.event("mine", EventKind.BIRTH)
    start = world.chain.time - 40 * DAY
    for number, name in enumerate(by):
        lapses = FOREVER if number else None
        world.determine("upland", start=start, conflict=True, by=name, lapses_at=lapses)
    world.chain.next(31 * DAY)
    return stated.id


def test_a_warning_of_one_group_that_goes_far_back_lapses(world: World) -> None:
    stated = world.stated_of[warned_far_back(world, "risk")]
    assert replay(world.evidence(world.birth(stated)))


def test_a_warning_that_a_second_group_joins_stands(world: World) -> None:
    stated = world.stated_of[warned_far_back(world, "risk", "second risk")]
    assert replay(world.evidence(world.birth(stated, gates=1 | CAHRA)))


def test_a_warning_that_the_same_group_repeats_does_not_stand(world: World) -> None:
    stated = world.stated_of[warned_far_back(world, "risk", "risk")]
    refused(DeterminationLapsesOtherwise, world.evidence(world.birth(stated, gates=1 | CAHRA)))


def test_a_warning_joined_after_it_lapsed_does_not_stand(world: World, lot: bytes) -> None:
    warned_far_back(world, "risk")
    start = world.chain.time - 71 * DAY
    world.determine("upland", start, conflict=True, by="second risk", lapses_at=FOREVER)
    refused(DeterminationLapsesOtherwise, world.evidence(lot))


def test_a_warning_of_recent_times_stands_alone(world: World, lot: bytes) -> None:
    world.determine("upland", start=world.chain.time - 29 * DAY, conflict=True)
    evidence = world.evidence(lot)
    assert replay(evidence)
    (*_, said) = [it.event for it in evidence.events if isinstance(it.event, ev.PlaceDetermined)]
    sooner = replace(said.determination, lapses_at=evidence.head.time)
    refused(
        DeterminationLapsesOtherwise,
        altered(evidence, ev.PlaceDetermined, -1, determination=sooner),
    )
