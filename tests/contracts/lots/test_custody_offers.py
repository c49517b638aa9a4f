"""Custody: who may offer what to whom, and who may call at all."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CONSUMED,
    HELD,
    OFFERED,
    RECEIVED,
    WITHOUT_END,
    field_word,
    sealed,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

NOBODY = "0x" + "0" * 40
REASON = spoken("reason")


# --- offering


def test_offer(custody, state_of, lot, miner, refiner, expiry):
    tx = custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
    emitted(
        tx, "LotOffered", **{"lot": lot, "from": miner, "to": refiner, "sequence": 2},
        expiry=expiry, sealedToReceiver=sealed("box"),
    )  # fmt: skip
    assert state_of(lot) == (plain(miner), OFFERED, 2, expiry)
    assert plain(custody.offerOf(lot)) == (plain(refiner), 2, expiry)


def test_an_offered_lot_is_not_offered_again(custody, offered, miner, cell_maker, expiry):
    with reverts("LotNotFree", offered, OFFERED, expiry):
        custody.offer(offered, cell_maker, expiry, sealed("box"), {"from": miner})


def test_a_lapsed_offer_gives_way_to_another(
    custody, state_of, offered, miner, refiner, cell_maker, expiry
):
    pass_time(expiry)
    custody.offer(offered, cell_maker, expiry + DAY, sealed("box"), {"from": miner})
    assert state_of(offered) == (plain(miner), OFFERED, 3, expiry + DAY)
    with reverts("OfferOfAnother", offered, cell_maker, refiner):
        custody.accept(offered, 2, {"from": refiner})


def test_only_the_holder_offers(custody, lot, miner, refiner, cell_maker, expiry):
    with reverts("NotHolder", lot, refiner, miner):
        custody.offer(lot, cell_maker, expiry, sealed("box"), {"from": refiner})


def test_bound_lots_are_not_offered(custody, lot_book, lot, miner, refiner, expiry, governor):
    lot_book.setState(lot, HELD, WITHOUT_END, {"from": governor})
    with reverts("LotNotFree", lot, HELD, WITHOUT_END):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


def test_assigned_lots_are_not_offered(custody, lot_book, lot, miner, refiner, expiry, governor):
    lot_book.assign(lot, miner, 1, {"from": governor})
    with reverts("LotNotFree", lot, ASSIGNED, 0):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


def test_ended_and_unknown_lots_are_not_offered(
    custody, lot_book, lot, miner, refiner, expiry, governor
):
    lot_book.take(lot, miner, {"from": governor})
    with reverts("LotNotFree", lot, CONSUMED, 0):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
    with reverts("LotUnknown", word("unknown")):
        custody.offer(word("unknown"), refiner, expiry, sealed("box"), {"from": miner})


def test_offer_needs_time(custody, lot, miner, refiner, now):
    with reverts_with_time("ExpiryInvalid", now):
        custody.offer(lot, refiner, now, sealed("box"), {"from": miner})


def test_offer_to_oneself(custody, lot, miner, expiry):
    with reverts("OfferToSelf", lot):
        custody.offer(lot, miner, expiry, sealed("box"), {"from": miner})


def test_receiver_is_an_active_member(
    custody, members, lot, miner, refiner, stranger, governor, expiry
):
    with reverts("ReceiverInactive", stranger):
        custody.offer(lot, stranger, expiry, sealed("box"), {"from": miner})
    members.suspend(PEOPLE["refiner"].organisation, REASON, {"from": governor})
    with reverts("ReceiverInactive", refiner):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


# --- every entry asks for an active member with the role


def calls(custody, lot, to, expiry):
    box = sealed("box")
    return {
        "offer": lambda who: custody.offer(lot, to, expiry, box, who),
        "offerMany": lambda who: custody.offerMany([lot], to, expiry, [box], who),
        "accept": lambda who: custody.accept(lot, 2, who),
        "acceptMany": lambda who: custody.acceptMany([lot], [2], who),
        "reject": lambda who: custody.reject([lot], REASON, who),
        "cancel": lambda who: custody.cancel([lot], who),
        "dispute": lambda who: custody.dispute([lot], RECEIVED, REASON, who),
        "approveSettlement": lambda who: custody.approveSettlement(lot, word("event"), who),
        "disclose": lambda who: custody.disclose(lot, to, box, who),
    }


NAMES = list(calls(None, None, None, None))


@pytest.mark.parametrize("name", NAMES)
def test_strangers_are_refused(custody, lot, refiner, stranger, expiry, name):
    with reverts("NotActive", stranger):
        calls(custody, lot, refiner, expiry)[name]({"from": stranger})


@pytest.mark.parametrize("name", NAMES)
def test_suspended_members_are_refused(
    custody, members, lot, miner, refiner, governor, expiry, name
):
    members.suspend(PEOPLE["miner"].organisation, REASON, {"from": governor})
    with reverts("NotActive", miner):
        calls(custody, lot, refiner, expiry)[name]({"from": miner})


@pytest.mark.parametrize("name", [name for name in NAMES if name != "disclose"])
def test_role_is_required(custody, lot, refiner, auditor, expiry, name):
    required = Role.UMPIRE if name == "approveSettlement" else Role.TRADER
    with reverts("RoleMissing", auditor, required, Role.AUDITOR):
        calls(custody, lot, refiner, expiry)[name]({"from": auditor})


# --- disclosing


def test_disclose(custody, state_of, lot, miner, auditor):
    tx = custody.disclose(lot, auditor, sealed("box"), {"from": miner})
    emitted(
        tx, "OpeningDisclosed", **{"lot": lot, "from": miner, "to": auditor},
        sealedToReader=sealed("box"),
    )  # fmt: skip
    assert state_of(lot) == (plain(miner), ACTIVE, 1, 0)


def test_disclosure_leaves_the_offer_open(custody, state_of, offered, miner, refiner, auditor):
    for _ in range(2):
        custody.disclose(offered, auditor, sealed("box"), {"from": miner})
    assert state_of(offered)[1:3] == (OFFERED, 2)
    assert custody.offerOf(offered)[1] == 2
    custody.accept(offered, 2, {"from": refiner})
    assert state_of(offered) == (plain(refiner), ACTIVE, 3, 0)


def test_last_holder_discloses_an_ended_lot(custody, lot_book, lot, miner, auditor, governor):
    lot_book.take(lot, miner, {"from": governor})
    tx = custody.disclose(lot, auditor, sealed("box"), {"from": miner})
    assert tx.events["OpeningDisclosed"]["lot"] == lot


def test_only_the_holder_discloses(custody, offered, miner, refiner, auditor):
    with reverts("NotHolder", offered, refiner, miner):
        custody.disclose(offered, auditor, sealed("box"), {"from": refiner})
    unknown = field_word("unknown")
    with reverts("NotHolder", unknown, refiner, NOBODY):
        custody.disclose(unknown, auditor, sealed("box"), {"from": refiner})


def test_readers_are_active_members(custody, lot, miner, stranger):
    with reverts("ReceiverInactive", stranger):
        custody.disclose(lot, stranger, sealed("box"), {"from": miner})


def test_no_settlement_without_a_dispute(custody, offered):
    assert custody.settlementOf(offered)[0] == ZERO_WORD
