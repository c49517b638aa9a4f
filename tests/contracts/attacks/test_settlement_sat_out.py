"""Attack: the seller of a short delivery waits until the approved measurement has lapsed.

Only the seller could carry a settlement out, and after thirty days the lot was his again, at its
full weight. Now it binds: after seven days the buyer or the umpire carries it out, whatever the
seller does, and the dispute does not end before.
"""

import pytest

from tests.contracts.conftest import DAY, LABORATORY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import (
    CONSUMED,
    DISPUTED,
    MEASUREMENT,
    RECEIVED,
    SETTLE,
    field_word,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import made
from tests.contracts.people import spoken
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

SELLER_TURN = 7 * DAY


@pytest.fixture
def sold_short(make_lot, custody, stand, miner, refiner, umpire):
    """A disputed lot of the miner's, its measurement, and when the umpire approved that."""
    lot = make_lot("short", miner)
    custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, spoken("reason"), {"from": refiner})
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[lot])
    return lot, event, custody.approveSettlement(lot, event, {"from": umpire}).timestamp


@pytest.fixture
def settle(runs, sold_short):
    lot, event, _ = sold_short
    request = run_request(SETTLE, [lot], [output("settled")], event=event)
    return lambda who: runs.run(request, {"from": who})


@pytest.mark.parametrize("who", ["refiner", "umpire"])
def test_others_carry_it_out_after_a_week(
    lot_book, sold_short, settle, miner, refiner, umpire, who
):
    lot, _, approved = sold_short
    sender = {"refiner": refiner, "umpire": umpire}[who]
    with reverts("SettlerNotYet", lot, sender, approved + SELLER_TURN + 1):
        settle(sender)
    pass_time(approved + SELLER_TURN)
    settle(sender)
    assert lot_book.lotOf(lot)[1] == CONSUMED
    assert made(lot_book, "settled")["account"] == plain(miner), "the goods are still the seller's"


def test_the_seller_does_not_wait_it_out(lot_book, custody, sold_short, settle, refiner):
    """Beyond the offer's expiry and the ten days of a dispute."""
    lot, event, approved = sold_short
    pass_time(approved + 60 * DAY)
    assert lot_book.lotOf(lot)[1] == DISPUTED
    assert custody.settlementOf(lot)[0] == event
    settle(refiner)


def test_the_seller_does_not_take_the_lot_back(custody, sold_short, rebook, miner):
    lot, _, approved = sold_short
    with reverts("AlreadyDisputed", lot, approved + 100 * DAY):
        custody.cancel([lot], {"from": miner})
    with reverts("LotNotFree", lot, DISPUTED, approved + 100 * DAY):
        rebook([lot], [output("whole")], who=miner)


def test_nobody_settles_twice(sold_short, settle, miner, refiner):
    lot, event, approved = sold_short
    settle(miner)
    pass_time(approved + SELLER_TURN)
    with reverts("SettlementNotApproved", lot, event):
        settle(refiner)


def test_a_stranger_to_the_offer_does_not_settle(sold_short, settle, cell_maker, miner):
    lot, _, approved = sold_short
    pass_time(approved + SELLER_TURN)
    with reverts("NotHolder", lot, cell_maker, miner):
        settle(cell_maker)
    assert field_word("settled") != lot
