"""Runs: which lots go in, under which model and event."""

import pytest

from tests.contracts.conftest import (
    COBALT,
    DAY,
    LUALABA,
    RECYCLING_PLANT,
    REFINERY,
    SATAKUNTA,
)
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import (
    BIRTH,
    BLENDED,
    CONSUMED,
    HELD,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    NICKEL,
    OFFERED,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECOVER,
    RECOVERY,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    field_word,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    made,
)
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts

MODELS = (IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE)


# --- inputs


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 1), (1, 0), (5, 1), (1, 5), (0, 0)])
def test_slots(runs, lots, stand, refiner, inputs, outputs):
    made = [output(f"output {index}", material=SULPHATE) for index in range(outputs)]
    event = stand(PROCESSING, site=REFINERY)
    request = run_request(PROCESS, lots(inputs), made, event=event)
    with reverts("SlotCount", inputs, outputs):
        runs.run(request, {"from": refiner})


def test_inputs_increase(runs, lots, stand, refiner):
    low, high = sorted(lots(2), key=number)
    for previous, following in ((high, low), (low, low)):
        request = list(run_request(REBOOK, [], [output("a")]))
        request[2] = [previous, following]
        with reverts("InputsNotIncreasing", previous, following):
            runs.run(tuple(request), {"from": refiner})


def test_nothing_is_no_input(rebook):
    with reverts("InputsNotIncreasing", ZERO_WORD, ZERO_WORD):
        rebook([ZERO_WORD])


def test_a_lot_is_consumed_once(rebook, lots):
    (lot,) = lots(1)
    rebook([lot])
    with reverts("LotNotFree", lot, CONSUMED, 0):
        rebook([lot], [output("b")])


def test_lot_of_another(rebook, make_lot, miner, refiner):
    lot = make_lot("lot", miner)
    with reverts("NotHolder", lot, refiner, miner):
        rebook([lot])


def test_unknown_lot(rebook):
    with reverts("LotUnknown", field_word("unknown")):
        rebook([field_word("unknown")])


def test_offered_and_held_lots_wait(
    rebook, custody, lot_book, lots, cell_maker, refiner, governor, now
):
    offered, held = lots(2)
    custody.offer(offered, cell_maker, now + DAY, sealed("box"), {"from": refiner})
    lot_book.setState(held, HELD, now + DAY, {"from": governor})
    with reverts("LotNotFree", offered, OFFERED, now + DAY):
        rebook([offered])
    with reverts("LotNotFree", held, HELD, now + DAY):
        rebook([held])
    pass_time(now + DAY)
    rebook([offered, held])


def test_one_metal_a_run(rebook, make_lot, refiner):
    cobalt, nickel = make_lot("co", refiner), make_lot("ni", refiner, element=NICKEL)
    first, second = sorted((cobalt, nickel), key=number)
    elements = {cobalt: COBALT, nickel: NICKEL}
    with reverts("ElementMismatch", second, elements[first], elements[second]):
        rebook([cobalt, nickel])


def test_one_schema_a_run(rebook, make_lot, refiner):
    lots = sorted((make_lot("a", refiner), make_lot("b", refiner, schema=2)), key=number)
    schemas = [2 if lot == field_word("b") else 1 for lot in lots]
    with reverts("SchemaMismatch", lots[1], *schemas):
        rebook(lots)


# --- models


@pytest.mark.parametrize("weakest", MODELS)
@pytest.mark.parametrize("requested", MODELS)
def test_models_never_improve(rebook, lot_book, make_lot, refiner, weakest, requested):
    strong = make_lot("strong", refiner, model=SEGREGATED if weakest else IDENTITY_PRESERVED)
    weak = make_lot("weak", refiner, model=weakest)
    worst = max(weakest, SEGREGATED) if weakest else IDENTITY_PRESERVED
    if requested < worst:
        with reverts("ModelStrengthened", worst, requested):
            rebook([strong, weak], model=requested)
    elif requested > IDENTITY_PRESERVED:
        rebook([strong, weak], model=requested)
        assert made(lot_book, "a")[5] == requested


def test_identity_preserved_has_one_origin(rebook, lot_book, make_lot, refiner):
    born, other = (make_lot(name, refiner, model=IDENTITY_PRESERVED) for name in ("born", "other"))
    first, second = sorted((born, other), key=number)
    with reverts("OriginMismatch", second, first, second):
        rebook([born, other], model=IDENTITY_PRESERVED)
    halves = [output("half 1"), output("half 2")]
    rebook([born], halves, model=IDENTITY_PRESERVED)
    assert {str(lot_book.originOf(lot)) for lot, *_ in halves} == {born}
    rebook([lot for lot, *_ in halves], [output("whole")], model=IDENTITY_PRESERVED)
    assert lot_book.originOf(field_word("whole")) == born
    first, second = sorted((field_word("whole"), other), key=number)
    origins = {field_word("whole"): born, other: other}
    with reverts("OriginMismatch", second, origins[first], origins[second]):
        rebook([field_word("whole"), other], [output("mixed")], model=IDENTITY_PRESERVED)
    rebook([field_word("whole"), other], [output("mixed")], model=SEGREGATED)
    assert lot_book.originOf(field_word("mixed")) == field_word("mixed")


# --- events


def test_event_stands(process, lots):
    with reverts("NotStanding", word("unknown")):
        process(lots(1), event=word("unknown"))


@pytest.mark.parametrize(("kind", "needed"), [(PROCESS, PROCESSING), (RECOVER, RECOVERY)])
def test_event_is_of_the_runs_kind(runs, make_lot, stand, recycler, kind, needed):
    material = HYDROXIDE if kind == PROCESS else SCRAP
    lot = make_lot("lot", recycler, material=material)
    event = stand(BIRTH, site=RECYCLING_PLANT)
    request = run_request(kind, [lot], [output("a", material=SULPHATE)], event=event)
    with reverts("EventKindMismatch", event, needed, BIRTH):
        runs.run(request, {"from": recycler})


def test_event_is_used_once(process, lots, make_lot, stand, refiner):
    event = stand(PROCESSING, site=REFINERY)
    process(lots(1), event=event)
    with reverts("AlreadyUsed", event):
        process([make_lot("more", refiner)], [output("b", material=SULPHATE)], event=event)


def test_event_is_of_the_lots_metal(process, lots, stand):
    event = stand(PROCESSING, site=REFINERY, element=NICKEL)
    (lot,) = lots(1)
    with reverts("ElementMismatch", lot, NICKEL, COBALT):
        process([lot], event=event)


def test_event_does_not_begin_before_its_lots(process, make_lot, refiner, now):
    early = make_lot("early", refiner, time=now - 3 * DAY)
    late = make_lot("late", refiner, time=now - 2 * DAY + 1)
    with reverts("BeforeParent", late, now - 2 * DAY + 1, now - 2 * DAY):
        process([early, late])
    process([early, make_lot("in time", refiner, time=now - 2 * DAY)])


# --- birthplaces


def test_unsold_metal_keeps_its_birthplace(process, rebook, lot_book, make_lot, refiner):
    unsold, bought = make_lot("unsold", refiner, birthplace=LUALABA), make_lot("bought", refiner)
    rebook([unsold, bought], [output("mixed")])
    assert lot_book.birthplaceOf(field_word("mixed")) == LUALABA
    process([field_word("mixed")])
    assert lot_book.birthplaceOf(field_word("sulphate")) == LUALABA
    process([make_lot("more", refiner)], [output("other", material=SULPHATE)])
    assert lot_book.birthplaceOf(field_word("other")) == ZERO_WORD


def test_metal_of_several_birthplaces(rebook, lot_book, make_lot, determine, refiner, now):
    places = {make_lot("a in", refiner, birthplace=LUALABA): LUALABA}
    places[make_lot("b in", refiner, birthplace=SATAKUNTA)] = SATAKUNTA
    first, second = sorted(places, key=number)
    with reverts("PlaceNotDetermined", places[second]):
        rebook(list(places))
    determine(now - DAY, now + DAY, places[second])
    rebook(list(places))
    assert lot_book.birthplaceOf(field_word("a")) == places[first]


def test_metal_of_one_birthplace(rebook, lot_book, make_lot, refiner):
    rebook([make_lot(name, refiner, birthplace=LUALABA) for name in ("x", "y")])
    assert lot_book.birthplaceOf(field_word("a")) == LUALABA
