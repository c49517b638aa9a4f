"""Runs: inputs consumed once by their holder, outputs by the rules of each kind."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.ancestry import RunIncomplete, RunRepeated
from lodetrace.audit.replay.attestations import EventUsedTwice, StatementMismatch
from lodetrace.audit.replay.births import (
    BatchMismatch,
    CodeUnknown,
    ElementMismatch,
    MaterialMismatch,
    TimeMismatch,
)
from lodetrace.audit.replay.custody import UmpireNotIndependent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.lots import LotEnded, LotNotFree, NotHolder
from lodetrace.audit.replay.members import RoleMissing
from lodetrace.audit.replay.places import PlaceNotDetermined
from lodetrace.audit.replay.run_rules import ModelStrengthened, OriginMismatch, RuleMismatch
from lodetrace.audit.replay.runs import (
    BeforeParent,
    BornFree,
    InputsOutOfOrder,
    ModelMismatch,
    RunIdMismatch,
    SettlementNotApproved,
    SlotCount,
    UnitsMismatch,
)
from lodetrace.audit.replay.sites import MaterialNotAtSite, NotOperator, SiteInactive
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Role,
    RunKind,
    Scheme,
    SubjectKind,
)
from tests.support.audit_world import (
    ALL_GATES,
    DAY,
    MANUFACTURING,
    ZERO,
    Stated,
    World,
    altered,
    without,
    word,
)
from tests.unit.audit.refusals import refused
from zk_circuits.schema import Credit

SALT = [(Material.SULPHATE, 1)]
IP, SEGREGATED, BLEND, MASS = CustodyModel


@pytest.fixture
def world() -> World:
    return World.founded()


def ore(world: World, **words: object) -> bytes:
    """A lot that the refinery bought."""
    lot = world.birth(**words)
    world.hand_over(lot, "beta")
    return lot


def salt(world: World) -> bytes:
    return world.run(RunKind.PROCESS, [ore(world), ore(world)], SALT)[0]


def test_two_lots_of_ore_become_salt(world: World) -> None:
    story = replay(world.evidence(salt(world)))
    assert len(story.replay.runs.runs) == 1
    assert len(story.replay.ancestry.lots) == 3


def test_a_run_whose_input_is_withheld(world: World) -> None:
    evidence = world.evidence(salt(world))
    consumed = next(it.event for it in evidence.events if isinstance(it.event, ev.LotConsumed))
    refused(RunIncomplete, without(evidence, consumed))


def test_a_run_without_its_record(world: World) -> None:
    evidence = world.evidence(salt(world))
    record = next(it.event for it in evidence.events if isinstance(it.event, ev.RunRecorded))
    refused(RunIncomplete, without(evidence, record))


def test_a_run_whose_output_is_of_another_transaction(world: World) -> None:
    evidence = world.evidence(salt(world))
    *before, made = evidence.events
    moved = replace(made, block=made.block + 1)
    refused(RunIncomplete, replace(evidence, events=(*before, moved)))


def test_a_run_recorded_twice(world: World) -> None:
    evidence = world.evidence(salt(world))
    record = next(it for it in evidence.events if isinstance(it.event, ev.RunRecorded))
    refused(RunRepeated, replace(evidence, events=(*evidence.events, record)))


def test_a_run_id_of_another_contract(world: World) -> None:
    evidence = world.evidence(salt(world))
    moved = tuple(
        replace(shown, address=bytes(20)) if shown.contract == "Runs" else shown
        for shown in evidence.events
    )
    refused(RunIdMismatch, replace(evidence, events=moved))


def test_a_lot_consumed_twice(world: World) -> None:
    first = ore(world)
    made = world.run(RunKind.REBOOK, [first], [(Material.ORE, 1)])
    again = world.run(RunKind.REBOOK, [first], [(Material.ORE, 1)])
    out = world.run(RunKind.REBOOK, [*made, *again], [(Material.ORE, 1)])
    refused(LotEnded, world.evidence(out[0]))


def test_a_lot_consumed_by_somebody_who_does_not_hold_it(world: World) -> None:
    lot = world.birth()
    out = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)], account="beta")
    refused(NotHolder, world.evidence(out[0]))


def test_a_lot_consumed_while_it_is_held(world: World) -> None:
    lot = ore(world)
    world.hold(lot)
    out = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)])
    refused(LotNotFree, world.evidence(out[0]))


def test_a_lot_consumed_while_it_is_offered(world: World) -> None:
    lot = ore(world)
    world.offer(lot, "gamma")
    out = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)])
    refused(LotNotFree, world.evidence(out[0]))


def test_a_lot_whose_hold_has_lapsed_is_free(world: World) -> None:
    lot = ore(world)
    world.hold(lot)
    world.chain.next(15 * DAY)
    out = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)])
    assert replay(world.evidence(out[0]))


def test_a_run_by_somebody_who_lost_the_role(world: World) -> None:
    lot = ore(world)
    world.set_roles("beta", Role.TRADER)
    out = world.run(RunKind.PROCESS, [lot], SALT)
    refused(RoleMissing, world.evidence(out[0]))


def test_a_run_at_a_site_of_another(world: World) -> None:
    lot = ore(world)
    world.hand_over(lot, "gamma")
    out = world.run(RunKind.PROCESS, [lot], SALT, account="gamma")
    refused(NotOperator, world.evidence(out[0]))


def test_inputs_that_do_not_increase(world: World) -> None:
    evidence = world.evidence(salt(world))
    places = [
        index for index, it in enumerate(evidence.events) if isinstance(it.event, ev.LotConsumed)
    ]
    shown = list(evidence.events)
    first, second = places
    shown[first], shown[second] = (
        replace(shown[first], event=shown[second].event),
        replace(shown[second], event=shown[first].event),
    )
    refused(InputsOutOfOrder, replace(evidence, events=tuple(shown)))


def test_more_inputs_than_a_run_takes(world: World) -> None:
    lots = [ore(world) for _ in range(5)]
    out = world.run(RunKind.PROCESS, lots, SALT)
    refused(SlotCount, world.evidence(out[0]))


def test_a_run_of_no_kind(world: World) -> None:
    evidence = altered(world.evidence(salt(world)), ev.RunRecorded, 0, kind=9)
    refused(CodeUnknown, evidence)


def test_a_run_before_its_parents(world: World) -> None:
    lot = ore(world)
    early = world.event("refinery", EventKind.PROCESSING, hours=48, ago=60)
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=early)
    refused(BeforeParent, world.evidence(out[0]))


def test_a_model_stronger_than_its_weakest_input(world: World) -> None:
    lots = [ore(world), ore(world, model=MASS)]
    out = world.run(RunKind.PROCESS, lots, SALT, model=SEGREGATED)
    refused(ModelStrengthened, world.evidence(out[0]))


def test_identity_preserved_of_two_origins(world: World) -> None:
    lots = [ore(world, model=IP), ore(world, model=IP)]
    out = world.run(RunKind.PROCESS, lots, SALT, model=IP)
    refused(OriginMismatch, world.evidence(out[0]))


def test_identity_preserved_of_one_origin_split_and_joined(world: World) -> None:
    lot = ore(world, model=IP)
    parts = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)] * 2, model=IP)
    out = world.run(RunKind.PROCESS, parts, SALT, model=IP)
    story = replay(world.evidence(out[0]))
    assert story.replay.book.lots[out[0]].nature.origin == lot


@pytest.mark.parametrize("material", [Material.ORE, Material.RETIRED, Material.CATHODE])
def test_a_material_that_the_refinery_does_not_make(world: World, material: Material) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], [(material, 1)])
    error = MaterialMismatch if material is Material.RETIRED else MaterialNotAtSite
    refused(error, world.evidence(out[0]))


def test_a_rebook_into_another_material(world: World) -> None:
    out = world.run(RunKind.REBOOK, [ore(world)], SALT)
    refused(MaterialMismatch, world.evidence(out[0]))


def test_a_rebook_that_makes_units(world: World) -> None:
    packs = world.run(RunKind.PROCESS, [ore(world)], [(Material.PACK, 4)])
    out = world.run(RunKind.REBOOK, packs, [(Material.PACK, 3), (Material.PACK, 2)])
    found = refused(UnitsMismatch, world.evidence(out[0]))
    assert (found.values["units_in"], found.values["units_out"]) == (4, 5)


def test_a_rebook_with_an_event(world: World) -> None:
    evidence = world.evidence(world.run(RunKind.REBOOK, [ore(world)], [(Material.ORE, 1)])[0])
    refused(CodeUnknown, altered(evidence, ev.RunRecorded, 0, event_id=word("event")))


def test_scrap_that_is_processed(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], [(Material.SCRAP, 1)])
    out = world.run(RunKind.PROCESS, made, SALT)
    refused(MaterialMismatch, world.evidence(out[0]))


def test_ore_that_is_recovered(world: World) -> None:
    out = world.run(RunKind.RECOVER, [ore(world)], SALT)
    refused(MaterialMismatch, world.evidence(out[0]))


def test_scrap_recovered_without_a_certificate_grants_nothing(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], [(Material.SCRAP, 1)])
    out = world.run(RunKind.RECOVER, made, SALT)
    assert replay(world.evidence(out[0]))


def test_scrap_recovered_at_a_certified_site_grants_its_credit(world: World) -> None:
    world.certify("recycling", "refinery", Scheme.RECYCLED_CONTENT)
    world.chain.next(DAY)
    made = world.run(RunKind.PROCESS, [ore(world)], [(Material.SCRAP, 1)])
    granted = world.rule(RunKind.RECOVER, MASS, grants=MANUFACTURING)
    out = world.run(RunKind.RECOVER, made, SALT, rule=granted)
    assert replay(world.evidence(out[0]))


def test_a_grant_that_no_certificate_bears_out(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], [(Material.SCRAP, 1)])
    granted = world.rule(RunKind.RECOVER, MASS, grants=MANUFACTURING)
    out = world.run(RunKind.RECOVER, made, SALT, rule=granted)
    found = refused(RuleMismatch, world.evidence(out[0]))
    assert found.values["what"] == "grants"


@pytest.mark.parametrize(
    ("part", "bit"),
    [("proportional", 0), ("whole", 1), ("gates", 2), ("grants", 9), ("tolerance ppm", 12),
     ("loss from ppm", 32), ("loss to ppm", 52)],
)  # fmt: skip
def test_a_rule_of_another_moment(world: World, part: str, bit: int) -> None:
    rule = world.rule(RunKind.PROCESS, MASS) ^ 1 << bit
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, rule=rule)
    found = refused(RuleMismatch, world.evidence(out[0]))
    assert found.values["what"] == part


def test_a_rule_that_is_no_rule(world: World) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, rule=1 << 80)
    refused(RuleMismatch, world.evidence(out[0]))


def test_a_band_widened_after_the_run(world: World) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], SALT)
    world.set_band("refinery", 0, 0, 1_000_000)
    assert replay(world.evidence(out[0]))


def test_a_band_widened_before_the_run_is_the_runs(world: World) -> None:
    world.set_band("refinery", 0, 0, 1_000_000)
    refused(RuleMismatch, world.evidence(salt(world)))


def test_a_pass_gated_credit_that_no_certificate_lets_through(world: World) -> None:
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.IRMA, True))
    closed = world.rule(RunKind.PROCESS, MASS, gates=ALL_GATES - 1)
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, rule=closed)
    assert replay(world.evidence(out[0]))
    refused(RuleMismatch, world.evidence(salt(world)))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("account", "0x" + "1" * 40, ModelMismatch),
        ("model", IP, ModelMismatch),
        ("element", 28, ElementMismatch),
        ("time", 3, TimeMismatch),
        ("batch", 4, BatchMismatch),
        ("held", True, BornFree),
    ],
)
def test_an_output_that_differs_from_its_run(
    world: World, field: str, value: object, error: type[HistoryRefused]
) -> None:
    refused(error, altered(world.evidence(salt(world)), ev.LotMade, 0, **{field: value}))


def test_a_lot_born_outside_the_band_is_held_until_two_release_it(world: World) -> None:
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT, in_band=False)
    world.release(out)
    world.hand_over(out, "gamma")
    assert replay(world.evidence(out))


def test_a_lot_born_outside_the_band_that_moves_without_a_release(world: World) -> None:
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT, in_band=False)
    world.hand_over(out, "gamma")
    refused(LotNotFree, world.evidence(out))


def test_metal_of_two_birthplaces_needs_a_determination(world: World) -> None:
    world.site("pit", "alpha", "nowhere", [Material.ORE])
    stated = world.event("pit", EventKind.BIRTH)
    far = world.birth(stated, gates=32)
    near = world.birth()
    out = world.run(RunKind.REBOOK, [far, near], [(Material.ORE, 1)], account="alpha")
    first = world.lots[min(far, near)].lot
    if first == far:
        assert replay(world.evidence(out[0]))
    else:
        refused(PlaceNotDetermined, world.evidence(out[0]))


def test_lots_of_two_materials_are_not_rebooked_into_one(world: World) -> None:
    lots = sorted([salt(world), ore(world)])
    kept = world.lots[lots[0]].material
    out = world.run(RunKind.REBOOK, lots, [(kept, 1)])
    refused(MaterialMismatch, world.evidence(out[0]))


def test_a_settlement_by_an_approved_measurement(world: World) -> None:
    lot = ore(world)
    world.offer(lot, "gamma")
    world.dispute(lot)
    world.site("laboratory", "gamma", "port", [])
    measured = world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60)
    world.approve(lot, measured)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    assert replay(world.evidence(out[0]))


def disputed(world: World) -> tuple[bytes, Stated]:
    lot = ore(world)
    world.offer(lot, "gamma")
    world.dispute(lot)
    return lot, world.event("refinery", EventKind.MEASUREMENT, hours=1, ago=60)


def test_a_settlement_that_no_umpire_approved(world: World) -> None:
    lot, measured = disputed(world)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(SettlementNotApproved, world.evidence(out[0]))


def test_a_settlement_by_another_than_the_holder(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured, account="gamma")
    refused(NotHolder, world.evidence(out[0]))


def test_a_settlement_that_was_approved_for_the_dispute_before(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.reject(lot)
    world.offer(lot, "gamma")
    world.dispute(lot)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(SettlementNotApproved, world.evidence(out[0]))


def test_a_settlement_of_a_lot_that_is_not_disputed(world: World) -> None:
    lot = ore(world)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)])
    refused(LotNotFree, world.evidence(out[0]))


def test_a_settlement_after_the_dispute_lapsed(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.chain.next(31 * DAY)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(LotNotFree, world.evidence(out[0]))


@pytest.mark.parametrize("party", ["beta", "gamma"], ids=["sender", "receiver"])
def test_a_settlement_by_an_umpire_of_a_partys_group(world: World, party: str) -> None:
    lot, measured = disputed(world)
    world.member("friend", Role.UMPIRE, group=f"group {party}")
    world.approve(lot, measured, umpire="friend")
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(UmpireNotIndependent, world.evidence(out[0]))


def test_a_settlement_approved_by_a_measurement_that_was_used(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    settled = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    other, _ = disputed(world)
    world.approve(other, measured)
    world.accept(other)
    world.hand_over(settled[0], "gamma")
    out = world.run(RunKind.REBOOK, [*settled, other], [(Material.ORE, 1)], account="gamma")
    refused(EventUsedTwice, world.evidence(out[0]))


def test_a_withdrawn_measurement_that_is_replaced(world: World) -> None:
    """An umpire may have approved its id: a laboratory files under a new sequence."""
    lot, measured = disputed(world)
    world.withdraw(measured)
    sequence = measured.statement.sequence
    later = world.event(
        "refinery", EventKind.MEASUREMENT, sequence=sequence, revision=1, hours=1, ago=60
    )
    world.approve(lot, later)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=later)
    refused(StatementMismatch, world.evidence(out[0]))


def test_a_measurement_attested_of_a_closed_site(world: World) -> None:
    """A birth or a run asks again whether its site works; a settlement does not."""
    lot, _ = disputed(world)
    world.close("refinery")
    measured = world.event("refinery", EventKind.MEASUREMENT, hours=1, ago=60)
    world.approve(lot, measured)
    refused(SiteInactive, world.evidence(lot))


def test_a_settlement_of_two_lots(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)] * 2, stated=measured)
    refused(SlotCount, world.evidence(out[0]))


def test_a_disputed_subject_that_a_settlement_ended(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    assert replay(world.evidence(lot))


def test_the_run_that_ends_the_subject_is_taken_by_its_holder(world: World) -> None:
    lot = ore(world)
    world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)], account="gamma")
    refused(NotHolder, world.evidence(lot))


def test_the_run_that_ends_the_subject_is_no_part_of_its_story(world: World) -> None:
    lot = ore(world)
    world.run(RunKind.PROCESS, [lot], SALT)
    story = replay(world.evidence(lot))
    assert story.replay.runs.runs == {}
    assert ZERO not in story.replay.ancestry.site_events


def test_a_run_whose_output_is_withheld(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], SALT * 2)
    evidence = world.evidence(made[0])
    second = [it.event for it in evidence.events if isinstance(it.event, ev.LotMade)][-1]
    refused(RunIncomplete, without(evidence, second))


def two_metals(world: World) -> list[bytes]:
    world.site("both", "alpha", "upland", [Material.ORE])
    changed = [
        replace(it, event=replace(it.event, details=replace(it.event.details, elements=(27, 28))))
        if isinstance(it.event, ev.SiteRegistered) and it.event.site == word("both")
        else it
        for it in world.chain.events
    ]
    world.chain.events = changed
    return [
        world.birth(world.event("both", EventKind.BIRTH, element=element), gates=0)
        for element in (27, 28)
    ]


def test_a_run_of_two_metals(world: World) -> None:
    out = world.run(RunKind.REBOOK, two_metals(world), [(Material.ORE, 1)], account="alpha")
    refused(ElementMismatch, world.evidence(out[0]))


def test_a_run_under_an_event_of_another_metal(world: World) -> None:
    _, nickel = two_metals(world)
    world.hand_over(nickel, "beta")
    out = world.run(RunKind.PROCESS, [nickel], SALT)
    refused(ElementMismatch, world.evidence(out[0]))


def test_a_rebook_of_two_materials(world: World) -> None:
    (salt_lot,) = world.run(RunKind.PROCESS, [ore(world)], SALT)
    out = world.run(RunKind.REBOOK, [salt_lot, ore(world)], SALT)
    refused(MaterialMismatch, world.evidence(out[0]))


def test_a_pass_gated_credit_that_a_certificate_lets_through(world: World) -> None:
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.IRMA, True))
    world.certify("refinery-irma", "refinery", Scheme.IRMA)
    world.chain.next(DAY)
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT)
    story = replay(world.evidence(out))
    (run,) = story.replay.runs.runs.values()
    assert [piece.id for piece in run.passages[0].coverage[Credit.RESPONSIBLE]] == [
        word("refinery-irma")
    ]


def test_a_revoked_pass_gate_reaches_what_was_made(world: World) -> None:
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.IRMA, True))
    world.certify("refinery-irma", "refinery", Scheme.IRMA)
    world.chain.next(DAY)
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT)
    world.set_status(
        "refinery-irma", "refinery", CertificateStatus.WITHDRAWN, world.chain.time - 30 * DAY
    )
    found = [it for it in findings_of(replay(world.evidence(out))) if it.code == "credit_revoked"]
    assert [it.reaches for it in found] == [{out}]
    assert "let through" in found[0].text


def test_a_reopened_site_works_again(world: World) -> None:
    world.close("refinery")
    world.tx(
        ev.SiteReopened(word("refinery"), world.chain.count(SubjectKind.SITE, word("refinery")))
    )
    assert replay(world.evidence(salt(world)))
