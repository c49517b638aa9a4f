"""Processing: under which event, by which rule, by whom. Proofs: tests/contracts/proven."""

import pytest

from tests.contracts.conftest import (
    COBALT,
    DAY,
    REFINERY,
)
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    BLENDED,
    CONSUMED,
    HELD,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    NICKEL,
    NO_PROOF,
    NONE,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECOVER,
    SCRAP,
    SEGREGATED,
    SETTLE,
    SULPHATE,
    WITHOUT_END,
    field_word,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    BAND,
    COBALT_TAG,
    SEGREGATED_BITS,
    UNGATED,
    made,
    signals_of,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, emitted_many, plain

MODELS = (IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE)


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
    members.suspend(PEOPLE["refiner"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", refiner):
        runs.run(request, {"from": refiner})


def test_traders_rebook_settle_and_write_off(runs, lots, auditor):
    (lot,) = lots(1)
    for kind in (REBOOK, SETTLE):
        with reverts("RoleMissing", auditor, Role.TRADER, Role.AUDITOR):
            runs.run(run_request(kind, [lot], [output("a")]), {"from": auditor})
    with reverts("RoleMissing", auditor, Role.TRADER, Role.AUDITOR):
        runs.writeOff(lot, spoken("reason"), {"from": auditor})


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
