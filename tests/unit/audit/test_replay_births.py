"""Births: standing events of independent oracles, used once, under gates that bear out."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.ancestry import LotWithoutOrigin
from lodetrace.audit.replay.attestations import (
    AttestationMissing,
    AttestationRepeated,
    AttestationsTooFew,
    DigestMismatch,
    EventIdMismatch,
    EventKindMismatch,
    EventLapsed,
    EventUsedTwice,
    QuorumUnknown,
    SiteEventNotStanding,
    StatementMismatch,
    WithdrawnBeforeUse,
)
from lodetrace.audit.replay.births import GatesMismatch
from lodetrace.audit.replay.certificates import (
    CertificateRepeated,
    CertificateUnknown,
    StatusInvalid,
)
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.lots import LotMadeTwice, LotUnborn
from lodetrace.audit.replay.members import MemberInactive, OrganisationUnknown, RoleMissing
from lodetrace.audit.replay.natures import CodeUnknown, ElementMismatch, TimeMismatch
from lodetrace.audit.replay.roots import RootMismatch
from lodetrace.audit.replay.run_materials import CountInvalid, MaterialMismatch, UnitsNotAttested
from lodetrace.audit.replay.site_statements import AttestedInvalid
from lodetrace.audit.replay.sites import (
    ElementNotAtSite,
    MaterialNotAtSite,
    NotIndependent,
    NotOperator,
    SiteInactive,
    SiteUnknown,
)
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Role,
    RunKind,
    Scheme,
)
from tests.support.audit_world import (
    DAY,
    RESPONSIBLE,
    ZERO,
    Stated,
    World,
    address,
    altered,
    without,
    word,
)
from tests.unit.audit.refusals import refused

CAHRA = 16


@pytest.fixture
def world() -> World:
    return World.founded()


def test_a_birth_from_a_standing_event_holds(world: World) -> None:
    story = replay(world.evidence(world.birth()))
    assert len(story.replay.births.births) == 1


def test_a_lot_that_nothing_bears(world: World) -> None:
    refused(LotWithoutOrigin, world.evidence(word("nobody's lot")))


def test_a_lot_that_is_born_twice(world: World) -> None:
    lot = world.birth()
    world.birth(name="again")
    evidence = altered(world.evidence(lot), ev.LotBorn, 1, lot=lot)
    refused(LotMadeTwice, evidence)


def test_an_event_that_no_quorum_attested(world: World) -> None:
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one")
    found = refused(AttestationsTooFew, world.evidence(world.birth(stated)))
    assert (found.values["actual"], found.values["required"]) == (1, 2)


def test_an_event_that_never_stood(world: World) -> None:
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", stands=False)
    refused(SiteEventNotStanding, world.evidence(world.birth(stated)))


def test_an_attestation_withheld_that_the_chain_counted(world: World) -> None:
    stated = world.stated("mine", EventKind.BIRTH)
    world.attest(stated, "oracle one", "oracle two", "oracle three")
    evidence = world.evidence(world.birth(stated))
    middle = [it.event for it in evidence.events if isinstance(it.event, ev.Attested)][1]
    refused(AttestationMissing, without(evidence, middle))


def test_one_organisation_attesting_twice(world: World) -> None:
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", "oracle one")
    refused(AttestationRepeated, world.evidence(world.birth(stated)))


def test_shells_of_one_group_that_make_a_quorum(world: World) -> None:
    world.member("shell", Role.ORACLE, group="group oracle one")
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", "shell")
    refused(AttestationRepeated, world.evidence(world.birth(stated)))


def test_shells_of_one_group_that_withdraw(world: World) -> None:
    world.member("shell", Role.ORACLE, group="group oracle one")
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated, "oracle one", "shell")
    refused(AttestationRepeated, world.evidence(lot))


def test_an_attestation_by_somebody_who_is_no_oracle(world: World) -> None:
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", "certifier")
    refused(RoleMissing, world.evidence(world.birth(stated)))


def test_an_attestation_by_an_oracle_that_lost_its_role(world: World) -> None:
    world.set_roles("oracle two", Role.TRADER)
    refused(RoleMissing, world.evidence(world.birth()))


def test_an_attestation_by_a_suspended_oracle(world: World) -> None:
    world.suspend("oracle two")
    refused(MemberInactive, world.evidence(world.birth()))


def test_an_attestation_by_an_oracle_of_the_operators_group(world: World) -> None:
    world.member("mole", Role.ORACLE, group="group alpha")
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", "mole")
    refused(NotIndependent, world.evidence(world.birth(stated)))


def test_an_attestation_by_an_oracle_that_nothing_registers(world: World) -> None:
    stated = world.attest(world.stated("mine", EventKind.BIRTH), "oracle one", "stranger")
    refused(OrganisationUnknown, world.evidence(world.birth(stated)))


def test_a_digest_that_is_not_the_statements(world: World) -> None:
    evidence = altered(world.evidence(world.birth()), ev.Attested, 0, digest=word("other"))
    refused(DigestMismatch, evidence)


def test_a_statement_changed_after_its_attestation(world: World) -> None:
    evidence = world.evidence(world.birth())
    attested = next(it.event for it in evidence.events if isinstance(it.event, ev.Attested))
    assert isinstance(attested, ev.Attested)
    richer = replace(attested.statement, commitment=(99).to_bytes(32, "big"))
    refused(DigestMismatch, altered(evidence, ev.Attested, 0, statement=richer))


@pytest.mark.parametrize(
    ("field", "other"),
    [("site", word("pit")), ("sequence", 99), ("revision", 9), ("kind", EventKind.PROCESSING),
     ("element", 28), ("from_", 1), ("to", 1), ("document", word("other")),
     ("commitment", word("more")), ("elements", (27, 28)),
     ("model", CustodyModel.IDENTITY_PRESERVED), ("unit_material", 10), ("no_output", True),
     ("batches", word("others")), ("inputs", (word("lot 0"),))],
    ids=lambda field: field if isinstance(field, str) else "",
)  # fmt: skip
def test_a_standing_that_is_not_what_was_attested(world: World, field: str, other: object) -> None:
    evidence = world.evidence(world.birth())
    standing = next(it.event for it in evidence.events if isinstance(it.event, ev.EventStanding))
    assert isinstance(standing, ev.EventStanding)
    said = replace(standing.statement, **{field: other})  # type: ignore[arg-type]
    evidence = altered(evidence, ev.EventStanding, 0, statement=said)
    assert refused(StatementMismatch, evidence).values["field"] == field


def test_a_standing_at_another_site_than_it_says(world: World) -> None:
    evidence = altered(world.evidence(world.birth()), ev.EventStanding, 0, site=word("pit"))
    assert refused(StatementMismatch, evidence).values["field"] == "site"


def test_an_attestation_of_another_revision_than_its_statements(world: World) -> None:
    evidence = altered(world.evidence(world.birth()), ev.Attested, 0, revision=1)
    refused(StatementMismatch, evidence)


def test_an_event_id_of_another_sequence(world: World) -> None:
    evidence = world.evidence(world.birth())
    standing = next(it.event for it in evidence.events if isinstance(it.event, ev.EventStanding))
    assert isinstance(standing, ev.EventStanding)
    other = world.stated("mine", EventKind.BIRTH, sequence=99)
    evidence = altered(evidence, ev.Attested, 0, statement=other.statement)
    refused(EventIdMismatch, evidence)


def test_a_quorum_that_nothing_sets(world: World) -> None:
    refused(QuorumUnknown, without(world.evidence(world.birth()), ev.QuorumSet(2)))


def test_a_quorum_raised_before_the_event(world: World) -> None:
    world.tx(ev.QuorumSet(3))
    refused(AttestationsTooFew, world.evidence(world.birth()))


def test_one_event_that_makes_two_lots(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    ore = [world.birth(stated), world.birth(stated)]
    out = world.run(RunKind.REBOOK, ore, [(Material.ORE, 1)], account="alpha")
    refused(EventUsedTwice, world.evidence(out[0]))


def test_two_births_in_one_transaction_from_one_use(world: World) -> None:
    first = world.birth()
    born = world.chain.events[-1].event
    assert isinstance(born, ev.LotBorn)
    twin = replace(born, lot=word("twin"))
    world.create(twin.lot, world.lots[first], twin.account)
    world.chain.emit(twin)
    out = world.run(RunKind.REBOOK, [first, twin.lot], [(Material.ORE, 1)], account="alpha")
    refused(EventUsedTwice, world.evidence(out[0]))


def test_a_birth_from_a_processing_event(world: World) -> None:
    stated = world.event("mine", EventKind.PROCESSING, inputs=[world.birth()])
    refused(EventKindMismatch, world.evidence(world.birth(stated)))


def test_a_document_withdrawn_before_its_use(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.withdraw(stated)
    refused(WithdrawnBeforeUse, world.evidence(world.birth(stated)))


def test_a_withdrawn_document_replaced_by_a_later_revision_holds(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH, sequence=7)
    world.withdraw(stated)
    later = world.event("mine", EventKind.BIRTH, sequence=7, revision=1)
    assert replay(world.evidence(world.birth(later)))


def test_a_standing_event_replaced_without_a_withdrawal(world: World) -> None:
    world.event("mine", EventKind.BIRTH, sequence=7)
    later = world.event("mine", EventKind.BIRTH, sequence=7, revision=1)
    refused(StatementMismatch, world.evidence(world.birth(later)))


def test_a_withdrawn_document_attested_again_under_a_later_revision(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH, sequence=7, document="wrong")
    world.withdraw(stated)
    again = world.event("mine", EventKind.BIRTH, sequence=7, revision=1, document="wrong")
    refused(WithdrawnBeforeUse, world.evidence(world.birth(again)))


def test_a_withdrawn_document_replaced_by_an_earlier_revision(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH, sequence=7, revision=2)
    world.withdraw(stated)
    earlier = world.event("mine", EventKind.BIRTH, sequence=7, revision=1)
    refused(StatementMismatch, world.evidence(world.birth(earlier)))


def test_a_withdrawal_that_no_quorum_attested(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated, "oracle one")
    refused(AttestationsTooFew, world.evidence(lot))


def test_one_organisation_attesting_a_withdrawal_twice(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated, "oracle one", "oracle one")
    refused(AttestationRepeated, world.evidence(lot))


def test_a_withdrawal_attested_by_an_oracle_of_the_operators_group(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.member("mole", Role.ORACLE, group="group alpha")
    world.withdraw(stated, "oracle one", "mole")
    refused(NotIndependent, world.evidence(lot))


def test_a_withdrawal_whose_digest_is_another(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    evidence = altered(world.evidence(lot), ev.WithdrawalAttested, 1, digest=word("other"))
    refused(DigestMismatch, evidence)


def test_a_withdrawal_of_another_sequence_than_its_events(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    evidence = world.evidence(lot)
    attested = next(
        it.event for it in evidence.events if isinstance(it.event, ev.WithdrawalAttested)
    )
    other = replace(attested.withdrawal, sequence=99)
    refused(EventIdMismatch, altered(evidence, ev.WithdrawalAttested, 0, withdrawal=other))


def test_a_withdrawal_attested_by_a_number_that_is_not_shown(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    evidence = altered(world.evidence(lot), ev.WithdrawalAttested, 1, attestations=3)
    refused(AttestationMissing, evidence)


def test_a_withdrawal_that_hides_that_lots_were_made(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    refused(StatementMismatch, altered(world.evidence(lot), ev.EventWithdrawn, used=False))


def test_a_birth_of_a_suspended_operator(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.suspend("alpha")
    refused(MemberInactive, world.evidence(world.birth(stated)))


def test_a_birth_by_another_than_the_operator(world: World) -> None:
    refused(NotOperator, world.evidence(world.birth(account="beta")))


def test_a_birth_at_a_closed_site(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.close("mine")
    refused(SiteInactive, world.evidence(world.birth(stated)))


def test_a_birth_of_a_metal_that_the_site_does_not_handle(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH, element=28)
    refused(ElementNotAtSite, world.evidence(world.birth(stated)))


@pytest.mark.parametrize(
    ("material", "error"),
    [
        (Material.SULPHATE, MaterialNotAtSite),
        (Material.SCRAP, MaterialMismatch),
        (Material.RETIRED, MaterialMismatch),
    ],
)
def test_a_birth_of_a_material_that_the_site_does_not_make(
    world: World, material: Material, error: type[HistoryRefused]
) -> None:
    refused(error, world.evidence(world.birth(material=material)))


def test_a_birth_of_several_units_of_ore(world: World) -> None:
    refused(CountInvalid, world.evidence(world.birth(count=2)))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("time", 5, TimeMismatch),
        ("root", 0, RootMismatch),
        ("element", 28, ElementMismatch),
        ("model", 9, CodeUnknown),
        ("event_id", ZERO, SiteEventNotStanding),
    ],
)
def test_a_birth_that_differs_from_its_event(
    world: World, field: str, value: object, error: type[HistoryRefused]
) -> None:
    refused(error, altered(world.evidence(world.birth()), ev.LotBorn, 0, **{field: value}))


# Gates


def test_a_credit_that_no_certificate_opens(world: World) -> None:
    refused(GatesMismatch, world.evidence(world.birth(gates=RESPONSIBLE | 2)))


def test_a_credit_that_a_certificate_opens_and_the_birth_lacks(world: World) -> None:
    refused(GatesMismatch, world.evidence(world.birth(gates=0)))


def test_a_birth_whose_certificate_is_withheld(world: World) -> None:
    evidence = world.evidence(world.birth())
    issued = next(it.event for it in evidence.events if isinstance(it.event, ev.CertificateIssued))
    refused(GatesMismatch, without(evidence, issued))


def test_a_certificate_suspended_during_the_event_closes_the_gate(world: World) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.chain.next(3 * DAY)
    assert replay(world.evidence(world.birth(gates=0)))
    refused(GatesMismatch, world.evidence(world.birth()))


def test_a_status_withheld_so_that_the_gate_opens(world: World) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.chain.next(3 * DAY)
    evidence = world.evidence(world.birth(gates=0))
    status = next(
        it.event for it in evidence.events if isinstance(it.event, ev.CertificateStatusSet)
    )
    refused(GatesMismatch, without(evidence, status))


def test_a_certificate_recorded_after_the_event_opens_nothing(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.chain.next(8 * DAY)
    world.certify("late", "mine", Scheme.RECYCLED_CONTENT)
    assert replay(world.evidence(world.birth(stated)))


def test_two_certificates_that_follow_each_other_cover_an_event(world: World) -> None:
    now = world.chain.time
    world.certify("next", "mine", Scheme.RMI_RMAP, start=now)
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN, now)
    world.chain.next(DAY)
    stated = world.event("mine", EventKind.BIRTH, hours=25, ago=60)
    story = replay(world.evidence(world.birth(stated)))
    (birth,) = story.replay.births.births
    assert len(birth.passage.coverage[1]) == 2  # type: ignore[index]


def test_a_gap_of_one_second_between_two_certificates_closes_the_gate(world: World) -> None:
    now = world.chain.time
    world.certify("next", "mine", Scheme.RMI_RMAP, start=now + 1)
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN, now)
    world.chain.next(DAY)
    stated = world.event("mine", EventKind.BIRTH, hours=25, ago=60)
    assert replay(world.evidence(world.birth(stated, gates=0)))


def test_a_certificate_of_another_metal_opens_nothing(world: World) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN)
    world.certify("copper", "mine", Scheme.IRMA, element=29)
    world.chain.next(3 * DAY)
    assert replay(world.evidence(world.birth(gates=0)))


def test_a_scheme_that_the_consortium_does_not_recognise_opens_nothing(world: World) -> None:
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.RMI_RMAP, False))
    assert replay(world.evidence(world.birth(gates=0)))


def test_a_certifier_of_the_operators_group(world: World) -> None:
    world.member("cousin", Role.CERTIFIER, group="group alpha")
    world.certify("favour", "mine", Scheme.IRMA, certifier="cousin")
    refused(NotIndependent, world.evidence(world.birth()))


def test_a_certificate_by_somebody_who_is_no_certifier(world: World) -> None:
    world.certify("favour", "mine", Scheme.IRMA, certifier="gamma")
    refused(RoleMissing, world.evidence(world.birth()))


def test_a_certificate_in_force_again_after_its_withdrawal(world: World) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN)
    world.set_status("mine-irma", "mine", CertificateStatus.IN_FORCE)
    refused(StatusInvalid, world.evidence(world.birth()))


def test_a_status_that_begins_in_the_future(world: World) -> None:
    later = world.chain.time + DAY
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, effective_from=later)
    refused(StatusInvalid, world.evidence(world.birth()))


def test_a_place_without_a_determination_counts_as_a_cahra(world: World) -> None:
    world.site("pit", "alpha", "nowhere", [Material.ORE])
    stated = world.event("pit", EventKind.BIRTH)
    assert replay(world.evidence(world.birth(stated, gates=CAHRA)))
    refused(GatesMismatch, world.evidence(world.birth(site="pit", gates=0)))


def test_a_determination_withheld_that_finds_conflict(world: World) -> None:
    world.determine("upland", conflict=True)
    evidence = world.evidence(world.birth(gates=RESPONSIBLE | CAHRA))
    found = [it.event for it in evidence.events if isinstance(it.event, ev.PlaceDetermined)][-1]
    refused(GatesMismatch, without(evidence, found))


def test_late_filing_closes_the_credits(world: World) -> None:
    world.chain.next(60 * DAY)
    stated = world.event("mine", EventKind.BIRTH, ago=31 * DAY)
    assert replay(world.evidence(world.birth(stated, gates=0)))


# What nothing shown introduces


def test_a_site_that_nothing_registers(world: World) -> None:
    evidence = world.evidence(world.birth())
    registered = next(it.event for it in evidence.events if isinstance(it.event, ev.SiteRegistered))
    refused(SiteUnknown, without(evidence, registered))


def test_a_status_that_names_another_site_of_the_story(world: World) -> None:
    world.site("pit", "alpha", "upland", [Material.ORE])
    world.set_status("mine-irma", "pit", CertificateStatus.SUSPENDED)
    lots = [world.birth(), world.birth(world.event("pit", EventKind.BIRTH), gates=0)]
    out = world.run(RunKind.REBOOK, lots, [(Material.ORE, 1)], account="alpha")
    refused(CertificateUnknown, world.evidence(out[0]))


def test_a_certificate_issued_twice(world: World) -> None:
    world.certify("mine-irma", "mine", Scheme.IRMA)
    refused(CertificateRepeated, world.evidence(world.birth()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", EventKind.NONE),
        ("kind", 9),
        ("sequence", 0),
        ("elements", (28, 27)),
        ("elements", (28,)),
        ("elements", (27, 27)),
        ("model", 4),
        ("no_output", True),
        ("inputs", (word("lot 0"),)),
        ("document", ZERO),
        ("commitment", ZERO),
        ("commitment", b"\xff" * 32),
        ("to", 1 << 39),
        ("from_", 1 << 39),
    ],
)
def test_a_statement_that_the_chain_would_not_take(world: World, field: str, value: object) -> None:
    said = replace(world.stated("mine", EventKind.BIRTH).statement, **{field: value})  # type: ignore[arg-type]
    found = refused(AttestedInvalid, world.evidence(_born_of(world, world.restated(said))))
    assert found.values["field"] in (field.replace("_", " "), "time")


def _born_of(world: World, stated: Stated) -> bytes:
    return world.birth(world.attest(stated))


def test_an_event_about_a_lot_before_its_birth(world: World) -> None:
    lot = world.birth()
    world.offer(lot, "gamma")
    evidence = world.evidence(lot)
    early = replace(evidence, events=(evidence.events[-1], *evidence.events[:-1]))
    refused(LotUnborn, early)


# What came in format 2


def test_metal_from_outside_bears_no_credit_and_counts_as_from_a_risk_area(world: World) -> None:
    lot = world.birth(world.event("mine", EventKind.OUTSIDE), gates=CAHRA)
    story = replay(world.evidence(lot))
    assert {"origin_in_cahra", "origin_outside"} <= {it.code for it in findings_of(story)}


def test_metal_from_outside_that_bears_a_credit(world: World) -> None:
    stated = world.event("mine", EventKind.OUTSIDE)
    found = refused(GatesMismatch, world.evidence(world.birth(stated, gates=RESPONSIBLE | CAHRA)))
    assert (found.values["actual"], found.values["expected"]) == (RESPONSIBLE | CAHRA, CAHRA)


def test_metal_from_outside_that_counts_as_harmless(world: World) -> None:
    stated = world.event("mine", EventKind.OUTSIDE)
    refused(GatesMismatch, world.evidence(world.birth(stated, gates=0)))


def test_units_that_the_event_counted(world: World) -> None:
    world.site("packs", "alpha", "upland", [Material.PACK])
    lot = world.birth(site="packs", material=Material.PACK, count=4, gates=0)
    assert replay(world.evidence(lot)).replay.book.lots[lot].nature.count == 4


@pytest.mark.parametrize("counted", [0, Material.CELL])
def test_units_that_the_event_did_not_count(world: World, counted: int) -> None:
    world.site("packs", "alpha", "upland", [Material.PACK])
    stated = world.event("packs", EventKind.BIRTH, unit_material=counted)
    lot = world.birth(stated, material=Material.PACK, count=4, gates=0)
    refused(UnitsNotAttested, world.evidence(lot))


def test_ore_of_an_event_that_counts_packs(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH, unit_material=Material.PACK)
    refused(UnitsNotAttested, world.evidence(world.birth(stated)))


def test_two_documents_with_one_root(world: World) -> None:
    lots = [world.birth(), world.birth()]
    out = world.run(RunKind.REBOOK, lots, [(Material.ORE, 1)] * 2, account="alpha")
    first = world.lots[lots[0]].root
    evidence = altered(world.evidence(out[0]), ev.LotBorn, 1, root=first)
    refused(RootMismatch, evidence)


def test_an_event_that_lapsed_before_its_use(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.chain.next(181 * DAY)
    refused(EventLapsed, world.evidence(world.birth(stated)))


def test_an_event_is_used_until_its_last_day(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.chain.next(179 * DAY)
    assert replay(world.evidence(world.birth(stated)))


def late(world: World, filed: bool) -> Stated:
    """An event that stood 40 days after its end, filed by its operator after one day or as many."""
    stated = world.stated("mine", EventKind.BIRTH, ago=0)
    world.chain.next(DAY)
    if filed:
        world.file(stated)
    world.chain.next(39 * DAY)
    return world.attest(stated)


def test_what_was_filed_in_time_is_not_late_whatever_the_inspectors_did(world: World) -> None:
    world.chain.next(DAY)
    story = replay(world.evidence(world.birth(late(world, filed=True))))
    assert "filed_late" not in {it.code for it in findings_of(story)}


def test_what_was_filed_late_is_late(world: World) -> None:
    world.chain.next(DAY)
    refused(GatesMismatch, world.evidence(world.birth(late(world, filed=False))))


def test_a_filing_by_another_than_the_operator(world: World) -> None:
    world.chain.next(DAY)
    evidence = world.evidence(world.birth(late(world, filed=True)))
    refused(NotOperator, altered(evidence, ev.Filed, account=address("beta")))
