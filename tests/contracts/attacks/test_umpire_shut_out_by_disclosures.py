"""Attack: the seller discloses a disputed lot until the umpire's approval does not fit any more.

An offer counted what happened while it was open, in nine bits, which disclosures filled. Now they
are not counted: not in the lot's sequence, and so not in the name of its offer either.
"""

import pytest

from tests.contracts.conftest import DAY, LABORATORY
from tests.contracts.lots.making import MEASUREMENT, RECEIVED, sealed
from tests.contracts.people import spoken
from tests.contracts.values import plain


@pytest.fixture
def disputed(custody, make_lot, miner, refiner, now):
    lot = make_lot("disputed", miner)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, spoken("short weight"), {"from": refiner})
    return lot


def test_disclosures_change_nothing_in_the_book(custody, lot_book, disputed, miner, auditor):
    before = plain(lot_book.lotOf(disputed)), plain(lot_book.offerOf(disputed))
    for _ in range(5):
        custody.disclose(disputed, auditor, sealed("box"), {"from": miner})
    assert (plain(lot_book.lotOf(disputed)), plain(lot_book.offerOf(disputed))) == before


def test_the_umpire_is_heard_after_all_disclosures(
    custody, disputed, stand, miner, refiner, auditor, umpire
):
    for _ in range(5):
        custody.disclose(disputed, auditor, sealed("box"), {"from": miner})
    measurement = stand(MEASUREMENT, site=LABORATORY, inputs=[disputed])
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    custody.disclose(disputed, auditor, sealed("box"), {"from": miner})
    assert custody.settlementOf(disputed)[0] == measurement
    custody.accept(disputed, 2, {"from": refiner})
