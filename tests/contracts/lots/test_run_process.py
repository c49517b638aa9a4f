"""Processing: under which event, by which rule, by whom. Proofs: tests/contracts/lots/proven."""

import pytest

from tests.contracts.conftest import CHAIN_OF_CUSTODY, COBALT, DAY, REFINERY
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    BLENDED,
    CHARGE,
    CONSUMED,
    HELD,
    IDENTITY_PRESERVED,
    LOSS,
    MASS_BALANCE,
    NAMED,
    NICKEL,
    NO_PROOF,
    NONE,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECOVER,
    REWORK,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    WITHOUT_END,
    field_word,
    in_order,
    number,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    BAND,
    COBALT_TAG,
    PROPORTIONAL,
    SCRAP_AT,
    SEGREGATED_BITS,
    UNGATED,
    counts,
    lots_made,
    made,
    signals_of,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, emitted_many, plain

MODELS = (IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE)


@pytest.fixture
def apart(certificates, certifier, now):
    """The refinery is certified to keep metal apart; waits until that counts."""
    validity = (now - DAY, now + 300 * DAY)
    certificate = (word("apart"), REFINERY, CHAIN_OF_CUSTODY, 0, *validity, word("document"))
    certificates.issue(*certificate, {"from": certifier})


# --- processing


def hash_of_boxes(request, web3):
    """As ctx is bound to them."""
    hashes = (web3.keccak(hexstr=box) for box in request[6])
    return plain(web3.keccak(b"".join(hashes)))


def test_process(runs, lot_book, lots, stand, refiner, now, web3):
    inputs = lots(2, time=now - 5 * DAY)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    outputs = [output("sulphate", material=SULPHATE), output("scrap", material=SCRAP)]
    request = run_request(PROCESS, inputs, outputs, event=event, model=MASS_BALANCE)
    ctx, rule = runs.ctxOf(refiner, request), runs.ruleOf(request)
    tx = runs.run(request, {"from": refiner})

    codec = web3.codec.encode(
        ["uint256", "address", "bytes32"],
        [web3.eth.chain_id, runs.address, bytes.fromhex(outputs[0][0][2:])],
    )
    run_id = plain(web3.keccak(codec))
    assert plain(tx.return_value) == run_id
    ids = [number(lot) for lot in in_order(inputs)]
    signals = (
        1, ctx, COBALT_TAG, number(field_word("event")), rule,
        *ids, 0, 0, *(number(made[0]) for made in outputs), 0, 0,
    )  # fmt: skip
    emitted(
        tx, "RunRecorded", runId=run_id, account=refiner, eventId=event, kind=PROCESS,
        model=MASS_BALANCE, inBand=True, publicSignals=signals, proof=NO_PROOF,
        holder=refiner, inputs=in_order(inputs), outputs=tuple(outputs),
        made=emitted_many(tx, "LotMade")[0]["made"], boxes=hash_of_boxes(request, web3),
    )  # fmt: skip
    consumed = emitted_many(tx, "LotConsumed")
    # created, named, consumed
    assert consumed == [{"lot": lot, "runId": run_id, "sequence": 3} for lot in in_order(inputs)]
    assert {lot_book.lotOf(lot)[1] for lot in inputs} == {CONSUMED}
    assert lot_book.isUsed(event)


def test_what_a_process_makes(process, lot_book, lots, refiner, now):
    """Lots of the document's root, each with its index, held since the end of the event."""
    names = ("sulphate", "scrap")
    outputs = [output(names[0], material=SULPHATE), output(names[1], material=SCRAP)]
    tx = process(lots(1), outputs)
    held_since = -(-(now - DAY) // 3_600) * 3_600
    root = made(lot_book, "sulphate")["root"]
    for index, (said, (lot, _, material)) in enumerate(zip(lots_made(tx), outputs, strict=True)):
        assert made(lot_book, names[index]) == {
            "account": plain(refiner), "state": ACTIVE, "revision": 0, "sequence": 1, "until": 0,
            "held_since": held_since, "model": MASS_BALANCE, "count": 1, "born_at": tx.timestamp,
            "time": now - DAY, "element": COBALT, "schema": 2, "format": 2, "material": material,
            "root": root, "index": index, "mixed": False, "charge": False, "reworked": False,
            "young": False, "oldest": now - DAY,
        }  # fmt: skip
        assert said == {
            "count": 1, "material": material, "element": COBALT, "model": MASS_BALANCE,
            "root": root, "index": index, "mixed": False, "charge": False, "reworked": False,
            "time": now - DAY, "held_since": held_since, "held": False, "young": False,
        }  # fmt: skip
        assert plain(tx.events["LotMade"][index]["sealedToOwner"]) == sealed(lot)


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 2), (3, 1), (1, 3), (4, 4)])
def test_every_run_with_an_event_is_proven_in_the_large_circuit(process, lots, inputs, outputs):
    given = lots(inputs)
    made = [output(f"output {index}", material=SULPHATE) for index in range(outputs)]
    signals = signals_of(process(given, made))
    ids = [number(lot) for lot in in_order(given)]
    assert list(signals["in"]) == ids + [0] * (4 - inputs)
    assert list(signals["out"]) == [number(lot[0]) for lot in made] + [0] * (4 - outputs)


def test_inputs_count_with_their_present_commitment(process, lot_book, lots, governor):
    (lot,) = lots(1)
    lot_book.restate(lot, field_word("restated"), {"from": governor})
    assert signals_of(process([lot]))["in"][0] == number(field_word("restated"))


# --- the rule


@pytest.mark.parametrize("model", MODELS)
def test_rule_of_a_process(process, stand, apart, lots, model):
    bits = {0: SEGREGATED_BITS, 1: SEGREGATED_BITS, 2: PROPORTIONAL, 3: 0}[model]
    inputs, end = lots(1, model=IDENTITY_PRESERVED), wait(100)
    interval = {"from": end - 20, "to": end}
    event = stand(PROCESSING, site=REFINERY, inputs=inputs, model=IDENTITY_PRESERVED, **interval)
    tx = process(inputs, event=event, model=model)
    assert signals_of(tx)["rule"] == counts(1) | bits | UNGATED | BAND


def test_rule_tells_scrap(process, lots):
    materials = (SCRAP, SULPHATE, SCRAP)
    outputs = [output(str(index), material=each) for index, each in enumerate(materials)]
    tx = process(lots(1), outputs)
    assert signals_of(tx)["rule"] == counts(1, 1, 1) | UNGATED | BAND | 0b101 << SCRAP_AT


def test_rule_follows_gates_and_band(
    process, runs, sites, certificates, certifier, lots, stand, governor, now
):
    validity = (now - DAY, now + DAY)
    certificates.issue(word("c"), REFINERY, 8, 0, *validity, word("document"), {"from": certifier})
    sites.setBand(REFINERY, 1, 20, 1_000_000, 30, {"from": governor})
    inputs, end = lots(1), wait(100)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs, **{"from": end - 20, "to": end})
    outputs = [output("s", material=SULPHATE)]
    request = run_request(PROCESS, inputs, outputs, event=event, model=MASS_BALANCE)
    expected = counts(1) | ALL_GATES | 1 << 147 | 20 << 167 | 1_000_000 << 187 | 30 << 207
    assert runs.ruleOf(request) == expected
    assert signals_of(process(inputs, event=event))["rule"] == expected


def test_outside_the_band_outputs_are_born_held(process, lot_book, lots):
    tx = process(lots(1), in_band=False)
    found = made(lot_book, "sulphate")
    assert (found["state"], found["until"]) == (HELD, WITHOUT_END)
    assert lots_made(tx)[0]["held"]
    assert signals_of(tx)["inBand"] == 0


# --- roots


def test_runs_of_one_document_are_of_one_root(process, lot_book, make_lot, stand, refiner):
    roots = {}
    for element in (COBALT, NICKEL):
        lot = make_lot(str(element), refiner, element=element)
        names = [f"{element} {index}" for index in range(2)]
        said = {"element": element, "elements": [COBALT, NICKEL], "sequence": 900}
        event = stand(PROCESSING, site=REFINERY, inputs=[lot], **said)
        process([lot], [output(name, material=SULPHATE) for name in names], event=event)
        roots[element] = [made(lot_book, name) for name in names]
    found = [lot for both in roots.values() for lot in both]
    assert len({lot["root"] for lot in found}) == 1
    assert [lot["index"] for lot in found] == [0, 1, 0, 1]


def test_runs_of_two_documents_are_of_two_roots(process, lot_book, make_lot, refiner):
    for name in ("one", "two"):
        process([make_lot(f"{name} in", refiner)], [output(name, material=SULPHATE)])
    assert made(lot_book, "one")["root"] != made(lot_book, "two")["root"]


# --- proofs decide


def test_proof_refused(process, answering, lot_book, stand, lots):
    answering.setAnswer(False)
    inputs = lots(2)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    with reverts("ProofRefused", "0x" + b"run4".ljust(32, b"\0").hex()):
        process(inputs, event=event)
    assert not lot_book.isUsed(event)
    assert {lot_book.lotOf(lot)[1] for lot in inputs} == {NAMED}
    assert made(lot_book, "sulphate")["state"] == NONE


@pytest.mark.parametrize(("size", "circuit"), [(2, b"rebook2"), (3, b"run4")])
def test_proof_of_a_rebook_refused(rebook, answering, lots, size, circuit):
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + circuit.ljust(32, b"\0").hex()):
        rebook(lots(size))


# --- who


def test_operators_act_at_sites(runs, members, lots, auditor, stranger, refiner, governor):
    (lot,) = lots(1)
    for kind in (PROCESS, RECOVER, REWORK, LOSS):
        request = run_request(kind, [lot], [output("a")])
        with reverts("RoleMissing", auditor, Role.OPERATOR, Role.AUDITOR):
            runs.run(request, {"from": auditor})
        with reverts("NotActive", stranger):
            runs.run(request, {"from": stranger})
    members.suspend(PEOPLE["refiner"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", refiner):
        runs.run(request, {"from": refiner})


@pytest.mark.parametrize("kind", [REBOOK, CHARGE])
def test_traders_book_on_paper(runs, lots, auditor, kind):
    with reverts("RoleMissing", auditor, Role.TRADER, Role.AUDITOR):
        runs.run(run_request(kind, lots(1), [output("a")]), {"from": auditor})


def test_no_kind_is_no_run(runs, lots, refiner):
    with reverts("RunKindInvalid", 0):
        runs.run(run_request(0, lots(1), [output("a")]), {"from": refiner})


def test_site_is_the_operators(process, lots, stand, cathode_maker):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    with reverts("NotOperator", REFINERY, PEOPLE["cathode_maker"].organisation):
        process(inputs, event=event, who=cathode_maker)


def test_site_is_open(process, sites, lots, stand, governor):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    sites.close(REFINERY, {"from": governor})
    with reverts("SiteInactive", REFINERY):
        process(inputs, event=event)
