"""Attack: packs of a crash-test car that never was on the road are sold as post-consumer metal."""

import pytest

from tests.contracts.conftest import DAY, RECYCLING_PLANT
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    RECOVERY,
    RETIRED,
    field_word,
    in_order,
    output,
    sealed,
)
from tests.contracts.lots.running import GRANTS_AT, signals_of
from tests.contracts.people import word
from tests.contracts.reverts import reverts_with_time
from tests.contracts.scoped_ids import scoped_of

CRASHED, OLD = word("crash-test car"), word("car of many years")
"""Labels of products."""
POST_CONSUMER, MANUFACTURING = 0b010, 0b100


@pytest.fixture
def grants(certificates, certifier, governor, stand, recover, now):
    """Which credit the recovery of these lots at a certified plant may give."""

    def call(lots):
        end = wait(100)
        event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=lots, **{"from": end - 20, "to": end})
        tx = recover(lots, event=event)
        return signals_of(tx)["rule"] >> GRANTS_AT & 0b1111

    certificates.setCreditRule(3, 1 << 8, True, {"from": governor})
    validity = (now - DAY, now + 900 * DAY)
    issued = (word("c"), RECYCLING_PLANT, 8, 0, *validity, word("document"))
    certificates.issue(*issued, {"from": certifier})
    return call


@pytest.fixture
def sold(custody, car_maker, recycler):
    def sell(lot):
        custody.offer(lot, recycler, wait(0) + DAY, sealed("box"), {"from": car_maker})
        custody.accept(lot, 2, {"from": recycler})
        return lot

    return sell


@pytest.fixture
def crashed(retire, series, sold):
    retire(scoped_of("car_maker", CRASHED), series({CRASHED: 2}), 2, 8, name=" crashed")
    return sold(field_word("retired crashed"))


@pytest.fixture
def old(retire, series, dismantle, sold):
    """Of another series, whose car was on the road."""

    def make():
        packs = series({OLD: 1}, "old packs")
        end = wait(200 * DAY)
        event = dismantle(packs, **{"from": end - DAY, "to": end})
        retire(scoped_of("car_maker", OLD), packs, event=event, name=" old")
        return sold(field_word("retired old"))

    return make


def test_it_is_manufacturing_waste(grants, crashed):
    assert grants([crashed]) == MANUFACTURING


def test_waiting_for_half_a_year_makes_it_no_older(grants, crashed):
    """Its age is that of the car when it was dismantled."""
    wait(400 * DAY)
    assert grants([crashed]) == MANUFACTURING


def test_a_rebook_does_not_clean_it(grants, crashed, rebook, recycler):
    rebook([crashed], [output("a", 1, RETIRED), output("b", 1, RETIRED)], who=recycler)
    assert grants([field_word("a")]) == MANUFACTURING


def test_nor_does_company(grants, crashed, old):
    """One young lot makes the whole recovery young."""
    assert grants(in_order([crashed, old()])) == MANUFACTURING


def test_a_car_of_many_years_is_post_consumer(grants, old):
    assert grants([old()]) == POST_CONSUMER


def test_no_document_says_that_it_was_dismantled_later(series, dismantle):
    """An event of tomorrow is none."""
    packs, later = series({CRASHED: 1}), wait(0) + 181 * DAY
    with reverts_with_time("TimeInvalid", later - DAY, later):
        dismantle(packs, **{"from": later - DAY, "to": later})
