"""Attack: one dismantled pack is retired twice, and gives twice its metal to recycling."""

import pytest

from tests.contracts.lots.making import ACTIVE, CONSUMED, RETIRED, field_word
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

LABELS = LABEL, OTHER_LABEL, THIRD_LABEL = word("car"), word("other car"), word("third car")
CAR, OTHER_CAR, THIRD_CAR = (scoped_of("car_maker", label) for label in LABELS)


@pytest.fixture
def packs(series):
    """Ten: one of them in a car, two in another."""
    return series({LABEL: 1, OTHER_LABEL: 2})


def test_not_under_the_same_event(retire, packs, dismantle):
    event = dismantle(packs)
    retire(CAR, packs, event=event, name=" 1")
    with reverts("AlreadyUsed", event):
        retire(OTHER_CAR, packs, event=event, name=" 2")


def test_not_out_of_the_lot_that_it_left(retire, packs, dismantle):
    """A second event that named the lot before: the lot has ended, its rest is another."""
    second = dismantle(packs)
    retire(CAR, packs, name=" 1")
    with reverts("StateInvalid", packs, CONSUMED):
        retire(OTHER_CAR, packs, event=second, name=" 2")


def test_not_out_of_the_rest(retire, packs):
    """The car had one unit of the series, whichever of its lots they lie in by now."""
    retire(CAR, packs, name=" 1")
    rest = field_word("rest 1")
    with reverts("UnitsNotInProduct", CAR, rest, 0, 1):
        retire(CAR, rest, 1, 8, name=" 2")


@pytest.mark.parametrize("units", [2, 3])
def test_no_more_than_the_product_has(retire, packs, units):
    with reverts("UnitsNotInProduct", CAR, packs, 1, units):
        retire(CAR, packs, units, 10 - units)


def test_no_more_than_all_products_have(retire, packs):
    with reverts("UnitsNotAssigned", packs, 3, 4):
        retire(OTHER_CAR, packs, 4, 6)


def test_not_with_a_product_that_has_none(retire, packs, products, car_maker):
    label = word("empty")
    empty = scoped_of("car_maker", label)
    products.declare(label, {"from": car_maker})
    products.seal(empty, {"from": car_maker})
    with reverts("UnitsNotInProduct", empty, packs, 0, 1):
        retire(empty, packs)


def test_what_retired_goes_into_no_product_again(retire, packs, products, car_maker):
    retire(CAR, packs)
    products.declare(THIRD_LABEL, {"from": car_maker})
    with reverts("NotAssignable", field_word("retired"), RETIRED):
        products.assign(THIRD_CAR, field_word("retired"), 1, {"from": car_maker})


def test_nor_does_its_place_in_the_series(retire, packs, products, car_maker):
    """Of nine units two are in a car: seven more fit, and no eighth."""
    retire(CAR, packs)
    rest = field_word("rest")
    products.declare(THIRD_LABEL, {"from": car_maker})
    with reverts("UnitsExceeded", rest, 2, 8, 9):
        products.assign(THIRD_CAR, rest, 8, {"from": car_maker})
    products.assign(THIRD_CAR, rest, 7, {"from": car_maker})


def test_each_once(retire, packs, products, dismantle):
    retire(CAR, packs, name=" 1")
    retire(OTHER_CAR, field_word("rest 1"), 1, 8, name=" 2")
    retire(OTHER_CAR, field_word("rest 2"), 1, 7, name=" 3")
    assert products.retiredUnits(OTHER_CAR, packs) == 2
    with reverts("NotAssigned", field_word("rest 3"), ACTIVE):
        dismantle(field_word("rest 3"))
