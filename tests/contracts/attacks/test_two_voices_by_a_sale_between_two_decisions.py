"""Attack: of two decisions that take two ownership groups, one organisation gives both.

It decides, is sold to another group, and decides again; or two decide that one group bought in
between. What had been decided named the group of that day.
"""

import pytest

from tests.contracts.conftest import DAY, LUALABA
from tests.contracts.lots.clock import latest, pass_time, wait
from tests.contracts.lots.making import sealed
from tests.contracts.people import PEOPLE, ZERO_ADDRESS, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

OBSERVER, AUDITOR = PEOPLE["observer"], PEOPLE["auditor"]
SECOND_OBSERVER = PEOPLE["second_observer"]
MINER, REFINER = PEOPLE["miner"], PEOPLE["refiner"]
REASON, METHOD = spoken("weights do not agree"), word("method")
CLEAR, MET = (False, False, False), (True, False, False)


@pytest.fixture
def move(members, governor):
    return lambda person, group: members.setGroup(person.organisation, group, 1, {"from": governor})


@pytest.fixture
def sold(members, move, governor):
    """The observer, with both roles, goes to a buyer; another group than it decided for."""
    roles = Role.RISK | Role.AUDITOR
    members.setRoles(OBSERVER.organisation, roles, {"from": governor})
    return lambda: move(OBSERVER, word("buyer"))


@pytest.fixture
def merged(move):
    """The auditor, or who is named, is bought by the observer's group."""
    return lambda person=AUDITOR: move(person, OBSERVER.group)


@pytest.fixture
def parted(move):
    """The auditor goes to a third group: it still is another one than the observer's."""
    return lambda person=AUDITOR: move(person, word("third"))


# --- holds


def until_of(lot_book, on):
    """When a hold ends."""
    return plain(lot_book.holdOf(*on))[1]


def test_who_is_sold_does_not_renew_his_own_hold(holds, of_lot, sold, observer):
    holds.hold(*of_lot, REASON, {"from": observer})
    sold()
    with reverts("SecondRoleRequired", OBSERVER.organisation):
        holds.renew(*of_lot, {"from": observer})


def test_who_is_merged_does_not_renew(holds, of_lot, merged, observer, auditor):
    holds.hold(*of_lot, REASON, {"from": observer})
    merged()
    with reverts("SecondRoleRequired", AUDITOR.organisation):
        holds.renew(*of_lot, {"from": auditor})


def test_who_is_sold_does_not_hold_again_after_his_hold(holds, of_lot, move, observer, auditor):
    """Nor does whom his group bought; another one does, who was sold as well."""
    holds.hold(*of_lot, REASON, {"from": observer})
    move(OBSERVER, word("buyer"))
    move(SECOND_OBSERVER, word("buyer"))
    pass_time(latest() + 15 * DAY)
    with reverts("SecondRoleRequired", OBSERVER.organisation):
        holds.hold(*of_lot, REASON, {"from": observer})
    holds.hold(*of_lot, REASON, {"from": auditor})


def test_whom_the_buyer_of_who_held_owns_does_not_hold_again(
    holds, of_lot, move, observer, second_observer
):
    holds.hold(*of_lot, REASON, {"from": observer})
    for person in (OBSERVER, SECOND_OBSERVER):
        move(person, word("buyer"))
    pass_time(latest() + 15 * DAY)
    with reverts("SecondRoleRequired", SECOND_OBSERVER.organisation):
        holds.hold(*of_lot, REASON, {"from": second_observer})


def test_a_bar_ends_90_days_after_the_hold_began(holds, of_lot, move, observer, auditor):
    began = holds.hold(*of_lot, REASON, {"from": observer}).timestamp
    pass_time(began + 15 * DAY)
    holds.hold(*of_lot, REASON, {"from": auditor})  # a new hold forgets no bar
    move(OBSERVER, word("buyer"))
    pass_time(began + 30 * DAY)
    with reverts("SecondRoleRequired", OBSERVER.organisation):
        holds.hold(*of_lot, REASON, {"from": observer})
    pass_time(began + 90 * DAY)
    holds.hold(*of_lot, REASON, {"from": observer})


def test_who_is_sold_does_not_release_what_he_proposed(holds, lot_book, of_lot, sold, observer):
    holds.hold(*of_lot, REASON, {"from": observer})
    holds.release(*of_lot, {"from": observer})
    sold()
    with reverts("SecondRoleRequired", OBSERVER.organisation):
        holds.release(*of_lot, {"from": observer})
    assert until_of(lot_book, of_lot) > latest()


def test_who_is_merged_does_not_release(holds, of_lot, merged, observer, auditor):
    holds.hold(*of_lot, REASON, {"from": observer})
    holds.release(*of_lot, {"from": observer})
    merged()
    with reverts("SecondRoleRequired", AUDITOR.organisation):
        holds.release(*of_lot, {"from": auditor})


def test_whom_the_holders_group_bought_proposed_nothing(
    holds, members, lot_book, of_lot, move, governor, observer, auditor, second_observer
):
    """The next word proposes anew."""
    holds.hold(*of_lot, REASON, {"from": observer})
    holds.release(*of_lot, {"from": observer})
    members.setRoles(MINER.organisation, 0, {"from": governor})  # keeps the lot, and trades no more
    move(OBSERVER, MINER.group)
    proposed = holds.release(*of_lot, {"from": auditor})
    assert "HoldReleaseProposed" in proposed.events
    holds.release(*of_lot, {"from": second_observer})
    assert until_of(lot_book, of_lot) == 0


def test_two_groups_release_whoever_owns_them_now(
    holds, lot_book, of_lot, parted, observer, auditor
):
    holds.hold(*of_lot, REASON, {"from": observer})
    holds.release(*of_lot, {"from": observer})
    parted()
    holds.release(*of_lot, {"from": auditor})
    assert until_of(lot_book, of_lot) == 0


# --- freezes


def test_who_is_sold_freezes_nobody_alone(members, sold, observer):
    members.freeze(REFINER.group, {"from": observer})
    sold()
    with reverts("SecondGroupRequired", REFINER.group, OBSERVER.organisation):
        members.freeze(REFINER.group, {"from": observer})


def test_who_are_merged_freeze_nobody(members, merged, observer, auditor):
    members.freeze(REFINER.group, {"from": observer})
    merged()
    with reverts("SecondGroupRequired", REFINER.group, AUDITOR.organisation):
        members.freeze(REFINER.group, {"from": auditor})


def test_whom_the_group_bought_proposed_no_freeze(members, move, governor, observer, auditor):
    members.setRoles(MINER.organisation, 0, {"from": governor})
    members.freeze(MINER.group, {"from": observer})
    move(OBSERVER, MINER.group)
    tx = members.freeze(MINER.group, {"from": auditor})
    emitted(tx, "FreezeProposed", group=MINER.group, by=auditor)
    assert members.frozenUntil(MINER.group) == 0


def test_two_groups_freeze_whoever_owns_them_now(members, parted, observer, auditor):
    members.freeze(REFINER.group, {"from": observer})
    parted()
    assert "GroupFrozen" in members.freeze(REFINER.group, {"from": auditor}).events


# --- consents


@pytest.fixture
def at_sea(custody, members, lot, miner, refiner, governor):
    """Offered before its sender was suspended."""
    custody.offer(lot, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    members.suspend(MINER.organisation, spoken("reason"), {"from": governor})
    return lot


def test_who_is_sold_lets_nothing_arrive_alone(custody, at_sea, sold, observer):
    custody.consentTo(at_sea, {"from": observer})
    sold()
    with reverts("ConsentExists", at_sea, word("buyer")):
        custody.consentTo(at_sea, {"from": observer})


def test_who_are_merged_let_nothing_arrive(custody, at_sea, merged, observer, auditor):
    custody.consentTo(at_sea, {"from": observer})
    merged()
    with reverts("ConsentExists", at_sea, OBSERVER.group):
        custody.consentTo(at_sea, {"from": auditor})


def test_two_groups_let_it_arrive_whoever_owns_them_now(
    custody, lot_book, at_sea, parted, observer, auditor, refiner
):
    custody.consentTo(at_sea, {"from": observer})
    parted()
    custody.consentTo(at_sea, {"from": auditor})
    custody.accept(at_sea, 2, {"from": refiner})
    assert lot_book.holderOf(at_sea) == refiner


# --- determinations


@pytest.fixture
def say(places):
    def determine(who, first, last, met=CLEAR):
        return places.determine(LUALABA, first, last, *met, METHOD, {"from": who})

    return determine


def test_who_is_sold_clears_no_place_alone(places, say, sold, observer, now):
    year = (now - DAY, now + 300 * DAY)
    say(observer, *year)
    sold()
    with reverts("ConfirmingGroupRequired", LUALABA, observer):
        say(observer, *year)
    assert places.sequenceOf(LUALABA) == 0


def test_who_are_merged_clear_no_place(places, say, merged, observer, second_observer, now):
    year = (now - DAY, now + 300 * DAY)
    say(observer, *year)
    merged(SECOND_OBSERVER)
    with reverts("ConfirmingGroupRequired", LUALABA, second_observer):
        say(second_observer, *year)


def test_two_groups_clear_a_place_whoever_owns_them_now(
    places, say, parted, observer, second_observer, now
):
    year = (now - DAY, now + 300 * DAY)
    say(observer, *year)
    parted(SECOND_OBSERVER)
    say(second_observer, *year)
    assert places.sequenceOf(LUALABA) == 1
    assert places.proposerOf(LUALABA, *year, METHOD) == ZERO_ADDRESS


@pytest.mark.parametrize("how", ["sold", "merged", "parted"])
def test_a_warning_that_goes_far_back_is_joined_by_another_group_of_now(
    request, places, say, observer, second_observer, now, how
):
    first, second = now - 60 * DAY, now - 59 * DAY
    say(observer, first, second, MET)
    arguments = () if how == "sold" else (SECOND_OBSERVER,)
    request.getfixturevalue(how)(*arguments)
    wait(DAY)
    recorded = say(observer if how == "sold" else second_observer, first, second, MET).timestamp
    lapses = places.determinationsOf(LUALABA)[-1][4]
    assert (lapses == recorded + 30 * DAY) == (how != "parted")
