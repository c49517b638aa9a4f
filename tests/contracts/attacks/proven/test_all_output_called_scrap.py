"""Attack: all that a plant makes is declared scrap, and recovered with recycled credit.

It was in the band: nothing was lost. Now scrap has a bound of its own, and beyond it the outputs
are born held, until two groups have looked.
"""

import pytest

from tests.contracts.conftest import COBALT, REFINERY
from tests.contracts.lots.making import (
    ACTIVE,
    HELD,
    MASS_BALANCE,
    PROCESS,
    PROCESSING,
    SCRAP,
    SULPHATE,
    WITHOUT_END,
)
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.reverts import reverts

METAL = 100 * 10**6


@pytest.fixture
def made(prover, hold, stand, prove_run, refiner):
    """The proven request of a process into so many mg of scrap, and the rest product."""

    def make(scrap, in_band):
        lot = hold(prover.lot(COBALT, METAL), refiner)
        opened = prover.event(COBALT, METAL - scrap, [METAL], scrap=scrap)
        outputs, materials = [prover.lot(COBALT, scrap)], [SCRAP]
        if scrap < METAL:
            outputs.append(prover.lot(COBALT, METAL - scrap))
            materials.append(SULPHATE)
        event = stand(PROCESSING, site=REFINERY, inputs=[lot.id], commitment=opened.id)
        given = {"event": event, "model": MASS_BALANCE, "in_band": in_band}
        return prove_run(PROCESS, [lot], outputs, refiner, opened, materials, **given), outputs

    return make


@pytest.mark.parametrize("scrap", [METAL, METAL // 10 + 1])
def test_what_exceeds_the_bound_is_held(runs, lot_book, made, rebook, refiner, scrap):
    request, outputs = made(scrap, in_band=False)
    runs.run(request, {"from": refiner})
    for lot in outputs:
        assert lot_book.lotOf(lot.id)[1] == HELD
    with reverts("LotNotFree", outputs[0].id, HELD, WITHOUT_END):
        rebook([outputs[0].id], [(outputs[0].id, 1, SCRAP)])


def test_that_it_is_in_band_is_no_choice(runs, made, refiner):
    request, _ = made(METAL, in_band=False)
    with refused("run4"):
        runs.run(with_field(request, 5, True), {"from": refiner})


def test_scrap_within_the_bound_is_free(runs, lot_book, made, refiner):
    request, outputs = made(METAL // 10, in_band=True)
    runs.run(request, {"from": refiner})
    assert {lot_book.lotOf(lot.id)[1] for lot in outputs} == {ACTIVE}


def test_scrap_is_not_called_product_afterwards(runs, made, refiner):
    """The scrap bits are of the rule: another material is another statement."""
    request, outputs = made(METAL // 10, in_band=True)
    renamed = [(lot.id, 1, SULPHATE) for lot in outputs]
    with refused("run4"):
        runs.run(with_field(request, 3, renamed), {"from": refiner})
