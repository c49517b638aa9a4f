"""Origins: a lot is born once from a standing birth, by the operator of its site."""

import pytest

from tests.contracts.conftest import COBALT, DAY, LUALABA, MINE, RECYCLING_PLANT, REFINERY
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    BIRTH,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    NICKEL,
    PACK,
    PROCESSING,
    RETIRED,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    birth,
    field_word,
    number,
    sealed,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

LOT = field_word("lot")
COBALT_TAG = 1 | 1 << 8 | 1 << 16 | COBALT << 32
IRMA = 2
CAHRA_BIT = 1 << 5


@pytest.fixture
def event(stand):
    return stand()


def signals(origins, account, request, gates):
    ctx = origins.ctxOf(account, request)
    return (ctx, COBALT_TAG, number(field_word("event")), number(request[1]), gates)


def test_birth(origins, lot_book, attestations, event, miner, now):
    request = birth(event, LOT, model=MASS_BALANCE)
    tx = origins.birth(request, {"from": miner})
    born = plain(lot_book.lotOf(LOT))
    assert born == (
        plain(miner), ACTIVE, 0, 1, 0, MASS_BALANCE, 1, tx.timestamp, now - DAY, COBALT, 1,
        HYDROXIDE, born[12],
    )  # fmt: skip
    assert (born[12] % 4, lot_book.batchSize(born[12])) == (0, 1)
    assert lot_book.birthplaceOf(LOT) == LUALABA
    assert attestations.standingOf(event)[10]
    emitted(
        tx, "LotBorn", lot=LOT, account=miner, eventId=event, gates=CAHRA_BIT, count=1,
        material=HYDROXIDE, element=COBALT, model=MASS_BALANCE, batch=born[12], time=now - DAY,
        publicSignals=signals(origins, miner.address, request, CAHRA_BIT), proof=request[6],
        sealedToOwner=sealed(LOT),
    )  # fmt: skip


def test_gates_are_those_of_the_event(
    origins, certificates, certifier, determine, event, miner, now
):
    determine(now - 3 * DAY, now)
    validity = (now - 3 * DAY, now + DAY)
    certificates.issue(word("c"), MINE, IRMA, 0, *validity, word("document"), {"from": certifier})
    tx = origins.birth(birth(event, LOT), {"from": miner})
    assert tx.events["LotBorn"]["gates"] == 1  # both were recorded within the window


def test_gate_of_a_certificate_recorded_in_time(
    origins, certificates, certifier, stand, miner, now
):
    validity = (now - DAY, now + DAY)
    certificates.issue(word("c"), MINE, IRMA, 0, *validity, word("document"), {"from": certifier})
    end = wait(100)
    event = stand(**{"from": end - 20, "to": end})
    tx = origins.birth(birth(event, LOT), {"from": miner})
    assert tx.events["LotBorn"]["gates"] == CAHRA_BIT | 1


def test_a_birth_at_an_undetermined_place_counts_as_cahra(origins, event, miner):
    tx = origins.birth(birth(event, LOT), {"from": miner})
    assert tx.events["LotBorn"]["gates"] == CAHRA_BIT


def test_lots_of_one_document_are_one_batch(origins, lot_book, stand, miner):
    cobalt, nickel = field_word("cobalt"), field_word("nickel")
    origins.birth(birth(stand(), cobalt), {"from": miner})
    origins.birth(birth(stand(element=NICKEL), nickel), {"from": miner})
    other = field_word("other")
    origins.birth(birth(stand(document=word("other document")), other), {"from": miner})
    batches = [lot_book.lotOf(lot)[12] for lot in (cobalt, nickel, other)]
    assert batches[0] == batches[1] != batches[2]
    assert lot_book.batchSize(batches[0]) == 2


def test_the_same_document_of_another_site_is_another_batch(
    origins, lot_book, stand, miner, refiner
):
    mine, refinery = field_word("mine"), field_word("refinery")
    origins.birth(birth(stand(), mine), {"from": miner})
    request = birth(stand(site=REFINERY), refinery, material=SULPHATE)
    origins.birth(request, {"from": refiner})
    assert lot_book.lotOf(mine)[12] != lot_book.lotOf(refinery)[12]


def test_proof_refused(origins, answering, event, miner):
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + b"origin".ljust(32, b"\0").hex()):
        origins.birth(birth(event, LOT), {"from": miner})


def test_refused_birth_changes_nothing(origins, answering, attestations, lot_book, event, miner):
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + b"origin".ljust(32, b"\0").hex()):
        origins.birth(birth(event, LOT), {"from": miner})
    assert not attestations.standingOf(event)[10]
    assert lot_book.lotOf(LOT)[1] == 0


# --- who


def test_operators_only(origins, members, event, auditor, stranger, miner, governor):
    with reverts("NotActive", stranger):
        origins.birth(birth(event, LOT), {"from": stranger})
    with reverts("RoleMissing", auditor, Role.OPERATOR, Role.AUDITOR):
        origins.birth(birth(event, LOT), {"from": auditor})
    members.suspend(PEOPLE["miner"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", miner):
        origins.birth(birth(event, LOT), {"from": miner})


def test_operator_of_that_site(origins, event, refiner):
    with reverts("NotOperator", MINE, PEOPLE["refiner"].organisation):
        origins.birth(birth(event, LOT), {"from": refiner})


def test_closed_site(origins, sites, event, miner, governor):
    sites.close(MINE, {"from": governor})
    with reverts("SiteInactive", MINE):
        origins.birth(birth(event, LOT), {"from": miner})


# --- what


def test_event_stands(origins, miner):
    with reverts("NotStanding", word("unknown")):
        origins.birth(birth(word("unknown"), LOT), {"from": miner})


def test_event_is_a_birth(origins, stand, miner):
    event = stand(PROCESSING)
    with reverts("EventKindMismatch", event, BIRTH, PROCESSING):
        origins.birth(birth(event, LOT), {"from": miner})


def test_event_is_used_once(origins, event, miner):
    origins.birth(birth(event, LOT), {"from": miner})
    with reverts("AlreadyUsed", event):
        origins.birth(birth(event, field_word("other")), {"from": miner})


def test_lot_is_new(origins, stand, miner):
    origins.birth(birth(stand(), LOT), {"from": miner})
    with reverts("LotExists", LOT):
        origins.birth(birth(stand(), LOT), {"from": miner})


def test_lot_is_not_empty(origins, event, miner):
    with reverts("LotEmptyId"):
        origins.birth(birth(event, "0x" + "0" * 64), {"from": miner})


def test_site_makes_the_material(origins, event, miner):
    with reverts("MaterialNotAtSite", MINE, SULPHATE):
        origins.birth(birth(event, LOT, material=SULPHATE), {"from": miner})


@pytest.mark.parametrize("material", [SCRAP, RETIRED])
def test_scrap_is_not_born(origins, stand, recycler, material):
    event = stand(site=RECYCLING_PLANT)
    with reverts("MaterialNotBorn", material):
        origins.birth(birth(event, LOT, material=material), {"from": recycler})


@pytest.mark.parametrize(("material", "count"), [(HYDROXIDE, 0), (HYDROXIDE, 2), (PACK, 0)])
def test_only_units_are_counted(origins, event, miner, material, count):
    with reverts("CountInvalid", count):
        origins.birth(birth(event, LOT, material=material, count=count), {"from": miner})


# --- ctx


def test_ctx_changes_with_every_part_of_the_request(origins, event, miner, refiner):
    base = birth(event, LOT)
    requests = [
        base,
        birth(word("other"), LOT),
        birth(event, field_word("other"), sealed=sealed(LOT)),
        birth(event, LOT, count=2),
        birth(event, LOT, material=SULPHATE),
        birth(event, LOT, model=IDENTITY_PRESERVED),
        birth(event, LOT, sealed=sealed("other")),
    ]
    assert base[4] == SEGREGATED
    found = [origins.ctxOf(miner, request) for request in requests]
    found.append(origins.ctxOf(refiner, base))
    assert len(set(found)) == len(found)
    assert all(ctx < 2**248 for ctx in found)
    assert origins.ctxOf(miner, birth(event, LOT, proof=((1,) * 8,))) == found[0]
