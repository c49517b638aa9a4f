"""Runs: inputs consumed once by their holder, outputs by the rules of each kind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lodetrace.audit.replay.ancestry import RunRepeated
from lodetrace.audit.replay.attestations import InputsOfAnother, StatementMismatch
from lodetrace.audit.replay.custody import (
    DisputeInvalid,
    LotResting,
    MeasurementOfAnother,
    UmpireNotIndependent,
)
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.gates import ModelNotCertified
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.losses import LossUnfounded
from lodetrace.audit.replay.lots import LotEnded, LotNotFree, LotNotNamed, LotOnHold, NotHolder
from lodetrace.audit.replay.members import MemberInactive, RoleMissing
from lodetrace.audit.replay.natures import (
    CodeUnknown,
    ElementMismatch,
    HeldSinceMismatch,
    TimeMismatch,
)
from lodetrace.audit.replay.places import PlaceNotDetermined
from lodetrace.audit.replay.retirements import RunIncomplete
from lodetrace.audit.replay.roots import RootMismatch
from lodetrace.audit.replay.run_materials import (
    CountInvalid,
    MaterialMismatch,
    MaterialNotAdvanced,
    UnitsMismatch,
    UnitsNotAttested,
)
from lodetrace.audit.replay.run_rules import (
    BatchesJoined,
    BeforeParent,
    ChargeBound,
    HeldTooLate,
    ModelNotAttested,
    ModelStrengthened,
    OriginMismatch,
    ReworkedTwice,
    RootsMixed,
    RuleMismatch,
)
from lodetrace.audit.replay.runs import (
    BornFree,
    InputsNotNamed,
    InputsOutOfOrder,
    NothingMade,
    OutputMismatch,
    RunIdMismatch,
    SlotCount,
)
from lodetrace.audit.replay.settlements import SettlementNotApproved, SettlerNotYet
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
    SiteKind,
    SubjectKind,
)
from tests.support.audit_world import (
    ALL_GATES,
    CAHRA,
    DAY,
    MANUFACTURING,
    ZERO,
    Stated,
    World,
    address,
    altered,
    events_of,
    scoped,
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


def test_a_run_recorded_twice(world: World) -> None:
    evidence = world.evidence(salt(world))
    record = next(it for it in evidence.events if isinstance(it.event, ev.RunRecorded))
    refused(RunRepeated, replace(evidence, events=(*evidence.events, record)))


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        (RunIncomplete, lambda record: {"inputs": record.inputs[:1]}),
        (SlotCount, lambda record: {"inputs": ()}),
        (SlotCount, lambda record: {"outputs": record.outputs * 2}),
        (CountInvalid, lambda record: {"outputs": (replace(record.outputs[0], count=2),)}),
        (OutputMismatch, lambda record: {"holder": "0x" + "11" * 20}),
        (OutputMismatch, lambda record: {"made": replace(record.made, count=2)}),
        (OutputMismatch, lambda record: {"made": replace(record.made, material=Material.METAL)}),
        (OutputMismatch, lambda record: {"made": replace(record.made, index=1)}),
    ],
)
def test_a_record_of_other_lots_than_its_proof_and_inputs_make(
    world: World,
    error: type[HistoryRefused],
    changed: Callable[[ev.RunRecorded], dict[str, Any]],
) -> None:
    """Rows of the Journal keep the record alone."""
    evidence = world.evidence(salt(world))
    [record] = events_of(evidence, ev.RunRecorded)
    assert isinstance(record, ev.RunRecorded)
    refused(error, altered(evidence, ev.RunRecorded, **changed(record)))


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
    refused(LotOnHold, world.evidence(out[0]))


def test_a_part_moves_that_a_rebook_had_made_before_the_hold(world: World) -> None:
    """It is of the root of what was held."""
    lot = ore(world)
    part, _ = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)] * 2)
    world.hold(part)
    world.offer(part, "gamma")
    refused(LotOnHold, world.evidence(part))


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


def named(world: World, lots: list[bytes], **words: object) -> Stated:
    """An event of the refinery that says that these lots went in."""
    world.chain.next(2 * 3600)
    return world.event("refinery", EventKind.PROCESSING, hours=1, ago=30, inputs=lots, **words)


def test_a_run_at_a_site_that_was_sold_since_its_event(world: World) -> None:
    lot = ore(world)
    stated = named(world, [lot])
    world.propose_transfer("refinery", "gamma")
    world.transfer("refinery", "gamma")
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    refused(NotOperator, world.evidence(out[0]))


def test_an_event_over_the_lot_of_another(world: World) -> None:
    lot = ore(world)
    world.hand_over(lot, "gamma")
    out = world.run(RunKind.PROCESS, [lot], SALT, account="gamma")
    found = refused(InputsOfAnother, world.evidence(out[0]))
    assert "operator" in found.values["reason"]


def test_inputs_that_do_not_increase(world: World) -> None:
    evidence = world.evidence(salt(world))
    [record] = events_of(evidence, ev.RunRecorded)
    assert isinstance(record, ev.RunRecorded)
    inputs = record.inputs[::-1]
    refused(InputsOutOfOrder, altered(evidence, ev.RunRecorded, inputs=inputs))


def test_more_inputs_than_a_run_takes(world: World) -> None:
    lots = [ore(world) for _ in range(5)]
    out = world.run(RunKind.REBOOK, lots, [(Material.ORE, 1)])
    refused(SlotCount, world.evidence(out[0]))


def test_a_run_of_no_kind(world: World) -> None:
    out = world.run(RunKind.REBOOK, [ore(world)], [(Material.ORE, 1)])
    evidence = altered(world.evidence(out[0]), ev.RunRecorded, 0, kind=9)
    refused(CodeUnknown, evidence)


def test_a_run_before_its_parents(world: World) -> None:
    lot = ore(world)
    early = world.event("refinery", EventKind.PROCESSING, hours=48, ago=60, inputs=[lot])
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


@pytest.mark.parametrize(
    ("material", "error"),
    [
        (Material.ORE, MaterialNotAdvanced),
        (Material.RETIRED, MaterialMismatch),
        (Material.PRECURSOR, MaterialNotAtSite),
    ],
)
def test_a_material_that_the_refinery_does_not_make(
    world: World, material: Material, error: type[HistoryRefused]
) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], [(material, 1)])
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
    out = world.run(RunKind.RECOVER, made, SALT, grants=MANUFACTURING)
    assert replay(world.evidence(out[0]))


def test_a_grant_that_no_certificate_bears_out(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], [(Material.SCRAP, 1)])
    out = world.run(RunKind.RECOVER, made, SALT, grants=MANUFACTURING)
    found = refused(RuleMismatch, world.evidence(out[0]))
    assert found.values["what"] == "grants"


@pytest.mark.parametrize(
    ("part", "bit"),
    [("counts", 0), ("proportional", 128), ("whole", 129), ("settles", 130), ("gates", 131),
     ("grants", 137), ("scrap", 139), ("in units", 143), ("tolerance ppm", 147),
     ("loss from ppm", 167), ("loss to ppm", 187), ("scrap to ppm", 207)],
)  # fmt: skip
def test_a_rule_of_another_moment(world: World, part: str, bit: int) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, flip=1 << bit)
    found = refused(RuleMismatch, world.evidence(out[0]))
    assert found.values["what"] == part


def test_a_rule_that_is_no_rule(world: World) -> None:
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, flip=1 << 240)
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
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, gates=ALL_GATES - 1)
    assert replay(world.evidence(out[0]))
    refused(RuleMismatch, world.evidence(salt(world)))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("model", IP, OutputMismatch),
        ("index", 1, OutputMismatch),
        ("mixed", True, OutputMismatch),
        ("charge", True, OutputMismatch),
        ("reworked", True, OutputMismatch),
        ("element", 28, ElementMismatch),
        ("time", 3, TimeMismatch),
        ("root", 1, RootMismatch),
        ("held_since", 3600, HeldSinceMismatch),
        ("held", True, BornFree),
    ],
)
def test_an_output_that_differs_from_its_run(
    world: World, field: str, value: object, error: type[HistoryRefused]
) -> None:
    out = world.run(
        RunKind.PROCESS, [ore(world)], SALT, change=lambda made: replace(made, **{field: value})
    )
    refused(error, world.evidence(out[0]))


def test_an_output_of_another_account_than_its_runs(world: World) -> None:
    evidence = altered(world.evidence(salt(world)), ev.RunRecorded, 0, holder=address("gamma"))
    refused(OutputMismatch, evidence)


def test_a_lot_born_outside_the_band_is_held_until_two_release_it(world: World) -> None:
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT, in_band=False)
    world.release_lot(out)
    world.hand_over(out, "gamma")
    assert replay(world.evidence(out))


def test_a_lot_born_outside_the_band_that_moves_without_a_release(world: World) -> None:
    (out,) = world.run(RunKind.PROCESS, [ore(world)], SALT, in_band=False)
    world.hand_over(out, "gamma")
    refused(LotNotFree, world.evidence(out))


def test_metal_of_two_birthplaces_needs_a_determination(world: World) -> None:
    world.site("pit", "alpha", "nowhere", [Material.ORE])
    stated = world.event("pit", EventKind.BIRTH)
    far = world.birth(stated, gates=CAHRA)
    near = world.birth()
    out = world.run(RunKind.REBOOK, [far, near], [(Material.ORE, 1)], account="alpha")
    if min(far, near) == far:
        assert replay(world.evidence(out[0]))
    else:
        refused(PlaceNotDetermined, world.evidence(out[0]))


def test_lots_of_two_materials_are_not_rebooked_into_one(world: World) -> None:
    lots = sorted([salt(world), ore(world)])
    kept = world.lots[lots[0]].material
    out = world.run(RunKind.REBOOK, lots, [(kept, 1)])
    refused(MaterialMismatch, world.evidence(out[0]))


def measurement(world: World, lot: bytes, **words: object) -> Stated:
    """Of a disputed lot, by the laboratory; at its refinery if it has to be somebody's."""
    return world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot], **words)


def disputed(world: World) -> tuple[bytes, Stated]:
    lot = ore(world)
    world.offer(lot, "gamma")
    world.dispute(lot)
    return lot, measurement(world, lot)


def test_a_settlement_by_an_approved_measurement(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured, in_band=False)
    story = replay(world.evidence(out))
    before, after = (story.replay.book.lots[one] for one in (lot, out))
    assert (before.nature.root, before.held_since) == (after.nature.root, after.held_since)
    assert after.state.name == "ACTIVE"


def test_a_settlement_that_no_umpire_approved(world: World) -> None:
    lot, measured = disputed(world)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(SettlementNotApproved, world.evidence(out[0]))


def test_a_settlement_by_another_than_the_holder(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured, account="gamma")
    refused(SettlerNotYet, world.evidence(out[0]))


@pytest.mark.parametrize("settler", ["gamma", "umpire"])
def test_a_settlement_by_buyer_or_umpire_after_a_week_belongs_to_the_holder(
    world: World, settler: str
) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.chain.next(7 * DAY)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured, account=settler)
    assert replay(world.evidence(out)).replay.book.lots[out].account == address("beta")


def test_a_settlement_by_a_stranger_after_a_week(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.chain.next(8 * DAY)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured, account="alpha")
    refused(NotHolder, world.evidence(out[0]))


def test_a_settlement_by_a_suspended_holder(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.suspend("beta")
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(MemberInactive, world.evidence(out[0]))


def test_an_approved_settlement_binds_for_a_hundred_days(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.chain.next(99 * DAY)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    assert replay(world.evidence(out))


def test_an_approval_that_binds_for_longer(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    until = world.disputes[lot] + DAY
    refused(DisputeInvalid, altered(world.evidence(lot), ev.SettlementApproved, until=until))


def test_a_measurement_of_another_lot(world: World) -> None:
    lot, _ = disputed(world)
    _, measured = disputed(world)
    world.approve(lot, measured)
    refused(MeasurementOfAnother, world.evidence(lot))


def test_a_measurement_of_a_lot_that_nobody_disputes(world: World) -> None:
    disputed(world)
    lot = ore(world)
    world.offer(lot, "gamma")
    world.approve(lot, measurement(world, lot))
    refused(LotNotFree, world.evidence(lot))


def test_a_measurement_by_a_laboratory_of_the_holders_group(world: World) -> None:
    lot, _ = disputed(world)
    world.member("friend", Role.LABORATORY, group="group beta")
    world.site("bench of friend", "friend", "port", [], SiteKind.LABORATORY)
    measured = world.event("bench of friend", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.approve(lot, measured)
    found = refused(InputsOfAnother, world.evidence(lot))
    assert "own group" in found.values["reason"]


def test_a_lot_that_weighs_no_less_is_offered_again(world: World) -> None:
    lot, _ = disputed(world)
    measured = measurement(world, lot, no_output=True)
    world.approve(lot, measured)
    world.end_dispute(lot, measured, days=10)
    world.accept(lot)
    evidence = world.evidence(lot)
    ended = next(it for it in evidence.events if isinstance(it.event, ev.DisputeEnded))
    offered = [it.event for it in evidence.events if isinstance(it.event, ev.LotOffered)][-1]
    until = max(offered.expiry, ended.time + 7 * DAY)
    assert replay(altered(evidence, ev.DisputeEnded, expiry=until))


@pytest.mark.parametrize("days", [0, 99])
def test_an_offer_that_goes_on_for_another_time(world: World, days: int) -> None:
    lot, _ = disputed(world)
    measured = measurement(world, lot, no_output=True)
    world.approve(lot, measured)
    world.end_dispute(lot, measured, days=days)
    refused(DisputeInvalid, world.evidence(lot))


def test_a_dispute_ended_by_a_measurement_that_found_less(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.end_dispute(lot, measured)
    refused(DisputeInvalid, world.evidence(lot))


def test_a_dispute_ended_by_a_measurement_that_nobody_approved(world: World) -> None:
    lot, _ = disputed(world)
    world.end_dispute(lot, measurement(world, lot, no_output=True))
    refused(SettlementNotApproved, world.evidence(lot))


def test_a_settlement_by_a_measurement_that_found_no_less(world: World) -> None:
    lot, _ = disputed(world)
    measured = measurement(world, lot, no_output=True)
    world.approve(lot, measured)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(NothingMade, world.evidence(out[0]))


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
    disputed(world)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measurement(world, lot))
    refused(LotNotFree, world.evidence(out[0]))


def test_a_settlement_after_the_dispute_lapsed(world: World) -> None:
    lot, measured = disputed(world)
    world.approve(lot, measured)
    world.chain.next(101 * DAY)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(LotNotFree, world.evidence(out[0]))


@pytest.mark.parametrize("party", ["beta", "gamma"], ids=["sender", "receiver"])
def test_a_settlement_by_an_umpire_of_a_partys_group(world: World, party: str) -> None:
    lot, measured = disputed(world)
    world.member("friend", Role.UMPIRE, group=f"group {party}")
    world.approve(lot, measured, umpire="friend")
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    refused(UmpireNotIndependent, world.evidence(out[0]))


def test_a_withdrawn_measurement_that_is_replaced(world: World) -> None:
    """An umpire may have approved its id: a laboratory files under a new sequence."""
    lot, measured = disputed(world)
    world.withdraw(measured)
    sequence = measured.statement.sequence
    later = measurement(world, lot, sequence=sequence, revision=1)
    world.approve(lot, later)
    out = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=later)
    refused(StatementMismatch, world.evidence(out[0]))


def test_a_measurement_attested_of_a_closed_site(world: World) -> None:
    """A birth or a run asks again whether its site works; a settlement does not."""
    lot, _ = disputed(world)
    world.close("laboratory")
    measured = measurement(world, lot)
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
    found = refused(InputsOfAnother, world.evidence(out[0]))
    assert "metal" in found.values["reason"]


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
        scoped("certifier", "refinery-irma")
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


# What a run may consume


def test_a_later_purchase(world: World) -> None:
    """Refined first, bought afterwards: the event names the lot that was there."""
    dirty, stated = ore(world), None
    stated = named(world, [dirty])
    world.chain.next(60 * DAY)
    clean = ore(world)
    out = world.run(RunKind.PROCESS, [clean], SALT, stated=stated)
    refused(LotNotNamed, world.evidence(out[0]))


def test_a_run_of_some_of_what_its_event_names(world: World) -> None:
    lots = [ore(world), ore(world)]
    out = world.run(RunKind.PROCESS, lots[:1], SALT, stated=named(world, lots))
    refused(InputsNotNamed, world.evidence(out[0]))


def test_a_lot_that_is_sold_while_it_waits_for_its_run(world: World) -> None:
    lot = ore(world)
    named(world, [lot])
    world.hand_over(lot, "gamma")
    refused(LotNotFree, world.evidence(lot))


def test_a_lot_that_is_rebooked_while_it_waits_for_its_run(world: World) -> None:
    lot = ore(world)
    named(world, [lot])
    out = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)])
    refused(LotNotFree, world.evidence(out[0]))


def test_a_lot_that_two_events_name(world: World) -> None:
    lot = ore(world)
    named(world, [lot])
    named(world, [lot])
    refused(LotNotFree, world.evidence(lot))


def test_a_lock_lapses_with_its_event(world: World) -> None:
    lot = ore(world)
    named(world, [lot])
    world.chain.next(181 * DAY)
    world.hand_over(lot, "gamma")
    assert replay(world.evidence(lot))


def test_a_withdrawn_event_frees_what_it_named(world: World) -> None:
    lot = ore(world)
    world.withdraw(named(world, [lot]))
    world.hand_over(lot, "gamma")
    assert replay(world.evidence(lot))


def test_a_lock_that_another_event_ends(world: World) -> None:
    lot = ore(world)
    stated = named(world, [lot])
    world.withdraw(stated)
    evidence = altered(world.evidence(lot), ev.LotUnnamed, event_id=word("other"))
    refused(InputsOfAnother, evidence)


def test_a_withdrawal_that_names_other_lots(world: World) -> None:
    lot = ore(world)
    world.offer(lot, "gamma")
    world.dispute(lot)
    measured = measurement(world, lot)
    world.approve(lot, measured)
    said = replace(measured.statement, inputs=(word("another"),))
    world.withdraw(Stated(measured.id, said, measured.digest))
    refused(StatementMismatch, world.evidence(lot))


def test_a_hold_on_a_lot_that_waits_for_its_run(world: World) -> None:
    lot = ore(world)
    stated = named(world, [lot])
    world.hold(lot)
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    refused(LotOnHold, world.evidence(out[0]))


def test_a_lot_that_is_named_while_it_is_held(world: World) -> None:
    lot = ore(world)
    world.hold(lot)
    named(world, [lot])
    refused(LotOnHold, world.evidence(lot))


@pytest.mark.parametrize("released", [True, False])
def test_a_run_after_the_hold_has_ended(world: World, released: bool) -> None:
    lot = ore(world)
    stated = named(world, [lot])
    world.hold(lot)
    if released:
        world.release(lot)
    else:
        world.chain.next(15 * DAY)
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    assert replay(world.evidence(out[0]))


def test_a_hold_goes_on_when_the_event_is_withdrawn(world: World) -> None:
    lot = ore(world)
    stated = named(world, [lot])
    world.hold(lot)
    world.withdraw(stated)
    world.hand_over(lot, "gamma")
    refused(LotOnHold, world.evidence(lot))


def test_a_lot_that_came_after_the_work(world: World) -> None:
    lot = world.birth()
    world.chain.next(10 * DAY)
    world.hand_over(lot, "beta")
    stated = world.event("refinery", EventKind.PROCESSING, hours=1, ago=4 * DAY, inputs=[lot])
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    found = refused(HeldTooLate, world.evidence(out[0]))
    assert found.values["grace"] == 3 * DAY


def test_a_lot_that_came_within_the_grace_that_the_council_set(world: World) -> None:
    world.tx(ev.GraceSet(5 * DAY))
    lot = world.birth()
    world.chain.next(10 * DAY)
    world.hand_over(lot, "beta")
    stated = world.event("refinery", EventKind.PROCESSING, hours=1, ago=4 * DAY, inputs=[lot])
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    assert replay(world.evidence(out[0]))


def test_a_lot_from_a_sister_was_with_the_group_all_the_time(world: World) -> None:
    world.member("sister", Role.TRADER, group="group beta")
    lot = world.birth()
    world.hand_over(lot, "sister")
    world.chain.next(20 * DAY)
    ended = world.chain.time
    world.chain.next(10 * DAY)
    world.hand_over(lot, "beta")
    stated = world.event(
        "refinery", EventKind.PROCESSING, hours=1, ago=world.chain.time - ended, inputs=[lot]
    )
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    assert replay(world.evidence(out[0]))


# Models, materials, units


def test_a_model_that_inspectors_did_not_see(world: World) -> None:
    stated = named(world, [lot := ore(world)], model=MASS)
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated, model=SEGREGATED)
    refused(ModelNotAttested, world.evidence(out[0]))


def test_a_model_of_a_site_without_a_chain_of_custody_certificate(world: World) -> None:
    world.set_status("refinery-coc", "refinery", CertificateStatus.WITHDRAWN)
    world.chain.next(DAY)
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, model=SEGREGATED)
    refused(ModelNotCertified, world.evidence(out[0]))


def test_a_model_that_no_scheme_proves(world: World) -> None:
    world.tx(ev.ModelRuleSet(SEGREGATED, 0))
    out = world.run(RunKind.PROCESS, [ore(world)], SALT, model=SEGREGATED)
    refused(ModelNotCertified, world.evidence(out[0]))


def test_a_rework_of_one_root_keeps_its_model_without_a_certificate(world: World) -> None:
    lots = world.run(RunKind.PROCESS, [ore(world)], SALT, model=SEGREGATED)
    world.set_status("refinery-coc", "refinery", CertificateStatus.WITHDRAWN)
    world.chain.next(DAY)
    out = world.run(RunKind.REWORK, lots, SALT, model=SEGREGATED)
    assert replay(world.evidence(out[0])).replay.book.lots[out[0]].nature.reworked


def test_a_rework_of_what_was_reworked(world: World) -> None:
    once = world.run(RunKind.REWORK, [salt(world)], SALT)
    twice = world.run(RunKind.REWORK, once, SALT)
    refused(ReworkedTwice, world.evidence(twice[0]))


def test_a_rework_behind_a_rebook(world: World) -> None:
    once = world.run(RunKind.REWORK, [salt(world)], SALT)
    parts = world.run(RunKind.REBOOK, once, SALT * 2)
    twice = world.run(RunKind.REWORK, parts, SALT)
    refused(ReworkedTwice, world.evidence(twice[0]))


def test_a_rework_that_declares_scrap(world: World) -> None:
    out = world.run(RunKind.REWORK, [salt(world)], [*SALT, (Material.SCRAP, 1)])
    refused(MaterialMismatch, world.evidence(out[0]))


def test_metal_beside_salt_is_no_later_step(world: World) -> None:
    out = world.run(RunKind.PROCESS, [salt(world)], [(Material.METAL, 1)])
    refused(MaterialNotAdvanced, world.evidence(out[0]))


def test_units_of_another_material_than_counted(world: World) -> None:
    stated = named(world, [lot := ore(world)], unit_material=Material.CELL)
    out = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 3)], stated=stated)
    refused(UnitsNotAttested, world.evidence(out[0]))


def test_units_that_were_counted_and_not_made(world: World) -> None:
    stated = named(world, [lot := ore(world)], unit_material=Material.PACK)
    out = world.run(RunKind.PROCESS, [lot], SALT, stated=stated)
    refused(UnitsNotAttested, world.evidence(out[0]))


# Roots, charges


def test_a_rebook_of_one_root_keeps_it(world: World) -> None:
    parts = world.run(RunKind.REBOOK, [lot := ore(world)], [(Material.ORE, 1)] * 2)
    out = world.run(RunKind.REBOOK, parts, [(Material.ORE, 1)])
    lots = replay(world.evidence(out[0])).replay.book.lots
    assert lots[out[0]].nature.root == lots[lot].nature.root
    assert not lots[out[0]].nature.mixed


@pytest.mark.parametrize("model", [SEGREGATED, BLEND])
def test_lots_of_two_roots_averaged_on_paper(world: World, model: CustodyModel) -> None:
    out = world.run(RunKind.REBOOK, [ore(world), ore(world)], [(Material.ORE, 1)] * 2, model=model)
    refused(RootsMixed, world.evidence(out[0]))


def test_packs_of_two_roots_pooled(world: World) -> None:
    packs = [world.run(RunKind.PROCESS, [ore(world)], [(Material.PACK, 2)])[0] for _ in range(2)]
    out = world.run(RunKind.REBOOK, packs, [(Material.PACK, 4)])
    refused(RootsMixed, world.evidence(out[0]))


def test_an_account_of_two_roots_has_a_root_of_its_own(world: World) -> None:
    lots = [ore(world), ore(world)]
    (out,) = world.run(RunKind.REBOOK, lots, [(Material.ORE, 1)])
    found = replay(world.evidence(out)).replay.book.lots
    assert found[out].nature.mixed
    assert found[out].nature.root not in {found[lot].nature.root for lot in lots}


def test_an_account_under_the_root_of_one_of_its_lots(world: World) -> None:
    lots = [ore(world), ore(world)]
    root = world.lots[lots[0]].root
    (out,) = world.run(
        RunKind.REBOOK, lots, [(Material.ORE, 1)], change=lambda made: replace(made, root=root)
    )
    refused(RootMismatch, world.evidence(out))


def test_a_mixed_lot_that_leaves_at_once(world: World) -> None:
    (out,) = world.run(RunKind.REBOOK, [ore(world), ore(world)], [(Material.ORE, 1)])
    world.hand_over(out, "gamma")
    refused(LotResting, world.evidence(out))


def test_a_mixed_lot_leaves_after_a_day(world: World) -> None:
    (out,) = world.run(RunKind.REBOOK, [ore(world), ore(world)], [(Material.ORE, 1)])
    world.chain.next(DAY)
    world.hand_over(out, "gamma")
    assert replay(world.evidence(out))


def charge(world: World, **words: object) -> bytes:
    lots = [ore(world) for _ in range(3)]
    return world.run(RunKind.CHARGE, lots, [(Material.ORE, 1)], model=SEGREGATED, **words)[0]


def test_a_charge_is_processed_whole(world: World) -> None:
    lot = charge(world)
    out = world.run(RunKind.PROCESS, [lot], SALT, model=SEGREGATED)
    found = replay(world.evidence(out[0])).replay.book.lots
    assert found[lot].nature.charge
    assert not found[out[0]].nature.charge


def test_a_charge_of_charges(world: World) -> None:
    lots = [charge(world), charge(world)]
    out = world.run(RunKind.CHARGE, lots, [(Material.ORE, 1)])
    assert replay(world.evidence(out[0]))


def test_a_charge_broken_into_an_account_of_mass_balance(world: World) -> None:
    (out,) = world.run(RunKind.REBOOK, [charge(world)], [(Material.ORE, 1)])
    nature = replay(world.evidence(out)).replay.book.lots[out].nature
    assert (nature.mixed, nature.charge) == (True, False)


def test_a_charge_broken_into_segregated_parts(world: World) -> None:
    out = world.run(RunKind.REBOOK, [charge(world)], [(Material.ORE, 1)] * 2, model=SEGREGATED)
    refused(RootsMixed, world.evidence(out[0]))


def test_a_charge_made_as_two_lots(world: World) -> None:
    lots = [ore(world), ore(world)]
    out = world.run(RunKind.CHARGE, lots, [(Material.ORE, 1)] * 2)
    refused(ChargeBound, world.evidence(out[0]))


def test_a_charge_that_is_sold(world: World) -> None:
    lot = charge(world)
    world.chain.next(2 * DAY)
    world.hand_over(lot, "gamma")
    refused(ChargeBound, world.evidence(lot))


def test_a_charge_that_is_claimed_of(world: World) -> None:
    lot = charge(world)
    world.claim(lot)
    refused(ChargeBound, world.evidence(lot))


def test_a_charge_of_packs_that_goes_into_a_product(world: World) -> None:
    packs = [world.run(RunKind.PROCESS, [ore(world)], [(Material.PACK, 2)])[0] for _ in range(2)]
    (lot,) = world.run(RunKind.CHARGE, packs, [(Material.PACK, 4)])
    world.chain.next(2 * DAY)
    product = world.declare()
    world.assign(product, lot, 1)
    refused(ChargeBound, world.evidence(product, product=True))


def test_a_charge_that_keeps_the_identity_of_two_origins(world: World) -> None:
    lots = [ore(world, model=IP), ore(world, model=IP)]
    out = world.run(RunKind.CHARGE, lots, [(Material.ORE, 1)], model=IP)
    refused(OriginMismatch, world.evidence(out[0]))


# Losses


def lost(world: World, **words: object) -> tuple[bytes, Stated]:
    lot = ore(world)
    world.chain.next(2 * 3600)
    stated = world.event("refinery", EventKind.LOSS, hours=1, ago=30, inputs=[lot], **words)
    return lot, stated


def test_what_is_left_of_a_loss_keeps_root_and_custody(world: World) -> None:
    lot = ore(world)
    (out,) = world.run(RunKind.LOSS, [lot], [(Material.ORE, 1)], in_band=False)
    story = replay(world.evidence(out))
    before, after = (story.replay.book.lots[one] for one in (lot, out))
    assert (before.nature.root, before.held_since) == (after.nature.root, after.held_since)
    assert "loss_in_past" in {it.code for it in findings_of(story)}


def test_a_loss_of_two_roots(world: World) -> None:
    out = world.run(RunKind.LOSS, [ore(world), ore(world)], [(Material.ORE, 1)])
    refused(RootsMixed, world.evidence(out[0]))


def test_a_loss_that_leaves_more_units(world: World) -> None:
    packs = world.run(RunKind.PROCESS, [ore(world)], [(Material.PACK, 4)])
    out = world.run(RunKind.LOSS, packs, [(Material.PACK, 5)])
    refused(UnitsMismatch, world.evidence(out[0]))


def test_a_loss_that_takes_a_charge_apart(world: World) -> None:
    out = world.run(RunKind.LOSS, [charge(world)], [(Material.ORE, 1)] * 2)
    refused(ChargeBound, world.evidence(out[0]))


def test_units_of_two_batches_of_one_document_joined(world: World) -> None:
    packs = world.run(RunKind.PROCESS, [ore(world)], [(Material.PACK, 2)] * 2)
    out = world.run(RunKind.REBOOK, packs, [(Material.PACK, 4)])
    found = refused(BatchesJoined, world.evidence(out[0]))
    assert found.values["indexes"] == [0, 1]


def test_a_loss_that_changes_the_material(world: World) -> None:
    out = world.run(RunKind.LOSS, [ore(world)], SALT)
    refused(MaterialMismatch, world.evidence(out[0]))


def test_a_loss_of_everything_ends_the_lot(world: World) -> None:
    lot, stated = lost(world, no_output=True)
    world.lose(stated)
    story = replay(world.evidence(lot))
    assert story.replay.book.lots[lot].state.name == "LOST"
    assert "subject_ended" in {it.code for it in findings_of(story)}


def test_a_lot_that_ends_under_a_loss_that_found_some(world: World) -> None:
    lot, stated = lost(world)
    world.lose(stated)
    refused(LossUnfounded, world.evidence(lot))


def test_a_lot_that_ends_under_a_loss_of_another(world: World) -> None:
    _, stated = lost(world, no_output=True)
    other = ore(world)
    world.lose(stated, other)
    refused(LossUnfounded, world.evidence(other))


def test_a_lot_that_ends_by_another_than_its_operator(world: World) -> None:
    lot, stated = lost(world, no_output=True)
    world.lose(stated, account="gamma")
    refused(NotOperator, world.evidence(lot))


def test_a_run_under_a_loss_of_everything(world: World) -> None:
    lot, stated = lost(world, no_output=True)
    out = world.run(RunKind.LOSS, [lot], [(Material.ORE, 1)], stated=stated)
    refused(NothingMade, world.evidence(out[0]))


def test_a_lot_that_was_lost_moves_on(world: World) -> None:
    lot, stated = lost(world, no_output=True)
    world.lose(stated)
    world.offer(lot, "gamma")
    refused(LotEnded, world.evidence(lot))


def test_a_lot_that_is_lost_while_it_is_held(world: World) -> None:
    lot, stated = lost(world, no_output=True)
    world.hold(lot)
    world.lose(stated)
    refused(LotOnHold, world.evidence(lot))
