"""Runs: which lots, under which event, make what, by whom. Proofs: test_proofs.py."""

import pytest

from tests.contracts.conftest import (
    CATHODE_PLANT,
    COBALT,
    DAY,
    LUALABA,
    RECYCLING_PLANT,
    REFINERY,
    SATAKUNTA,
)
from tests.contracts.lots.clock import pass_time, wait
from tests.contracts.lots.making import (
    ACTIVE,
    BIRTH,
    BLENDED,
    CATHODE,
    CONSUMED,
    HELD,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    NICKEL,
    NO_PROOF,
    NONE,
    OFFERED,
    PACK,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECOVER,
    RECOVERY,
    RETIRED,
    SCRAP,
    SEGREGATED,
    SETTLE,
    SULPHATE,
    WITHOUT_END,
    WRITTEN_OFF,
    batch,
    field_word,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, emitted_many, plain

COBALT_TAG = 1 | 1 << 8 | 1 << 16 | COBALT << 32
PROPORTIONAL, WHOLE = 1, 2
SEGREGATED_BITS = PROPORTIONAL | WHOLE
UNGATED = (1 | 1 << 2 | 1 << 3 | 1 << 4) << 2  # all credits but the gated second pass
ALL_GATES = 0b11111 << 2
BAND = 5_000 << 12 | 0 << 32 | 40_000 << 52  # of every site of the tests
MODELS = (IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE)


@pytest.fixture
def lots(make_lot, refiner):
    """Hydroxide that the refiner holds: `lots(3)`."""
    return lambda size, **changes: [
        make_lot(f"input {index}", refiner, **changes) for index in range(size)
    ]


@pytest.fixture
def process(runs, stand, refiner):
    """Processes at the refinery into sulphate."""

    def call(inputs, outputs=None, event=None, site=REFINERY, who=refiner, **changes):
        event = event or stand(PROCESSING, site=site)
        outputs = outputs or [output("sulphate", material=SULPHATE)]
        return runs.run(
            run_request(PROCESS, inputs, outputs, event=event, **changes), {"from": who}
        )

    return call


@pytest.fixture
def rebook(runs, refiner):
    """Books the refiner's lots anew."""

    def call(inputs, outputs=None, who=refiner, **changes):
        return runs.run(
            run_request(REBOOK, inputs, outputs or [output("a")], **changes), {"from": who}
        )

    return call


@pytest.fixture
def recover(runs, stand, recycler):
    """Recovers at the recycling plant into sulphate."""

    def call(inputs, outputs=None, event=None, **changes):
        event = event or stand(RECOVERY, site=RECYCLING_PLANT)
        outputs = outputs or [output("recovered", material=SULPHATE)]
        request = run_request(RECOVER, inputs, outputs, event=event, **changes)
        return runs.run(request, {"from": recycler})

    return call


def signals_of(tx):
    """inBand, ctx, tag, event, rule, in, out."""
    found = plain(tx.events["RunRecorded"]["publicSignals"])
    width = (len(found) - 5) // 2
    return {
        "inBand": found[0], "ctx": found[1], "tag": found[2], "event": found[3], "rule": found[4],
        "in": found[5 : 5 + width], "out": found[5 + width :],
    }  # fmt: skip


def made(lot_book, name):
    return plain(lot_book.lotOf(field_word(name)))


# --- processing


def test_process(runs, lot_book, attestations, lots, stand, refiner, now, web3):
    inputs = lots(2, time=now - 5 * DAY)
    event = stand(PROCESSING, site=REFINERY)
    outputs = [output("sulphate", material=SULPHATE), output("scrap", material=SCRAP)]
    request = run_request(PROCESS, inputs, outputs, event=event)
    ctx, rule = runs.ctxOf(refiner, request), runs.ruleOf(request)
    tx = runs.run(request, {"from": refiner})

    codec = web3.codec.encode(
        ["uint256", "address", "bytes32"],
        [web3.eth.chain_id, runs.address, bytes.fromhex(outputs[0][0][2:])],
    )
    run_id = plain(web3.keccak(codec))
    assert plain(tx.return_value) == run_id
    ordered = sorted(inputs, key=number)
    signals = (
        1, ctx, COBALT_TAG, number(field_word("event")), rule,
        *(number(lot) for lot in ordered), *(number(made[0]) for made in outputs),
    )  # fmt: skip
    emitted(
        tx, "RunRecorded", runId=run_id, account=refiner, eventId=event, kind=PROCESS,
        model=SEGREGATED, inBand=True, publicSignals=signals, proof=NO_PROOF,
    )  # fmt: skip
    consumed = emitted_many(tx, "LotConsumed")
    assert consumed == [{"lot": lot, "runId": run_id, "sequence": 2} for lot in ordered]
    assert {lot_book.lotOf(lot)[1] for lot in inputs} == {CONSUMED}
    assert attestations.standingOf(event)[10]
    for index, (lot, _, material) in enumerate(outputs):
        found = plain(lot_book.lotOf(lot))
        assert found == (
            plain(refiner), ACTIVE, 0, 1, 0, SEGREGATED, 1, tx.timestamp, now - DAY, COBALT, 1,
            material, found[12],
        )  # fmt: skip
        assert emitted_many(tx, "LotMade")[index] == {
            "lot": lot, "runId": run_id, "account": plain(refiner), "count": 1,
            "material": material, "element": COBALT, "model": SEGREGATED, "batch": found[12],
            "time": now - DAY, "held": False, "sealedToOwner": sealed(lot),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "outputs", "width"), [(1, 1, 2), (2, 2, 2), (3, 1, 4), (1, 3, 4), (4, 4, 4)]
)
def test_the_smaller_circuit_that_fits(process, lots, inputs, outputs, width):
    given = lots(inputs)
    made = [output(f"output {index}", material=SULPHATE) for index in range(outputs)]
    signals = signals_of(process(given, made))
    ids = [number(lot) for lot in sorted(given, key=number)]
    assert list(signals["in"]) == ids + [0] * (width - inputs)
    assert list(signals["out"]) == [number(lot[0]) for lot in made] + [0] * (width - outputs)


def test_inputs_count_with_their_present_commitment(process, lot_book, lots, governor):
    (lot,) = lots(1)
    lot_book.restate(lot, field_word("restated"), {"from": governor})
    assert signals_of(process([lot]))["in"][0] == number(field_word("restated"))


@pytest.mark.parametrize("model", MODELS)
def test_rule_of_a_process(process, lots, model):
    bits = {0: 3, 1: 3, 2: 1, 3: 0}[model]
    tx = process(lots(1, model=IDENTITY_PRESERVED), model=model)
    assert signals_of(tx)["rule"] == bits | UNGATED | BAND


def test_rule_follows_gates_and_band(
    process, runs, sites, certificates, certifier, lots, stand, governor, now
):
    validity = (now - DAY, now + DAY)
    certificates.issue(word("c"), REFINERY, 8, 0, *validity, word("document"), {"from": certifier})
    sites.setBand(REFINERY, 1, 20, 1_000_000, {"from": governor})
    end = wait(100)
    event = stand(PROCESSING, site=REFINERY, **{"from": end - 20, "to": end})
    inputs = lots(1)
    request = run_request(PROCESS, inputs, [output("s", material=SULPHATE)], event=event)
    expected = SEGREGATED_BITS | ALL_GATES | 1 << 12 | 20 << 32 | 1_000_000 << 52
    assert runs.ruleOf(request) == expected
    assert signals_of(process(inputs, event=event))["rule"] == expected


def test_outside_the_band_outputs_are_born_held(process, lot_book, lots):
    tx = process(lots(1), in_band=False)
    found = made(lot_book, "sulphate")
    assert (found[1], found[4]) == (HELD, WITHOUT_END)
    assert tx.events["LotMade"]["held"]
    assert signals_of(tx)["inBand"] == 0


def test_runs_of_one_document_make_batches(process, lot_book, make_lot, stand, refiner):
    batches = {}
    for element in (COBALT, NICKEL):
        lot = make_lot(str(element), refiner, element=element)
        names = [f"{element} {index}" for index in range(2)]
        event = stand(PROCESSING, site=REFINERY, element=element)
        process([lot], [output(name, material=SULPHATE) for name in names], event=event)
        batches[element] = [made(lot_book, name)[12] for name in names]
    assert batches[COBALT] == batches[NICKEL]
    assert [value % 4 for value in batches[COBALT]] == [0, 1]
    assert lot_book.batchSize(batches[COBALT][0]) == 2


# --- proofs decide


@pytest.mark.parametrize(("size", "circuit"), [(2, b"run2"), (3, b"run4")])
def test_proof_refused(process, answering, attestations, lot_book, stand, lots, size, circuit):
    answering.setAnswer(False)
    event, inputs = stand(PROCESSING, site=REFINERY), lots(size)
    with reverts("ProofRefused", "0x" + circuit.ljust(32, b"\0").hex()):
        process(inputs, event=event)
    assert not attestations.standingOf(event)[10]
    assert {lot_book.lotOf(lot)[1] for lot in inputs} == {ACTIVE}
    assert made(lot_book, "sulphate")[1] == NONE


# --- who


def test_operators_process_and_recover(runs, members, lots, auditor, stranger, refiner, governor):
    for kind in (PROCESS, RECOVER):
        request = run_request(kind, lots(1) if kind == PROCESS else ["0x1"], [output("a")])
        with reverts("RoleMissing", auditor, Role.OPERATOR, Role.AUDITOR):
            runs.run(request, {"from": auditor})
        with reverts("NotActive", stranger):
            runs.run(request, {"from": stranger})
    members.suspend(PEOPLE["refiner"].organisation, word("reason"), {"from": governor})
    with reverts("NotActive", refiner):
        runs.run(request, {"from": refiner})


def test_traders_rebook_settle_and_write_off(runs, lots, auditor):
    (lot,) = lots(1)
    for kind in (REBOOK, SETTLE):
        with reverts("RoleMissing", auditor, Role.TRADER, Role.AUDITOR):
            runs.run(run_request(kind, [lot], [output("a")]), {"from": auditor})
    with reverts("RoleMissing", auditor, Role.TRADER, Role.AUDITOR):
        runs.writeOff(lot, word("reason"), {"from": auditor})


def test_no_kind_is_no_run(runs, lots, refiner):
    with reverts("RunKindInvalid", 0):
        runs.run(run_request(0, lots(1), [output("a")]), {"from": refiner})


def test_site_is_the_operators(process, make_lot, stand, cathode_maker):
    lot = make_lot("lot", cathode_maker)
    event = stand(PROCESSING, site=REFINERY)
    with reverts("NotOperator", REFINERY, PEOPLE["cathode_maker"].organisation):
        process([lot], event=event, who=cathode_maker)


def test_site_is_open(process, sites, lots, stand, governor):
    event = stand(PROCESSING, site=REFINERY)
    sites.close(REFINERY, {"from": governor})
    with reverts("SiteInactive", REFINERY):
        process(lots(1), event=event)


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


def test_identity_preserved_has_one_origin(rebook, runs, make_lot, refiner):
    born, other = (make_lot(name, refiner, model=IDENTITY_PRESERVED) for name in ("born", "other"))
    first, second = sorted((born, other), key=number)
    with reverts("OriginMismatch", second, first, second):
        rebook([born, other], model=IDENTITY_PRESERVED)
    halves = [output("half 1"), output("half 2")]
    rebook([born], halves, model=IDENTITY_PRESERVED)
    assert {str(runs.originOf(lot)) for lot, *_ in halves} == {born}
    rebook([lot for lot, *_ in halves], [output("whole")], model=IDENTITY_PRESERVED)
    assert runs.originOf(field_word("whole")) == born
    first, second = sorted((field_word("whole"), other), key=number)
    origins = {field_word("whole"): born, other: other}
    with reverts("OriginMismatch", second, origins[first], origins[second]):
        rebook([field_word("whole"), other], [output("mixed")], model=IDENTITY_PRESERVED)
    rebook([field_word("whole"), other], [output("mixed")], model=SEGREGATED)
    assert runs.originOf(field_word("mixed")) == field_word("mixed")


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


# --- recovery


@pytest.mark.parametrize(("material", "credit"), [(SCRAP, 3), (RETIRED, 2)])
@pytest.mark.parametrize("certified", [True, False])
def test_recovered_metal_is_credited_where_the_gate_is_open(
    recover, runs, certificates, certifier, make_lot, stand, recycler, governor, now, material,
    credit, certified,
):  # fmt: skip
    certificates.setCreditRule(3, 1 << 8, True, {"from": governor})
    if certified:
        validity = (now - DAY, now + DAY)
        arguments = (word("c"), RECYCLING_PLANT, 8, 0, *validity, word("document"))
        certificates.issue(*arguments, {"from": certifier})
    end = wait(100)
    event = stand(RECOVERY, site=RECYCLING_PLANT, **{"from": end - 20, "to": end})
    lot = make_lot("lot", recycler, material=material)
    gates = 0b11111 if certified else 0b11001
    grants = 1 << credit - 1 if certified else 0
    tx = recover([lot], event=event)
    assert signals_of(tx)["rule"] == SEGREGATED_BITS | gates << 2 | grants << 7 | BAND


def test_rule_of_a_recovery_is_told_before(recover, runs, make_lot, stand, recycler):
    event = stand(RECOVERY, site=RECYCLING_PLANT)
    lot = make_lot("lot", recycler, material=SCRAP)
    request = run_request(RECOVER, [lot], [output("a", material=SULPHATE)], event=event)
    told = runs.ruleOf(request)
    assert signals_of(runs.run(request, {"from": recycler}))["rule"] == told


def test_only_scrap_is_recovered(recover, make_lot, recycler):
    lot = make_lot("lot", recycler)
    with reverts("NotRecoverable", lot, HYDROXIDE):
        recover([lot])


def test_scrap_and_retired_products_are_recovered_apart(recover, make_lot, recycler):
    scrap = make_lot("scrap", recycler, material=SCRAP)
    retired = make_lot("retired", recycler, material=RETIRED)
    first, second = sorted((scrap, retired), key=number)
    materials = {scrap: SCRAP, retired: RETIRED}
    with reverts("MaterialMismatch", second, materials[first], materials[second]):
        recover([scrap, retired])


def test_retired_products_become_scrap(recover, lot_book, make_lot, recycler):
    recover([make_lot("r", recycler, material=RETIRED)], [output("black mass", material=SCRAP)])
    assert made(lot_book, "black mass")[11] == SCRAP


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


# --- writing off


def test_write_off(runs, lot_book, lots, refiner):
    (lot,) = lots(1, batch=batch("b"))
    tx = runs.writeOff(lot, word("spilt"), {"from": refiner})
    emitted(tx, "LotWrittenOff", lot=lot, account=refiner, sequence=2, reason=word("spilt"))
    assert lot_book.lotOf(lot)[1] == WRITTEN_OFF
    assert lot_book.batchSize(batch("b")) == 0
    with reverts("LotNotFree", lot, WRITTEN_OFF, 0):
        runs.writeOff(lot, word("again"), {"from": refiner})


def test_only_the_holder_writes_off(runs, lots, miner, refiner):
    (lot,) = lots(1)
    with reverts("NotHolder", lot, miner, refiner):
        runs.writeOff(lot, word("reason"), {"from": miner})


# --- ctx


def test_ctx_changes_with_every_part_of_the_request(runs, refiner, miner):
    a, b = sorted((field_word("a in"), field_word("b in")), key=number)
    outputs = [output("x"), output("y")]

    def request(kind=REBOOK, inputs=(a,), outputs=outputs, **changes):
        boxes = changes.pop("sealed", [sealed("one"), sealed("two")])
        return run_request(kind, list(inputs), outputs, sealed=boxes, **changes)

    requests = [
        request(),
        request(kind=RECOVER),
        request(event=word("event")),
        request(inputs=(b,)),
        request(inputs=(a, b)),
        request(outputs=outputs[::-1]),
        request(outputs=[output("x", 2), output("y")]),
        request(outputs=[output("x", 1, SULPHATE), output("y")]),
        request(model=MASS_BALANCE),
        request(sealed=[sealed("two"), sealed("one")]),
        request(outputs=[*outputs, output("z")]),
    ]
    found = [runs.ctxOf(refiner, each) for each in requests]
    found.append(runs.ctxOf(miner, request()))
    assert len(set(found)) == len(found)
    assert runs.ctxOf(refiner, request(proof=((1,) * 8,))) == found[0]


def test_ctx_of_what_fits_no_circuit(runs, refiner):
    with reverts("SlotCount", 0, 1):
        runs.ctxOf(refiner, run_request(REBOOK, [], [output("a")]))


def test_rule_without_inputs(runs):
    assert runs.ruleOf(run_request(REBOOK, [], [])) == SEGREGATED_BITS | ALL_GATES
