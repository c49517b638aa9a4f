"""Findings: what the rules allow and a reader has to know, and how far each reaches."""

from dataclasses import replace

import pytest

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.findings import Finding, FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    RunKind,
    Scheme,
)
from tests.support.audit_world import DAY, START, World

SALT = [(Material.SULPHATE, 1)]
NEVER_QUIET = {FindingCode.FINALITY_NOT_PROVEN, FindingCode.ONE_SCHEME_ONLY}


@pytest.fixture
def world() -> World:
    return World.founded()


def found(evidence: Evidence) -> dict[FindingCode, Finding]:
    return {finding.code: finding for finding in findings_of(replay(evidence))}


def test_a_quiet_story_has_no_finding_of_its_own(world: World) -> None:
    lot = world.birth()
    assert set(found(world.evidence(lot))) == NEVER_QUIET


def test_a_document_withdrawn_after_its_use_reaches_the_subject(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    ore = world.birth(stated)
    other = world.birth()
    for lot in (ore, other):
        world.hand_over(lot, "beta")
    (salt,) = world.run(RunKind.PROCESS, [ore, other], SALT)
    world.withdraw(stated)
    finding = found(world.evidence(salt))[FindingCode.EVENT_WITHDRAWN]
    assert finding.reaches == {ore, salt}


def test_a_withdrawn_process_reaches_what_it_made_and_not_its_inputs(world: World) -> None:
    ore = world.birth()
    world.hand_over(ore, "beta")
    (salt,) = world.run(RunKind.PROCESS, [ore], SALT)
    world.withdraw(list(world.stated_of.values())[-1])
    finding = found(world.evidence(salt))[FindingCode.EVENT_WITHDRAWN]
    assert finding.reaches == {salt}


def test_a_withdrawal_that_only_one_organisation_attested_is_told(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated, "oracle one", stands=False)
    assert FindingCode.WITHDRAWAL_PENDING in found(world.evidence(lot))


def test_a_minority_that_saw_another_statement_is_told(world: World) -> None:
    stated = world.stated("mine", EventKind.BIRTH, sequence=5)
    world.attest(
        world.stated("mine", EventKind.BIRTH, sequence=5, document="another"),
        "oracle three",
        stands=False,
    )
    lot = world.birth(world.attest(stated))
    assert FindingCode.STATEMENTS_CONFLICT in found(world.evidence(lot))


def test_a_retroactive_withdrawal_of_a_certificate_reaches_the_subject(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (salt,) = world.run(RunKind.PROCESS, [lot], SALT)
    before = found(world.evidence(salt))
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN, START - 20 * DAY)
    finding = found(world.evidence(salt))[FindingCode.CREDIT_REVOKED]
    assert FindingCode.CREDIT_REVOKED not in before
    assert finding.reaches == {lot, salt}


def test_a_certificate_in_force_again_heals_no_revocation(world: World) -> None:
    lot = world.birth()
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, START - 20 * DAY)
    world.set_status("mine-irma", "mine", CertificateStatus.IN_FORCE)
    assert FindingCode.CREDIT_REVOKED in found(world.evidence(lot))


def test_a_certificate_issued_afterwards_heals_no_revocation(world: World) -> None:
    lot = world.birth()
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN, START - 20 * DAY)
    world.certify("afterwards", "mine", Scheme.IRMA, start=START - 50 * DAY)
    assert FindingCode.CREDIT_REVOKED in found(world.evidence(lot))


def test_a_later_withdrawal_of_a_certificate_does_not_erase_it(world: World) -> None:
    lot = world.birth()
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN)
    assert FindingCode.CREDIT_REVOKED not in found(world.evidence(lot))


def test_a_scheme_that_the_council_drops_later_does_not_revoke_a_credit(world: World) -> None:
    lot = world.birth()
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.RMI_RMAP, False))
    assert FindingCode.CREDIT_REVOKED not in found(world.evidence(lot))


def test_two_schemes_are_not_one_alone(world: World) -> None:
    world.certify("mine-rmap", "mine", Scheme.RMI_RMAP)
    world.chain.next(3 * DAY)
    assert FindingCode.ONE_SCHEME_ONLY not in found(world.evidence(world.birth()))


def test_a_place_found_a_cahra_later_is_told(world: World) -> None:
    lot = world.birth()
    world.determine("upland", conflict=True)
    codes = found(world.evidence(lot))
    assert codes[FindingCode.CAHRA_FOUND_LATER].reaches == {lot}


def test_metal_born_in_a_cahra_is_told(world: World) -> None:
    world.determine("upland", conflict=True)
    lot = world.birth(gates=1 | 16)
    codes = found(world.evidence(lot))
    assert FindingCode.ORIGIN_IN_CAHRA in codes
    assert FindingCode.CAHRA_FOUND_LATER not in codes


def test_an_expired_determination_is_told(world: World) -> None:
    lot = world.birth()
    world.chain.next(400 * DAY)
    assert FindingCode.DETERMINATION_EXPIRED in found(world.evidence(lot))


def test_an_open_hold_of_an_ancestor_and_of_the_subject(world: World) -> None:
    lot = world.birth()
    world.hold(lot)
    assert found(world.evidence(lot))[FindingCode.LOT_HELD].reaches == {lot}
    world.release(lot)
    codes = found(world.evidence(lot))
    assert FindingCode.LOT_HELD not in codes
    assert FindingCode.HELD_BEFORE in codes


def test_an_open_dispute(world: World) -> None:
    lot = world.birth()
    world.offer(lot, "beta")
    world.dispute(lot)
    assert FindingCode.LOT_DISPUTED in found(world.evidence(lot))
    world.accept(lot)
    codes = found(world.evidence(lot))
    assert FindingCode.LOT_DISPUTED not in codes
    assert FindingCode.DISPUTED_BEFORE in codes


def test_a_settlement(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    world.offer(lot, "gamma")
    world.dispute(lot)
    measured = world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.approve(lot, measured)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    assert found(world.evidence(out))[FindingCode.SETTLED].reaches == {lot, out}


def test_a_price_outside_its_range(world: World) -> None:
    lot = world.birth()
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta", inside=False)
    assert FindingCode.PRICE_OUTSIDE in found(world.evidence(lot))


def test_a_price_inside_its_range_is_no_finding(world: World) -> None:
    lot = world.birth()
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    assert FindingCode.PRICE_OUTSIDE not in found(world.evidence(lot))


def test_late_filing(world: World) -> None:
    world.chain.next(60 * DAY)
    lot = world.birth(world.event("mine", EventKind.BIRTH, ago=31 * DAY), gates=0)
    assert FindingCode.FILED_LATE in found(world.evidence(lot))


def test_mass_balance(world: World) -> None:
    lot = world.birth(model=CustodyModel.MASS_BALANCE)
    assert FindingCode.MASS_BALANCE in found(world.evidence(lot))


def test_members_sites_and_quorums_that_changed_since(world: World) -> None:
    lot = world.birth()
    world.suspend("oracle one")
    world.close("mine")
    world.tx(ev.QuorumSet(3))
    codes = set(found(world.evidence(lot)))
    changed = {FindingCode.MEMBER_SUSPENDED, FindingCode.SITE_CLOSED, FindingCode.QUORUM_RAISED}
    assert changed <= codes


def test_the_suspension_of_a_stranger_is_no_finding(world: World) -> None:
    lot = world.birth()
    world.suspend("gamma")
    assert FindingCode.MEMBER_SUSPENDED not in found(world.evidence(lot))


def test_an_open_product(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (pack,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    car = world.declare()
    world.assign(car, pack, 4)
    assert FindingCode.PRODUCT_OPEN in found(world.evidence(car, product=True))


def test_a_subject_that_has_ended(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)])
    assert FindingCode.SUBJECT_ENDED in found(world.evidence(lot))


def test_what_is_not_proven_at_the_head(world: World) -> None:
    evidence = replace(world.evidence(world.birth()), notes=("a note of the chain",))
    assert {FindingCode.FINALITY_NOT_PROVEN, FindingCode.CHAIN_NOTE} <= set(found(evidence))


def test_every_finding_says_something(world: World) -> None:
    lot = world.birth()
    world.hold(lot)
    for finding in findings_of(replay(world.evidence(lot))):
        assert finding.about
        assert finding.text.endswith(".")
