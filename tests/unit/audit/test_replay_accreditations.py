"""Who may certify a scheme, what becomes of papers whose certifier is gone, whose an id is."""

import pytest

from lodetrace.audit.replay.births import GatesMismatch
from lodetrace.audit.replay.certificates import (
    CertifiersAreSisters,
    CertifierStands,
    EffectiveBeforeTakeOver,
    GraceOver,
    NotAccredited,
    StatusInvalid,
)
from lodetrace.audit.replay.declared_ids import IdOfAnother
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.members import RoleMissing
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, EventKind, Material, Role, RunKind, Scheme
from tests.support.audit_world import DAY, RESPONSIBLE, World, altered
from tests.unit.audit.refusals import refused

GRACE = 90


@pytest.fixture
def world() -> World:
    """With a second certifier, of another group."""
    founded = World.founded()
    founded.member("assessor", Role.CERTIFIER)
    founded.chain.next(8 * DAY)
    return founded


def test_a_certifier_without_accreditation(world: World) -> None:
    world.accredit("assessor", Scheme.RMI_RMAP)
    world.certify("mine-rmap", "mine", Scheme.RMI_RMAP, certifier="assessor")
    assert replay(world.evidence(world.birth()))
    world.certify("other-irma", "mine", Scheme.IRMA, certifier="assessor")
    error = refused(NotAccredited, world.evidence(world.birth()))
    assert error.values["scheme"] == "IRMA"


def test_a_suspended_certifier_is_accredited_for_nothing(world: World) -> None:
    world.accredit("certifier", Scheme.IRMA)
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.accredit("certifier", Scheme.RMI_RMAP)
    world.set_status("mine-irma", "mine", CertificateStatus.IN_FORCE)
    refused(NotAccredited, world.evidence(world.birth(gates=0)))


@pytest.mark.parametrize("lapse", ["suspended", "without role", "without accreditation"])
def test_papers_count_for_90_days_more(world: World, lapse: str) -> None:
    """A birth in the grace has its credit, marked; one after it has none."""
    if lapse == "suspended":
        world.suspend("certifier")
    elif lapse == "without role":
        world.set_roles("certifier", Role(0))
    else:
        world.accredit("certifier", Scheme.RMI_RMAP)
    world.chain.next((GRACE - 1) * DAY)
    in_grace = world.birth()
    story = replay(world.evidence(in_grace))
    codes = {one.code: one for one in findings_of(story)}
    assert codes[FindingCode.CERTIFIER_LAPSED].reaches == {in_grace}
    world.chain.next(2 * DAY)
    refused(GatesMismatch, world.evidence(world.birth(gates=RESPONSIBLE)))
    late = world.birth(gates=0)
    assert FindingCode.CERTIFIER_LAPSED not in {
        one.code for one in findings_of(replay(world.evidence(late)))
    }


def test_what_stands_again_counts_from_then_on(world: World) -> None:
    world.suspend("certifier")
    world.chain.next(100 * DAY)
    silent = world.event("mine", EventKind.BIRTH)
    world.reinstate("certifier")
    world.chain.next(3 * DAY)
    assert replay(world.evidence(world.birth(silent, gates=0)))
    assert replay(world.evidence(world.birth(gates=RESPONSIBLE)))
    codes = {one.code for one in findings_of(replay(world.evidence(world.birth())))}
    assert FindingCode.CERTIFIER_LAPSED not in codes


def test_what_another_took_over_counts_on(world: World) -> None:
    world.suspend("certifier")
    world.chain.next(80 * DAY)
    world.take_over("mine-irma", "mine", "assessor")
    world.chain.next(30 * DAY)
    lot = world.birth()
    story = replay(world.evidence(lot))
    assert FindingCode.CERTIFIER_LAPSED not in {one.code for one in findings_of(story)}
    certificates = story.replay.certificates
    [relied] = [certificates.certificates[one] for one in certificates.relied]
    assert relied.vouched_since > 0


def test_nothing_is_taken_from_a_certifier_who_stands(world: World) -> None:
    world.take_over("mine-irma", "mine", "assessor")
    refused(CertifierStands, world.evidence(world.birth()))


def test_nothing_is_taken_over_after_the_grace(world: World) -> None:
    world.suspend("certifier")
    world.chain.next(GRACE * DAY)
    world.take_over("mine-irma", "mine", "assessor")
    refused(GraceOver, world.evidence(world.birth()))


def test_a_successor_is_accredited(world: World) -> None:
    world.suspend("certifier")
    world.accredit("assessor", Scheme.RMI_RMAP)
    world.take_over("mine-irma", "mine", "assessor")
    refused(NotAccredited, world.evidence(world.birth()))


def test_a_successor_is_of_another_group(world: World) -> None:
    world.member("sister", Role.CERTIFIER, group="group certifier")
    world.suspend("certifier")
    world.take_over("mine-irma", "mine", "sister")
    refused(CertifiersAreSisters, world.evidence(world.birth()))


def test_a_successor_is_a_certifier(world: World) -> None:
    world.suspend("certifier")
    world.take_over("mine-irma", "mine", "risk")
    refused(RoleMissing, world.evidence(world.birth()))


def test_a_successor_says_nothing_about_the_time_before(world: World) -> None:
    world.suspend("certifier")
    before = world.chain.time
    world.take_over("mine-irma", "mine", "assessor")
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, before)
    refused(EffectiveBeforeTakeOver, world.evidence(world.birth(gates=0)))


def test_the_council_withdraws_for_cause(world: World) -> None:
    """The certifier is gone, and says nothing."""
    earlier = world.birth()
    world.suspend("certifier")
    world.withdraw_certificate("mine-irma", "mine", world.chain.time - 30 * DAY)
    codes = {one.code for one in findings_of(replay(world.evidence(earlier)))}
    assert FindingCode.CREDIT_REVOKED in codes
    assert replay(world.evidence(world.birth(gates=0)))
    refused(GatesMismatch, world.evidence(world.birth()))


def test_the_council_withdraws_from_no_time_to_come(world: World) -> None:
    world.withdraw_certificate("mine-irma", "mine", world.chain.time + DAY)
    refused(StatusInvalid, world.evidence(world.birth()))


def test_a_certificate_of_another_label(world: World) -> None:
    evidence = world.evidence(world.birth())
    refused(IdOfAnother, altered(evidence, ev.CertificateIssued, label=bytes(32)))


def test_a_product_of_another_label(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (pack,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    product = world.declare()
    world.assign(product, pack, 1)
    evidence = world.evidence(product, product=True)
    assert replay(evidence)
    refused(IdOfAnother, altered(evidence, ev.ProductDeclared, label=bytes(32)))
