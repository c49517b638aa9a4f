"""Attack: a key that was replaced, or a member that was thrown out, goes on governing.

A seat was an address. Whoever had its first key voted for good, suspended or not.
"""

import pytest

from tests.contracts.consents import add_account
from tests.contracts.people import ZERO_ADDRESS, ZERO_WORD, Role, spoken, word
from tests.contracts.registry.council.acts import call, carry, decided, pass_time, proposed
from tests.contracts.registry.council.conftest import FAR, KEY, SALT, WEST
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

REASON, DAY = spoken("reason"), 86_400


@pytest.fixture
def new_key(accounts):
    return accounts[20]


@pytest.fixture
def rotated(named, registered, members, eve, new_key):
    """Eve's account is registered, and a new key signs for it."""
    organisation = registered(eve, WEST)
    members.proposeRotation(new_key, {"from": eve})
    members.acceptRotation(eve, {"from": new_key})
    return organisation


@pytest.fixture
def fifth(named, registered, members, ada, cleo, dan, stranger, accounts):
    """An organisation of a fifth group whose second account has the seat."""
    organisation = registered(stranger, FAR)
    seat = accounts[21]
    add_account(members, seat, Role.TRADER, KEY, stranger)
    carry(named, [call(named.grantSeat, seat)], ada, cleo, dan, salt=word("fifth"))
    assert named.groupCount() == 5
    return organisation, seat


def suspend(named, members, organisation, *voters):
    calls = [call(members.suspend, organisation, REASON)]
    return carry(named, calls, *voters, salt=word("suspend"))


def approvals(named, act_id):
    return named.actOf(act_id)[0]


# --- rotation


def test_the_old_key_speaks_for_no_seat(named, rotated, ada, eve):
    act_id = named.propose([], SALT, {"from": ada}).return_value
    for refused in (
        lambda: named.propose([], word("other"), {"from": eve}),
        lambda: named.approve(act_id, {"from": eve}),
        lambda: named.revoke(act_id, {"from": eve}),
        lambda: named.votePause({"from": eve}),
    ):
        with reverts("NotSeated", eve):
            refused()
    assert named.seatOf(eve) == ZERO_ADDRESS


def test_the_new_key_speaks_for_the_seat(named, rotated, ada, cleo, eve, new_key):
    assert named.seatOf(new_key) == eve
    assert plain(named.groupOf(eve)) == WEST
    act_id = proposed(named, [], SALT, ada, cleo)
    tx = named.approve(act_id, {"from": new_key})
    emitted(tx, "ActApproved", actId=act_id, seat=new_key, group=WEST, approvals=3)
    named.revoke(act_id, {"from": new_key})
    assert "PauseVoted" in named.votePause({"from": new_key}).events


def test_an_approval_outlives_the_key_that_gave_it(
    named, registered, members, ada, cleo, eve, new_key
):
    """It is the seat's."""
    registered(eve, WEST)
    act_id = decided(named, [], SALT, ada, cleo, eve)
    members.proposeRotation(new_key, {"from": eve})
    members.acceptRotation(eve, {"from": new_key})
    named.execute([], SALT, {"from": ada})
    assert named.actOf(act_id)[5] is True


def test_the_old_key_objects_to_nothing(named, members, rotated, ada, eve, new_key, accounts):
    calls = [call(members.replaceSigner, eve, accounts[22])]
    act_id = named.propose(calls, SALT, {"from": ada}).return_value
    with reverts("NotAffected", act_id, eve, WEST):
        named.objectTo(act_id, REASON, {"from": eve})
    heard = named.objectTo(act_id, REASON, {"from": new_key})
    emitted(heard, "ObjectionRaised", actId=act_id, by=new_key, group=WEST, words=REASON)


def test_a_founding_seat_speaks_by_its_own_key_until_it_is_registered(named, bob):
    assert named.seatOf(bob) == bob
    named.propose([], SALT, {"from": bob})


# --- removed accounts


def test_a_removed_account_neither_speaks_nor_counts(named, members, fifth, ada, cleo, stranger):
    seat = fifth[1]
    act_id = proposed(named, [], SALT, seat, ada, cleo)
    assert approvals(named, act_id) == 3
    members.removeAccount(seat, {"from": stranger})
    assert approvals(named, act_id) == 2
    assert named.groupCount() == 4
    assert plain(named.groupOf(seat)) == ZERO_WORD
    for refused in (
        lambda: named.propose([], word("other"), {"from": seat}),
        lambda: named.approve(act_id, {"from": seat}),
        lambda: named.votePause({"from": seat}),
    ):
        with reverts("NotSeated", seat):  # nobody signs for it
            refused()


def test_a_removed_account_objects_to_nothing(named, members, fifth, ada, stranger):
    organisation, seat = fifth
    members.removeAccount(seat, {"from": stranger})
    calls = [call(members.setAdmin, organisation, stranger)]
    act_id = named.propose(calls, SALT, {"from": ada}).return_value
    with reverts("NotAffected", act_id, seat, FAR):
        named.objectTo(act_id, REASON, {"from": seat})
    named.objectTo(act_id, REASON, {"from": stranger})


def test_what_is_restored_speaks_again(named, members, fifth, ada, cleo, dan, eve, stranger):
    seat = fifth[1]
    members.removeAccount(seat, {"from": stranger})
    calls = [call(members.restoreAccount, seat)]
    carry(named, calls, ada, cleo, dan, salt=word("restore"))
    assert named.groupCount() == 5
    named.propose([], SALT, {"from": seat})


# --- suspended organisations


def test_a_suspended_organisation_neither_speaks_nor_counts(
    named, members, fifth, ada, cleo, dan, eve
):
    organisation, seat = fifth
    act_id = proposed(named, [], SALT, seat, ada, cleo)
    suspend(named, members, organisation, ada, cleo, dan)
    assert approvals(named, act_id) == 2
    assert named.groupCount() == 4
    for refused in (
        lambda: named.propose([], word("other"), {"from": seat}),
        lambda: named.approve(act_id, {"from": seat}),
        lambda: named.revoke(act_id, {"from": seat}),
        lambda: named.votePause({"from": seat}),
    ):
        with reverts("NotActive", seat):
            refused()


def test_a_suspension_has_decided_acts_decided_anew(
    named, members, fifth, ada, cleo, dan, eve, stranger
):
    organisation, _ = fifth
    act_id = decided(named, [], SALT, ada, cleo, dan)
    suspend(named, members, organisation, ada, cleo, dan)
    with reverts("DecisionOutdated", act_id):
        named.execute([], SALT, {"from": ada})


def test_never_fewer_than_three_groups_decide(named, registered, members, ada, cleo, dan, eve):
    """A suspension closes no council, and two groups are none."""
    organisation = registered(eve, WEST)
    suspend(named, members, organisation, ada, cleo, dan)
    assert named.groupCount() == 3
    assert named.approvalsNeeded() == 3
    act_id = proposed(named, [], SALT, ada, cleo)
    with reverts("ActUndecided", act_id, 2, 3):
        named.execute([], SALT, {"from": ada})
    reinstate = [call(members.reinstate, organisation)]
    carry(named, reinstate, ada, cleo, dan, salt=word("reinstate"))
    assert named.groupCount() == 4
    named.propose([], word("other"), {"from": eve})


def test_two_judges_freeze_nobodys_seat(named, registered, members, ada, cleo, dan, eve, accounts):
    """Else they would tilt the council for a week."""
    registered(eve, WEST)
    judges = accounts[24], accounts[25]
    for judge, role in zip(judges, (Role.RISK, Role.AUDITOR), strict=True):
        registered(judge, word(f"group of {judge}"), role)
    pass_time(7 * DAY)
    for judge in judges:
        members.freeze(WEST, {"from": judge})
    assert not members.isActive(eve)
    assert members.stands(eve)
    act_id = proposed(named, [], SALT, eve, ada, cleo)
    assert approvals(named, act_id) == 3
    assert named.groupCount() == 4
