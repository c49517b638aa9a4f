"""Attack: what lies in the tanks of a plant is sold, claimed or split while it is being processed.

It is liquor of a month's average: sold on paper it is any metal that its buyer wants, and the next
month would begin with metal that the books gave away.
"""

import pytest

from tests.contracts.conftest import CHAIN_OF_CUSTODY, DAY, REFINERY
from tests.contracts.lots.clock import latest, wait
from tests.contracts.lots.making import (
    ACTIVE,
    IN_PROCESS,
    LOSS,
    MASS_BALANCE,
    NO_PROOF,
    PROCESS,
    PROCESSING,
    REWORK,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    birth,
    field_word,
    output,
    run_request,
    sealed,
)
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

STOCK = field_word("stock")


@pytest.fixture
def stock(period, close, lots):
    """What lies in the plant after its first period."""
    fed = lots(2)
    close(period(0, 31, fed), fed, "january", "stock")
    return STOCK


def test_it_is_not_offered(custody, stock, refiner, cell_maker):
    with reverts("StockBound", stock):
        custody.offer(stock, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})


def test_it_goes_into_no_product(products, make_lot, car_maker):
    lot = make_lot("stock of a maker", car_maker, material=IN_PROCESS, fed=SULPHATE)
    products.declare(word("car"), {"from": car_maker})
    with reverts("StockBound", lot):
        products.assign(scoped_of("car_maker", word("car")), lot, 1, {"from": car_maker})


def test_it_is_not_dismantled(stock, dismantle):
    with reverts("NotAssigned", stock, ACTIVE):
        dismantle(stock)


def test_nothing_is_claimed_of_it(claims, stock, refiner):
    for measure, mask in ((1, 1), (2, 0), (3, 0)):
        with reverts("StockBound", stock):
            claims.record((stock, measure, mask, 500_000, NO_PROOF), {"from": refiner})


def test_it_is_not_booked_anew(rebook, charge, stock):
    with reverts("StockBound", stock):
        rebook([stock], [output("a", material=IN_PROCESS)], model=MASS_BALANCE)
    with reverts("StockBound", stock):
        charge([stock], output("charge", material=IN_PROCESS), model=MASS_BALANCE)


@pytest.mark.parametrize("kind", [LOSS, REWORK])
def test_it_goes_into_no_other_event_of_its_plant(stand, plant, stock, kind):
    with reverts("StockNotAtSite", stock, plant):
        stand(kind, site=plant, inputs=[stock])


def test_it_goes_into_no_other_plant(stand, stock):
    with reverts("StockNotAtSite", stock, REFINERY):
        stand(PROCESSING, site=REFINERY, inputs=[stock])


def test_only_mass_balance_makes_it(certificates, stand, close, lots, plant, certifier, now):
    validity = (now - DAY, now + 300 * DAY)
    certificate = (word("apart"), plant, CHAIN_OF_CUSTODY, 0, *validity, word("document"))
    certificates.issue(*certificate, {"from": certifier})
    end, fed = wait(100), lots(1)
    said = {"model": SEGREGATED, "from": end - 20, "to": end}
    event = stand(PROCESSING, site=plant, inputs=fed, **said)
    with reverts("MaterialNotMade", IN_PROCESS):
        close(event, fed, "sulphate", "stock", model=SEGREGATED)
    close(event, fed, "sulphate", model=SEGREGATED)


def test_a_period_makes_one(runs, period, lots, refiner):
    fed = lots(1)
    both = [output(name, material=IN_PROCESS) for name in ("stock", "more stock")]
    event = period(0, 31, fed)
    with reverts("MaterialNotMade", IN_PROCESS):
        runs.run(
            run_request(PROCESS, fed, both, event=event, model=MASS_BALANCE), {"from": refiner}
        )


def test_a_site_with_batches_makes_none(process, lots):
    with reverts("MaterialNotMade", IN_PROCESS):
        process(lots(1), [output("stock", material=IN_PROCESS)])


def test_no_recovery_makes_it(recover, make_lot, recycler):
    with reverts("MaterialNotMade", IN_PROCESS):
        recover(
            [make_lot("scrap", recycler, material=SCRAP)], [output("stock", material=IN_PROCESS)]
        )


def test_none_is_born(origins, stand, miner):
    event = stand()
    with reverts("MaterialNotBorn", IN_PROCESS):
        origins.birth(birth(event, field_word("lot"), material=IN_PROCESS), {"from": miner})


def test_no_pass_through_the_tanks_lowers_what_went_in(period, close, make_lot, refiner):
    """Else the same sulphate goes round without end, and a share of it becomes scrap each time."""
    fed = [make_lot("sulphate", refiner, material=SULPHATE)]
    close(period(0, 31, fed), fed, "", "stock")
    event = period(31, 62, [STOCK])
    with reverts("MaterialNotHigher", STOCK, SULPHATE, SULPHATE):
        close(event, [STOCK], "round", "again")
    close(event, [STOCK], "", "again")


def test_what_is_made_of_it_is_sold(custody, period, close, stock, refiner, cell_maker):
    close(period(31, 62, [stock]), [stock], "february")
    lot = field_word("february")
    custody.offer(lot, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})
