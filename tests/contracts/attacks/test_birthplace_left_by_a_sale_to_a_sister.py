"""New metal is sold to a sister company, which sells it on whatever became of its birthplace."""

import pytest

from tests.contracts.conftest import DAY, LUALABA
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import sealed
from tests.contracts.people import ZERO_WORD, Role
from tests.contracts.reverts import reverts


@pytest.fixture
def lot(make_lot, miner, determine, now):
    """New metal of a place that is determined for ten days."""
    determine(now - DAY, now + 10 * DAY)
    return make_lot("lot", miner, birthplace=LUALABA)


@pytest.fixture
def sell(custody, now):
    def sell(lot, seller, buyer):
        custody.offer(lot, buyer, now + 30 * DAY, sealed("box"), {"from": seller})
        custody.accept(lot, custody.offerOf(lot)[1], {"from": buyer})

    return sell


def test_a_sale_to_a_sister_leaves_the_birthplace_with_the_lot(
    lot_book, lot, sell, sister, miner, refiner, now
):
    trader = sister("miner", 31, Role.TRADER)
    sell(lot, miner, trader)
    assert lot_book.birthplaceOf(lot) == LUALABA
    pass_time(now + 10 * DAY)
    with reverts("PlaceNotDetermined", LUALABA):
        sell(lot, trader, refiner)


def test_a_sale_by_the_sister_to_another_group_leaves_it(
    lot_book, lot, sell, sister, miner, refiner
):
    trader = sister("miner", 31, Role.TRADER)
    sell(lot, miner, trader)
    sell(lot, trader, refiner)
    assert lot_book.birthplaceOf(lot) == ZERO_WORD
