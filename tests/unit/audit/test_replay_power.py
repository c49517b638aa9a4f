"""Freezes, pauses, removed accounts, sold organisations and sites: nobody acts while he may not."""

import pytest

from lodetrace.audit.replay.custody import ConsentInvalid, SenderInactive
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.holds import DeciderNotIndependent, HoldInvalid, SecondRoleMissing
from lodetrace.audit.replay.members import (
    AccountWasRemoved,
    GroupNotClean,
    MemberFrozen,
    NetworkWasPaused,
    RoleMissing,
)
from lodetrace.audit.replay.sites import NotOperator, OperatorRoleMissing, TransferNotProposed
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import EventKind, Material, Role, RunKind, SiteKind
from tests.support.audit_world import DAY, World, word
from tests.unit.audit.refusals import refused


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


# --- freeze


def test_a_frozen_member_offers_nothing(world: World, lot: bytes) -> None:
    world.freeze("alpha")
    world.offer(lot, "beta")
    refused(MemberFrozen, world.evidence(lot))


def test_a_freeze_ends_by_itself(world: World, lot: bytes) -> None:
    world.freeze("alpha")
    world.chain.next(7 * DAY)
    world.hand_over(lot, "beta")
    replay(world.evidence(lot))


def test_a_freeze_outlives_a_reinstatement(world: World, lot: bytes) -> None:
    world.freeze("alpha")
    world.suspend("alpha")
    world.reinstate("alpha")
    world.offer(lot, "beta")
    refused(MemberFrozen, world.evidence(lot))


# --- pause


def test_a_birth_during_a_pause(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    world.pause()
    refused(NetworkWasPaused, world.evidence(world.birth(stated)))


def test_a_run_during_a_pause(world: World, lot: bytes) -> None:
    world.pause()
    outputs = world.run(RunKind.REBOOK, [lot], [(Material.ORE, 1)], account="alpha")
    refused(NetworkWasPaused, world.evidence(outputs[0]))


def test_a_claim_during_a_pause(world: World, lot: bytes) -> None:
    world.pause()
    world.claim(lot, owner="alpha")
    refused(NetworkWasPaused, world.evidence(lot))


def test_custody_goes_on_during_a_pause(world: World, lot: bytes) -> None:
    world.pause()
    world.hand_over(lot, "beta")
    replay(world.evidence(lot))


def test_a_total_during_a_pause(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    (packs,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    product = world.declare()
    world.assign(product, packs, 1)
    world.seal(product)
    world.pause()
    world.total(product, 1, scale=4)
    refused(NetworkWasPaused, world.evidence(product, product=True))


# --- removed accounts


def test_a_removed_account_acts_no_more(world: World, lot: bytes) -> None:
    world.remove_account("alpha")
    world.offer(lot, "beta")
    refused(AccountWasRemoved, world.evidence(lot))


def test_a_restored_account_acts_again(world: World, lot: bytes) -> None:
    world.remove_account("alpha")
    world.restore_account("alpha")
    world.hand_over(lot, "beta")
    replay(world.evidence(lot))


# --- senders that were stopped


def test_an_offer_of_an_expelled_sender_is_not_accepted(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.accept(lot)
    refused(SenderInactive, world.evidence(lot))


def test_two_groups_let_the_goods_arrive(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.consent(lot, "risk", given=False)
    world.consent(lot, "auditor", given=True)
    world.accept(lot)
    replay(world.evidence(lot))


def test_one_group_does_not(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.freeze("alpha")
    world.consent(lot, "risk", given=False)
    world.accept(lot)
    refused(SenderInactive, world.evidence(lot))


def test_a_consent_does_not_reach_a_later_offer(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.consent(lot, "risk", given=False)
    world.consent(lot, "auditor", given=True)
    world.reinstate("alpha")
    world.cancel(lot)
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.accept(lot)
    refused(SenderInactive, world.evidence(lot))


def test_a_later_offer_takes_consents_of_its_own(world: World, lot: bytes) -> None:
    for _ in range(2):
        world.offer(lot, "beta")
        world.suspend("alpha")
        world.consent(lot, "risk", given=False)
        world.consent(lot, "auditor", given=True)
        world.reinstate("alpha")
        world.cancel(lot)
    replay(world.evidence(lot))


def test_a_consent_that_nobody_needed(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.consent(lot, "risk", given=False)
    refused(ConsentInvalid, world.evidence(lot))


@pytest.mark.parametrize("given", [(False, False), (True, True), (False, True, False)])
def test_consents_that_are_counted_wrongly(
    world: World, lot: bytes, given: tuple[bool, ...]
) -> None:
    world.member("third", Role.RISK)
    world.offer(lot, "beta")
    world.suspend("alpha")
    for by, counted in zip(("risk", "auditor", "third"), given, strict=False):
        world.consent(lot, by, counted)
    refused(ConsentInvalid, world.evidence(lot))


def test_a_group_consents_once(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    for _ in range(2):
        world.consent(lot, "risk", given=False)
    refused(ConsentInvalid, world.evidence(lot))


@pytest.mark.parametrize("party", ["alpha", "beta"])
def test_a_partys_sister_consents_to_nothing(world: World, lot: bytes, party: str) -> None:
    """A group that gives up its business to judge what it sold is a party all the same."""
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.member("sister", Role.RISK, f"group {party}")
    world.consent(lot, "sister", given=False)
    refused(ConsentInvalid, world.evidence(lot))


def test_a_trader_consents_to_nothing(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.consent(lot, "gamma", given=False)
    refused(RoleMissing, world.evidence(lot))


# --- friends that take turns, releases by act


def test_friends_do_not_renew_in_turns(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    world.renew(lot, by="risk")
    refused(SecondRoleMissing, world.evidence(lot))


def test_friends_do_not_hold_again_after_104_days(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    world.chain.next(100 * DAY)
    world.hold(lot)
    refused(SecondRoleMissing, world.evidence(lot))


def test_a_third_group_renews(world: World, lot: bytes) -> None:
    world.member("third", Role.RISK)
    world.hold(lot)
    world.renew(lot)
    world.renew(lot, by="third")
    replay(world.evidence(lot))


@pytest.mark.parametrize("days", [29, 31])
def test_an_act_releases_what_was_born_held_after_30_days(world: World, days: int) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (out,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)], in_band=False)
    world.chain.next(days * DAY)
    world.release_by_act(out)
    world.offer(out, "gamma")
    if days > 30:
        replay(world.evidence(out))
    else:
        refused(HoldInvalid, world.evidence(out))


def test_an_act_releases_no_other_hold(world: World, lot: bytes) -> None:
    world.chain.next(40 * DAY)
    world.hold(lot)
    world.release_by_act(lot)
    refused(HoldInvalid, world.evidence(lot))


# --- sold organisations and sites


def test_a_judge_is_not_sold_into_a_group_that_trades(world: World, lot: bytes) -> None:
    world.set_group("risk", "group alpha")
    world.hold(lot)
    refused(GroupNotClean, world.evidence(lot))


def test_an_act_that_excuses_a_place_of_another_story(world: World, lot: bytes) -> None:
    world.tx(ev.DeterminationExcused(word("elsewhere"), 2, 1))
    replay(world.evidence(lot))


def test_a_laboratory_is_not_taken_over_by_who_makes_metal(world: World) -> None:
    world.member("laboratory", Role.LABORATORY)
    world.site("mine", "laboratory", "upland", [Material.ORE], kind=SiteKind.LABORATORY)
    world.propose_transfer("mine", "alpha")
    world.transfer("mine", "alpha")
    refused(OperatorRoleMissing, world.evidence(world.birth()))


def test_independence_follows_a_sale(world: World, lot: bytes) -> None:
    """The judge comes to a group that has given its business up, and holds metal still."""
    world.set_roles("alpha", Role(0))
    world.set_group("risk", "group alpha")
    world.hold(lot)
    refused(DeciderNotIndependent, world.evidence(lot))


@pytest.mark.parametrize(("days_ago", "told"), [(0, False), (40, True)])
def test_a_sale_that_was_told_late_is_a_finding(
    world: World, lot: bytes, days_ago: int, told: bool
) -> None:
    world.hand_over(lot, "beta")
    world.set_group("beta", "group alpha", days_ago)
    codes = {finding.code for finding in findings_of(replay(world.evidence(lot)))}
    assert (FindingCode.GROUP_TOLD_LATE in codes) is told


def test_a_sold_site_has_its_new_operator(world: World) -> None:
    world.propose_transfer("mine", "gamma")
    world.transfer("mine", "gamma")
    refused(NotOperator, world.evidence(world.birth()))
    again = World.founded()
    again.propose_transfer("mine", "gamma")
    again.transfer("mine", "gamma")
    replay(again.evidence(again.birth(account="gamma")))


def test_a_site_goes_to_nobody_else(world: World) -> None:
    world.propose_transfer("mine", "gamma")
    world.transfer("mine", "beta")
    failed = refused(TransferNotProposed, world.evidence(world.birth()))
    assert word("beta").hex() in str(failed)
