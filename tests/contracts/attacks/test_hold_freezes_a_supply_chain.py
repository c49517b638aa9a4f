"""Attack: one group freezes a supply chain by a hold on a document whose metal many have bought.

A hold is on a root in the hands of one group. Who else has metal of the root goes on.
"""

import pytest

from tests.contracts.lots.making import SULPHATE, field_word, output, sealed
from tests.contracts.people import PEOPLE, spoken
from tests.contracts.values import plain

REASON = spoken("a rival's grievance")
MINER = PEOPLE["miner"].group


@pytest.fixture
def sold_on(make_lot, root, refiner, cathode_maker, cell_maker):
    """Lots of one root in three hands, by holder."""
    holders = (refiner, cathode_maker, cell_maker)
    return {holder: make_lot(f"of {holder}", holder, root=root) for holder in holders}


@pytest.fixture
def held(holds, lot, root, observer):
    """What the miner still has of the root."""
    holds.hold(root, MINER, REASON, {"from": observer})
    return lot


def test_others_trade_and_book_what_they_have(
    custody, runs, rebook, held, sold_on, recycler, expiry
):
    for holder, lot in sold_on.items():
        part = output(f"part of {holder}")
        rebook([lot], [part], who=holder)
        custody.offer(part[0], recycler, expiry, sealed("box"), {"from": holder})
        custody.accept(part[0], 2, {"from": recycler})


def test_others_process_what_they_have(process, held, sold_on, refiner, lot_book):
    process([sold_on[refiner]], [output("sulphate", material=SULPHATE)])
    assert lot_book.holderOf(field_word("sulphate")) == refiner


def test_who_buys_of_others_has_it_free(
    custody, lot_book, held, sold_on, refiner, recycler, expiry
):
    lot = sold_on[refiner]
    custody.offer(lot, recycler, expiry, sealed("box"), {"from": refiner})
    custody.accept(lot, 2, {"from": recycler})
    lot_book.requireFree(lot, recycler)


def test_what_was_made_of_it_is_free(lot_book, process, held, make_lot, root, refiner):
    """The run's document is another root, in the same hands or others."""
    process([make_lot("fed", refiner, root=root)], [output("sulphate", material=SULPHATE)])
    made = plain(lot_book.lotOf(field_word("sulphate")))
    assert made[14] != root
    lot_book.requireFree(field_word("sulphate"), refiner)
