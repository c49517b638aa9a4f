"""Attack: metal is refined, and its lots are sold on paper before the run books them.

Between an event and its run nothing bound the lots that had gone in: the refiner sold them to
somebody who wanted certified metal, and booked the product against lots that he bought later.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY, SATAKUNTA, site_details
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    ACTIVE,
    CONSUMED,
    NAMED,
    PROCESSING,
    SULPHATE,
    field_word,
    output,
    sealed,
)
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

LABEL = word("car")
CAR = scoped_of("car_maker", LABEL)


@pytest.fixture
def refined(lots, stand):
    """Two lots that went into an event, and the event."""
    named = lots(2)
    return named, stand(PROCESSING, site=REFINERY, inputs=named)


@pytest.fixture
def bound(lot_book, refined):
    """What a lot that waits for its run is refused with."""
    until = lot_book.lotOf(refined[0][0])[4]
    return lambda lot: reverts("LotNotFree", lot, NAMED, until)


@pytest.mark.parametrize("many", [False, True])
def test_they_are_not_offered(custody, refined, bound, refiner, cell_maker, now, many):
    (lot, _), _ = refined
    with bound(lot):
        if many:
            custody.offerMany([lot], cell_maker, now + DAY, [sealed("box")], {"from": refiner})
        else:
            custody.offer(lot, cell_maker, now + DAY, sealed("box"), {"from": refiner})


def test_they_are_not_booked_anew(refined, bound, rebook, charge):
    named, _ = refined
    first = min(named)
    with bound(first):
        rebook(named)
    with bound(first):
        charge(named)


def test_they_go_into_no_product(products, sites, lot_book, make_lot, stand, car_maker, governor):
    plant, lot = word("car plant"), make_lot("pack", car_maker)
    sites.register(plant, site_details("car_maker", SATAKUNTA, 8, [10]), {"from": governor})
    stand(PROCESSING, site=plant, inputs=[lot])
    products.declare(LABEL, {"from": car_maker})
    with reverts("LotNotFree", lot, NAMED, lot_book.lotOf(lot)[4]):
        products.assign(CAR, lot, 1, {"from": car_maker})


def test_lots_bought_later_do_not_stand_in_for_them(refined, make_lot, process, refiner):
    _, event = refined
    bought = [make_lot(f"bought {index}", refiner) for index in range(2)]
    with reverts("InputsNotNamed", event):
        process(bought, event=event)


def test_neither_do_some_of_them(refined, process):
    named, event = refined
    with reverts("InputsNotNamed", event):
        process(named[:1], event=event)


def test_their_run_consumes_them(lot_book, refined, process):
    named, event = refined
    process(named, event=event)
    assert {lot_book.lotOf(lot)[1] for lot in named} == {CONSUMED}
    assert lot_book.lotOf(field_word("sulphate"))[1] == ACTIVE


def test_an_offer_made_before_keeps_the_event_from_standing(
    custody, attestations, lots, stand, refiner, cell_maker
):
    """Nor does an open offer slip the lot away once it is named: it is not named then."""
    (lot,) = lots(1)
    until = latest() + DAY
    custody.offer(lot, cell_maker, until, sealed("box"), {"from": refiner})
    with reverts("LotNotFree", lot, 2, until):
        stand(PROCESSING, site=REFINERY, inputs=[lot])


def test_the_product_is_sold_after_the_run(
    custody, lot_book, refined, process, refiner, cell_maker
):
    named, event = refined
    process(named, [output("product", material=SULPHATE)], event=event)
    product = field_word("product")
    custody.offer(product, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})
    custody.accept(product, 2, {"from": cell_maker})
    assert lot_book.holderOf(product) == cell_maker
