"""Rework: the same material once more, and only once."""

import pytest

from tests.contracts.conftest import CATHODE_PLANT, DAY, REFINERY
from tests.contracts.lots.making import (
    BLENDED,
    CATHODE,
    HELD,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    RETIRED,
    REWORK,
    ROOT,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    field_word,
    output,
    run_request,
)
from tests.contracts.lots.running import (
    BAND,
    PROPORTIONAL,
    UNGATED,
    UNITS_AT,
    counts,
    made,
    signals_of,
)
from tests.contracts.reverts import reverts


@pytest.fixture
def rework(runs, stand, refiner):
    """Reworks sulphate at the refinery, by mass balance."""

    def call(inputs, outputs=None, site=REFINERY, who=refiner, said=None, **changes):
        event = stand(REWORK, site=site, inputs=inputs, **(said or {}))
        outputs = outputs or [output("again", material=SULPHATE)]
        changes = {"model": MASS_BALANCE, **changes}
        request = run_request(REWORK, inputs, outputs, event=event, **changes)
        return runs.run(request, {"from": who})

    return call


def test_rework(rework, lot_book, lots, now):
    tx = rework(lots(2, material=SULPHATE))
    assert signals_of(tx)["rule"] == counts(1) | PROPORTIONAL | UNGATED | BAND
    lot = made(lot_book, "again")
    assert (lot["material"], lot["time"], lot["reworked"]) == (SULPHATE, now - DAY, True)
    assert lot["root"] != ROOT


def test_what_was_reworked_is_not_reworked_again(rework, rebook, lot_book, lots):
    rework(lots(1, material=SULPHATE))
    halves = [output("half", material=SULPHATE), output("other half", material=SULPHATE)]
    rebook([field_word("again")], halves, model=MASS_BALANCE)
    assert made(lot_book, "half")["reworked"]
    with reverts("ReworkedBefore", field_word("half")):
        rework([field_word("half")], [output("third", material=SULPHATE)])


@pytest.mark.parametrize("material", [HYDROXIDE, SCRAP])
def test_rework_changes_no_material(rework, lots, material):
    with reverts("MaterialMismatch", field_word("other"), SULPHATE, material):
        rework(lots(1, material=SULPHATE), [output("other", material=material)])


def test_rework_takes_one_material(rework, make_lot, refiner):
    """Lots of two materials: the second is refused, whichever that is."""
    lots = {
        make_lot("s", refiner, material=SULPHATE): SULPHATE, make_lot("h", refiner): HYDROXIDE
    }  # fmt: skip
    first, second = sorted(lots, key=lambda lot: int(lot, 16))
    with reverts("MaterialMismatch", second, lots[first], lots[second]):
        rework(list(lots))


@pytest.mark.parametrize("material", [SCRAP, RETIRED])
def test_waste_is_not_reworked(rework, lots, material):
    (lot,) = lots(1, material=material)
    said = {"unit_material": RETIRED} if material == RETIRED else {}
    with reverts("NotProcessable", lot, material):
        rework([lot], [output("again", material=material)], said=said)


def test_the_site_makes_what_it_reworks(rework, lots):
    with reverts("MaterialNotAtSite", REFINERY, HYDROXIDE):
        rework(lots(1), [output("again")])


def test_out_of_the_band_it_is_held(rework, lot_book, lots):
    rework(lots(1, material=SULPHATE), in_band=False)
    assert made(lot_book, "again")["state"] == HELD


def test_units_are_counted_anew(rework, lot_book, make_lot, cathode_maker):
    lot = make_lot("cathode", cathode_maker, material=CATHODE, count=1_000)
    tx = rework(
        [lot], [output("again", 1_000_000, CATHODE)], site=CATHODE_PLANT, who=cathode_maker,
        said={"unit_material": CATHODE},
    )  # fmt: skip
    assert signals_of(tx)["rule"] >> UNITS_AT & 0b1111 == 1
    assert made(lot_book, "again")["count"] == 1_000_000


# What is of one root was never apart: no certificate has to say that it was kept so.


@pytest.mark.parametrize("model", [SEGREGATED, BLENDED])
def test_one_root_needs_no_certificate(rework, lot_book, lots, model):
    rework(lots(2, material=SULPHATE), model=model, said={"model": IDENTITY_PRESERVED})
    assert made(lot_book, "again")["model"] == model


def test_two_roots_need_one(rework, make_lot, refiner):
    lots = [make_lot(str(root), refiner, root=root, material=SULPHATE) for root in (1, 2)]
    with reverts("NotKeptApart", REFINERY, SEGREGATED):
        rework(lots, model=SEGREGATED, said={"model": SEGREGATED})


def test_the_site_says_what_it_kept_apart(rework, lots):
    with reverts("ModelNotAttested", MASS_BALANCE, SEGREGATED):
        rework(lots(1, material=SULPHATE), model=SEGREGATED)
