"""A box of an unknown algorithm, or of a length that tells how much is inside, is kept for ever."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import MASS_BALANCE, REBOOK, birth, field_word, run_request, sealed
from tests.contracts.people import word
from tests.contracts.reverts import reverts

GOOD = sealed("box")
BOXES = [
    pytest.param("0x00", 0, 1, id="next to nothing"),
    pytest.param("0x" + "00" * 160, 0, 160, id="format 1"),
    pytest.param(GOOD[:-2], 1, 176, id="a byte short"),
    pytest.param(GOOD + "00", 1, 178, id="a byte long"),
    pytest.param("0x02" + GOOD[4:], 2, 177, id="an unknown algorithm"),
    pytest.param("0x02" + "00" * 1264, 2, 1265, id="a hybrid that no version knows"),
]


@pytest.mark.parametrize(("box", "algorithm", "length"), BOXES)
def test_boxes_of_custody(custody, make_lot, miner, refiner, box, algorithm, length):
    lots = [make_lot(name, miner) for name in ("one", "two")]
    until = latest() + DAY
    with reverts("SealedBoxInvalid", algorithm, length):
        custody.offer(lots[0], refiner, until, box, {"from": miner})
    with reverts("SealedBoxInvalid", algorithm, length):
        custody.offerMany(lots, refiner, until, [GOOD, box], {"from": miner})
    with reverts("SealedBoxInvalid", algorithm, length):
        custody.disclose(lots[0], refiner, box, {"from": miner})
    custody.disclose(lots[0], refiner, GOOD, {"from": miner})
    custody.offerMany(lots, refiner, until, [GOOD, GOOD], {"from": miner})


@pytest.mark.parametrize(("box", "algorithm", "length"), BOXES)
def test_boxes_of_births_and_runs(origins, runs, make_lot, miner, box, algorithm, length):
    with reverts("SealedBoxInvalid", algorithm, length):
        origins.birth(birth(word("event"), field_word("lot"), sealed=box), {"from": miner})
    lot = make_lot("one", miner, model=MASS_BALANCE)
    outputs = [(field_word("half"), 1, 3), (field_word("other half"), 1, 3)]
    boxes = {"sealed": [GOOD, box], "model": MASS_BALANCE}
    with reverts("SealedBoxInvalid", algorithm, length):
        runs.run(run_request(REBOOK, [lot], outputs, **boxes), {"from": miner})
