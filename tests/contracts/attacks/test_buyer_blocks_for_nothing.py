"""Attack: a buyer disputes what arrived in order, and blocks the lot for months for nothing."""

import pytest

from tests.contracts.conftest import DAY, LABORATORY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import DISPUTED, MEASUREMENT, RECEIVED, sealed
from tests.contracts.people import spoken
from tests.contracts.reverts import reverts

WHY = spoken("short weight")


@pytest.fixture
def disputed(custody, lot, miner, refiner):
    custody.offer(lot, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, WHY, {"from": refiner})
    return lot


def test_it_is_free_after_10_days_unless_an_umpire_took_it_up(
    custody, lot_book, disputed, miner, cell_maker
):
    pass_time(latest() + 10 * DAY)
    lot_book.requireFree(disputed, miner)
    custody.offer(disputed, cell_maker, latest() + DAY, sealed("box"), {"from": miner})


def test_an_offer_is_disputed_once(custody, lot_book, disputed, stand, umpire, refiner):
    """Also after a measurement that showed nothing amiss."""
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[disputed], no_output=True)
    custody.approveSettlement(disputed, event, {"from": umpire})
    custody.endDispute(disputed, {"from": umpire})
    with reverts("AlreadyDisputed", disputed, lot_book.lotOf(disputed)[4]):
        custody.dispute([disputed], RECEIVED, WHY, {"from": refiner})


def test_the_umpires_word_ends_it(custody, lot_book, disputed, stand, umpire, miner, stranger):
    """Nobody has to wait for the buyer: anybody ends it, and the seller may withdraw the offer."""
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[disputed], no_output=True)
    custody.approveSettlement(disputed, event, {"from": umpire})
    assert lot_book.lotOf(disputed)[1] == DISPUTED
    custody.endDispute(disputed, {"from": stranger})
    custody.cancel([disputed], {"from": miner})
    lot_book.requireFree(disputed, miner)
