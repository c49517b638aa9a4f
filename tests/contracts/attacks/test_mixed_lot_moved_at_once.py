"""Attack: lots that never met are pooled on paper, and the pool is sold within the same minute.

Also charges: whole lots put together to be processed, sold as if they were one.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import (
    MASS_BALANCE,
    PROCESSING,
    field_word,
    output,
    sealed,
)
from tests.contracts.people import word
from tests.contracts.reverts import reverts

REST = 24 * 3_600


@pytest.fixture
def two_roots(make_lot, refiner):
    return [make_lot(f"of root {root}", refiner, root=root) for root in (7_001, 7_002)]


@pytest.fixture
def offer(custody, refiner, cell_maker):
    return lambda lot: custody.offer(
        lot, cell_maker, latest() + DAY, sealed("box"), {"from": refiner}
    )


@pytest.fixture
def pool(lot_book, rebook, two_roots):
    """A lot of both, and when it has rested."""
    rebook(two_roots, [output("pool")], model=MASS_BALANCE)
    lot = field_word("pool")
    return lot, lot_book.lotOf(lot)[8] + REST


def test_a_pool_is_not_offered_on_its_first_day(offer, pool):
    lot, rested = pool
    with reverts("LotResting", lot, rested):
        offer(lot)


def test_another_rebook_begins_the_day_anew(lot_book, offer, rebook, pool):
    lot, rested = pool
    pass_time(rested - 3_600)
    rebook([lot], [output("again")], model=MASS_BALANCE)
    again = field_word("again")
    with reverts("LotResting", again, lot_book.lotOf(again)[8] + REST):
        offer(again)


def test_it_is_offered_after_a_day(custody, lot_book, offer, pool, cell_maker):
    lot, rested = pool
    pass_time(rested)
    offer(lot)
    custody.accept(lot, 2, {"from": cell_maker})
    assert lot_book.holderOf(lot) == cell_maker


def test_it_is_processed_at_once(lot_book, process, pool):
    process([pool[0]])
    assert lot_book.holderOf(field_word("sulphate")) != "0x" + "0" * 40


def test_a_charge_is_never_offered(lot_book, offer, charge, two_roots):
    charge(two_roots, model=MASS_BALANCE)
    lot = field_word("charge")
    for _ in range(2):
        with reverts("ChargeBound", lot):
            offer(lot)
        pass_time(latest() + REST)


def test_a_rebook_does_not_hide_a_charge(offer, charge, rebook, two_roots):
    """Broken up it is a pool, which rests, and bears the mark of many roots."""
    charge(two_roots, model=MASS_BALANCE)
    rebook([field_word("charge")], [output("broken")], model=MASS_BALANCE)
    lot = field_word("broken")
    with reverts("LotResting", lot, latest() + REST):
        offer(lot)


def test_a_charge_is_processed(lot_book, stand, process, charge, two_roots):
    charge(two_roots, model=MASS_BALANCE)
    lot = field_word("charge")
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], document=word("charge"))
    process([lot], event=event)
    assert lot_book.holderOf(field_word("sulphate")) != "0x" + "0" * 40
