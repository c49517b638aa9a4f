"""Holds: two roles of two organisations prolong and release."""

import pytest
from brownie import chain

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest, mine_at, pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    CONSUMED,
    DISPUTED,
    HELD,
    HOUR,
    LOST,
    NAMED,
    OFFERED,
    RECEIVED,
    WITHOUT_END,
    sealed,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

REASON = spoken("child labour reported")
BOTH_ROLES = Role.RISK | Role.AUDITOR


@pytest.fixture
def held(holds, lot, observer):
    """Held by the risk role at sequence 2."""
    holds.hold(lot, REASON, {"from": observer})
    return lot


@pytest.fixture
def state_of(lot_book):
    return lambda lot: plain(lot_book.lotOf(lot))[1:5]


@pytest.fixture
def member(members, governor, accounts):
    """Registers a further organisation with roles; returns its account."""

    def register(index, roles):
        name, account = word(f"further organisation {index}"), accounts[index]
        ids = (name, word(f"group {index}"))
        keys = (word("profile"), account, word("viewing key"))
        members.register(*ids, roles, *keys, {"from": governor})
        return account

    return register


def organisation(name):
    return PEOPLE[name].organisation


def on_the_hour(time):
    """The end of the hour in which a hold would end."""
    return -(-time // HOUR) * HOUR


# --- holding


@pytest.mark.parametrize("name", ["observer", "auditor"])
def test_risk_and_auditor_hold(request, holds, state_of, lot, name):
    by = request.getfixturevalue(name)
    tx = holds.hold(lot, REASON, {"from": by})
    until = on_the_hour(tx.timestamp + 14 * DAY)
    emitted(tx, "LotHeld", lot=lot, by=by, sequence=2, until=until, reason=REASON)
    assert state_of(lot) == (HELD, 0, 2, until)


@pytest.mark.parametrize("name", ["hold", "renew", "release"])
def test_other_roles_are_refused(holds, lot, miner, name):
    arguments = (lot, REASON) if name == "hold" else (lot,)
    with reverts("RoleMissing", miner, BOTH_ROLES, Role.TRADER | Role.OPERATOR):
        getattr(holds, name)(*arguments, {"from": miner})


@pytest.mark.parametrize("name", ["hold", "renew", "release"])
def test_suspended_members_are_refused(holds, members, lot, observer, governor, name):
    members.suspend(organisation("observer"), REASON, {"from": governor})
    arguments = (lot, REASON) if name == "hold" else (lot,)
    with reverts("NotActive", observer):
        getattr(holds, name)(*arguments, {"from": observer})


@pytest.mark.parametrize("state", [OFFERED, DISPUTED])
def test_a_hold_outranks_offers_and_disputes(
    holds, custody, state_of, lot, miner, refiner, observer, now, state
):
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    if state == DISPUTED:
        custody.dispute([lot], RECEIVED, REASON, {"from": refiner})
    before = state_of(lot)
    assert before[0] == state
    holds.hold(lot, REASON, {"from": observer})
    assert state_of(lot)[0] == HELD
    with reverts("NotOffered", lot):
        custody.accept(lot, 2, {"from": refiner})


@pytest.mark.parametrize("end", [CONSUMED, LOST])
def test_ended_lots_are_not_held(holds, lot_book, lot, miner, observer, governor, now, end):
    lot_book.name(lot, now + DAY, {"from": governor})
    lot_book.takeNamed(lot, miner, end, {"from": governor})
    with reverts("NotHoldable", lot):
        holds.hold(lot, REASON, {"from": observer})


def test_a_lot_that_waits_for_its_run_is_held(
    holds, lot_book, state_of, lot, miner, observer, auditor, governor, now
):
    """It is held, renewed and released like every other lot, and waits for its run again."""
    last = now + 200 * DAY
    lot_book.name(lot, last, {"from": governor})
    holds.hold(lot, REASON, {"from": observer})
    assert state_of(lot)[0] == HELD
    holds.renew(lot, {"from": auditor})
    holds.release(lot, {"from": auditor})
    with reverts("LotNotFree", lot, HELD, state_of(lot)[3]):
        lot_book.takeNamed(lot, miner, CONSUMED, {"from": governor})
    holds.release(lot, {"from": observer})
    assert state_of(lot) == (NAMED, 0, 6, last)
    lot_book.takeNamed(lot, miner, CONSUMED, {"from": governor})


def test_a_hold_on_a_lot_that_waits_for_its_run_lapses(
    holds, lot_book, state_of, lot, miner, observer, auditor, governor, now
):
    lot_book.name(lot, now + 200 * DAY, {"from": governor})
    holds.hold(lot, REASON, {"from": observer})
    pass_time(state_of(lot)[3])
    with reverts("NotHeld", lot):
        holds.renew(lot, {"from": auditor})
    assert state_of(lot) == (NAMED, 0, 3, now + 200 * DAY)
    holds.hold(lot, REASON, {"from": auditor})
    assert state_of(lot)[0] == HELD


def test_assigned_and_unknown_lots_are_not_held(holds, lot_book, lot, miner, observer, governor):
    lot_book.assign(lot, miner, 1, {"from": governor})
    with reverts("NotHoldable", lot):
        holds.hold(lot, REASON, {"from": observer})
    with reverts("NotHoldable", word("unknown")):
        holds.hold(word("unknown"), REASON, {"from": observer})


def test_a_held_lot_is_not_held_again(holds, held, auditor):
    with reverts("NotHoldable", held):
        holds.hold(held, REASON, {"from": auditor})


def test_a_hold_lapses(holds, lot_book, held, miner):
    until = lot_book.lotOf(held)[4]
    mine_at(until)
    with reverts("LotNotFree", held, HELD, until):
        lot_book.requireFree(held, miner)
    mine_at(until + 1)
    lot_book.requireFree(held, miner)


def test_a_hold_is_in_force_through_its_last_second(holds, lot_book, held, auditor):
    """Calls see the time of the latest block to the second."""
    until, by = lot_book.lotOf(held)[4], {"from": auditor}
    mine_at(until)
    holds.renew.call(held, by)
    holds.release.call(held, by)
    with reverts("NotHoldable", held):
        holds.hold.call(held, REASON, by)
    mine_at(until + 1)
    for act in (holds.renew, holds.release):
        with reverts("NotHeld", held):
            act.call(held, by)
    holds.hold.call(held, REASON, by)


def test_one_organisation_does_not_prolong_its_hold_by_holding_again(
    holds, state_of, held, observer, auditor
):
    pass_time(state_of(held)[3])
    with reverts("SecondRoleRequired", held, organisation("observer")):
        holds.hold(held, REASON, {"from": observer})
    holds.hold(held, REASON, {"from": auditor})
    assert state_of(held)[0] == HELD


def test_the_same_organisation_holds_again_after_90_days(holds, state_of, held, observer):
    last = latest() + 90 * DAY  # its hold ended after 14
    mine_at(last)
    with reverts("SecondRoleRequired", held, organisation("observer")):
        holds.hold.call(held, REASON, {"from": observer})
    mine_at(last + 1)
    holds.hold(held, REASON, {"from": observer})
    assert state_of(held)[2] == 3


# --- renewing


def test_second_role_renews(holds, state_of, held, auditor):
    tx = holds.renew(held, {"from": auditor})
    until = on_the_hour(tx.timestamp + 90 * DAY)
    emitted(tx, "HoldRenewed", lot=held, by=auditor, sequence=3, until=until)
    assert state_of(held) == (HELD, 0, 3, until)


def test_each_renewal_takes_another_group(holds, held, observer, auditor, member):
    holds.renew(held, {"from": auditor})
    for name, decider in (("auditor", auditor), ("observer", observer)):
        with reverts("SecondRoleRequired", held, organisation(name)):
            holds.renew(held, {"from": decider})
    holds.renew(held, {"from": member(31, Role.RISK)})
    with reverts("SecondRoleRequired", held, organisation("auditor")):
        holds.renew(held, {"from": auditor})
    holds.renew(held, {"from": member(32, Role.AUDITOR)})


def test_first_role_does_not_renew(holds, held, observer):
    with reverts("SecondRoleRequired", held, organisation("observer")):
        holds.renew(held, {"from": observer})


def test_same_role_of_another_organisation_does_not_renew(holds, held, member):
    colleague = member(31, Role.RISK)
    with reverts("SecondRoleRequired", held, word("further organisation 31")):
        holds.renew(held, {"from": colleague})


def test_other_role_of_the_same_organisation_does_not_renew(holds, lot, members, member):
    risk = member(31, BOTH_ROLES)
    holds.hold(lot, REASON, {"from": risk})
    with reverts("SecondRoleRequired", lot, word("further organisation 31")):
        holds.renew(lot, {"from": risk})


def test_who_has_both_roles_acts_as_risk(holds, lot, member, observer, auditor):
    holds.hold(lot, REASON, {"from": member(31, BOTH_ROLES)})
    with reverts("SecondRoleRequired", lot, organisation("observer")):
        holds.renew(lot, {"from": observer})
    holds.renew(lot, {"from": auditor})


def test_who_has_both_roles_seconds_either(holds, held, member):
    holds.renew(held, {"from": member(31, BOTH_ROLES)})


def test_lapsed_holds_are_not_renewed(holds, state_of, held, auditor):
    pass_time(state_of(held)[3])
    with reverts("NotHeld", held):
        holds.renew(held, {"from": auditor})


def test_free_lots_are_neither_renewed_nor_released(holds, lot, auditor):
    for act in (holds.renew, holds.release):
        with reverts("NotHeld", lot):
            act(lot, {"from": auditor})


def test_a_hold_without_end_is_not_renewed(holds, make_lot, miner, auditor):
    lot = make_lot("born held", miner, held_until=WITHOUT_END)
    with reverts("NotHoldable", lot):
        holds.renew(lot, {"from": auditor})


# --- releasing


def test_two_roles_release(holds, state_of, held, observer, auditor):
    until = state_of(held)[3]
    tx = holds.release(held, {"from": auditor})
    emitted(tx, "ReleaseProposed", lot=held, by=auditor, sequence=3)
    assert state_of(held) == (HELD, 0, 3, until)
    tx = holds.release(held, {"from": observer})
    emitted(tx, "LotReleased", lot=held, by=observer, sequence=4)
    assert state_of(held) == (ACTIVE, 0, 4, 0)


def test_lots_born_held_are_released_by_two_roles(
    holds, state_of, make_lot, miner, observer, auditor, now
):
    lot = make_lot("born held", miner, held_until=WITHOUT_END)
    pass_time(now + 40_000 * DAY)
    holds.release(lot, {"from": observer})
    assert state_of(lot)[3] == WITHOUT_END
    holds.release(lot, {"from": auditor})
    assert state_of(lot)[0] == ACTIVE


def test_council_releases_what_was_born_held_after_30_days(
    holds, state_of, make_lot, miner, governor, now
):
    """A judge that does not answer locks no metal for ever."""
    lot = make_lot("born held", miner, held_until=WITHOUT_END)
    due = chain[-1].timestamp + 30 * DAY
    with reverts_with_time("ReleaseTooEarly", lot, due):
        holds.releaseByAct(lot, {"from": governor})
    with reverts("OnlyCouncil", miner):
        holds.releaseByAct(lot, {"from": miner})
    pass_time(due)
    tx = holds.releaseByAct(lot, {"from": governor})
    emitted(tx, "LotReleasedByAct", lot=lot, sequence=2)
    assert state_of(lot)[0] == ACTIVE
    with reverts("NotHeld", lot):
        holds.releaseByAct(lot, {"from": governor})


def test_council_releases_no_other_hold(holds, lot, lot_book, observer, governor, now):
    pass_time(now + 40 * DAY)
    holds.hold(lot, REASON, {"from": observer})
    due = lot_book.lotOf(lot)[8] + 30 * DAY
    with reverts_with_time("ReleaseTooEarly", lot, due):
        holds.releaseByAct(lot, {"from": governor})


def test_one_organisation_does_not_release(holds, held, observer, member):
    holds.release(held, {"from": observer})
    with reverts("SecondRoleRequired", held, organisation("observer")):
        holds.release(held, {"from": observer})
    with reverts("SecondRoleRequired", held, word("further organisation 31")):
        holds.release(held, {"from": member(31, Role.RISK)})


def test_a_renewal_ends_a_proposed_release(holds, state_of, held, observer, auditor):
    holds.release(held, {"from": observer})
    holds.renew(held, {"from": auditor})
    tx = holds.release(held, {"from": auditor})
    emitted(tx, "ReleaseProposed", lot=held, by=auditor, sequence=5)
    assert state_of(held)[0] == HELD


def test_a_proposal_does_not_reach_a_later_hold(holds, state_of, held, observer, auditor):
    holds.release(held, {"from": observer})
    pass_time(state_of(held)[3])
    holds.hold(held, REASON, {"from": auditor})
    tx = holds.release(held, {"from": auditor})
    assert "ReleaseProposed" in tx.events
    assert state_of(held)[0] == HELD


def test_lapsed_holds_are_not_released(holds, state_of, held, auditor):
    pass_time(state_of(held)[3])
    with reverts("NotHeld", held):
        holds.release(held, {"from": auditor})
