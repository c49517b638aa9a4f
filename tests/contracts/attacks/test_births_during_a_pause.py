"""A soundness bug is known, and mints until an act's delay is over."""

import pytest

from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import COBALT, NO_PROOF, birth, field_word, sealed
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts


@pytest.fixture
def until(members, governor):
    return members.pause({"from": governor}).events["Paused"]["until"]


def test_nothing_is_born(origins, stand, members, miner, governor):
    request = birth(stand(), field_word("lot"))
    until = members.pause({"from": governor}).events["Paused"]["until"]
    with reverts("PauseInForce", until):
        origins.birth(request, {"from": miner})
    pass_time(until + 1)
    origins.birth(request, {"from": miner})


def test_nothing_is_run(runs, until, lot, miner):
    outputs = [(field_word("half"), 1, 1)]
    request = (1, ZERO_WORD, [lot], outputs, 3, True, [sealed("box")], NO_PROOF)
    with reverts("PauseInForce", until):
        runs.run(request, {"from": miner})


def test_nothing_is_claimed(claims, until, lot, miner, car_maker):
    with reverts("PauseInForce", until):
        claims.record((lot, 1, 1, 500_000, NO_PROOF), {"from": miner})
    total = (word("car"), COBALT, 0, 1, 2, ZERO_WORD, field_word("total"), NO_PROOF)
    with reverts("PauseInForce", until):
        claims.recordTotal(total, {"from": car_maker})


def test_custody_goes_on(custody, lot_book, until, lot, miner, refiner):
    custody.offer(lot, refiner, latest() + 1_000, sealed("box"), {"from": miner})
    custody.accept(lot, 2, {"from": refiner})
    assert lot_book.holderOf(lot) == refiner
