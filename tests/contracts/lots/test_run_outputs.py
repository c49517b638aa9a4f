"""Runs: what comes out, of which material, units and batch."""

import pytest

from tests.contracts.conftest import (
    CATHODE_PLANT,
    COBALT,
    REFINERY,
)
from tests.contracts.lots.making import (
    CATHODE,
    HYDROXIDE,
    NICKEL,
    PACK,
    PROCESSING,
    RETIRED,
    SCRAP,
    SULPHATE,
    batch,
    field_word,
    number,
    output,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    SEGREGATED_BITS,
    made,
    signals_of,
)
from tests.contracts.people import ZERO_WORD
from tests.contracts.reverts import reverts

# --- what is made


def test_site_makes_the_material(process, lots):
    with reverts("MaterialNotAtSite", REFINERY, CATHODE):
        process(lots(1), [output("cathode", material=CATHODE)])


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
    process([make_lot("a", refiner), make_lot("b", refiner, material=SULPHATE)])


@pytest.mark.parametrize(("material", "count"), [(SULPHATE, 2), (SULPHATE, 0), (SCRAP, 3)])
def test_only_units_are_counted(process, lots, material, count):
    with reverts("CountInvalid", count):
        process(lots(1), [output("a", count, material)])


def test_equal_outputs(process, lots):
    twin = output("twin", material=SULPHATE)
    with reverts("OutputsEqual", twin[0]):
        process(lots(1), [output("a", material=SULPHATE), twin, twin])


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


# --- rebooking


def test_rebook(runs, rebook, lot_book, make_lot, refiner, now):
    inputs = [make_lot("a in", refiner, time=5), make_lot("b in", refiner, time=9)]
    tx = rebook(inputs, [output("a"), output("b")])
    assert signals_of(tx)["event"] == 0
    assert signals_of(tx)["rule"] == SEGREGATED_BITS | ALL_GATES
    assert [made(lot_book, name)[8] for name in "ab"] == [9, 9]
    assert [made(lot_book, name)[12] for name in "ab"] == [0, 0]


def test_rebook_names_no_event(rebook, lots, stand):
    event = stand(PROCESSING, site=REFINERY)
    with reverts("EventNotAllowed", event):
        rebook(lots(1), event=event)


def test_rebook_keeps_the_material(rebook, make_lot, lots, refiner):
    (lot,) = lots(1)
    with reverts("MaterialMismatch", field_word("a"), HYDROXIDE, SULPHATE):
        rebook([lot], [output("a", material=SULPHATE)])
    inputs = sorted((lot, make_lot("s", refiner, material=SULPHATE)), key=number)
    materials = [SULPHATE if found != lot else HYDROXIDE for found in inputs]
    with reverts("MaterialMismatch", inputs[1], *materials):
        rebook(inputs)


def test_rebook_splits_and_joins_series(rebook, lot_book, make_lot, refiner):
    series = make_lot("series", refiner, count=10, material=PACK)
    rebook([series], [output("six", 6, PACK), output("four", 4, PACK)])
    assert [made(lot_book, name)[6] for name in ("six", "four")] == [6, 4]
    rebook([field_word("six"), field_word("four")], [output("ten", 10, PACK)])


@pytest.mark.parametrize("counts", [(6, 5), (9,), (11,)])
@pytest.mark.parametrize("material", [PACK, RETIRED])
def test_rebook_makes_no_units_and_loses_none(rebook, make_lot, refiner, counts, material):
    series = make_lot("series", refiner, count=10, material=material)
    outputs = [output(str(index), count, material) for index, count in enumerate(counts)]
    with reverts("UnitsMismatch", 10, sum(counts)):
        rebook([series], outputs)


def test_batches_follow_their_lots(rebook, lot_book, make_lot, refiner):
    """Cobalt and nickel of two batches are joined and split alike: two batches again."""
    found = {}
    for element in (COBALT, NICKEL):
        names = [f"{element} {name}" for name in ("one", "two")]
        inputs = [
            make_lot(name, refiner, element=element, batch=batch(key))
            for name, key in zip(names, ("one", "two"), strict=True)
        ]
        rebook(inputs, [output(f"{element} a"), output(f"{element} b")])
        found[element] = [made(lot_book, f"{element} {part}")[12] for part in "ab"]
    assert found[COBALT] == found[NICKEL]
    assert found[COBALT][0] != found[COBALT][1]
    assert lot_book.batchSize(batch("one")) == 0
    assert [lot_book.batchSize(value) for value in found[COBALT]] == [2, 2]


def test_batches_count_once_and_in_any_order(rebook, lot_book, make_lot, refiner):
    orders = (("x", "y", "x"), ("y", "x"), ("y", "y", "x", "x"), ("x",), (None, "x"), (None, None))
    found = []
    for turn, names in enumerate(orders):
        inputs = [
            make_lot(f"{turn} {index}", refiner, batch=batch(name) if name else 0)
            for index, name in enumerate(names)
        ]
        rebook(inputs, [output(f"made {turn}")])
        found.append(made(lot_book, f"made {turn}")[12])
    assert found[0] == found[1] == found[2] != 0
    assert len(set(found)) == 4
    assert found[5] == 0
