"""Attack: the umpire's measurement of a light lot settles a heavy one."""

import pytest

from tests.contracts.conftest import DAY, LABORATORY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import MEASUREMENT, RECEIVED, SETTLE, output, run_request, sealed
from tests.contracts.people import spoken
from tests.contracts.reverts import reverts


@pytest.fixture
def disputed(make_lot, custody, miner, refiner):
    """Two lots of the miner's that the refiner disputes."""
    lots = [make_lot(name, miner) for name in ("heavy", "light")]
    for lot in lots:
        custody.offer(lot, refiner, latest() + DAY, sealed("box"), {"from": miner})
    custody.dispute(lots, RECEIVED, spoken("reason"), {"from": refiner})
    return lots


def test_a_measurement_is_approved_for_its_lot_alone(custody, disputed, stand, umpire):
    heavy, light = disputed
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[light])
    with reverts("InputsNotNamed", event):
        custody.approveSettlement(heavy, event, {"from": umpire})
    custody.approveSettlement(light, event, {"from": umpire})


def test_and_settles_that_lot_alone(runs, custody, disputed, stand, umpire, miner):
    heavy, light = disputed
    measured = {lot: stand(MEASUREMENT, site=LABORATORY, inputs=[lot]) for lot in disputed}
    for lot, event in measured.items():
        custody.approveSettlement(lot, event, {"from": umpire})
    request = run_request(SETTLE, [heavy], [output("settled")], event=measured[light])
    with reverts("SettlementNotApproved", heavy, measured[light]):
        runs.run(request, {"from": miner})
    request = run_request(SETTLE, [heavy], [output("settled")], event=measured[heavy])
    runs.run(request, {"from": miner})
