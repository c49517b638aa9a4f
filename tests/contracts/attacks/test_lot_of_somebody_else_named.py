"""Attack: a site names a lot that is not with it, and binds a competitor's metal for 180 days."""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import ACTIVE, NAMED, PROCESSING, sealed
from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts

REFINER = PEOPLE["refiner"].organisation


@pytest.fixture
def name(stand):
    return lambda lot: stand(PROCESSING, site=REFINERY, inputs=[lot])


def test_another_organisations_lot_is_not_named(lot_book, make_lot, name, miner):
    lot = make_lot("lot", miner)
    with reverts("InputNotAtSite", lot, PEOPLE["miner"].organisation, REFINER):
        name(lot)
    assert lot_book.lotOf(lot)[1] == ACTIVE


def test_nor_is_a_sisters(lot_book, make_lot, name, sister):
    """What a sister holds is accepted first: who operates the site has it in its own books."""
    trader = sister("refiner", 31, Role.TRADER)
    lot = make_lot("lot", trader)
    with reverts("InputNotAtSite", lot, word("sister 31"), REFINER):
        name(lot)


def test_nor_what_was_only_offered_to_it(custody, make_lot, name, miner, refiner):
    lot, until = make_lot("lot", miner), latest() + DAY
    custody.offer(lot, refiner, until, sealed("box"), {"from": miner})
    with reverts("LotNotFree", lot, 2, until):
        name(lot)


def test_what_it_accepted_is_named(custody, lot_book, make_lot, name, miner, refiner):
    lot = make_lot("lot", miner)
    custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
    custody.accept(lot, 2, {"from": refiner})
    name(lot)
    assert lot_book.lotOf(lot)[1] == NAMED
