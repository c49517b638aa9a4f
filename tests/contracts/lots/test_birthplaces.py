"""A place that nobody looked at for 12 months: its metal is born, but not bought."""

import pytest

from tests.contracts.conftest import DAY, LUALABA
from tests.contracts.consents import add_account
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import sealed
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain


@pytest.fixture
def lot(make_lot, miner):
    return make_lot("lot", miner, birthplace=LUALABA)


@pytest.fixture
def offer(custody, refiner, now):
    def make(lot, sender, receiver=refiner):
        custody.offer(lot, receiver, now + 90 * DAY, sealed("box"), {"from": sender})
        return custody.offerOf(lot)[1]

    return make


@pytest.fixture
def second_account(members, miner, accounts):
    """Another account of the miner's organisation."""
    add_account(members, accounts[30], 1, word("viewing key"), miner)
    return accounts[30]


def test_metal_of_an_undetermined_place_is_not_offered(lot, offer, miner):
    with reverts("PlaceNotDetermined", LUALABA):
        offer(lot, miner)


def test_metal_of_a_determined_place_is_bought(
    custody, lot_book, lot, offer, determine, miner, refiner, now
):
    determine(now - DAY, now + 60 * DAY)
    custody.accept(lot, offer(lot, miner), {"from": refiner})
    assert lot_book.birthplaceOf(lot) == ZERO_WORD


def test_a_determination_that_ran_out_stops_the_purchase(
    custody, lot, offer, determine, miner, refiner, cell_maker, now
):
    determine(now - DAY, now + 60 * DAY)
    sequence = offer(lot, miner)
    pass_time(now + 60 * DAY)
    with reverts("PlaceNotDetermined", LUALABA):
        custody.accept(lot, sequence, {"from": refiner})
    determine(now + 59 * DAY, now + 200 * DAY)
    custody.accept(lot, sequence, {"from": refiner})


def test_any_outcome_will_do(custody, places, lot, offer, observer, miner, refiner, now):
    criteria = (True, True, True)
    places.determine(LUALABA, now - DAY, now + DAY, *criteria, word("method"), {"from": observer})
    custody.accept(lot, offer(lot, miner), {"from": refiner})


def test_metal_that_changed_hands_is_sold_on(
    custody, lot_book, lot, offer, determine, miner, refiner, cell_maker, now
):
    determine(now - DAY, now + 60 * DAY)
    custody.accept(lot, offer(lot, miner), {"from": refiner})
    pass_time(now + 60 * DAY)
    custody.accept(lot, offer(lot, refiner, cell_maker), {"from": cell_maker})
    assert plain(lot_book.holderOf(lot)) == plain(cell_maker)


def test_own_accounts_do_not_buy_from_each_other(
    custody, lot_book, lot, offer, determine, miner, second_account, refiner, now
):
    determine(now - DAY, now + 60 * DAY)
    custody.accept(lot, offer(lot, miner, second_account), {"from": second_account})
    assert lot_book.birthplaceOf(lot) == LUALABA
    pass_time(now + 60 * DAY)
    with reverts("PlaceNotDetermined", LUALABA):
        offer(lot, second_account, refiner)
