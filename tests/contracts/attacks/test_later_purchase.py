"""Attack: conflict metal is refined, and clean metal of the same weight is consumed for it later.

The event stood unused; months later certified metal was bought and booked under it, as segregated
and wholly responsible. Now the event names the lots that went in, binds them, and counts only what
was in custody when it ended.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import HOUR, NAMED, PROCESSING, field_word, sealed
from tests.contracts.lots.running import made
from tests.contracts.people import Role
from tests.contracts.reverts import reverts

GRACE = 3 * DAY


@pytest.fixture
def buy(custody, make_lot, miner, refiner):
    """The refiner buys a lot of the miner's; returns it, and since when it is held."""

    def bought(name):
        lot = make_lot(name, miner)
        custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
        accepted = custody.accept(lot, 2, {"from": refiner}).timestamp
        return lot, -(-accepted // HOUR) * HOUR

    return bought


def test_what_was_bought_later_is_not_what_went_in(process, stand, buy, lots, now):
    dirty = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=dirty)
    pass_time(now + 60 * DAY)
    clean, _ = buy("clean")
    with reverts("InputsNotNamed", event):
        process([clean], event=event)


def test_a_document_that_names_it_afterwards_comes_too_late(process, buy, now):
    """The site keeps the event back, and states it once the clean metal is there."""
    pass_time(now + 60 * DAY)
    clean, held_since = buy("clean")
    with reverts("HeldTooLate", clean, held_since, now - DAY + GRACE):
        process([clean])


def test_what_arrived_in_time_is_processed(process, lot_book, buy, now):
    lot, _ = buy("in time")
    process([lot])
    assert made(lot_book, "sulphate")["state"] != 0


def test_a_sister_company_does_not_make_it_older(process, custody, sister, buy, refiner, now):
    """A sale within the group keeps the time at which the group bought."""
    affiliate = sister("refiner", 31, Role.TRADER)
    pass_time(now + 60 * DAY)
    clean, held_since = buy("clean")
    for seller, buyer in ((refiner, affiliate), (affiliate, refiner)):
        custody.offer(clean, buyer, latest() + DAY, sealed("box"), {"from": seller})
        custody.accept(clean, custody.offerOf(clean)[1], {"from": buyer})
    with reverts("HeldTooLate", clean, held_since, now - DAY + GRACE):
        process([clean])


def test_what_was_refined_is_not_sold_on_paper(custody, lot_book, stand, lots, cell_maker, refiner):
    """The lot stays where it is between the event and its run."""
    (lot,) = lots(1)
    stand(PROCESSING, site=REFINERY, inputs=[lot])
    bound = lot_book.lotOf(lot)[4]
    with reverts("LotNotFree", lot, NAMED, bound):
        custody.offer(lot, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})


def test_nor_is_it_rebooked_into_another_lot(rebook, lot_book, stand, lots):
    (lot,) = lots(1)
    stand(PROCESSING, site=REFINERY, inputs=[lot])
    with reverts("LotNotFree", lot, NAMED, lot_book.lotOf(lot)[4]):
        rebook([lot])
    assert lot_book.lotOf(field_word("a"))[1] == 0
