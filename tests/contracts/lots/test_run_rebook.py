"""Rebooks and charges: what may be put together on paper, and where it then comes from."""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    ACTIVE,
    BLENDED,
    CATHODE,
    CELL,
    CHARGE,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    MODULE,
    PACK,
    PROCESSING,
    REBOOK,
    RETIRED,
    ROOT,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    field_word,
    in_order,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    PROPORTIONAL,
    SEGREGATED_BITS,
    UNITS_AT,
    counts,
    lots_made,
    made,
    signals_of,
)
from tests.contracts.reverts import reverts

OTHER_ROOT = ROOT + 1
IN_UNITS = (CATHODE, CELL, MODULE, PACK, RETIRED)


def of_root(lot):
    """Root, index and marks."""
    return tuple(lot[name] for name in ("root", "index", "mixed", "charge", "reworked"))


# --- lots of one root


def test_rebook(rebook, lot_book, make_lot, refiner):
    inputs = [
        make_lot("a in", refiner, time=5, held_since=7_200),
        make_lot("b in", refiner, time=9, held_since=3_600),
    ]
    tx = rebook(inputs, [output("a"), output("b")])
    ids = [number(lot) for lot in in_order(inputs)]
    signals = signals_of(tx)
    assert signals["rule"] == counts(1, 1) | SEGREGATED_BITS | ALL_GATES
    assert list(signals["in"]) == ids
    assert list(signals["out"]) == [number(field_word(name)) for name in "ab"]
    for said, name in zip(lots_made(tx), "ab", strict=True):
        lot = made(lot_book, name)
        assert (lot["time"], lot["held_since"], lot["state"]) == (9, 7_200, ACTIVE)
        assert (said["time"], said["held_since"], said["held"]) == (9, 7_200, False)
        assert of_root(lot) == of_root(said) == (ROOT, 0, False, False, False)


@pytest.mark.parametrize(("inputs", "outputs"), [(3, 1), (1, 3), (4, 4)])
def test_more_than_two_lots_take_the_large_circuit(rebook, lots, inputs, outputs):
    tx = rebook(lots(inputs), [output(f"output {index}") for index in range(outputs)])
    signals = signals_of(tx)
    assert (signals["event"], signals["inBand"]) == (0, 1)
    assert signals["rule"] == counts(*[1] * outputs) | SEGREGATED_BITS | ALL_GATES


@pytest.mark.parametrize("size", [1, 3])
def test_nothing_is_lost_on_paper(rebook, answering, lots, size):
    """The small circuit does not speak of it, the large one says so; both are refused."""
    answering.setAnswer(size == 1)
    circuit = b"rebook2" if size == 1 else b"run4"
    with reverts("ProofRefused", "0x" + circuit.ljust(32, b"\0").hex()):
        rebook(lots(size), in_band=False)


def test_rebook_names_no_event(rebook, charge, lots, stand):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    for call in (rebook, charge):
        with reverts("EventNotAllowed", event):
            call(inputs, event=event)


def test_rebook_keeps_the_material(rebook, make_lot, lots, refiner):
    (lot,) = lots(1)
    with reverts("MaterialMismatch", field_word("a"), HYDROXIDE, SULPHATE):
        rebook([lot], [output("a", material=SULPHATE)])
    inputs = in_order((lot, make_lot("s", refiner, material=SULPHATE)))
    materials = [SULPHATE if found != lot else HYDROXIDE for found in inputs]
    with reverts("MaterialMismatch", inputs[1], *materials):
        rebook(inputs)


@pytest.mark.parametrize("marks", [{}, {"mixed": 1}, {"reworked": 1}, {"index": 3}])
def test_one_root_keeps_its_marks(rebook, lot_book, lots, marks):
    rebook(lots(2, **marks), [output("a"), output("b")])
    expected = {"root": ROOT, "index": 0, "mixed": False, "charge": False, "reworked": False}
    for name in "ab":
        assert of_root(made(lot_book, name)) == tuple({**expected, **marks}.values())


def test_several_outputs_of_one_document_become_one(rebook, lot_book, make_lot, refiner):
    inputs = [make_lot(f"{index}", refiner, index=index) for index in range(3)]
    rebook(inputs)
    first = in_order(inputs)[0]
    assert made(lot_book, "a")["index"] == inputs.index(first)


@pytest.mark.parametrize("material", IN_UNITS)
def test_rebook_splits_and_joins_series(rebook, lot_book, make_lot, refiner, material):
    series = make_lot("series", refiner, count=10, material=material)
    tx = rebook([series], [output("six", 6, material), output("four", 4, material)])
    units = 0b11 << UNITS_AT
    assert signals_of(tx)["rule"] == counts(6, 4) | units | SEGREGATED_BITS | ALL_GATES
    rebook([field_word("six"), field_word("four")], [output("ten", 10, material)])
    assert made(lot_book, "ten")["count"] == 10


@pytest.mark.parametrize("counted", [(6, 5), (9,), (11,)])
@pytest.mark.parametrize("material", [PACK, RETIRED])
def test_rebook_makes_no_units_and_loses_none(rebook, make_lot, refiner, counted, material):
    series = make_lot("series", refiner, count=10, material=material)
    outputs = [output(str(index), count, material) for index, count in enumerate(counted)]
    with reverts("UnitsMismatch", 10, sum(counted)):
        rebook([series], outputs)


# --- lots of several roots


@pytest.fixture
def of_two_roots(make_lot, refiner):
    """Two lots of two roots."""

    def make(**changes):
        return [
            make_lot("a in", refiner, **changes),
            make_lot("b in", refiner, root=OTHER_ROOT, **changes),
        ]

    return make


def test_roots_are_pooled_under_mass_balance(rebook, lot_book, of_two_roots):
    inputs = of_two_roots()
    tx = rebook(inputs, [output("a"), output("b")], model=MASS_BALANCE)
    assert signals_of(tx)["rule"] == counts(1, 1) | PROPORTIONAL | ALL_GATES
    root = made(lot_book, "a")["root"]
    assert root not in (ROOT, OTHER_ROOT)
    for name in "ab":
        assert of_root(made(lot_book, name)) == (root, 0, True, False, False)


@pytest.mark.parametrize("model", [IDENTITY_PRESERVED, SEGREGATED, BLENDED])
def test_roots_are_pooled_under_nothing_stronger(rebook, of_two_roots, model):
    with reverts("PoolNotAllowed", HYDROXIDE, model):
        rebook(of_two_roots(model=IDENTITY_PRESERVED), model=model)


@pytest.mark.parametrize("material", IN_UNITS)
def test_what_comes_in_units_is_not_pooled(rebook, of_two_roots, material):
    with reverts("PoolNotAllowed", material, MASS_BALANCE):
        rebook(of_two_roots(material=material), [output("a", 2, material)], model=MASS_BALANCE)


def test_scrap_is_pooled(rebook, of_two_roots):
    rebook(of_two_roots(material=SCRAP), [output("a", material=SCRAP)], model=MASS_BALANCE)


def test_what_was_reworked_stays_so_in_a_pool(rebook, lot_book, make_lot, refiner):
    inputs = [make_lot("a in", refiner, reworked=1), make_lot("b in", refiner, root=OTHER_ROOT)]
    rebook(inputs, model=MASS_BALANCE)
    assert made(lot_book, "a")["reworked"]


def test_a_pool_rests_for_a_day(rebook, custody, of_two_roots, cell_maker, refiner):
    rebook(of_two_roots(), model=MASS_BALANCE)
    lot, born = field_word("a"), latest()
    with reverts("LotResting", lot, born + DAY):
        custody.offer(lot, cell_maker, born + DAY, sealed("box"), {"from": refiner})


# --- charges


@pytest.mark.parametrize("model", [SEGREGATED, MASS_BALANCE])
def test_charge(charge, lot_book, of_two_roots, model):
    tx = charge(of_two_roots(), model=model)
    bits = SEGREGATED_BITS if model == SEGREGATED else PROPORTIONAL
    assert signals_of(tx)["rule"] == counts(1) | bits | ALL_GATES
    lot = made(lot_book, "charge")
    assert lot["root"] not in (ROOT, OTHER_ROOT)
    assert of_root(lot) == (lot["root"], 0, True, True, False)
    assert lot["model"] == model


def test_units_of_several_series_are_pooled_in_a_charge(charge, lot_book, of_two_roots):
    tx = charge(of_two_roots(material=CELL, count=7), output("charge", 14, CELL))
    units = 1 << UNITS_AT
    assert signals_of(tx)["rule"] == counts(14) | units | SEGREGATED_BITS | ALL_GATES
    assert made(lot_book, "charge")["count"] == 14


def test_charges_go_into_charges(charge, lot_book, make_lot, lots, refiner):
    charge(lots(4))
    more = make_lot("more", refiner, root=OTHER_ROOT)
    charge([field_word("charge"), more], output("larger"))
    assert made(lot_book, "larger")["charge"]


def test_a_charge_is_one_lot(runs, lots, refiner):
    request = run_request(CHARGE, lots(2), [output("a"), output("b")])
    with reverts("SlotCount", 2, 2):
        runs.run(request, {"from": refiner})


def test_a_charge_is_broken_up_under_mass_balance(charge, rebook, lot_book, lots):
    charge(lots(2))
    parts = [output("a"), output("b")]
    with reverts("PoolNotAllowed", HYDROXIDE, SEGREGATED):
        rebook([field_word("charge")], parts)
    rebook([field_word("charge")], parts, model=MASS_BALANCE)
    assert of_root(made(lot_book, "a"))[2:] == (True, False, False)
    assert made(lot_book, "a")["root"] != made(lot_book, "charge")["root"]


def test_a_charge_of_products_is_not_broken_up(charge, rebook, lots):
    charge(lots(2, material=PACK), output("charge", 2, PACK))
    with reverts("PoolNotAllowed", PACK, MASS_BALANCE):
        rebook([field_word("charge")], [output("a", 2, PACK)], model=MASS_BALANCE)


def test_a_charge_is_not_sold(charge, custody, lots, cell_maker, refiner, now):
    charge(lots(2))
    with reverts("ChargeBound", field_word("charge")):
        custody.offer(field_word("charge"), cell_maker, now + DAY, sealed("box"), {"from": refiner})


def test_five_lots_are_processed_as_a_charge(charge, process, lot_book, lots):
    first, second, third, fourth, fifth = lots(5)
    charge([first, second, third, fourth], model=SEGREGATED)
    process([field_word("charge"), fifth])
    assert of_root(made(lot_book, "sulphate"))[2:] == (False, False, False)


# --- the rule, asked before


@pytest.mark.parametrize("kind", [REBOOK, CHARGE])
@pytest.mark.parametrize(("model", "bits"), enumerate((3, 3, 1, 1)))
def test_paper_shares_credits_by_metal_under_every_model(runs, lots, kind, model, bits):
    request = run_request(kind, lots(1), [output("a")], model=model)
    assert runs.ruleOf(request) == counts(1) | bits << 128 | ALL_GATES
