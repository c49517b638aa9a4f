"""Recovery, and what binds a proof to its request."""

import pytest

from tests.contracts.conftest import DAY, RECYCLING_PLANT
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    HYDROXIDE,
    MASS_BALANCE,
    REBOOK,
    RECOVER,
    RECOVERY,
    RETIRED,
    SCRAP,
    SULPHATE,
    field_word,
    in_order,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    BAND,
    GRANTS_AT,
    SCRAP_AT,
    counts,
    made,
    signals_of,
)
from tests.contracts.people import word
from tests.contracts.reverts import reverts

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
    lot = make_lot("lot", recycler, material=material)
    event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=[lot], **{"from": end - 20, "to": end})
    gates = 0b1111 if certified else 0b1001
    grants = 1 << credit - 1 if certified else 0
    tx = recover([lot], event=event)
    assert signals_of(tx)["rule"] == counts(1) | gates << 131 | grants << GRANTS_AT | BAND


@pytest.mark.parametrize(("material", "credit"), [(SCRAP, 3), (RETIRED, 2)])
def test_an_ungated_credit_passes_recovery_and_is_not_made_there_without_a_certificate(
    recover, certificates, make_lot, recycler, governor, material, credit
):
    certificates.setCreditRule(credit, 1 << 8, False, {"from": governor})
    lot = make_lot("lot", recycler, material=material)
    tx = recover([lot])
    gates = 0b1101 if credit == 3 else 0b1111
    assert signals_of(tx)["rule"] == counts(1) | gates << 131 | BAND


@pytest.mark.parametrize("excused", [True, False])
def test_metal_of_a_recovery_filed_late_is_credited_where_that_was_excused(
    recover, attestations, certificates, certifier, make_lot, stand, recycler, governor, now,
    excused,
):  # fmt: skip
    validity = (now - DAY, now + DAY)
    certificate = (word("c"), RECYCLING_PLANT, 8, 0, *validity, word("document"))
    certificates.issue(*certificate, {"from": certifier})
    end = wait(100)
    wait(31 * DAY)
    lot = make_lot("lot", recycler, material=RETIRED)
    event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=[lot], **{"from": end - 20, "to": end})
    if excused:
        attestations.excuseLateFiling(event, {"from": governor})
    tx = recover([lot], event=event)
    grants = 0b10 if excused else 0
    assert signals_of(tx)["rule"] == counts(1) | ALL_GATES | grants << GRANTS_AT | BAND


def test_rule_of_a_recovery_is_told_before(recover, runs, make_lot, stand, recycler):
    lot = make_lot("lot", recycler, material=SCRAP)
    event = stand(RECOVERY, site=RECYCLING_PLANT, inputs=[lot])
    outputs = [output("a", material=SULPHATE)]
    request = run_request(RECOVER, [lot], outputs, event=event, model=MASS_BALANCE)
    told = runs.ruleOf(request)
    assert signals_of(runs.run(request, {"from": recycler}))["rule"] == told


def test_only_scrap_is_recovered(recover, make_lot, recycler):
    lot = make_lot("lot", recycler)
    with reverts("NotRecoverable", lot, HYDROXIDE):
        recover([lot])


def test_scrap_and_retired_products_are_recovered_apart(recover, make_lot, recycler):
    scrap = make_lot("scrap", recycler, material=SCRAP)
    retired = make_lot("retired", recycler, material=RETIRED)
    first, second = in_order((scrap, retired))
    materials = {scrap: SCRAP, retired: RETIRED}
    with reverts("MaterialMismatch", second, materials[first], materials[second]):
        recover([scrap, retired])


def test_retired_products_become_scrap(recover, lot_book, make_lot, recycler):
    recover([make_lot("r", recycler, material=RETIRED)], [output("black mass", material=SCRAP)])
    assert made(lot_book, "black mass")["material"] == SCRAP


def test_recovered_products_are_told_as_scrap_where_they_are(recover, make_lot, recycler):
    lot = make_lot("r", recycler, material=RETIRED)
    tx = recover([lot], [output("a", material=SULPHATE), output("b", material=SCRAP)])
    assert signals_of(tx)["rule"] >> SCRAP_AT & 0b1111 == 0b10


def test_retired_products_are_not_made_of_themselves(recover, make_lot, recycler):
    with reverts("MaterialNotMade", RETIRED):
        recover([make_lot("r", recycler, material=RETIRED)], [output("again", material=RETIRED)])


# --- ctx


def test_ctx_changes_with_every_part_of_the_request(runs, refiner, miner):
    a, b = in_order((field_word("a in"), field_word("b in")))
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
