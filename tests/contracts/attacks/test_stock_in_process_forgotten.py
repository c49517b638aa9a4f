"""Attack: a plant forgets the dirty liquor in its tanks, and begins the month with clean feed.

The liquor comes out with that month's product all the same.
"""

import pytest

from tests.contracts.conftest import COBALT
from tests.contracts.lots.making import CONSUMED, field_word
from tests.contracts.people import PEOPLE, ZERO_WORD
from tests.contracts.reverts import reverts

STOCK = field_word("stock")


@pytest.fixture
def clean(period, close, lots):
    """A lot to feed, after a period that left stock."""
    dirty, clean_lot = lots(2)
    close(period(0, 31, [dirty]), [dirty], "january", "stock")
    return clean_lot


def test_the_next_period_names_it(period, plant, clean):
    with reverts("StockNotNamed", plant, COBALT, STOCK):
        period(31, 62, [clean])


def test_so_does_what_a_plant_makes_that_is_continuous_no_more(
    sites, period, close, lot_book, plant, clean, governor
):
    sites.setContinuous(plant, False, {"from": governor})
    with reverts("StockNotNamed", plant, COBALT, STOCK):
        period(100, 101, [clean])
    fed = [clean, STOCK]
    close(period(100, 101, fed), fed, "last")
    assert lot_book.periodOf(plant, COBALT)[2] == ZERO_WORD


def test_so_does_the_first_period_after_an_act(sites, period, plant, clean, governor):
    for continuous in (False, True):
        sites.setContinuous(plant, continuous, {"from": governor})
    with reverts("StockNotNamed", plant, COBALT, STOCK):
        period(100, 131, [clean])


def test_the_run_takes_it(period, close, lot_book, plant, clean):
    fed = [clean, STOCK]
    close(period(31, 62, fed), fed, "february", "left")
    assert lot_book.lotOf(STOCK)[1] == CONSUMED
    assert lot_book.periodOf(plant, COBALT)[2] == field_word("left")


def test_whoever_takes_the_plant_over_takes_its_stock(
    sites, members, period, close, lot_book, plant, clean, make_lot, refiner, cell_maker, governor
):
    sites.proposeTransfer(plant, PEOPLE["cell_maker"].organisation, {"from": governor})
    sites.acceptTransfer(plant, {"from": cell_maker})
    own = make_lot("own", cell_maker)
    with reverts("StockNotNamed", plant, COBALT, STOCK):
        period(31, 62, [own])
    fed = [own, STOCK]
    close(period(31, 62, fed), fed, "february", "left", who=cell_maker)
    assert lot_book.holderOf(field_word("left")) == cell_maker


def test_another_metal_has_a_stock_of_its_own(period, clean, make_lot, refiner):
    nickel = make_lot("nickel", refiner, element=28)
    period(31, 62, [nickel], element=28, elements=[28])
