"""Limits that no member can bend: terms, dates ahead and back, tolerances, groups that decide."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.certificates import StatusReachesBack, TermTooLong
from lodetrace.audit.replay.custody import OfferInvalid
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.holds import DeciderNotIndependent, SecondRoleMissing
from lodetrace.audit.replay.members import GroupNotClean
from lodetrace.audit.replay.places import DeterminationTooEarly, PlaceNotDetermined
from lodetrace.audit.replay.sites import OperatorRoleMissing, ToleranceTooWide
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, Material, Role, RunKind, Scheme, SiteKind
from tests.support.audit_world import DAY, World, altered
from tests.unit.audit.refusals import refused


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


# Certificates


def test_a_term_longer_than_three_years(world: World, lot: bytes) -> None:
    world.certify("long", "mine", Scheme.IRMA, days=1_099)
    error = refused(TermTooLong, world.evidence(lot))
    assert "exceeds 1,098 days" in str(error)


def test_a_term_of_three_years(world: World, lot: bytes) -> None:
    world.certify("long", "mine", Scheme.IRMA, days=1_098)
    assert replay(world.evidence(lot))


def _in_force_again(world: World, ahead: int) -> None:
    """Recorded a minute after now, for some seconds after that."""
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    since = world.chain.time + 60 + ahead
    world.set_status("mine-irma", "mine", CertificateStatus.IN_FORCE, effective_from=since)


def test_a_certificate_in_force_for_the_time_before(world: World, lot: bytes) -> None:
    _in_force_again(world, ahead=-1)
    refused(StatusReachesBack, world.evidence(lot))


@pytest.mark.parametrize("ahead", [0, 10 * DAY])
def test_a_certificate_in_force_from_now_on_or_later(world: World, lot: bytes, ahead: int) -> None:
    _in_force_again(world, ahead)
    assert replay(world.evidence(lot))


def test_a_suspension_for_the_time_before(world: World, lot: bytes) -> None:
    earlier = world.chain.time - 10 * DAY
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, effective_from=earlier)
    assert replay(world.evidence(lot))


# Places


def test_a_determination_of_more_than_30_days_ahead(world: World, lot: bytes) -> None:
    world.determine("upland", start=world.chain.time + 60 + 30 * DAY + 1)
    refused(DeterminationTooEarly, world.evidence(lot))


def test_a_determination_of_30_days_ahead(world: World, lot: bytes) -> None:
    world.determine("upland", start=world.chain.time + 60 + 30 * DAY)
    assert replay(world.evidence(lot))


# Sites


def test_a_tolerance_of_more_than_1_percent(world: World, lot: bytes) -> None:
    world.set_band("mine", 10_001, 0, 50_000)
    assert "1.0001 %" in str(refused(ToleranceTooWide, world.evidence(lot)))


def test_a_site_registered_with_more_than_1_percent(world: World, lot: bytes) -> None:
    evidence = world.evidence(lot)
    (registered, *_) = (
        it.event for it in evidence.events if isinstance(it.event, ev.SiteRegistered)
    )
    assert registered.details.tolerance == 5_000
    wide = replace(registered.details, tolerance=10_001)
    refused(ToleranceTooWide, altered(evidence, ev.SiteRegistered, 0, details=wide))


def test_a_tolerance_of_1_percent(world: World, lot: bytes) -> None:
    world.set_band("mine", 10_000, 0, 50_000)
    assert replay(world.evidence(lot))


# Custody


def test_an_offer_of_more_than_90_days(world: World, lot: bytes) -> None:
    world.offer(lot, "beta", days=91)
    refused(OfferInvalid, world.evidence(lot))


def test_an_offer_of_90_days(world: World, lot: bytes) -> None:
    world.offer(lot, "beta", days=90)
    world.chain.next(89 * DAY)
    world.accept(lot)
    assert replay(world.evidence(lot))


def test_new_metal_sold_to_a_sister_has_not_left_its_birthplace(world: World, lot: bytes) -> None:
    world.member("sister", Role.TRADER, group="group alpha")
    world.hand_over(lot, "sister")
    world.chain.next(400 * DAY)
    world.hand_over(lot, "gamma")
    refused(PlaceNotDetermined, world.evidence(lot))


def test_new_metal_that_a_sister_sold_has_left_its_birthplace(world: World, lot: bytes) -> None:
    world.member("sister", Role.TRADER, group="group alpha")
    world.hand_over(lot, "sister")
    world.hand_over(lot, "gamma")
    world.chain.next(400 * DAY)
    world.hand_over(lot, "beta")
    assert replay(world.evidence(lot))


# Holds: "own" is of the group of alpha, who holds the lot


@pytest.fixture
def own(world: World) -> str:
    world.member("own", Role.AUDITOR | Role.RISK, group="group alpha")
    return "own"


def test_a_hold_by_the_holders_group(world: World, lot: bytes, own: str) -> None:
    world.hold(lot, by=own)
    refused(DeciderNotIndependent, world.evidence(lot))


def test_a_renewal_by_the_holders_group(world: World, lot: bytes, own: str) -> None:
    world.hold(lot)
    world.renew(lot, by=own)
    refused(DeciderNotIndependent, world.evidence(lot))


@pytest.mark.parametrize(("first", "second"), [("own", "auditor"), ("risk", "own")])
def test_a_release_by_the_holders_group(
    world: World, lot: bytes, own: str, first: str, second: str
) -> None:
    world.hold(lot)
    world.release(lot, first=first, second=second)
    refused(DeciderNotIndependent, world.evidence(lot))


def test_a_release_of_what_was_born_held_by_the_holders_group(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    (out,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)], in_band=False)
    world.member("risk of beta", Role.RISK, group="group beta")
    world.member("auditor of beta", Role.AUDITOR, group="group beta")
    world.release_lot(out, first="risk of beta", second="auditor of beta")
    refused(DeciderNotIndependent, world.evidence(out))


def test_a_hold_by_the_group_of_who_sold_the_lot(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    world.member("own", Role.AUDITOR, group="group alpha")
    world.hold(lot, by="own")
    assert replay(world.evidence(lot))


@pytest.fixture
def sister(world: World) -> str:
    """Of who holds first."""
    world.member("sister of risk", Role.AUDITOR, group="group risk")
    return "sister of risk"


def test_a_renewal_by_a_sister_of_who_held(world: World, lot: bytes, sister: str) -> None:
    world.hold(lot)
    world.renew(lot, by=sister)
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_release_by_a_sister_of_who_proposed(world: World, lot: bytes, sister: str) -> None:
    world.hold(lot)
    world.release(lot, first="risk", second=sister)
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_second_hold_by_a_sister_within_90_days(world: World, lot: bytes, sister: str) -> None:
    world.hold(lot)
    world.chain.next(20 * DAY)
    world.hold(lot, by=sister)
    refused(SecondRoleMissing, world.evidence(lot))


# Members


@pytest.mark.parametrize("judge", [Role.RISK, Role.AUDITOR, Role.ORACLE, Role.CERTIFIER,
                                   Role.UMPIRE, Role.LABORATORY])  # fmt: skip
def test_a_group_that_judges_its_own_metal(world: World, lot: bytes, judge: Role) -> None:
    world.member("shell", judge, group="group alpha")
    world.set_roles("alpha", Role.OPERATOR)
    refused(GroupNotClean, world.evidence(lot))


def test_a_judge_that_becomes_a_trader(world: World, lot: bytes) -> None:
    world.set_roles("risk", Role.RISK | Role.TRADER)
    refused(GroupNotClean, world.evidence(lot))


def test_a_laboratory_of_an_operator(world: World, lot: bytes) -> None:
    evidence = world.evidence(lot)
    (registered, *_) = (
        it.event for it in evidence.events if isinstance(it.event, ev.SiteRegistered)
    )
    laboratory = replace(registered.details, kind=SiteKind.LABORATORY)
    refused(OperatorRoleMissing, altered(evidence, ev.SiteRegistered, 0, details=laboratory))


def test_a_mine_of_a_laboratory(world: World) -> None:
    world.member("laboratory", Role.LABORATORY)
    world.site("mine", "laboratory", "upland", [Material.ORE])
    refused(OperatorRoleMissing, world.evidence(world.birth()))
