"""Custody, holds, products, claims and prices: nothing moves, counts or is claimed unseen."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.attestations import EventKindMismatch
from lodetrace.audit.replay.claims import (
    BoundaryMissing,
    ClaimIdMismatch,
    ClaimRepeated,
    ClaimSubjectInvalid,
    MaskInvalid,
    OffGrid,
)
from lodetrace.audit.replay.custody import (
    DisputeInvalid,
    OfferExpired,
    OfferInvalid,
    OfferNotOpen,
    OfferOfAnother,
)
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.holds import HoldInvalid, SecondRoleMissing
from lodetrace.audit.replay.lots import LotNotFree, LotOnHold, NotHolder
from lodetrace.audit.replay.members import AccountUnknown, MemberInactive, RoleMissing
from lodetrace.audit.replay.places import PlaceNotDetermined
from lodetrace.audit.replay.prices import PriceCheckInvalid
from lodetrace.audit.replay.products import (
    CompletenessMismatch,
    PartAfterSeal,
    PartMissing,
    ProductRepeated,
    ProductUndeclared,
    TotalInvalid,
    TotalWeightInvalid,
    UnitsExceeded,
)
from lodetrace.audit.replay.run_materials import CountInvalid, MaterialMismatch
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import EventKind, Material, Measure, Role, RunKind
from lodetrace.text import hex_of
from tests.support.audit_world import DAY, START, World, address, altered, without, word
from tests.unit.audit.refusals import refused


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


def test_a_lot_changes_hands_three_times(world: World, lot: bytes) -> None:
    for buyer in ("beta", "gamma", "alpha"):
        world.hand_over(lot, buyer)
    story = replay(world.evidence(lot))
    assert story.replay.custody.transfers == 3
    assert story.replay.book.lots[lot].account == address("alpha")


def test_an_acceptance_without_an_offer(world: World, lot: bytes) -> None:
    world.offers[lot] = (address("beta"), 1)
    world.accept(lot)
    refused(OfferNotOpen, world.evidence(lot))


def test_an_acceptance_of_an_offer_that_was_cancelled(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.cancel(lot)
    world.accept(lot)
    refused(OfferNotOpen, world.evidence(lot))


def test_an_acceptance_of_an_offer_that_was_rejected(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.reject(lot)
    world.accept(lot)
    refused(OfferNotOpen, world.evidence(lot))


def test_an_acceptance_after_the_offers_expiry(world: World, lot: bytes) -> None:
    world.offer(lot, "beta", days=1)
    world.chain.next(2 * DAY)
    world.accept(lot)
    refused(OfferExpired, world.evidence(lot))


def test_an_acceptance_of_a_held_lot(world: World, lot: bytes) -> None:
    """Though it was offered before."""
    world.offer(lot, "beta")
    world.hold(lot)
    world.accept(lot)
    refused(LotOnHold, world.evidence(lot))


def test_an_acceptance_after_a_hold(world: World, lot: bytes) -> None:
    """The offer is what it was."""
    world.offer(lot, "beta", days=60)
    world.hold(lot)
    world.chain.next(15 * DAY)
    world.accept(lot)
    assert replay(world.evidence(lot))


def test_a_held_lot_is_rejected_and_disputed(world: World, lot: bytes) -> None:
    world.offer(lot, "beta", days=60)
    world.hold(lot)
    world.dispute(lot)
    world.reject(lot)
    assert replay(world.evidence(lot))


def test_an_acceptance_by_another_than_the_receiver(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.offers[lot] = (address("gamma"), 2)
    world.accept(lot)
    refused(OfferOfAnother, world.evidence(lot))


def test_an_acceptance_by_a_suspended_member(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("beta")
    world.accept(lot)
    refused(MemberInactive, world.evidence(lot))


def test_a_reinstated_member_accepts(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("beta")
    world.reinstate("beta")
    world.accept(lot)
    assert replay(world.evidence(lot))


def test_an_acceptance_by_an_account_without_the_role(world: World, lot: bytes) -> None:
    world.offer(lot, "certifier")
    world.accept(lot)
    refused(RoleMissing, world.evidence(lot))


def test_an_offer_by_somebody_who_does_not_hold_the_lot(world: World, lot: bytes) -> None:
    world.holders[lot] = address("beta")
    world.offer(lot, "gamma")
    refused(NotHolder, world.evidence(lot))


def test_an_offer_of_a_held_lot(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.offer(lot, "beta")
    found = refused(LotOnHold, world.evidence(lot))
    _, root, group = world.matter(lot)
    assert (found.values["root"], found.values["group"]) == (root, hex_of(group))


def test_an_offer_of_what_others_have_of_a_held_root(world: World, lot: bytes) -> None:
    """A hold stops the lots of one group."""
    key, root, group = world.matter(lot)
    world.hand_over(lot, "beta")
    world.hold_on((key, root, group))
    world.hand_over(lot, "gamma")
    assert replay(world.evidence(lot))


def test_an_offer_of_what_came_into_hands_that_are_held(world: World, lot: bytes) -> None:
    key, root, group = world.matter(lot)
    world.hand_over(lot, "beta")
    world.hold_on((key, root, group))
    world.hand_over(lot, "alpha")
    world.offer(lot, "gamma")
    refused(LotOnHold, world.evidence(lot))


def test_an_offer_by_a_sister(world: World, lot: bytes) -> None:
    world.member("sister", Role.TRADER, group="group alpha")
    world.hand_over(lot, "sister")
    world.hold(lot)
    world.offer(lot, "beta")
    refused(LotOnHold, world.evidence(lot))


def test_an_offer_after_the_holder_went_to_another_group(world: World, lot: bytes) -> None:
    """He took the hold along."""
    world.hold(lot)
    world.set_group("alpha", "group of a buyer")
    world.set_group("alpha", "group of another buyer")
    world.offer(lot, "beta")
    refused(LotOnHold, world.evidence(lot))


def test_an_offer_after_the_holder_left_a_group_that_is_held_later(
    world: World, lot: bytes
) -> None:
    matter = world.matter(lot)
    world.set_group("alpha", "group of a buyer")
    world.hold_on(matter)
    world.hand_over(lot, "beta")
    assert replay(world.evidence(lot))


def test_a_hold_under_another_key(world: World, lot: bytes) -> None:
    world.hold(lot)
    refused(HoldInvalid, altered(world.evidence(lot), ev.HoldPlaced, 0, key=word("other")))


def test_a_hold_that_belongs_to_another_root_is_not_looked_into(world: World, lot: bytes) -> None:
    """It came along in a receipt: nothing is known of who placed it."""
    world.hold_on((word("key"), 900, word("group")), by="nobody")
    assert replay(world.evidence(lot))


def test_an_offer_to_oneself(world: World, lot: bytes) -> None:
    world.offer(lot, "alpha")
    refused(OfferInvalid, world.evidence(lot))


def test_an_offer_to_a_suspended_member(world: World, lot: bytes) -> None:
    world.suspend("beta")
    world.offer(lot, "beta")
    refused(MemberInactive, world.evidence(lot))


def test_a_rejection_by_another_than_the_receiver(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.offers[lot] = (address("gamma"), 2)
    world.reject(lot)
    refused(OfferOfAnother, world.evidence(lot))


def test_a_dispute_by_another_than_the_receiver(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.offers[lot] = (address("gamma"), 2)
    world.dispute(lot)
    refused(OfferOfAnother, world.evidence(lot))


def test_a_cancellation_by_an_account_without_the_role(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.set_roles("alpha", Role.OPERATOR)
    world.cancel(lot)
    refused(RoleMissing, world.evidence(lot))


def test_an_offer_that_has_ended_when_it_is_made(world: World, lot: bytes) -> None:
    world.offer(lot, "beta", days=0)
    refused(OfferInvalid, world.evidence(lot))


def test_an_offer_by_an_account_that_nothing_adds(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    evidence = altered(world.evidence(lot), ev.LotOffered, 0, from_=address("stranger"))
    refused(AccountUnknown, evidence)


def test_new_metal_of_a_place_that_nobody_determined(world: World) -> None:
    world.site("pit", "alpha", "nowhere", [Material.ORE])
    lot = world.birth(world.event("pit", EventKind.BIRTH), gates=16)
    world.hand_over(lot, "beta")
    refused(PlaceNotDetermined, world.evidence(lot))


def test_sold_metal_moves_whatever_became_of_its_birthplace(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    world.chain.next(400 * DAY)
    world.hand_over(lot, "gamma")
    assert replay(world.evidence(lot))


def test_unsold_metal_does_not_move_after_the_determination_expired(
    world: World, lot: bytes
) -> None:
    world.chain.next(400 * DAY)
    world.hand_over(lot, "beta")
    refused(PlaceNotDetermined, world.evidence(lot))


def test_unsold_metal_is_not_offered_after_the_determination_expired(
    world: World, lot: bytes
) -> None:
    world.chain.next(400 * DAY)
    world.offer(lot, "beta")
    refused(PlaceNotDetermined, world.evidence(lot))


def test_unsold_metal_is_not_accepted_after_the_determination_expired(
    world: World, lot: bytes
) -> None:
    world.chain.next(START + 198 * DAY - world.chain.time)  # the last but one of its days
    world.offer(lot, "beta")
    world.chain.next(5 * DAY)
    world.accept(lot)
    refused(PlaceNotDetermined, world.evidence(lot))


def test_a_cancellation_by_another_than_the_holder(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.cancel(lot)
    evidence = altered(world.evidence(lot), ev.OfferCancelled, 0, from_=address("gamma"))
    refused(NotHolder, evidence)


# Disputes


def test_a_disputed_lot_may_be_accepted_as_it_is(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    world.accept(lot)
    assert replay(world.evidence(lot))


def test_a_disputed_offer_that_is_cancelled(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    world.cancel(lot)
    refused(DisputeInvalid, world.evidence(lot))


def test_a_dispute_of_a_dispute(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    world.dispute(lot)
    refused(DisputeInvalid, world.evidence(lot))


def test_a_dispute_without_a_receiving_document(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    evidence = altered(world.evidence(lot), ev.LotDisputed, 0, receiving_document=bytes(32))
    refused(DisputeInvalid, evidence)


def test_a_dispute_that_ends_later_than_10_days(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    evidence = altered(world.evidence(lot), ev.LotDisputed, 0, until=world.chain.time + 99 * DAY)
    refused(DisputeInvalid, evidence)


def test_a_lapsed_dispute_leaves_the_lot_with_its_sender(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    world.chain.next(11 * DAY)
    world.hand_over(lot, "gamma")
    assert replay(world.evidence(lot))


# Holds


def test_a_hold_by_somebody_without_the_role(world: World, lot: bytes) -> None:
    world.hold(lot, by="beta")
    refused(RoleMissing, world.evidence(lot))


def test_a_hold_longer_than_14_days(world: World, lot: bytes) -> None:
    world.hold(lot)
    evidence = altered(world.evidence(lot), ev.HoldPlaced, 0, until=world.chain.time + 99 * DAY)
    refused(HoldInvalid, evidence)


def test_a_hold_of_a_held_lot(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.hold(lot, by="auditor")
    refused(HoldInvalid, world.evidence(lot))


def test_a_hold_of_an_assigned_lot(world: World, packs: bytes) -> None:
    """It says what readers should know, and stops further units."""
    product = car(world, packs)
    world.hold(packs)
    assert replay(world.evidence(product, product=True))


def test_a_second_hold_of_one_organisation_within_90_days(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.chain.next(20 * DAY)
    world.hold(lot)
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_renewal_by_the_one_who_held(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot, by="risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_renewal_of_what_is_not_held(world: World, lot: bytes) -> None:
    world.renew(lot)
    refused(HoldInvalid, world.evidence(lot))


def test_a_renewal_of_a_hold_without_end(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    (out,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)], in_band=False)
    world.renew(out)
    refused(HoldInvalid, world.evidence(out))


def test_a_renewal_longer_than_90_days(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    evidence = altered(world.evidence(lot), ev.HoldRenewed, 0, until=world.chain.time + 99 * DAY)
    refused(HoldInvalid, evidence)


def test_a_release_proposed_of_what_is_not_held(world: World, lot: bytes) -> None:
    world.propose_release(lot, "risk")
    refused(HoldInvalid, world.evidence(lot))


def test_a_release_of_a_hold_that_lapsed(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.chain.next(15 * DAY)
    world.confirm_release(lot, "auditor")
    refused(HoldInvalid, world.evidence(lot))


def test_a_release_by_one_organisation_alone(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.release(lot, first="risk", second="risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_release_by_one_role_of_two_organisations(world: World, lot: bytes) -> None:
    world.member("other risk", Role.RISK)
    world.hold(lot)
    world.release(lot, first="risk", second="other risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_release_that_nobody_proposed(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    evidence = world.evidence(lot)
    renewed = next(it for it in evidence.events if isinstance(it.event, ev.HoldRenewed))
    event = ev.HoldReleased(*world.matter(lot), address("risk"), 2)
    changed = tuple(
        replace(it, event=event, contract="Holds") if it is renewed else it
        for it in evidence.events
    )
    refused(HoldInvalid, replace(evidence, events=changed))


def test_a_release_that_was_proposed_before_a_renewal(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "auditor")
    world.renew(lot, by="auditor")
    world.confirm_release(lot, "risk")
    refused(HoldInvalid, world.evidence(lot))


def test_a_release_that_was_proposed_of_the_hold_before(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.chain.next(15 * DAY)
    world.hold(lot, by="auditor")
    world.confirm_release(lot, "auditor")
    refused(HoldInvalid, world.evidence(lot))


def test_a_held_lot_released_by_two_roles_moves_again(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    world.release(lot, first="auditor", second="risk")
    world.hand_over(lot, "beta")
    assert replay(world.evidence(lot))


# Products and claims


@pytest.fixture
def packs(world: World) -> bytes:
    lot = world.birth()
    world.hand_over(lot, "beta")
    return world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])[0]


def car(world: World, packs: bytes, units: int = 1) -> bytes:
    product = world.declare()
    world.assign(product, packs, units)
    world.seal(product)
    return product


def test_a_sealed_product_with_its_total_and_claim(world: World, packs: bytes) -> None:
    product = car(world, packs)
    world.claim(world.total(product, 1, scale=4))
    story = replay(world.evidence(product, product=True))
    assert len(story.replay.claims.claims) == 1
    assert len(story.replay.products.totals) == 1


def test_a_product_that_nothing_declares(world: World, packs: bytes) -> None:
    product = car(world, packs)
    evidence = without(
        world.evidence(product, product=True),
        ev.ProductDeclared(product, address("beta"), word("car")),
    )
    refused(ProductUndeclared, evidence)


def test_a_product_without_any_event(world: World) -> None:
    refused(ProductUndeclared, world.evidence(word("no car"), product=True))


def test_a_part_that_is_withheld(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 1, part=0)
    world.assign(product, packs, 1, part=1)
    evidence = world.evidence(product, product=True)
    first = next(it.event for it in evidence.events if isinstance(it.event, ev.UnitsAssigned))
    refused(PartMissing, without(evidence, first))


def test_a_part_after_the_seal(world: World, packs: bytes) -> None:
    product = car(world, packs)
    world.assign(product, packs, 1, part=1)
    refused(PartAfterSeal, world.evidence(product, product=True))


def test_more_units_than_the_lot_has(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 3, part=0)
    world.assign(product, packs, 2, part=1)
    found = refused(UnitsExceeded, world.evidence(product, product=True))
    assert (found.values["assigned"], found.values["units"]) == (3, 2)


def test_units_of_a_lot_that_another_holds(world: World, packs: bytes) -> None:
    world.hand_over(packs, "gamma")
    refused(NotHolder, world.evidence(car(world, packs), product=True))


def test_units_of_a_held_lot(world: World, packs: bytes) -> None:
    world.hold(packs)
    refused(LotOnHold, world.evidence(car(world, packs), product=True))


def test_no_units_at_all(world: World, packs: bytes) -> None:
    refused(CountInvalid, world.evidence(car(world, packs, units=0), product=True))


def test_an_assigned_lot_that_moves(world: World, packs: bytes) -> None:
    product = car(world, packs)
    world.hand_over(packs, "gamma")
    refused(LotNotFree, world.evidence(product, product=True))


def test_a_product_sealed_twice(world: World, packs: bytes) -> None:
    product = car(world, packs)
    world.seal(product)
    refused(ProductRepeated, world.evidence(product, product=True))


def test_a_total_that_says_complete_of_an_open_product(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 4)
    world.total(product, 1)
    refused(CompletenessMismatch, world.evidence(product, product=True))


def test_a_total_that_leaves_out_the_last_part_and_says_complete(
    world: World, packs: bytes
) -> None:
    product = world.declare()
    world.assign(product, packs, 2, part=0)
    world.assign(product, packs, 2, part=1)
    world.seal(product)
    world.total(product, 1, scale=2)
    refused(CompletenessMismatch, world.evidence(product, product=True))


def test_a_total_that_goes_on_from_another_scale(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 2, part=0)
    world.assign(product, packs, 2, part=1)
    world.seal(product)
    first = world.total(product, 1, scale=2, complete=False, name="first")
    world.total(product, 2, first=1, scale=4, previous=first)
    refused(TotalInvalid, world.evidence(product, product=True))


def test_a_total_in_two_steps(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 2, part=0)
    world.assign(product, packs, 2, part=1)
    world.seal(product)
    first = world.total(product, 1, scale=2, complete=False, name="first")
    total = world.total(product, 2, first=1, scale=2, previous=first)
    world.claim(total)
    assert replay(world.evidence(product, product=True))


def test_a_total_whose_weight_is_no_whole_number(world: World, packs: bytes) -> None:
    product = car(world, packs, units=1)
    world.total(product, 1, scale=2)
    refused(TotalWeightInvalid, world.evidence(product, product=True))


def test_a_total_by_another_than_the_owner(world: World, packs: bytes) -> None:
    product = car(world, packs, units=4)
    world.total(product, 1, owner="gamma")
    refused(NotHolder, world.evidence(product, product=True))


def test_a_claim_about_a_total_that_is_not_complete(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 4)
    world.claim(world.total(product, 1, complete=False))
    refused(ClaimSubjectInvalid, world.evidence(product, product=True))


def test_a_claim_by_another_than_the_holder(world: World, lot: bytes) -> None:
    world.claim(lot, owner="beta")
    refused(NotHolder, world.evidence(lot))


def test_a_claim_id_that_is_not_that_of_its_words(world: World, lot: bytes) -> None:
    world.claim(lot, threshold=950_000, owner="alpha")
    evidence = altered(world.evidence(lot), ev.ClaimRecorded, 0, threshold=1_000_000)
    refused(ClaimIdMismatch, evidence)


def test_a_claim_off_the_grid(world: World, lot: bytes) -> None:
    world.claim(lot, threshold=123_456, owner="alpha")
    refused(OffGrid, world.evidence(lot))


def test_a_claim_of_a_measure_without_a_grid(world: World, lot: bytes) -> None:
    world.claim(lot, owner="alpha")
    grid = ev.GridSet(Measure.CREDIT_SHARE, 50_000, 1_000_000)
    refused(OffGrid, without(world.evidence(lot), grid))


@pytest.mark.parametrize(
    ("measure", "mask"),
    [(Measure.CREDIT_SHARE, 0), (Measure.CREDIT_SHARE, 3), (Measure.CREDIT_SHARE, 32),
     (Measure.CREDIT_SHARE, 16), (Measure.CAHRA_SHARE, 1), (Measure.METAL_PER_UNIT, 1)],
)  # fmt: skip
def test_a_claim_whose_credits_count_metal_twice(
    world: World, lot: bytes, measure: Measure, mask: int
) -> None:
    world.claim(lot, measure, mask=mask, owner="alpha")
    refused(MaskInvalid, world.evidence(lot))


def test_a_claim_of_direct_emissions_where_their_boundary_is_registered(
    world: World, lot: bytes
) -> None:
    world.tx(ev.DirectBoundarySet(27, Material.ORE, True))
    world.claim(lot, Measure.DIRECT_INTENSITY, 500_000, 0, owner="alpha")
    assert len(replay(world.evidence(lot)).replay.claims.claims) == 1


@pytest.mark.parametrize("material", [None, Material.SULPHATE, 0])
def test_a_claim_of_direct_emissions_without_a_boundary(
    world: World, lot: bytes, material: int | None
) -> None:
    if material is not None:
        world.tx(ev.DirectBoundarySet(27, material, True))
    world.tx(ev.DirectBoundarySet(27, Material.ORE, True))
    world.tx(ev.DirectBoundarySet(27, Material.ORE, False))
    world.claim(lot, Measure.DIRECT_INTENSITY, 500_000, 0, owner="alpha")
    refused(BoundaryMissing, world.evidence(lot))


def test_a_claim_of_metal_in_a_unit(world: World, packs: bytes) -> None:
    world.claim(packs, Measure.METAL_PER_UNIT, 2_000_000, 0)
    assert len(replay(world.evidence(packs)).replay.claims.claims) == 1


def test_a_claim_recorded_twice(world: World, lot: bytes) -> None:
    world.claim(lot, owner="alpha")
    world.claim(lot, owner="alpha")
    refused(ClaimRepeated, world.evidence(lot))


# Prices


def test_a_price_check_of_an_open_offer(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta", inside=False)
    story = replay(world.evidence(lot))
    (check,) = story.replay.prices.checks.values()
    assert not check.event.inside


def test_a_price_check_by_somebody_who_is_no_party(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "gamma")
    refused(PriceCheckInvalid, world.evidence(lot))


@pytest.mark.parametrize(
    ("party", "other"), [("seller", address("gamma")), ("buyer", address("gamma")), ("offer", 9)]
)
def test_a_price_check_of_another_transfer(
    world: World, lot: bytes, party: str, other: object
) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "alpha" if party == "buyer" else "beta")
    checked = world.chain.events[-1].event
    assert isinstance(checked, ev.PriceChecked)
    transfer = replace(checked.transfer, **{party: other})
    refused(PriceCheckInvalid, altered(world.evidence(lot), ev.PriceChecked, transfer=transfer))


def test_a_price_check_under_another_id(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    evidence = altered(world.evidence(lot), ev.PriceChecked, check_id=word("another"))
    refused(PriceCheckInvalid, evidence)


def test_a_price_check_against_another_metal(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    refused(PriceCheckInvalid, altered(world.evidence(lot), ev.CommodityRegistered, element=28))


def test_a_price_check_by_a_suspended_member(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.suspend("beta")
    world.check_price(lot, record, "beta")
    refused(MemberInactive, world.evidence(lot))


def test_a_claim_by_a_suspended_member(world: World, lot: bytes) -> None:
    world.suspend("alpha")
    world.claim(lot, owner="alpha")
    refused(MemberInactive, world.evidence(lot))


def test_a_price_check_of_an_offer_that_ended(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.hand_over(lot, "beta")
    world.check_price(lot, record, "beta")
    refused(PriceCheckInvalid, world.evidence(lot))


def test_a_price_check_against_another_material(world: World, lot: bytes) -> None:
    record = world.price_record(material=Material.SULPHATE)
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    refused(PriceCheckInvalid, world.evidence(lot))


def test_a_price_check_against_a_record_that_was_never_released(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.check_price(lot, word("no record"), "beta")
    refused(PriceCheckInvalid, world.evidence(lot))


def test_a_record_that_was_corrected_is_no_price_of_a_day(world: World, lot: bytes) -> None:
    record = world.price_record()
    released = world.chain.events[-1].event
    assert isinstance(released, ev.PriceReleased)
    correcting = replace(released.publication, corrects=record)
    world.tx(replace(released, record=word("corrected"), publication=correcting, sequence=3))
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    refused(PriceCheckInvalid, world.evidence(lot))


def test_a_price_of_a_commodity_that_nothing_registers(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    evidence = world.evidence(lot)
    registered = next(
        it.event for it in evidence.events if isinstance(it.event, ev.CommodityRegistered)
    )
    refused(PriceCheckInvalid, without(evidence, registered))


def test_a_price_check_recorded_twice(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    world.check_price(lot, record, "beta")
    refused(ClaimRepeated, world.evidence(lot))


def test_a_cancellation_that_names_another_receiver(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.cancel(lot)
    evidence = altered(world.evidence(lot), ev.OfferCancelled, 0, to=address("gamma"))
    refused(OfferOfAnother, evidence)


def test_an_acceptance_that_names_another_sender(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    evidence = altered(world.evidence(lot), ev.LotAccepted, 0, from_=address("gamma"))
    refused(NotHolder, evidence)


def test_a_settlement_approved_for_what_nobody_disputes(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    measured = world.event("refinery", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.reject(lot)
    world.offer(lot, "beta")
    world.approve(lot, measured)
    refused(DisputeInvalid, world.evidence(lot))


def test_a_settlement_approved_by_no_measurement(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.dispute(lot)
    processed = world.event("mine", EventKind.BIRTH)
    world.approve(lot, processed)
    refused(EventKindMismatch, world.evidence(lot))


def test_a_product_declared_twice(world: World, packs: bytes) -> None:
    product = car(world, packs)
    world.declare()
    refused(ProductRepeated, world.evidence(product, product=True))


def test_a_total_recorded_twice(world: World, packs: bytes) -> None:
    product = car(world, packs, units=4)
    world.total(product, 1)
    world.total(product, 1)
    refused(TotalInvalid, world.evidence(product, product=True))


@pytest.mark.parametrize("parts", [0, 2])
def test_a_total_of_parts_that_are_not_there(world: World, packs: bytes, parts: int) -> None:
    product = car(world, packs, units=4)
    world.total(product, parts, complete=False)
    refused(TotalInvalid, world.evidence(product, product=True))


def test_a_total_of_more_than_sixteen_parts(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (pack,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 17)])
    product = world.declare()
    for part in range(17):
        world.assign(product, pack, 1, part=part)
    world.seal(product)
    world.total(product, 17, scale=17)
    refused(TotalInvalid, world.evidence(product, product=True))


def test_scrap_in_a_product(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    (scrap,) = world.run(RunKind.PROCESS, [lot], [(Material.SCRAP, 1)])
    refused(MaterialMismatch, world.evidence(car(world, scrap), product=True))


def test_a_claim_before_its_total(world: World, packs: bytes) -> None:
    product = car(world, packs, units=4)
    world.totals.add(word("total"))
    world.claim(word("total"))
    world.total(product, 1)
    refused(ClaimSubjectInvalid, world.evidence(product, product=True))


def test_events_about_a_strangers_lot_are_passed_over(world: World, lot: bytes) -> None:
    other = world.birth()
    record = world.price_record()
    world.offer(other, "beta")
    world.check_price(other, record, "beta", inside=False)
    world.dispute(other)
    world.reject(other)
    world.offer(other, "beta")
    world.cancel(other)
    world.hold(other)
    world.renew(other)
    world.release(other)
    world.claim(other, owner="alpha")
    assert replay(world.evidence(lot)).replay.book.lots.keys() == {lot}
