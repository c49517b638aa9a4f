"""Attack: virgin metal goes into a product of one's own, is "retired" on paper at once, and
comes back from recovery with the credit of post-consumer metal."""

import pytest

from tests.contracts.conftest import RECYCLING_PLANT
from tests.contracts.lots.making import (
    ACTIVE,
    END_OF_LIFE,
    HYDROXIDE,
    PACK,
    RETIRED,
    output,
    run_request,
)
from tests.contracts.lots.running import made
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

LABEL = word("car")
CAR = scoped_of("car_maker", LABEL)


@pytest.fixture
def hydroxide(series):
    """Assigned like a part, to a product that is sealed."""
    return series({LABEL: 1}, "hydroxide", count=1, material=HYDROXIDE)


def request(lot, event, material=PACK):
    return run_request(END_OF_LIFE, [lot], [output("retired", 1, RETIRED)], event=event)


def test_not_on_the_makers_word(products, hydroxide, car_maker):
    """Three transactions were enough: declare, assign, retire."""
    with reverts("NotStanding", ZERO_WORD):
        products.retire(CAR, request(hydroxide, ZERO_WORD), {"from": car_maker})


def test_not_under_another_event_about_it(products, stand, series, car_maker):
    packs = series({LABEL: 10})
    birth = stand()
    with reverts("EventKindMismatch", birth, END_OF_LIFE, 1):
        products.retire(CAR, request(packs, birth), {"from": car_maker})


def test_hydroxide_is_in_no_product_that_could_be_dismantled(hydroxide, dismantle):
    """Even where the inspectors were told of packs."""
    with reverts("UnitMaterialMismatch", PACK, HYDROXIDE):
        dismantle(hydroxide)


def test_not_by_a_recyclers_own_site(hydroxide, dismantle):
    """Who is paid for recycled metal does not attest where it came from."""
    with reverts("NotDismantler", RECYCLING_PLANT, 9):
        dismantle(hydroxide, site=RECYCLING_PLANT)


def test_not_what_is_in_no_product(make_lot, dismantle, car_maker):
    lot = make_lot("fresh packs", car_maker, count=10, material=PACK)
    with reverts("NotAssigned", lot, ACTIVE):
        dismantle(lot)


def test_not_out_of_an_open_product(retire, series):
    packs = series({LABEL: 1}, is_sealed=False)
    with reverts("ProductNotSealed", CAR):
        retire(CAR, packs)


def test_no_run_makes_retired_products(process, lots):
    with reverts("MaterialNotMade", RETIRED):
        process(lots(1), [output("retired", 1, RETIRED)])


def test_nor_does_paper(rebook, lots):
    with reverts("MaterialMismatch", output("a")[0], HYDROXIDE, RETIRED):
        rebook(lots(1), [output("a", 1, RETIRED)])


def test_fresh_metal_is_nothing_to_recover(recover, make_lot, recycler):
    lot = make_lot("hydroxide", recycler)
    with reverts("NotRecoverable", lot, HYDROXIDE):
        recover([lot])


def test_what_was_dismantled_soon_earns_no_post_consumer_credit(retire, series, lot_book):
    """Virgin packs in a product that is dismantled at once are manufacturing waste."""
    retire(CAR, series({LABEL: 1}))
    assert made(lot_book, "retired")["young"]
