"""Attack: lots are joined for the plant, and the average of them is sold, claimed or split.

A charge is for an event that can name four lots only. Nobody else sees it.
"""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    HYDROXIDE,
    LOSS,
    MASS_BALANCE,
    NO_PROOF,
    SEGREGATED,
    field_word,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import made
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

CHARGED = field_word("charge")


@pytest.fixture
def charged(charge, make_lot, refiner):
    """A charge of a clean lot and a dirty one."""
    charge([make_lot("clean", refiner, root=7_001), make_lot("dirty", refiner, root=7_002)])
    return CHARGED


def test_nothing_is_claimed_of_it(claims, charged, refiner):
    for measure, mask in ((1, 1), (2, 0), (3, 0), (5, 0)):
        request = (charged, measure, mask, 500_000, NO_PROOF)
        with reverts("ChargeBound", charged):
            claims.record(request, {"from": refiner})
        with reverts("ChargeBound", charged):
            claims.verify(refiner, request)


def test_it_is_not_offered(custody, charged, cell_maker, refiner):
    with reverts("ChargeBound", charged):
        custody.offer(charged, cell_maker, latest() + DAY, sealed("box"), {"from": refiner})


def test_it_goes_into_no_product(products, make_lot, car_maker):
    lot = make_lot("charge of a maker", car_maker, charge=1, mixed=1)
    products.declare(word("car"), {"from": car_maker})
    with reverts("ChargeBound", lot):
        products.assign(scoped_of("car_maker", word("car")), lot, 1, {"from": car_maker})


def test_it_is_not_split_as_one_root(rebook, charged):
    with reverts("PoolNotAllowed", HYDROXIDE, SEGREGATED):
        rebook([charged], [output("a"), output("b")])


def test_what_is_broken_out_of_it_is_told_as_mixed(rebook, lot_book, charged):
    rebook([charged], [output("a"), output("b")], model=MASS_BALANCE)
    for name in "ab":
        part = made(lot_book, name)
        assert (part["mixed"], part["charge"], part["model"]) == (True, False, MASS_BALANCE)
        assert part["root"] != made(lot_book, "charge")["root"]


def test_a_loss_does_not_split_it(runs, stand, charged, refiner):
    event = stand(LOSS, site=REFINERY, inputs=[charged], model=SEGREGATED)
    request = run_request(LOSS, [charged], [output("a"), output("b")], event=event)
    with reverts("SlotCount", 1, 2):
        runs.run(request, {"from": refiner})
