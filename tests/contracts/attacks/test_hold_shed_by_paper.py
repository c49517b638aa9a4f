"""Attack: the holder of a lot on hold sheds the hold by paper.

By a rebook in the same block, by a sale to a sister, by a pool with another root, by a loss, by an
offer that was made before, or by going to another group.
"""

import pytest

from tests.contracts.consents import add_account
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import MASS_BALANCE, REBOOK, output, run_request, sealed
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

REASON = spoken("weights do not agree")
REFINER = PEOPLE["refiner"]
BUYER = word("buyer")


@pytest.fixture
def lot(make_lot, root, refiner):
    return make_lot("lot", refiner, root=root)


@pytest.fixture
def held(holds, lot_book, lot, root, observer):
    """The refiner's lots of the root: what `LotOnHold` says of the lot."""
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    return lot, root, REFINER.group, plain(lot_book.holdOf(root, REFINER.group))[1]


@pytest.fixture
def move(members, governor):
    """The refiner goes to another group."""
    return lambda group: members.setGroup(REFINER.organisation, group, 1, {"from": governor})


def test_a_rebook_just_before_the_hold_keeps_the_root(
    holds, lot_book, rebook, custody, lot, root, observer, refiner, miner, expiry
):
    """Whatever order the two come in within a block."""
    parts = [output("a"), output("b")]
    rebook([lot], parts)
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    until = plain(lot_book.holdOf(root, REFINER.group))[1]
    for part in parts:
        with reverts("LotOnHold", part[0], root, REFINER.group, until):
            custody.offer(part[0], miner, expiry, sealed("box"), {"from": refiner})
        with reverts("LotOnHold", part[0], root, REFINER.group, until):
            rebook([part[0]], [output(f"again {part[0]}")])


def test_nothing_is_booked_anew(runs, rebook, make_lot, held, lot, refiner):
    """Neither alone nor in a pool or charge."""
    with reverts("LotOnHold", *held):
        rebook([lot])
    other = make_lot("other", refiner)
    request = run_request(REBOOK, sorted([lot, other]), [output("pool")], model=MASS_BALANCE)
    with reverts("LotOnHold", *held):
        runs.run(request, {"from": refiner})


def test_a_charge_is_not_made(charge, make_lot, held, lot, refiner):
    with reverts("LotOnHold", *held):
        charge(sorted([lot, make_lot("other", refiner)]))


def test_a_pool_that_was_made_before_is_free(
    holds, charge, lot_book, make_lot, lot, root, observer, refiner
):
    """It has a root of its own: a hold on one source would stop all that a plant has."""
    made = output("charge")
    charge(sorted([lot, make_lot("other", refiner)]), made)
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    lot_book.requireFree(made[0], refiner)
    pool = plain(lot_book.lotOf(made[0]))[14]
    holds.hold(pool, REFINER.group, REASON, {"from": observer})
    until = plain(lot_book.holdOf(pool, REFINER.group))[1]
    with reverts("LotOnHold", made[0], pool, REFINER.group, until):
        lot_book.requireFree(made[0], refiner)


def test_a_sister_takes_nothing_over(custody, holds, held, lot, sister, refiner, expiry):
    with reverts("LotOnHold", *held):
        custody.offer(
            lot, sister("refiner", 31, Role.TRADER), expiry, sealed("b"), {"from": refiner}
        )


def test_what_a_sister_has_is_held_as_well(
    holds, lot_book, make_lot, custody, root, sister, refiner, observer, miner, expiry
):
    """It was sold to her before the hold."""
    trader = sister("refiner", 31, Role.TRADER)
    lot = make_lot("sold", refiner, root=root)
    custody.offer(lot, trader, expiry, sealed("box"), {"from": refiner})
    custody.accept(lot, 2, {"from": trader})
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    until = plain(lot_book.holdOf(root, REFINER.group))[1]
    with reverts("LotOnHold", lot, root, REFINER.group, until):
        custody.offer(lot, miner, expiry, sealed("box"), {"from": trader})


def test_an_offer_of_before_is_not_accepted(
    holds, lot_book, custody, lot, root, refiner, miner, observer, expiry
):
    """Else who sees the hold coming has the lot accepted in the same block."""
    custody.offer(lot, miner, expiry, sealed("box"), {"from": refiner})
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    until = plain(lot_book.holdOf(root, REFINER.group))[1]
    with reverts("LotOnHold", lot, root, REFINER.group, until):
        custody.accept(lot, 2, {"from": miner})


def test_who_goes_to_another_group_takes_his_holds_along(lot_book, held, lot, move, refiner):
    for group in (BUYER, word("another buyer"), BUYER):
        move(group)
        with reverts("LotOnHold", *held):
            lot_book.requireFree(lot, refiner)
    assert plain(lot_book.holdOn(lot)) == (REFINER.group, held[3])


def test_a_hold_that_follows_is_renewed_and_released(
    holds, lot_book, held, lot, root, move, auditor, observer, refiner
):
    move(BUYER)
    holds.renew(root, REFINER.group, {"from": auditor})
    until = plain(lot_book.holdOf(root, REFINER.group))[1]
    with reverts("LotOnHold", lot, root, REFINER.group, until):
        lot_book.requireFree(lot, refiner)
    for by in (auditor, observer):
        holds.release(root, REFINER.group, {"from": by})
    lot_book.requireFree(lot, refiner)


def test_who_left_a_group_is_free_of_its_later_holds(
    holds, lot_book, lot, root, move, observer, refiner
):
    """A hold on the buyer's group binds him."""
    move(BUYER)
    wait(1)
    holds.hold(root, REFINER.group, REASON, {"from": observer})
    lot_book.requireFree(lot, refiner)
    holds.hold(root, BUYER, REASON, {"from": observer})
    until = plain(lot_book.holdOf(root, BUYER))[1]
    with reverts("LotOnHold", lot, root, BUYER, until):
        lot_book.requireFree(lot, refiner)


def test_an_account_that_is_added_after_the_move_is_bound(
    lot_book, members, make_lot, held, root, move, refiner, accounts
):
    move(BUYER)
    account = accounts[33]
    add_account(members, account, REFINER.roles, word("key"), refiner)
    lot = make_lot("of the new account", account, root=root)
    with reverts("LotOnHold", lot, *held[1:]):
        lot_book.requireFree(lot, account)
