"""An offer lies open for years, and is accepted when seller or certificate is long gone."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest, mine_at, pass_time
from tests.contracts.lots.making import sealed
from tests.contracts.reverts import reverts, reverts_with_time

LONGEST = 90 * DAY


@pytest.mark.parametrize("many", [False, True])
def test_no_offer_lasts_longer_than_90_days(custody, lot, miner, refiner, many):
    expiry = latest() + LONGEST + DAY
    with reverts_with_time("ExpiryInvalid", expiry):
        if many:
            custody.offerMany([lot], refiner, expiry, [sealed("box")], {"from": miner})
        else:
            custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


def test_90_days_to_the_second(custody, lot, miner, refiner):
    """Calls see the time of the latest block."""
    time = latest() + 10
    mine_at(time)
    ask = custody.offer.call
    ask(lot, refiner, time + LONGEST, sealed("box"), {"from": miner})
    with reverts("ExpiryInvalid", time + LONGEST + 1, time):
        ask(lot, refiner, time + LONGEST + 1, sealed("box"), {"from": miner})


def test_the_longest_offer_is_not_accepted_a_year_later(custody, lot, miner, refiner):
    expiry = latest() + LONGEST
    custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
    pass_time(latest() + 365 * DAY)
    with reverts_with_time("OfferExpired", lot, expiry):
        custody.accept(lot, 2, {"from": refiner})
