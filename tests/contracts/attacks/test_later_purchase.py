"""Attack: dirty metal is refined, the event is left unused, and clean metal is bought to book it.

Sixty days later certified metal of the same weight was consumed against the old event.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import HOUR, PROCESSING, field_word, sealed
from tests.contracts.people import Role
from tests.contracts.reverts import reverts

GRACE = 72 * HOUR


@pytest.fixture
def bought(custody, make_lot, miner, refiner):
    """Buys a lot now; returns it with the hour from which on the buyer has it."""

    def buy(name):
        lot = make_lot(name, miner)
        custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
        at = custody.accept(lot, 2, {"from": refiner}).timestamp
        return lot, -(-at // HOUR) * HOUR

    return buy


def test_a_lot_that_the_event_does_not_name_is_not_consumed(bought, lots, stand, process, now):
    event = stand(PROCESSING, site=REFINERY, inputs=lots(1))
    pass_time(now + 60 * DAY)
    clean, _ = bought("clean")
    with reverts("InputsNotNamed", event):
        process([clean], event=event)


def test_a_lot_bought_after_the_event_and_the_grace_is_not_consumed(bought, stand, process):
    """A quorum that lets the site name it does not help: custody says when it came."""
    end = latest() - DAY
    pass_time(end + GRACE)
    lot, since = bought("clean")
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], to=end, **{"from": end - DAY})
    with reverts("HeldTooLate", lot, since, end + GRACE):
        process([lot], event=event)


def test_a_lot_accepted_within_the_grace_is(bought, stand, process):
    end = latest() - DAY
    lot, _ = bought("clean")
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], to=end, **{"from": end - DAY})
    process([lot], event=event)


def test_a_rebook_does_not_make_it_older(bought, stand, process, rebook):
    end = latest() - DAY
    pass_time(end + GRACE)
    lot, since = bought("clean")
    rebook([lot])
    made = field_word("a")
    event = stand(PROCESSING, site=REFINERY, inputs=[made], to=end, **{"from": end - DAY})
    with reverts("HeldTooLate", made, since, end + GRACE):
        process([made], event=event)


def test_the_council_gives_more_time(settings_contract, bought, stand, process, governor):
    end = latest() - DAY
    pass_time(end + GRACE)
    lot, _ = bought("clean")
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], to=end, **{"from": end - DAY})
    settings_contract.setGrace(14 * DAY, {"from": governor})
    process([lot], event=event)


def test_a_sister_company_does_not_make_it_older(bought, custody, sister, stand, process, refiner):
    """A sale within the group leaves the time at which the group bought."""
    end = latest() - DAY
    pass_time(end + GRACE)
    lot, since = bought("clean")
    affiliate = sister("refiner", 31, Role.TRADER)
    for seller, buyer in ((refiner, affiliate), (affiliate, refiner)):
        custody.offer(lot, buyer, latest() + DAY, sealed("box"), {"from": seller})
        custody.accept(lot, custody.offerOf(lot)[1], {"from": buyer})
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], to=end, **{"from": end - DAY})
    with reverts("HeldTooLate", lot, since, end + GRACE):
        process([lot], event=event)
