"""Runs: which lots go in, under which model and event."""

import pytest

from tests.contracts.conftest import (
    CHAIN_OF_CUSTODY,
    COBALT,
    DAY,
    LUALABA,
    RECYCLING_PLANT,
    REFINERY,
    SATAKUNTA,
)
from tests.contracts.lots.clock import pass_time, wait
from tests.contracts.lots.making import (
    BLENDED,
    CONSUMED,
    HELD,
    HOUR,
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
    REWORK,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    field_word,
    in_order,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import made
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts

MODELS = (IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE)
GRACE = 3 * DAY


# --- inputs


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 1), (1, 0), (5, 1), (1, 5), (0, 0)])
def test_slots(runs, lots, refiner, inputs, outputs):
    made = [output(f"output {index}", material=SULPHATE) for index in range(outputs)]
    request = run_request(PROCESS, lots(inputs), made, event=word("event"))
    with reverts("SlotCount", inputs, outputs):
        runs.run(request, {"from": refiner})


def test_inputs_increase(runs, lots, refiner):
    low, high = in_order(lots(2))
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


def test_offered_and_held_lots_wait(rebook, custody, make_lot, lots, cell_maker, refiner, now):
    (offered,) = lots(1)
    held = make_lot("held", refiner, held_until=now + DAY)
    custody.offer(offered, cell_maker, now + DAY, sealed("box"), {"from": refiner})
    with reverts("LotNotFree", offered, OFFERED, now + DAY):
        rebook([offered])
    with reverts("LotNotFree", held, HELD, now + DAY):
        rebook([held])
    pass_time(now + DAY)
    rebook([offered, held])


def test_lots_on_hold_wait(rebook, make_lot, place_hold, root, refiner, now):
    lot = make_lot("lot", refiner, root=root)
    _, group = place_hold(lot, now + DAY)
    with reverts("LotOnHold", lot, root, group, now + DAY):
        rebook([lot])
    pass_time(now + DAY)
    rebook([lot])


def test_one_metal_a_run(rebook, make_lot, refiner):
    cobalt, nickel = make_lot("co", refiner), make_lot("ni", refiner, element=NICKEL)
    first, second = in_order((cobalt, nickel))
    elements = {cobalt: COBALT, nickel: NICKEL}
    with reverts("ElementMismatch", second, elements[first], elements[second]):
        rebook([cobalt, nickel])


def test_one_schema_a_run(rebook, make_lot, refiner):
    lots = in_order((make_lot("a in", refiner), make_lot("b in", refiner, schema=3)))
    schemas = [3 if lot == field_word("b in") else 2 for lot in lots]
    with reverts("SchemaMismatch", lots[1], *schemas):
        rebook(lots)


def test_lots_of_this_format(rebook, make_lot, refiner):
    lot = make_lot("of another format", refiner, format=3)
    with reverts("FormatMismatch", lot, 2, 3):
        rebook([lot])


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
        assert made(lot_book, "a")["model"] == requested


def test_identity_preserved_has_one_origin(rebook, charge, lot_book, make_lot, refiner):
    born = make_lot("born", refiner, model=IDENTITY_PRESERVED)
    other = make_lot("other", refiner, model=IDENTITY_PRESERVED, root=7_001)
    first, second = in_order((born, other))
    with reverts("OriginMismatch", second, first, second):
        charge([born, other], model=IDENTITY_PRESERVED)
    halves = [output("half 1"), output("half 2")]
    rebook([born], halves, model=IDENTITY_PRESERVED)
    assert {str(lot_book.originOf(lot)) for lot, *_ in halves} == {born}
    rebook([lot for lot, *_ in halves], [output("whole")], model=IDENTITY_PRESERVED)
    assert lot_book.originOf(field_word("whole")) == born
    first, second = in_order((field_word("whole"), other))
    origins = {field_word("whole"): born, other: other}
    with reverts("OriginMismatch", second, origins[first], origins[second]):
        charge([field_word("whole"), other], model=IDENTITY_PRESERVED)
    charge([field_word("whole"), other], model=SEGREGATED)
    assert lot_book.originOf(field_word("charge")) == field_word("charge")


@pytest.fixture
def certify(certificates, certifier, now):
    """The refinery keeps metal apart; returns the end of an event that may say so."""

    def issue():
        validity = (now - DAY, now + 300 * DAY)
        certificate = (word("apart"), REFINERY, CHAIN_OF_CUSTODY, 0, *validity, word("document"))
        certificates.issue(*certificate, {"from": certifier})
        return wait(100)

    return issue


@pytest.mark.parametrize("attested", MODELS)
@pytest.mark.parametrize("requested", [SEGREGATED, BLENDED, MASS_BALANCE])
def test_the_model_is_what_the_site_kept_apart(
    process, lot_book, certify, stand, lots, attested, requested
):
    end, inputs = certify(), lots(1)
    said = {"model": attested, "from": end - 20, "to": end}
    event = stand(PROCESSING, site=REFINERY, inputs=inputs, **said)
    if requested < attested:
        with reverts("ModelNotAttested", attested, requested):
            process(inputs, event=event, model=requested)
    else:
        process(inputs, event=event, model=requested)
        assert made(lot_book, "sulphate")["model"] == requested


@pytest.mark.parametrize("model", [SEGREGATED, BLENDED])
def test_what_is_kept_apart_is_certified(process, stand, lots, model):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs, model=SEGREGATED)
    with reverts("NotKeptApart", REFINERY, model):
        process(inputs, event=event, model=model)
    process(inputs, event=event, model=MASS_BALANCE)


# --- events


def test_event_stands(process, lots):
    with reverts("NotStanding", word("unknown")):
        process(lots(1), event=word("unknown"))


@pytest.mark.parametrize(("kind", "needed"), [(PROCESS, PROCESSING), (RECOVER, RECOVERY)])
def test_event_is_of_the_runs_kind(runs, make_lot, stand, recycler, kind, needed):
    material = HYDROXIDE if kind == PROCESS else SCRAP
    lot = make_lot("lot", recycler, material=material)
    event = stand(REWORK, site=RECYCLING_PLANT, inputs=[lot])
    request = run_request(kind, [lot], [output("a", material=SULPHATE)], event=event)
    with reverts("EventKindMismatch", event, needed, REWORK):
        runs.run(request, {"from": recycler})


def test_event_is_used_once(process, lots, stand):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    process(inputs, event=event)
    with reverts("AlreadyUsed", event):
        process(inputs, [output("b", material=SULPHATE)], event=event)


def test_a_run_takes_what_its_event_names(process, lots, stand):
    first, second, third = in_order(lots(3))
    event = stand(PROCESSING, site=REFINERY, inputs=[first, second])
    for inputs in ([first], [first, third], [first, second, third]):
        with reverts("InputsNotNamed", event):
            process(inputs, event=event)
    process([first, second], event=event)


def test_event_does_not_begin_before_its_lots(process, make_lot, stand, refiner, now):
    early = make_lot("early", refiner, time=now - 3 * DAY)
    late = make_lot("late", refiner, time=now - 2 * DAY + 1)
    with reverts("BeforeParent", late, now - 2 * DAY + 1, now - 2 * DAY):
        process([early, late])
    process([make_lot("in time", refiner, time=now - 2 * DAY)])


def test_inputs_were_in_custody_when_the_event_ended(process, make_lot, refiner, now):
    limit = now - DAY + GRACE
    hour = limit // HOUR * HOUR
    early = make_lot("early", refiner)
    late = make_lot("late", refiner, held_since=hour + HOUR)
    with reverts("HeldTooLate", late, hour + HOUR, limit):
        process([early, late])
    process([make_lot("in time", refiner, held_since=hour)])


def test_the_council_sets_the_grace(process, make_lot, settings_contract, refiner, governor, now):
    settings_contract.setGrace(0, {"from": governor})
    hour = (now - DAY) // HOUR * HOUR
    with reverts("HeldTooLate", field_word("late"), hour + HOUR, now - DAY):
        process([make_lot("late", refiner, held_since=hour + HOUR)])
    process([make_lot("in time", refiner, held_since=hour)])


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
    first, second = in_order(places)
    with reverts("PlaceNotDetermined", places[second]):
        rebook(list(places))
    determine(now - DAY, now + DAY, places[second])
    rebook(list(places))
    assert lot_book.birthplaceOf(field_word("a")) == places[first]


def test_metal_of_one_birthplace(rebook, lot_book, make_lot, refiner):
    rebook([make_lot(name, refiner, birthplace=LUALABA) for name in ("x", "y")])
    assert lot_book.birthplaceOf(field_word("a")) == LUALABA
