"""Attack: a rebook averages clean and conflict metal that lie on two continents.

On paper only an account of mass balance pools what never met, which says so; its lots rest for a
day, and products are not pooled at all.
"""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    BLENDED,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    PACK,
    SEGREGATED,
    field_word,
    output,
    sealed,
)
from tests.contracts.lots.running import made
from tests.contracts.reverts import reverts

CLEAN, DIRTY = 7_001, 7_002


@pytest.fixture
def two(make_lot, refiner):
    """A clean lot and a dirty one."""

    def make(**changes):
        return [
            make_lot("clean", refiner, root=CLEAN, **changes),
            make_lot("dirty", refiner, root=DIRTY, **changes),
        ]

    return make


@pytest.mark.parametrize("model", [SEGREGATED, BLENDED])
def test_not_under_a_model_that_says_they_met(rebook, two, model):
    with reverts("PoolNotAllowed", HYDROXIDE, model):
        rebook(two(model=IDENTITY_PRESERVED), model=model)


def test_not_units_of_products(rebook, two):
    with reverts("PoolNotAllowed", PACK, MASS_BALANCE):
        rebook(two(material=PACK), [output("a", 2, PACK)], model=MASS_BALANCE)


def test_an_account_of_mass_balance_is_told_as_one(rebook, lot_book, custody, two, miner, refiner):
    rebook(two(), model=MASS_BALANCE)
    pool, born = made(lot_book, "a"), latest()
    assert pool["mixed"]
    assert pool["root"] not in (CLEAN, DIRTY)
    with reverts("LotResting", field_word("a"), born + DAY):
        custody.offer(field_word("a"), miner, born + DAY, sealed("box"), {"from": refiner})


def test_a_charge_is_no_way_round(charge, rebook, lot_book, two):
    """It keeps its model for the plant alone: what is broken out of it is mass balance."""
    charge(two(), model=SEGREGATED)
    parts = [output("a"), output("b")]
    with reverts("PoolNotAllowed", HYDROXIDE, SEGREGATED):
        rebook([field_word("charge")], parts, model=SEGREGATED)
    rebook([field_word("charge")], parts, model=MASS_BALANCE)
    assert made(lot_book, "a")["model"] == MASS_BALANCE


def test_parts_of_one_lot_are_joined_again(rebook, lot_book, make_lot, refiner):
    whole = make_lot("whole", refiner, root=CLEAN)
    parts = [output("part 1"), output("part 2")]
    rebook([whole], parts)
    rebook([lot for lot, *_ in parts], [output("again")])
    assert made(lot_book, "again")["root"] == CLEAN
