"""Attack: a buyer blocks a seller's lot by a dispute, without a record of what he received."""

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import RECEIVED, sealed
from tests.contracts.people import ZERO_WORD, spoken
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted


def offered(custody, make_lot, miner, refiner):
    lot = make_lot("lot", miner)
    custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
    return lot


def test_no_dispute_without_a_receiving_document(custody, make_lot, miner, refiner):
    lot = offered(custody, make_lot, miner, refiner)
    with reverts("ReceivingDocumentMissing"):
        custody.dispute([lot], ZERO_WORD, spoken("short"), {"from": refiner})


def test_its_hash_is_on_record(custody, make_lot, miner, refiner):
    """Whoever settles asks for it, and a document of another day has another hash."""
    lot = offered(custody, make_lot, miner, refiner)
    tx = custody.dispute([lot], RECEIVED, spoken("short"), {"from": refiner})
    emitted(
        tx,
        "LotDisputed",
        **{"lot": lot, "from": miner, "to": refiner, "sequence": 3},
        until=tx.timestamp + 10 * DAY,
        reason=spoken("short"),
        receivingDocument=RECEIVED,
    )
