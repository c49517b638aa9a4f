"""Attack: a site has lots named by an event and never runs it, so that they are bound for ever.

Or it takes the event back with a list that leaves some of them bound. Either way they are free in
the end, and the event makes nothing any more.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest, mine_at, pass_time
from tests.contracts.lots.making import ACTIVE, NAMED, PROCESSING, in_order, sealed
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts

NAMED_TERM = 180 * DAY


@pytest.fixture
def idle(lots, stand):
    """Two lots in order, and the event that they wait for."""
    named = in_order(lots(2))
    return named, stand(PROCESSING, site=REFINERY, inputs=named)


@pytest.fixture
def take_back(attestations, idle, nodes, file):
    _, event = idle
    site, document, _, _, _, sequence = attestations.standingOf(event)[:6]

    def withdraw(inputs):
        file(site, sequence, word("declaration"))
        given = (site, sequence, 27, document, word("declaration"), spoken("why"), inputs)
        return [attestations.withdraw(given, {"from": node}) for node in nodes[:3]][-1]

    return withdraw


def test_its_lots_are_free_after_180_days(
    attestations, custody, lot_book, idle, process, refiner, cell_maker
):
    (lot, _), event = idle
    end = attestations.standingOf(event)[11] + NAMED_TERM
    mine_at(end)
    with reverts("LotNotFree", lot, NAMED, end):
        lot_book.requireFree(lot, refiner)
    pass_time(end)
    custody.offer(lot, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})
    custody.accept(lot, lot_book.offerOf(lot)[2], {"from": cell_maker})
    with reverts("EventLapsed", event, end):
        process(idle[0], event=event)


def test_a_list_that_leaves_lots_bound_withdraws_nothing(lot_book, idle, take_back):
    named, event = idle
    for wrong in ([], named[:1], named[1:], named[::-1]):
        with reverts("WithdrawalInvalid", event):
            take_back(wrong)
    assert {lot_book.lotOf(lot)[1] for lot in named} == {NAMED}


def test_the_whole_list_frees_them(lot_book, idle, take_back, process):
    named, event = idle
    take_back(named)
    assert {lot_book.lotOf(lot)[1] for lot in named} == {ACTIVE}
    with reverts("AlreadyWithdrawn", event, word("document")):
        process(named, event=event)


def test_what_was_run_is_not_taken_back(lot_book, idle, take_back, process):
    """It is flagged, and its lots stay consumed."""
    named, event = idle
    process(named, event=event)
    tx = take_back(named)
    assert tx.events["EventWithdrawn"]["used"] is True
    assert {lot_book.lotOf(lot)[1] for lot in named} == {6}
