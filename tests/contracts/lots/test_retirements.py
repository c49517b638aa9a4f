"""Retirements: units of a product at the end of its life leave their series, and become waste."""

import pytest

from tests.contracts.conftest import DAY, DISMANTLER, MINE, RECYCLING_PLANT
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CATHODE,
    CELL,
    COBALT,
    CONSUMED,
    END_OF_LIFE,
    IDENTITY_PRESERVED,
    LONG_AGO,
    MASS_BALANCE,
    MODULE,
    NICKEL,
    PACK,
    PROCESS,
    RECOVERY,
    RETIRED,
    SEGREGATED,
    SULPHATE,
    field_word,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.proven.requests import refused
from tests.contracts.lots.running import (
    ALL_GATES,
    COBALT_TAG,
    GRANTS_AT,
    SEGREGATED_BITS,
    UNITS_AT,
    counts,
    lots_made,
    made,
    signals_of,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped, scoped_of
from tests.contracts.values import emitted, emitted_many, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

LABEL, OTHER_LABEL = word("car"), word("other car")
CAR, OTHER_CAR = (scoped_of("car_maker", label) for label in (LABEL, OTHER_LABEL))
AGE = 180 * DAY


def test_units_leave_their_series(retire, products, lot_book, series, car_maker):
    packs = series({LABEL: 2, OTHER_LABEL: 3}, root=9, index=1, held_since=7_200)
    tx = retire(CAR, packs, 2, 8)
    told = tx.events["RunRecorded"]
    run_id = told["runId"]
    assert plain(told["made"]) == emitted_many(tx, "LotMade")[0]["made"]
    assert [plain(told["inputs"]), plain(told["outputs"])] == [
        (packs,), ((field_word("retired"), 2, RETIRED), (field_word("rest"), 8, PACK))
    ]  # fmt: skip
    emitted(tx, "LotConsumed", lot=packs, runId=run_id, sequence=4)
    emitted(tx, "UnitsRetired", product=CAR, lot=packs, runId=run_id, units=2)
    retired, rest = made(lot_book, "retired"), made(lot_book, "rest")
    assert lot_book.lotOf(packs)[1] == CONSUMED
    common = {
        "account": car_maker, "element": COBALT, "root": 9, "index": 1, "model": SEGREGATED,
        "held_since": 7_200,
    }  # fmt: skip
    for lot, said in (
        (retired, {"count": 2, "material": RETIRED, "state": ACTIVE, "young": True}),
        (rest, {"count": 8, "material": PACK, "state": ASSIGNED, "young": False}),
    ):
        assert {**common, **said}.items() <= lot.items()
    emitted(tx, "UnitsKept", lot=field_word("rest"), runId=run_id, sequence=2, units=3)
    assert lot_book.assignedUnits(field_word("rest")) == 3
    assert products.seriesOf(field_word("rest")) == packs
    assert products.retiredUnits(CAR, packs) == 2


def test_the_rest_is_as_old_as_the_series_and_what_retired_as_the_event(
    retire, series, lot_book, now
):
    retire(CAR, series({LABEL: 1}))
    assert made(lot_book, "rest")["time"] == LONG_AGO
    assert made(lot_book, "retired")["time"] == now - DAY


def test_what_is_proven(retire, series, products, car_maker, dismantle):
    packs = series({LABEL: 1})
    outputs = [output("retired", 1, RETIRED), output("rest", 9, PACK)]
    request = run_request(END_OF_LIFE, [packs], outputs, event=dismantle(packs))
    signals = signals_of(products.retire(CAR, request, {"from": car_maker}))
    rule = counts(1, 9) | SEGREGATED_BITS | ALL_GATES | 0b11 << UNITS_AT
    assert (signals["tag"], signals["rule"]) == (COBALT_TAG, rule)
    assert signals["ctx"] == products.ctxOf(car_maker, request)
    assert rule == products.ruleOf(request)
    assert signals["in"] == (number(packs), 0)
    assert signals["out"] == (number(outputs[0][0]), number(outputs[1][0]))


def test_a_refused_proof(retire, series, answering, governor):
    packs = series({LABEL: 1})
    answering.setAnswer(False, {"from": governor})
    with refused("rebook2"):
        retire(CAR, packs)


def test_outside_a_band_there_is_none(retire, series):
    packs = series({LABEL: 1})
    with refused("rebook2"):
        retire(CAR, packs, in_band=False)


def test_the_whole_series_retires_in_the_end(retire, series, lot_book):
    packs = series({LABEL: 10})
    tx = retire(CAR, packs, 10, left=0)
    assert len(lots_made(tx)) == 1
    assert "UnitsKept" not in tx.events
    assert made(lot_book, "retired")["count"] == 10
    assert lot_book.lotOf(packs)[1] == CONSUMED


def test_what_is_left_in_no_product_is_free(retire, series, lot_book, custody, car_maker, miner):
    retire(CAR, series({LABEL: 1}))
    assert made(lot_book, "rest")["state"] == ACTIVE


def test_unit_after_unit(retire, series, products, lot_book):
    """The rest is retired in its turn, with the product that has units of what it was before."""
    packs = series({LABEL: 1, OTHER_LABEL: 2})
    retire(CAR, packs, name=" 1")
    tx = retire(OTHER_CAR, field_word("rest 1"), 2, 7, name=" 2")
    assert tx.events["UnitsRetired"]["lot"] == packs
    assert products.seriesOf(field_word("rest 2")) == packs
    assert made(lot_book, "rest 2")["count"] == 7


def test_the_rest_goes_into_products(retire, series, products, lot_book, car_maker):
    packs = series({LABEL: 2})
    retire(CAR, packs, name=" 1")
    rest = field_word("rest 1")
    products.declare(OTHER_LABEL, {"from": car_maker})
    products.assign(OTHER_CAR, rest, 8, {"from": car_maker})
    with reverts("UnitsExceeded", rest, 9, 1, 9):
        products.assign(OTHER_CAR, rest, 1, {"from": car_maker})
    assert lot_book.assignedUnits(rest) == 9


def test_identity_preserved_units_keep_their_origin(retire, series, lot_book):
    packs = series({LABEL: 1}, model=IDENTITY_PRESERVED)
    retire(CAR, packs, model=IDENTITY_PRESERVED)
    assert lot_book.originOf(field_word("retired")) == packs
    assert lot_book.originOf(field_word("rest")) == packs


def test_a_recycler_gets_what_retired(retire, series, custody, car_maker, recycler, now):
    retire(CAR, series({LABEL: 1}))
    lot, sequence = field_word("retired"), 2
    custody.offer(lot, recycler, now + DAY, sealed("box"), {"from": car_maker})
    custody.accept(lot, sequence, {"from": recycler})


# --- whose, and of what


def test_only_its_maker_retires_a_product(
    retire, series, products, members, lot_book, governor, accounts
):
    packs = series({LABEL: 1})
    ids = (word("rival"), word("rival group"))
    keys = (word("profile"), accounts[32], word("viewing key"))
    members.register(*ids, Role.MAKER, *keys, {"from": governor})
    with reverts("NotHolder", packs, accounts[32], lot_book.holderOf(packs)):
        retire(CAR, packs, who=accounts[32])
    products.declare(LABEL, {"from": accounts[32]})
    theirs = scoped(accounts[32], LABEL)
    products.seal(theirs, {"from": accounts[32]})
    with reverts("NotProductOwner", theirs, lot_book.holderOf(packs)):
        retire(theirs, packs)


def test_an_unknown_product(retire, series):
    packs = series({LABEL: 1})
    with reverts("ProductUnknown", OTHER_CAR):
        retire(OTHER_CAR, packs)


def test_an_open_product_is_not_at_its_end(retire, series):
    packs = series({LABEL: 1}, is_sealed=False)
    with reverts("ProductNotSealed", CAR):
        retire(CAR, packs)


def test_nothing_retires_during_a_pause(retire, series, members, dismantle, governor):
    packs = series({LABEL: 1})
    event = dismantle(packs)
    until = members.pause({"from": governor}).events["Paused"]["until"]
    with reverts("PauseInForce", until):
        retire(CAR, packs, event=event)


@pytest.mark.parametrize("material", [CELL, MODULE, PACK])
def test_cells_modules_and_packs_retire(retire, series, dismantle, lot_book, material):
    lot = series({LABEL: 1}, material=material)
    event = dismantle(lot, unit_material=material)
    outputs = [output("retired", 1, RETIRED), output("rest", 9, material)]
    retire(CAR, lot, event=event, outputs=outputs)
    assert made(lot_book, "rest")["material"] == material


def test_cathode_does_not(series, dismantle):
    lot = series({LABEL: 1}, material=CATHODE)
    with reverts("UnitMaterialMismatch", PACK, CATHODE):
        dismantle(lot)


# --- what comes out


@pytest.mark.parametrize(("units", "left"), [(2, 8), (1, 8), (1, 10)])
def test_as_many_units_come_out_as_went_in(retire, series, dismantle, units, left):
    packs = series({LABEL: 2})
    outputs = [output("retired", units, RETIRED), output("rest", left, PACK)]
    expected = ("UnitsMismatch", 1, units) if units != 1 else ("UnitsMismatch", 10, 1 + left)
    with reverts(*expected):
        retire(CAR, packs, event=dismantle(packs), outputs=outputs)


@pytest.mark.parametrize(
    ("materials", "wrong"), [((PACK, PACK), 0), ((RETIRED, RETIRED), 1), ((RETIRED, CELL), 1)]
)
def test_the_first_lot_is_retired_and_the_second_is_as_before(retire, series, materials, wrong):
    packs = series({LABEL: 1})
    first, second = materials
    outputs = [output("first", 1, first), output("second", 9, second)]
    with reverts("MaterialMismatch", outputs[wrong][0], (RETIRED, PACK)[wrong], materials[wrong]):
        retire(CAR, packs, outputs=outputs)


def test_no_rest_of_nothing(retire, series):
    with reverts("CountInvalid", 0):
        packs = series({LABEL: 10})
        outputs = [output("retired", 10, RETIRED), output("rest", 0, PACK)]
        retire(CAR, packs, 10, outputs=outputs)


def test_one_lot_in_two_out(retire, series):
    packs = series({LABEL: 1})
    outputs = [output("retired", 1, RETIRED), output("a", 4, PACK), output("b", 5, PACK)]
    with reverts("SlotCount", 1, 3):
        retire(CAR, packs, outputs=outputs)


def test_a_box_for_each(retire, series):
    with reverts("SealedCount", 2, 1):
        retire(CAR, series({LABEL: 1}), sealed=[sealed("one")])


def test_models_never_improve(retire, series):
    with reverts("ModelStrengthened", SEGREGATED, IDENTITY_PRESERVED):
        retire(CAR, series({LABEL: 1}), model=IDENTITY_PRESERVED)


def test_another_kind_of_run(products, series, dismantle, car_maker):
    packs = series({LABEL: 1})
    request = run_request(PROCESS, [packs], [output("a", 10, RETIRED)], event=dismantle(packs))
    with reverts("RunKindInvalid", PROCESS):
        products.retire(CAR, request, {"from": car_maker})


def test_runs_retires_nothing(runs, series, dismantle, car_maker):
    packs = series({LABEL: 1})
    outputs = [output("retired", 1, RETIRED), output("rest", 9, PACK)]
    request = run_request(END_OF_LIFE, [packs], outputs, event=dismantle(packs))
    with reverts("RunKindInvalid", END_OF_LIFE):
        runs.run(request, {"from": car_maker})


# --- under which event


def test_the_event_names_the_lot(retire, series, dismantle):
    packs, others = series({LABEL: 1}), series({OTHER_LABEL: 1}, "others")
    event = dismantle(others)
    with reverts("InputsNotNamed", event):
        retire(CAR, packs, event=event)


def test_dismantling_begins_when_the_lot_is_there(retire, series, dismantle, now):
    packs = series({LABEL: 1}, time=now - DAY - 10)
    with reverts("BeforeParent", packs, now - DAY - 10, now - 2 * DAY):
        retire(CAR, packs)


def test_another_kind_of_event(retire, series, stand):
    packs = series({LABEL: 1})
    event = stand()
    with reverts("EventKindMismatch", event, END_OF_LIFE, 1):
        retire(CAR, packs, event=event)


def test_only_a_dismantlers_site_states_it(series, dismantle):
    packs = series({LABEL: 1})
    with reverts("NotDismantler", RECYCLING_PLANT, 9):
        dismantle(packs, site=RECYCLING_PLANT)


def test_units_of_a_lot_that_is_in_products(make_lot, dismantle, car_maker):
    free = make_lot("free", car_maker, count=10, material=PACK)
    with reverts("NotAssigned", free, ACTIVE):
        dismantle(free)


def test_of_its_metal(series, dismantle):
    packs = series({LABEL: 1})
    with reverts("ElementMismatch", packs, NICKEL, COBALT):
        dismantle(packs, element=NICKEL, elements=[NICKEL])


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 0},
        {"unit_material": 0},
        {"unit_material": CATHODE},
        {"unit_material": RETIRED},
        {"batches": ZERO_WORD},
        {"no_output": True},
    ],
)
def test_it_says_how_many_units_of_what(attestations, series, dismantle, changes):
    packs = series({LABEL: 1})
    with reverts("StatementInvalid", attestations.eventIdOf(DISMANTLER, 1, COBALT)):
        dismantle(packs, **changes)


def test_other_events_count_no_units(attestations, stand):
    with reverts("StatementInvalid", attestations.eventIdOf(MINE, 1, COBALT)):
        stand(units=1)


@pytest.mark.parametrize("inputs", [0, 2])
def test_it_names_one_lot(attestations, series, dismantle, inputs):
    lots = [series({LABEL: 1}, f"packs {index}", is_sealed=False) for index in range(inputs)]
    with reverts("InputsInvalid", attestations.eventIdOf(DISMANTLER, 1, COBALT)):
        dismantle("", inputs=lots)


def test_it_binds_no_lot_and_is_withdrawn(
    attestations, series, dismantle, lot_book, file, nodes, retire
):
    """Other units of the series go on meanwhile."""
    packs = series({LABEL: 1, OTHER_LABEL: 1})
    event = dismantle(packs)
    assert lot_book.lotOf(packs)[1] == ASSIGNED
    withdrawal = (
        DISMANTLER, 1, COBALT, word("document"), word("declaration"), spoken("why"), [packs],
    )  # fmt: skip
    file(DISMANTLER, 1, word("declaration"))
    for node in nodes[:3]:
        attestations.withdraw(withdrawal, {"from": node})
    with reverts("AlreadyWithdrawn", event, word("document")):
        retire(CAR, packs, event=event)
    assert lot_book.lotOf(packs)[1] == ASSIGNED


# --- age


@pytest.mark.parametrize(("days", "young"), [(178, True), (181, False)])
def test_least_age(retire, series, lot_book, dismantle, days, young):
    """From the sealing of the product to the end of the event, whenever it is booked."""
    packs = series({LABEL: 1})
    end = wait(days * DAY)
    wait(30 * DAY)
    event = dismantle(packs, **{"from": end - DAY, "to": end})
    retire(CAR, packs, event=event)
    assert made(lot_book, "retired")["young"] is young
    assert made(lot_book, "rest")["young"] is False


def test_to_the_second(retire, series, products, lot_book, dismantle):
    packs = series({LABEL: 2})
    end = products.sealedAt(CAR) + AGE
    wait(end + DAY - wait(0))
    for name, rest, to in ((" 1", packs, end - 1), (" 2", field_word("rest 1"), end)):
        event = dismantle(rest, **{"from": end - DAY, "to": to})
        retire(CAR, rest, 1, 9 if rest == packs else 8, event=event, name=name)
    assert made(lot_book, "retired 1")["young"]
    assert not made(lot_book, "retired 2")["young"]


@pytest.fixture
def recycled(certificates, certifier, make_lot, stand, recycler, recover, now):
    """The grants of a recovery of these lots, where the plant is certified."""

    def call(*young):
        validity = (now - DAY, now + DAY)
        arguments = (word("c"), RECYCLING_PLANT, 8, 0, *validity, word("document"))
        certificates.issue(*arguments, {"from": certifier})
        end = wait(100)
        lots = [
            make_lot(f"lot {index}", recycler, material=RETIRED, young=mark)
            for index, mark in enumerate(young)
        ]
        event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=lots, **{"from": end - 20, "to": end})
        signals = signals_of(recover(lots, event=event))
        return signals["rule"] >> GRANTS_AT & 0b1111

    return call


@pytest.mark.parametrize(
    ("young", "grants"), [((0,), 0b010), ((1,), 0b100), ((0, 1), 0b100), ((1, 0), 0b100)]
)
def test_young_metal_is_manufacturing_waste(recycled, certificates, governor, young, grants):
    certificates.setCreditRule(3, 1 << 8, True, {"from": governor})
    assert recycled(*young) == grants


def test_the_rule_is_told_before(runs, make_lot, stand, recycler):
    lots = [make_lot(f"lot {mark}", recycler, material=RETIRED, young=mark) for mark in (0, 1)]
    event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=lots)
    outputs = [output("a", material=SULPHATE)]
    request = run_request(3, lots, outputs, event=event, model=MASS_BALANCE)
    told = runs.ruleOf(request)
    assert signals_of(runs.run(request, {"from": recycler}))["rule"] == told


@pytest.mark.parametrize("marks", [(1,), (1, 0), (0, 1)])
def test_the_mark_stays_on_paper(rebook, lot_book, make_lot, refiner, marks):
    lots = [
        make_lot(f"lot {index}", refiner, material=RETIRED, count=2, young=mark)
        for index, mark in enumerate(marks)
    ]
    tx = rebook(lots, [output("a", 2 * len(lots), RETIRED)])
    assert lots_made(tx)[0]["young"] is True
    assert made(lot_book, "a")["young"] is True


def test_it_ends_with_the_recovery(recover, make_lot, lot_book, recycler):
    recover([make_lot("lot", recycler, material=RETIRED, young=1)])
    assert made(lot_book, "recovered")["young"] is False


def test_a_product_and_its_totals_stand(retire, series, products, lot_book):
    """What they rest on is the lot as it was when its units were assigned."""
    packs = series({LABEL: 1, OTHER_LABEL: 2})
    retire(CAR, packs)
    assert plain(products.partsOf(OTHER_CAR, COBALT)) == ((packs, 2),)
    assert lot_book.commitmentOf(packs) == packs
    assert lot_book.lotOf(packs)[7] == 10


def test_nobody_else_in_the_makers_group(retire, series, members, governor, car_maker):
    packs = series({LABEL: 1})
    members.suspend(PEOPLE["car_maker"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", car_maker):
        retire(CAR, packs)
