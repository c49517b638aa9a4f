"""Attack: a tenth of the metal is declared scrap again and again, and sheds its carbon with it.

Sulphate went into sulphate as often as one liked, each time within the band. Now a process makes
a higher material, the same one is a rework, and a rework happens once.
"""

import pytest

from tests.contracts.conftest import REFINERY
from tests.contracts.lots.making import (
    MASS_BALANCE,
    METAL,
    REWORK,
    SCRAP,
    SULPHATE,
    field_word,
    output,
    run_request,
)
from tests.contracts.lots.running import made
from tests.contracts.reverts import reverts


@pytest.fixture
def rework(runs, stand, refiner):
    def call(lot, name, material=SULPHATE):
        event = stand(REWORK, site=REFINERY, inputs=[lot])
        outputs = [output(name, material=material)]
        request = run_request(REWORK, [lot], outputs, event=event, model=MASS_BALANCE)
        return runs.run(request, {"from": refiner})

    return call


@pytest.mark.parametrize("material", [SULPHATE, METAL])
def test_sulphate_is_not_processed_into_its_like(process, make_lot, refiner, material):
    """Metal stands beside sulphate: neither is a step on from the other."""
    lot = make_lot("sulphate in", refiner, material=material)
    with reverts("MaterialNotHigher", lot, material, SULPHATE):
        process([lot])


def test_nor_with_scrap_beside_it(process, make_lot, refiner):
    lot = make_lot("sulphate in", refiner, material=SULPHATE)
    outputs = [output("scrap", material=SCRAP), output("sulphate", material=SULPHATE)]
    with reverts("MaterialNotHigher", lot, SULPHATE, SULPHATE):
        process([lot], outputs)


def test_a_rework_declares_no_scrap(rework, make_lot, refiner):
    lot = make_lot("sulphate in", refiner, material=SULPHATE)
    with reverts("MaterialMismatch", field_word("scrap"), SULPHATE, SCRAP):
        rework(lot, "scrap", SCRAP)


def test_a_rework_happens_once(rework, make_lot, refiner):
    rework(make_lot("sulphate in", refiner, material=SULPHATE), "again")
    with reverts("ReworkedBefore", field_word("again")):
        rework(field_word("again"), "and again")


@pytest.mark.parametrize("others", [0, 1])
def test_paper_washes_nothing_off(rework, rebook, lot_book, make_lot, refiner, others):
    """Rebooked alone, or pooled with a lot that was never reworked."""
    rework(make_lot("sulphate in", refiner, material=SULPHATE), "again")
    lots = [make_lot(f"fresh {place}", refiner, material=SULPHATE) for place in range(others)]
    rebook([field_word("again"), *lots], [output("new", material=SULPHATE)], model=MASS_BALANCE)
    assert made(lot_book, "new")["reworked"]
    with reverts("ReworkedBefore", field_word("new")):
        rework(field_word("new"), "once more")


def test_a_charge_washes_nothing_off(rework, charge, lot_book, make_lot, refiner):
    rework(make_lot("sulphate in", refiner, material=SULPHATE), "again")
    fresh = make_lot("fresh", refiner, material=SULPHATE)
    charge([field_word("again"), fresh], output("charge", material=SULPHATE), model=MASS_BALANCE)
    with reverts("ReworkedBefore", field_word("charge")):
        rework(field_word("charge"), "once more")
