"""Attack: 990 kg were measured, and the seller settles at 1 mg: his metal vanishes from the books.

Outputs of a settlement had an upper bound only. Now they are the lesser of lot and measurement.
"""

import pytest

from tests.contracts.conftest import COBALT, DAY, LABORATORY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import ACTIVE, MEASUREMENT, RECEIVED, SETTLE, sealed
from tests.contracts.people import spoken

BOOKED, FOUND, CARBON = 1_000 * 10**6, 990 * 10**6, 4 * 10**9


@pytest.fixture
def settle(custody, stand, prover, hold, prove_run, miner, refiner, umpire):
    """The proven request of a settlement at so many mg, with its new lot."""

    def make(metal, found=FOUND, salt_after=1):
        lot = hold(prover.lot(COBALT, BOOKED, CARBON, BOOKED))
        custody.offer(lot.id, refiner, latest() + DAY, sealed("box"), {"from": miner})
        custody.dispute([lot.id], RECEIVED, spoken("short"), {"from": refiner})
        opened = prover.event(COBALT, found, [found], units=1)
        event = stand(MEASUREMENT, site=LABORATORY, inputs=[lot.id], commitment=opened.id)
        custody.approveSettlement(lot.id, event, {"from": umpire})
        settled = prover.lot(COBALT, metal, CARBON, metal, salt=lot.salt + salt_after)
        given = {"opened": opened, "event": event, "in_band": metal == BOOKED}
        return prove_run(SETTLE, [lot], [settled], **given), settled

    return make


@pytest.mark.parametrize("metal", [1, FOUND - 1, FOUND + 1, BOOKED])
def test_no_other_weight_than_what_was_found(settle, metal):
    with pytest.raises(AssertionError, match="refused"):
        settle(metal)


def test_what_was_found_is_booked(runs, lot_book, settle, miner):
    request, settled = settle(FOUND)
    runs.run(request, {"from": miner})
    assert lot_book.lotOf(settled.id)[1] == ACTIVE


def test_more_than_booked_is_booked_as_it_was(runs, lot_book, settle, miner):
    """A laboratory that finds more makes no metal."""
    with pytest.raises(AssertionError, match="refused"):
        settle(BOOKED + 1, found=BOOKED + 1)


@pytest.mark.parametrize("salt_after", [0, 2])
def test_no_salt_that_the_other_side_does_not_know(settle, salt_after):
    """A buyer who settles could lock the seller out of his own lot."""
    with pytest.raises(AssertionError, match="refused"):
        settle(FOUND, salt_after=salt_after)
