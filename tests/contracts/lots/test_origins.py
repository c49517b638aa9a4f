"""Origins: a lot is born once from a standing birth, by the operator of its site."""

import pytest

from tests.contracts.conftest import COBALT, DAY, LUALABA, MINE, RECYCLING_PLANT, REFINERY
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    BIRTH,
    HOUR,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    NICKEL,
    OUTSIDE,
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
from tests.contracts.lots.running import made
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

LOT = field_word("lot")
COBALT_TAG = 1 | 2 << 8 | 2 << 16 | COBALT << 32
IRMA = 2
CAHRA_BIT = 1 << 4


@pytest.fixture
def event(stand):
    return stand()


def signals(origins, account, request, gates):
    ctx, rule = origins.ctxOf(account, request), request[2] | gates << 32
    return (ctx, COBALT_TAG, number(field_word("event")), number(request[1]), rule)


def test_birth(origins, lot_book, event, miner, now):
    request = birth(event, LOT, model=MASS_BALANCE)
    tx = origins.birth(request, {"from": miner})
    born = made(lot_book, "lot")
    assert born == {
        "account": plain(miner), "state": ACTIVE, "revision": 0, "sequence": 1, "until": 0,
        "held_since": -(-(now - DAY) // HOUR) * HOUR, "model": MASS_BALANCE, "count": 1,
        "born_at": tx.timestamp, "time": now - DAY, "element": COBALT, "schema": 2, "format": 2,
        "material": HYDROXIDE, "root": 1, "index": 0, "mixed": False, "charge": False,
        "reworked": False, "young": False, "oldest": now - DAY,
    }  # fmt: skip
    assert lot_book.birthplaceOf(LOT) == LUALABA
    assert lot_book.isUsed(event)
    emitted(
        tx, "LotBorn", lot=LOT, account=miner, eventId=event, gates=CAHRA_BIT, count=1,
        material=HYDROXIDE, element=COBALT, model=MASS_BALANCE, root=1, time=now - DAY,
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


def test_lots_of_one_document_are_of_one_root(origins, lot_book, stand, miner):
    said = {"elements": [COBALT, NICKEL], "sequence": 900}
    origins.birth(birth(stand(**said), field_word("cobalt")), {"from": miner})
    origins.birth(birth(stand(element=NICKEL, **said), field_word("nickel")), {"from": miner})
    origins.birth(birth(stand(), field_word("other")), {"from": miner})
    roots = [made(lot_book, name)["root"] for name in ("cobalt", "nickel", "other")]
    assert roots[0] == roots[1] != roots[2]
    assert lot_book.elementsOf(roots[0]) == 0


def test_the_same_sequence_of_another_site_is_another_root(
    origins, lot_book, stand, miner, refiner
):
    origins.birth(birth(stand(sequence=900), field_word("mine")), {"from": miner})
    event = stand(site=REFINERY, sequence=900)
    origins.birth(birth(event, field_word("refinery"), material=SULPHATE), {"from": refiner})
    assert made(lot_book, "mine")["root"] != made(lot_book, "refinery")["root"]


# --- metal from outside the consortium


def test_outside_metal_is_of_a_cahra_and_bears_no_credit(
    origins, lot_book, certificates, certifier, determine, stand, miner, now
):
    """However good the site is at which it came in."""
    determine(now - 3 * DAY, now)
    validity = (now - 3 * DAY, now + DAY)
    certificates.issue(word("c"), MINE, IRMA, 0, *validity, word("document"), {"from": certifier})
    tx = origins.birth(birth(stand(OUTSIDE), LOT), {"from": miner})
    assert tx.events["LotBorn"]["gates"] == CAHRA_BIT
    assert made(lot_book, "lot")["material"] == HYDROXIDE


def test_any_site_takes_outside_metal_in(origins, lot_book, stand, refiner):
    request = birth(stand(OUTSIDE, site=REFINERY), LOT, material=SULPHATE)
    origins.birth(request, {"from": refiner})
    assert lot_book.holderOf(LOT) == refiner


# --- units


@pytest.fixture
def pack_maker(sites, governor, refiner):
    """A site of the refiner that makes packs; its account, and the site."""
    site = word("pack maker")
    details = (
        sites.operatorOf(REFINERY),
        sites.placeOf(REFINERY),
        7,
        5_000,
        0,
        40_000,
        0,
        False,
        0,
    )
    sites.register(
        site, (*details, word("capacity"), [COBALT], [SULPHATE, PACK], False), {"from": governor}
    )
    return refiner, site


def test_units_are_born_as_counted(origins, lot_book, stand, pack_maker):
    maker, site = pack_maker
    event = stand(OUTSIDE, site=site, unit_material=PACK)
    tx = origins.birth(birth(event, LOT, material=PACK, count=96), {"from": maker})
    assert plain(tx.events["LotBorn"]["publicSignals"])[4] == 96 | CAHRA_BIT << 32
    lot = made(lot_book, "lot")
    assert lot["count"] == 96
    assert lot_book.elementsOf(lot["root"]) == 1 << COBALT


@pytest.mark.parametrize(
    ("attested", "material", "in_units"), [(0, PACK, PACK), (PACK, SULPHATE, 0), (8, PACK, PACK)]
)
def test_the_event_counts_the_units_of_what_is_born(
    origins, stand, pack_maker, attested, material, in_units
):
    maker, site = pack_maker
    event = stand(OUTSIDE, site=site, unit_material=attested)
    with reverts("UnitMaterialMismatch", attested, in_units):
        origins.birth(birth(event, LOT, material=material), {"from": maker})


# --- proofs decide


def test_proof_refused(origins, answering, event, miner):
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + b"origin".ljust(32, b"\0").hex()):
        origins.birth(birth(event, LOT), {"from": miner})


def test_refused_birth_changes_nothing(origins, answering, lot_book, event, miner):
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + b"origin".ljust(32, b"\0").hex()):
        origins.birth(birth(event, LOT), {"from": miner})
    assert not lot_book.isUsed(event)
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


def test_event_is_a_birth(origins, stand, make_lot, miner):
    event = stand(PROCESSING, inputs=[make_lot("named", miner)])
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
    event = stand(site=RECYCLING_PLANT, unit_material=RETIRED if material == RETIRED else 0)
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
