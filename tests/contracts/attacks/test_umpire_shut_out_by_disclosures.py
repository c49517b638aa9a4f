"""Attack: the seller discloses a disputed lot until the umpire's approval does not fit any more.

An offer counts what happens while it is open, in nine bits. Disclosures filled them, and so a
measurement that showed too little metal was never approved.
"""

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.making import MEASUREMENT, sealed
from tests.contracts.people import spoken
from tests.contracts.reverts import reverts


def test_the_umpire_is_heard_after_all_disclosures(
    custody, lot_book, make_lot, stand, miner, refiner, auditor, umpire, governor, now
):
    lot = make_lot("disputed", miner)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], spoken("short weight"), {"from": refiner})
    for _ in range(498):  # each as a disclosure counts, and cheaper
        lot_book.touch(lot, {"from": governor})
    custody.disclose(lot, auditor, sealed("box"), {"from": miner})
    with reverts("LimitReached", 500):
        custody.disclose(lot, auditor, sealed("box"), {"from": miner})
    measurement = stand(MEASUREMENT, site=REFINERY)
    custody.approveSettlement(lot, measurement, {"from": umpire})
    assert custody.settlementOf(lot) == measurement
