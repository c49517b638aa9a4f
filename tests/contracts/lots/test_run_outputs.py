"""Runs: what comes out, of which material and in how many units."""

import pytest

from tests.contracts.conftest import CATHODE_PLANT, COBALT, REFINERY
from tests.contracts.lots.making import (
    CATHODE,
    CONCENTRATE,
    HYDROXIDE,
    MASS_BALANCE,
    METAL,
    ORE,
    PACK,
    PRECURSOR,
    PROCESS,
    PROCESSING,
    RETIRED,
    SCRAP,
    SULPHATE,
    in_order,
    output,
    run_request,
)
from tests.contracts.lots.running import BAND, SCRAP_AT, UNGATED, UNITS_AT, counts, made, signals_of
from tests.contracts.people import ZERO_WORD
from tests.contracts.reverts import reverts

# --- which material


def test_site_makes_the_material(process, lots):
    with reverts("MaterialNotAtSite", REFINERY, PRECURSOR):
        process(lots(1), [output("precursor", material=PRECURSOR)])


def test_scrap_is_always_made(process, make_lot, cathode_maker):
    lot = make_lot("lot", cathode_maker)
    process([lot], [output("scrap", material=SCRAP)], site=CATHODE_PLANT, who=cathode_maker)


def test_retired_products_are_not_made(process, lots):
    with reverts("MaterialNotMade", RETIRED):
        process(lots(1), [output("retired", material=RETIRED)])


@pytest.mark.parametrize("material", [SCRAP, RETIRED])
def test_scrap_goes_through_recovery(process, lots, material):
    (lot,) = lots(1, material=material)
    with reverts("NotProcessable", lot, material):
        process([lot])


def test_different_materials_are_processed_together(process, make_lot, refiner):
    process([make_lot("a", refiner), make_lot("b", refiner, material=ORE)])


RANKS = ((ORE,), (CONCENTRATE,), (HYDROXIDE,), (SULPHATE, METAL), (PRECURSOR,), (CATHODE,))
RANK = {material: rank for rank, several in enumerate(RANKS) for material in several}


@pytest.fixture
def versatile(sites, governor):
    """A site of the refiner that makes everything."""
    site = "0x" + "77" * 32
    operator = sites.operatorOf(REFINERY)
    materials = [each for each in RANK if each != ORE]
    details = (operator, sites.placeOf(REFINERY), 3, 5_000, 0, 40_000, 100_000, False, 0)
    lists = ("0x" + "11" * 32, [COBALT], materials)
    sites.register(site, (*details, *lists, False), {"from": governor})
    return site


@pytest.mark.parametrize("goes_in", RANK)
@pytest.mark.parametrize("comes_out", [each for each in RANK if each != ORE])
def test_a_process_makes_a_higher_material(process, lots, versatile, goes_in, comes_out):
    units = {"unit_material": goes_in} if goes_in == CATHODE else {}
    units = {"unit_material": CATHODE} if comes_out == CATHODE else units
    inputs = lots(1, material=goes_in)
    outputs = [output("made", material=comes_out)]
    if RANK[comes_out] > RANK[goes_in]:
        process(inputs, outputs, site=versatile, **units)
    else:
        with reverts("MaterialNotHigher", inputs[0], goes_in, comes_out):
            process(inputs, outputs, site=versatile, **units)


def test_the_highest_of_the_inputs_counts(process, make_lot, stand, refiner, versatile):
    low, high = make_lot("low", refiner), make_lot("high", refiner, material=METAL)
    event = stand(PROCESSING, site=versatile, inputs=[low, high])
    with reverts("MaterialNotHigher", high, METAL, SULPHATE):
        process([low, high], event=event)
    process([low, high], [output("p", material=PRECURSOR)], event=event)


def test_a_material_without_rank_is_never_higher(process, sites, make_lot, refiner, governor):
    site, unknown = "0x" + "78" * 32, 50
    details = (
        sites.operatorOf(REFINERY),
        sites.placeOf(REFINERY),
        3,
        5_000,
        0,
        40_000,
        0,
        False,
        0,
    )
    sites.register(
        site, (*details, "0x" + "11" * 32, [COBALT], [unknown], False), {"from": governor}
    )
    lot = make_lot("ore", refiner, material=ORE)
    with reverts("MaterialNotHigher", lot, ORE, unknown):
        process([lot], [output("made", material=unknown)], site=site)


# --- units


@pytest.mark.parametrize(("material", "count"), [(SULPHATE, 2), (SULPHATE, 0), (SCRAP, 3)])
def test_only_units_are_counted(process, lots, material, count):
    with reverts("CountInvalid", count):
        process(lots(1), [output("a", count, material)])


@pytest.fixture
def make_cathode(process, make_lot, cathode_maker):
    """Processes precursor into cathode; the event counts units of a material."""

    def call(outputs, unit_material):
        lot = make_lot("precursor", cathode_maker, material=PRECURSOR)
        said = {"site": CATHODE_PLANT, "who": cathode_maker, "unit_material": unit_material}
        return process([lot], outputs, **said)

    return call


def test_what_comes_in_units_is_told_in_the_rule(make_cathode, lot_book):
    outputs = [
        output("a", 600_000, CATHODE),
        output("s", material=SCRAP),
        output("b", 400_000, CATHODE),
    ]
    tx = make_cathode(outputs, CATHODE)
    bits = 0b101 << UNITS_AT | 0b010 << SCRAP_AT
    assert signals_of(tx)["rule"] == counts(600_000, 1, 400_000) | bits | UNGATED | BAND
    assert [made(lot_book, name)["count"] for name in ("a", "b")] == [600_000, 400_000]


def test_the_root_keeps_the_metals_of_what_comes_in_units(make_cathode, lot_book):
    make_cathode([output("a", 1_000_000, CATHODE)], CATHODE)
    assert lot_book.elementsOf(made(lot_book, "a")["root"]) == 1 << COBALT


@pytest.mark.parametrize("unit_material", [0, PACK])
def test_units_of_another_material_are_not_made(make_cathode, unit_material):
    with reverts("UnitMaterialMismatch", unit_material, CATHODE):
        make_cathode([output("a", 10, CATHODE)], unit_material)


def test_attested_units_are_booked(make_cathode):
    """Else the proof would compare them with nothing."""
    with reverts("UnitMaterialMismatch", CATHODE, 0):
        make_cathode([output("scrap", material=SCRAP)], CATHODE)


# --- each output


def test_equal_outputs(process, lots):
    twin = output("twin", material=SULPHATE)
    with reverts("OutputsEqual", twin[0]):
        process(lots(1), [output("a", material=SULPHATE), twin, twin])


def test_equal_outputs_of_a_rebook(rebook, lots):
    with reverts("OutputsEqual", output("twin")[0]):
        rebook(lots(1), [output("twin"), output("twin")])


def test_outputs_are_new(rebook, lots):
    (lot,) = lots(1)
    with reverts("LotExists", lot):
        rebook([lot], [(lot, 1, HYDROXIDE)])


def test_outputs_are_not_empty(rebook, lots):
    with reverts("LotEmptyId"):
        rebook(lots(1), [(ZERO_WORD, 1, HYDROXIDE)])


def test_every_output_has_its_box(rebook, lots):
    with reverts("SealedCount", 1, 0):
        rebook(lots(1), sealed=[])


# --- what the rule would be


def test_rule_is_told_before(runs, stand, lots, refiner):
    inputs = lots(2)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    outputs = [output("a", material=SULPHATE), output("b", material=SCRAP)]
    request = run_request(PROCESS, inputs, outputs, event=event, model=MASS_BALANCE)
    told = runs.ruleOf(request)
    assert signals_of(runs.run(request, {"from": refiner}))["rule"] == told


def test_rule_of_what_fits_no_circuit(runs, lots):
    inputs = in_order(lots(5))
    with reverts("SlotCount", 5, 1):
        runs.ruleOf(run_request(PROCESS, inputs, [output("a")]))
