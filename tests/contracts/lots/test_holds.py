"""Holds: on a root in the hands of a group; two roles of two groups prolong and release."""

import pytest
from brownie import chain
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest, mine_at, pass_time
from tests.contracts.lots.making import ACTIVE, HELD, NAMED, OFFERED, RECEIVED, WITHOUT_END, sealed
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

REASON = spoken("child labour reported")
BOTH_ROLES = Role.RISK | Role.AUDITOR
MINER, REFINER = PEOPLE["miner"].group, PEOPLE["refiner"].group


@pytest.fixture
def held(holds, of_lot, observer):
    """The miner's lots of the root, held by the risk role at sequence 1."""
    holds.hold(*of_lot, REASON, {"from": observer})
    return of_lot


@pytest.fixture
def until_of(lot_book):
    """When a hold ends."""
    return lambda on: plain(lot_book.holdOf(*on))[1]


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


def key_of(root, group):
    return "0x" + keccak(encode(["uint32", "bytes32"], [root, bytes.fromhex(group[2:])])).hex()


# --- holding


@pytest.mark.parametrize("name", ["observer", "auditor"])
def test_risk_and_auditor_hold(request, holds, lot_book, of_lot, lot, name):
    by, (root, group) = request.getfixturevalue(name), of_lot
    tx = holds.hold(root, group, REASON, {"from": by})
    key, until = key_of(root, group), tx.timestamp + 14 * DAY
    emitted(
        tx, "HoldPlaced", key=key, root=root, group=group, by=by, sequence=1, until=until,
        reason=REASON,
    )  # fmt: skip
    assert lot_book.holdKeyOf(root, group) == key
    assert holds.sequenceOf(key) == 1
    assert plain(lot_book.holdOf(root, group)) == (tx.timestamp, until)
    assert plain(lot_book.holdOn(lot)) == (group, until)


@pytest.mark.parametrize("name", ["hold", "renew", "release"])
def test_other_roles_are_refused(holds, of_lot, miner, name):
    arguments = (*of_lot, REASON) if name == "hold" else of_lot
    with reverts("RoleMissing", miner, BOTH_ROLES, Role.TRADER | Role.OPERATOR):
        getattr(holds, name)(*arguments, {"from": miner})


@pytest.mark.parametrize("name", ["hold", "renew", "release"])
def test_suspended_members_are_refused(holds, members, of_lot, observer, governor, name):
    members.suspend(organisation("observer"), REASON, {"from": governor})
    arguments = (*of_lot, REASON) if name == "hold" else of_lot
    with reverts("NotActive", observer):
        getattr(holds, name)(*arguments, {"from": observer})


def test_a_hold_stops_every_lot_of_its_root_and_no_other(
    holds, custody, make_lot, held, lot, root, miner, refiner, expiry, until_of
):
    """One that is made later, too; not the same root in other hands, nor another root."""
    later = make_lot("later", miner, root=root)
    for stopped in (lot, later):
        with reverts("LotOnHold", stopped, root, MINER, until_of(held)):
            custody.offer(stopped, refiner, expiry, sealed("box"), {"from": miner})
    custody.offer(make_lot("other", miner), refiner, expiry, sealed("box"), {"from": miner})
    sold = make_lot("sold", refiner, root=root)
    custody.offer(sold, miner, expiry, sealed("box"), {"from": refiner})


def test_a_hold_is_on_what_its_group_buys(
    holds, custody, make_lot, held, root, miner, refiner, expiry, until_of
):
    """Who offers it to him is not stopped."""
    lot = make_lot("bought", refiner, root=root)
    custody.offer(lot, miner, expiry, sealed("box"), {"from": refiner})
    custody.accept(lot, 2, {"from": miner})
    with reverts("LotOnHold", lot, root, MINER, until_of(held)):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


def test_what_an_event_named_stays_named(
    holds, lot_book, state_of, lot, of_lot, miner, observer, auditor, governor, now
):
    last = now + 200 * DAY
    lot_book.name(lot, last, {"from": governor})
    holds.hold(*of_lot, REASON, {"from": observer})
    holds.renew(*of_lot, {"from": auditor})
    until = plain(lot_book.holdOn(lot))[1]
    with reverts("LotOnHold", lot, *of_lot, until):
        lot_book.takeNamed(lot, miner, 6, {"from": governor})
    holds.release(*of_lot, {"from": auditor})
    holds.release(*of_lot, {"from": observer})
    assert state_of(lot)[1:] == (NAMED, 2, last)
    lot_book.takeNamed(lot, miner, 6, {"from": governor})


def test_a_hold_ends_no_offer(holds, state_of, custody, offered, of_lot, observer, refiner, expiry):
    holds.hold(*of_lot, REASON, {"from": observer})
    assert state_of(offered)[1:] == (OFFERED, 2, expiry)
    custody.dispute([offered], RECEIVED, REASON, {"from": refiner})


def test_roots_that_are_not_in_the_book_are_not_held(holds, root, observer):
    for unknown in (0, root + 1):
        with reverts("RootUnknown", unknown):
            holds.hold(unknown, MINER, REASON, {"from": observer})


def test_what_is_held_is_not_held_again(holds, held, auditor, until_of):
    with reverts("HoldInForce", *held, until_of(held)):
        holds.hold(*held, REASON, {"from": auditor})


def test_a_hold_lapses(lot_book, held, lot, miner, until_of):
    until = until_of(held)
    mine_at(until)
    with reverts("LotOnHold", lot, *held, until):
        lot_book.requireFree(lot, miner)
    mine_at(until + 1)
    lot_book.requireFree(lot, miner)


def test_a_hold_is_in_force_through_its_last_second(holds, held, auditor, until_of):
    """Calls see the time of the latest block to the second."""
    until, by = until_of(held), {"from": auditor}
    mine_at(until)
    holds.renew.call(*held, by)
    holds.release.call(*held, by)
    with reverts("HoldInForce", *held, until):
        holds.hold.call(*held, REASON, by)
    mine_at(until + 1)
    for act in (holds.renew, holds.release):
        with reverts("HoldNotInForce", *held):
            act.call(*held, by)
    holds.hold.call(*held, REASON, by)


def test_one_organisation_does_not_prolong_its_hold_by_holding_again(
    holds, held, observer, auditor, until_of
):
    pass_time(until_of(held))
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.hold(*held, REASON, {"from": observer})
    holds.hold(*held, REASON, {"from": auditor})
    assert until_of(held) > latest()


def test_the_same_organisation_holds_again_after_90_days(holds, held, observer):
    last = latest() + 90 * DAY  # its hold ended after 14
    mine_at(last)
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.hold.call(*held, REASON, {"from": observer})
    mine_at(last + 1)
    holds.hold(*held, REASON, {"from": observer})
    assert holds.sequenceOf(key_of(*held)) == 2


# --- renewing


def test_second_role_renews(holds, until_of, held, auditor):
    (root, group), tx = held, holds.renew(*held, {"from": auditor})
    until = tx.timestamp + 90 * DAY
    emitted(
        tx, "HoldRenewed", key=key_of(*held), root=root, group=group, by=auditor, sequence=2,
        until=until,
    )  # fmt: skip
    assert until_of(held) == until


def test_each_renewal_takes_another_group(holds, held, observer, auditor, member):
    holds.renew(*held, {"from": auditor})
    for name, decider in (("auditor", auditor), ("observer", observer)):
        with reverts("SecondRoleRequired", organisation(name)):
            holds.renew(*held, {"from": decider})
    holds.renew(*held, {"from": member(31, Role.RISK)})
    with reverts("SecondRoleRequired", organisation("auditor")):
        holds.renew(*held, {"from": auditor})
    holds.renew(*held, {"from": member(32, Role.AUDITOR)})


def test_first_role_does_not_renew(holds, held, observer):
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.renew(*held, {"from": observer})


def test_same_role_of_another_organisation_does_not_renew(holds, held, member):
    colleague = member(31, Role.RISK)
    with reverts("SecondRoleRequired", word("further organisation 31")):
        holds.renew(*held, {"from": colleague})


def test_other_role_of_the_same_organisation_does_not_renew(holds, of_lot, members, member):
    risk = member(31, BOTH_ROLES)
    holds.hold(*of_lot, REASON, {"from": risk})
    with reverts("SecondRoleRequired", word("further organisation 31")):
        holds.renew(*of_lot, {"from": risk})


def test_who_has_both_roles_acts_as_risk(holds, of_lot, member, observer, auditor):
    holds.hold(*of_lot, REASON, {"from": member(31, BOTH_ROLES)})
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.renew(*of_lot, {"from": observer})
    holds.renew(*of_lot, {"from": auditor})


def test_who_has_both_roles_seconds_either(holds, held, member):
    holds.renew(*held, {"from": member(31, BOTH_ROLES)})


def test_lapsed_holds_are_not_renewed(holds, until_of, held, auditor):
    pass_time(until_of(held))
    with reverts("HoldNotInForce", *held):
        holds.renew(*held, {"from": auditor})


def test_what_is_not_held_is_neither_renewed_nor_released(holds, of_lot, auditor):
    for act in (holds.renew, holds.release):
        with reverts("HoldNotInForce", *of_lot):
            act(*of_lot, {"from": auditor})


# --- releasing


def test_two_roles_release(holds, held, lot_book, lot, observer, auditor, until_of):
    (root, group), key, until = held, key_of(*held), until_of(held)
    tx = holds.release(*held, {"from": auditor})
    about = {"key": key, "root": root, "group": group}
    emitted(tx, "HoldReleaseProposed", **about, by=auditor, sequence=2)
    assert until_of(held) == until
    tx = holds.release(*held, {"from": observer})
    emitted(tx, "HoldReleased", **about, by=observer, sequence=3)
    assert until_of(held) == 0
    assert plain(lot_book.holdOn(lot)) == (group, 0)


def test_what_was_released_is_held_anew(holds, lot_book, held, observer, auditor, member):
    for by in (auditor, observer):
        holds.release(*held, {"from": by})
    tx = holds.hold(*held, REASON, {"from": member(31, Role.RISK)})
    assert plain(lot_book.holdOf(*held)) == (tx.timestamp, tx.timestamp + 14 * DAY)


def test_one_organisation_does_not_release(holds, held, observer, member):
    holds.release(*held, {"from": observer})
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.release(*held, {"from": observer})
    with reverts("SecondRoleRequired", word("further organisation 31")):
        holds.release(*held, {"from": member(31, Role.RISK)})


def test_a_renewal_ends_a_proposed_release(holds, held, observer, auditor, until_of):
    holds.release(*held, {"from": observer})
    holds.renew(*held, {"from": auditor})
    assert "HoldReleaseProposed" in holds.release(*held, {"from": auditor}).events
    assert until_of(held) > latest()


def test_a_proposal_does_not_reach_a_later_hold(holds, held, observer, auditor, until_of):
    holds.release(*held, {"from": observer})
    pass_time(until_of(held))
    holds.hold(*held, REASON, {"from": auditor})
    assert "HoldReleaseProposed" in holds.release(*held, {"from": auditor}).events
    assert until_of(held) > latest()


def test_lapsed_holds_are_not_released(holds, held, auditor, until_of):
    pass_time(until_of(held))
    with reverts("HoldNotInForce", *held):
        holds.release(*held, {"from": auditor})


# --- born held


@pytest.fixture
def born_held(make_lot, root, miner):
    return make_lot("born held", miner, root=root, held_until=WITHOUT_END)


def test_lots_born_held_are_released_by_two_roles(
    holds, state_of, born_held, observer, auditor, now
):
    pass_time(now + 40_000 * DAY)
    tx = holds.releaseLot(born_held, {"from": observer})
    emitted(tx, "LotReleaseProposed", lot=born_held, by=observer, sequence=2)
    assert state_of(born_held)[1:] == (HELD, 2, WITHOUT_END)
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.releaseLot(born_held, {"from": observer})
    tx = holds.releaseLot(born_held, {"from": auditor})
    emitted(tx, "LotReleased", lot=born_held, by=auditor, sequence=3)
    assert state_of(born_held)[1:] == (ACTIVE, 3, 0)


def test_a_release_of_a_lot_leaves_the_hold(
    holds, lot_book, born_held, held, observer, auditor, miner, until_of
):
    """And the release of the hold leaves the lot held."""
    for by in (observer, auditor):
        holds.releaseLot(born_held, {"from": by})
    with reverts("LotOnHold", born_held, *held, until_of(held)):
        lot_book.requireFree(born_held, miner)


@pytest.mark.parametrize("name", ["lot", "unknown"])
def test_what_was_not_born_held_is_not_released(holds, lot, auditor, governor, name):
    wanted = lot if name == "lot" else word("unknown")
    with reverts("LotNotBornHeld", wanted):
        holds.releaseLot(wanted, {"from": auditor})
    with reverts("LotNotBornHeld", wanted):
        holds.releaseLotByAct(wanted, {"from": governor})


def test_council_releases_what_was_born_held_after_30_days(
    holds, state_of, born_held, miner, governor
):
    """A judge that does not answer locks no metal for ever."""
    due = chain[-1].timestamp + 30 * DAY
    with reverts_with_time("ReleaseTooEarly", born_held, due):
        holds.releaseLotByAct(born_held, {"from": governor})
    with reverts("OnlyCouncil", miner):
        holds.releaseLotByAct(born_held, {"from": miner})
    pass_time(due)
    tx = holds.releaseLotByAct(born_held, {"from": governor})
    emitted(tx, "LotReleasedByAct", lot=born_held, sequence=2)
    assert state_of(born_held)[1] == ACTIVE
    with reverts("LotNotBornHeld", born_held):
        holds.releaseLotByAct(born_held, {"from": governor})
