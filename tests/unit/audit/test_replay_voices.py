"""Whose voice counts: judges in the first week of their role, and one voice for two decisions."""

import pytest

from lodetrace.audit.replay.attestations import AttestationMissing, AttestationsTooFew
from lodetrace.audit.replay.custody import ConsentInvalid
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.holds import HoldInvalid, SecondRoleMissing
from lodetrace.audit.replay.members import RoleUnseasoned, SeasonInvalid
from lodetrace.audit.replay.places import DeterminationLapsesOtherwise
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import FOREVER, EventKind, Role, SubjectKind
from tests.support.audit_world import CAHRA, DAY, Stated, World, word
from tests.unit.audit.refusals import refused

WEEK = 7 * DAY


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


def season(world: World, name: str, roles: Role, seconds: int = WEEK) -> None:
    """The register says from when on judging roles count."""
    organisation = word(name)
    number = world.chain.count(SubjectKind.MEMBER, organisation)
    world.chain.next()
    until = world.chain.time + seconds
    world.chain.emit(ev.RolesUnseasoned(organisation, number, roles, until))


# --- the first week


def test_an_inspector_attests_nothing_in_its_first_week(world: World) -> None:
    season(world, "oracle one", Role.ORACLE)
    lot = world.birth(world.event("mine", EventKind.BIRTH))
    refused(RoleUnseasoned, world.evidence(lot))


def test_an_inspector_attests_after_its_first_week(world: World) -> None:
    season(world, "oracle one", Role.ORACLE)
    world.chain.next(WEEK)
    replay(world.evidence(world.birth(world.event("mine", EventKind.BIRTH))))


def test_a_risk_office_holds_nothing_in_its_first_week(world: World, lot: bytes) -> None:
    season(world, "risk", Role.RISK)
    world.hold(lot)
    refused(RoleUnseasoned, world.evidence(lot))


def test_a_risk_office_determines_nothing_in_its_first_week(world: World, lot: bytes) -> None:
    season(world, "risk", Role.RISK)
    world.determine("upland")
    refused(RoleUnseasoned, world.evidence(lot))


def test_a_role_that_waits_leaves_the_others_alone(world: World, lot: bytes) -> None:
    world.set_roles("risk", Role.RISK | Role.AUDITOR)
    season(world, "risk", Role.AUDITOR)
    world.hold(lot)
    world.hold(lot, by="auditor")
    refused(HoldInvalid, world.evidence(lot))  # of the second one: the first held as risk


def test_who_waits_as_auditor_does_not_renew_as_one(world: World, lot: bytes) -> None:
    world.member("third", Role.RISK)
    world.set_roles("auditor", Role.RISK | Role.AUDITOR)
    season(world, "auditor", Role.AUDITOR)
    world.hold(lot)
    world.renew(lot)
    refused(SecondRoleMissing, world.evidence(lot))


@pytest.mark.parametrize("seconds", [WEEK - 1, WEEK + 1])
def test_a_season_of_another_length(world: World, lot: bytes, seconds: int) -> None:
    season(world, "risk", Role.RISK, seconds)
    world.hold(lot)
    refused(SeasonInvalid, world.evidence(lot))


# --- merged, or bought by the operator, between two words for an event


@pytest.fixture
def three(world: World) -> Stated:
    """Three groups are the quorum. Two attested, and the chain counted both."""
    world.tx(ev.QuorumSet(3))
    world.member("oracle four", Role.ORACLE)
    return world.attest(world.stated("mine", EventKind.BIRTH), stands=False)


def say(world: World, stated: Stated, name: str, counted: int) -> None:
    said = stated.statement
    world.chain.next(60)
    world.chain.emit(
        ev.Attested(stated.id, word(name), stated.digest, said.revision, counted, said)
    )


def move(world: World, group: str) -> None:
    """Whoever comes into a group that trades judges no more."""
    world.set_roles("oracle one", Role(0))
    world.set_group("oracle one", group)


@pytest.mark.parametrize("group", ["group oracle two", "group alpha"])
def test_who_is_merged_or_bought_leaves_two_voices(world: World, three: Stated, group: str) -> None:
    move(world, group)
    say(world, three, "oracle three", 2)
    refused(AttestationsTooFew, world.evidence(world.birth(world.attest_standing(three))))


@pytest.mark.parametrize("group", ["group oracle two", "group alpha"])
def test_the_next_voice_makes_the_quorum(world: World, three: Stated, group: str) -> None:
    move(world, group)
    say(world, three, "oracle three", 2)
    say(world, three, "oracle four", 3)
    story = replay(world.evidence(world.birth(world.attest_standing(three))))
    standing = story.replay.attestations.events[three.id].standing
    assert standing is not None
    assert (len(standing.attesters), standing.voices) == (4, 3)


def test_a_voice_too_many_is_counted(world: World, three: Stated) -> None:
    world.set_group("oracle one", "group oracle two")
    say(world, three, "oracle three", 3)
    refused(AttestationMissing, world.evidence(world.birth(world.attest_standing(three))))


def test_who_is_merged_afterwards_takes_nothing_back(world: World, three: Stated) -> None:
    say(world, three, "oracle three", 3)
    world.attest_standing(three)
    world.set_group("oracle one", "group oracle two")
    replay(world.evidence(world.birth(three)))


# --- sold or merged between two decisions


@pytest.fixture
def both(world: World) -> None:
    """The risk office is auditor as well."""
    world.set_roles("risk", Role.RISK | Role.AUDITOR)


@pytest.mark.usefixtures("both")
def test_who_is_sold_does_not_renew_his_own_hold(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.set_group("risk", "buyer")
    world.renew(lot, by="risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_who_is_merged_does_not_renew(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.set_group("auditor", "group risk")
    world.renew(lot)
    refused(SecondRoleMissing, world.evidence(lot))


def test_who_is_sold_does_not_hold_again(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.set_group("risk", "buyer")
    world.chain.next(20 * DAY)
    world.hold(lot)
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_later_hold_forgets_no_bar(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.chain.next(15 * DAY)
    world.hold(lot, by="auditor")
    world.set_group("risk", "buyer")
    world.chain.next(15 * DAY)
    world.hold(lot)
    refused(SecondRoleMissing, world.evidence(lot))


@pytest.mark.usefixtures("both")
def test_who_is_sold_does_not_release_what_he_proposed(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.set_group("risk", "buyer")
    world.confirm_release(lot, "risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_whom_the_holders_group_bought_proposed_nothing(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.set_roles("alpha", Role(0))
    world.set_group("risk", "group alpha")
    world.confirm_release(lot, "auditor")
    refused(HoldInvalid, world.evidence(lot))


def test_two_groups_release_whoever_owns_them_now(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.set_group("auditor", "third")
    world.confirm_release(lot, "auditor")
    replay(world.evidence(lot))


@pytest.mark.parametrize(("moved", "group"), [("risk", "buyer"), ("auditor", "group risk")])
def test_one_voice_lets_nothing_arrive(world: World, lot: bytes, moved: str, group: str) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.consent(lot, "risk", given=False)
    world.set_group(moved, group)
    world.consent(lot, moved, given=True)
    refused(ConsentInvalid, world.evidence(lot))


@pytest.mark.parametrize(
    ("moved", "group"), [("risk", "buyer"), ("second risk", "group risk")], ids=["sold", "merged"]
)
def test_one_voice_joins_no_warning(world: World, moved: str, group: str) -> None:
    world.chain.next(60 * DAY)
    stated = world.event("mine", EventKind.BIRTH)
    start = world.chain.time - 40 * DAY
    world.determine("upland", start, 300, conflict=True)
    world.set_group(moved, group)
    world.determine("upland", start, 300, conflict=True, by=moved, lapses_at=FOREVER)
    refused(DeterminationLapsesOtherwise, world.evidence(world.birth(stated)))


def test_another_voice_joins_a_warning(world: World) -> None:
    world.chain.next(60 * DAY)
    stated = world.event("mine", EventKind.BIRTH)
    start = world.chain.time - 40 * DAY
    world.determine("upland", start, 300, conflict=True)
    world.set_group("second risk", "third")
    world.determine("upland", start, 300, conflict=True, by="second risk", lapses_at=FOREVER)
    replay(world.evidence(world.birth(stated, gates=1 | CAHRA)))
