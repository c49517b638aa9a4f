"""Custody: an offer is accepted, rejected or cancelled, that very one, in time."""

import pytest

from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    HELD,
    HOUR,
    LONG_AGO,
    RECEIVED,
    sealed,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

NOBODY = "0x" + "0" * 40
REASON = spoken("reason")


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


# --- accepting


def test_accept(custody, state_of, offered, miner, refiner):
    tx = custody.accept(offered, 2, {"from": refiner})
    emitted(tx, "LotAccepted", **{"lot": offered, "from": miner, "to": refiner, "sequence": 3})
    assert state_of(offered) == (plain(refiner), ACTIVE, 3, 0)
    assert plain(custody.offerOf(offered)) == (NOBODY, 0, 0)


def test_another_group_has_it_since_then(custody, lot_of, offered, refiner):
    at = custody.accept(offered, 2, {"from": refiner}).timestamp
    assert lot_of(offered)["held_since"] == -(-at // HOUR) * HOUR


def test_a_sister_has_it_as_long_as_the_holder_before(
    custody, members, lot_of, lot, miner, governor, accounts, expiry
):
    identity = (word("sister"), PEOPLE["miner"].group, Role.TRADER, word("profile"))
    members.register(*identity, accounts[31], word("viewing key"), {"from": governor})
    before = lot_of(lot)["held_since"]
    custody.offer(lot, accounts[31], expiry, sealed("box"), {"from": miner})
    custody.accept(lot, 2, {"from": accounts[31]})
    assert lot_of(lot)["held_since"] == before == LONG_AGO


def test_many_hands_give_at_once(custody, lot_of, make_lot, miner, cooperative, refiner, expiry):
    """Each lot is held since its own acceptance, whoever gave it."""
    lots = [make_lot(str(index), who) for index, who in enumerate((miner, cooperative, miner))]
    for lot, who in zip(lots, (miner, cooperative, miner), strict=True):
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": who})
    at = custody.acceptMany(lots, [2, 2, 2], {"from": refiner}).timestamp
    assert {lot_of(lot)["held_since"] for lot in lots} == {-(-at // HOUR) * HOUR}
    assert {lot_of(lot)["account"] for lot in lots} == {plain(refiner)}


def test_accepted_by_another(custody, offered, refiner, cell_maker):
    with reverts("OfferOfAnother", offered, refiner, cell_maker):
        custody.accept(offered, 2, {"from": cell_maker})


def test_accepted_twice(custody, offered, refiner):
    custody.accept(offered, 2, {"from": refiner})
    with reverts("NotOffered", offered):
        custody.accept(offered, 2, {"from": refiner})


def test_accepted_without_an_offer(custody, lot, refiner):
    with reverts("NotOffered", lot):
        custody.accept(lot, 1, {"from": refiner})


@pytest.mark.parametrize("named", [0, 1, 3])
def test_acceptance_names_the_offer(custody, offered, refiner, named):
    with reverts("OfferSuperseded", offered, 2, named):
        custody.accept(offered, named, {"from": refiner})


def test_a_swapped_offer_is_not_accepted(custody, offered, miner, refiner, expiry):
    """The sender withdraws and offers again, with another box, before the receiver's acceptance."""
    custody.cancel([offered], {"from": miner})
    custody.offer(offered, refiner, expiry, sealed("other box"), {"from": miner})
    with reverts("OfferSuperseded", offered, 4, 2):
        custody.accept(offered, 2, {"from": refiner})


def test_a_lapsed_offer_is_not_accepted(custody, offered, refiner, expiry):
    pass_time(expiry)
    with reverts_with_time("OfferExpired", offered, expiry):
        custody.accept(offered, 2, {"from": refiner})


def test_a_hold_voids_the_offer(custody, lot_book, offered, refiner, governor, now):
    lot_book.setState(offered, HELD, now + 10, {"from": governor})
    with reverts("NotOffered", offered):
        custody.accept(offered, 2, {"from": refiner})


def test_sender_does_not_accept_his_own_offer(custody, offered, miner, refiner):
    with reverts("OfferOfAnother", offered, refiner, miner):
        custody.accept(offered, 2, {"from": miner})


# --- rejecting and cancelling


def test_reject(custody, state_of, offered, miner, refiner):
    tx = custody.reject([offered], REASON, {"from": refiner})
    emitted(
        tx, "LotRejected", **{"lot": offered, "from": miner, "to": refiner, "sequence": 3},
        reason=REASON,
    )  # fmt: skip
    assert state_of(offered) == (plain(miner), ACTIVE, 3, 0)
    with reverts("NotOffered", offered):
        custody.accept(offered, 2, {"from": refiner})


def test_cancel(custody, state_of, offered, miner, refiner):
    tx = custody.cancel([offered], {"from": miner})
    emitted(tx, "OfferCancelled", **{"lot": offered, "from": miner, "to": refiner, "sequence": 3})
    assert state_of(offered) == (plain(miner), ACTIVE, 3, 0)
    with reverts("NotOffered", offered):
        custody.accept(offered, 2, {"from": refiner})


def test_only_the_receiver_rejects(custody, offered, miner, refiner):
    with reverts("OfferOfAnother", offered, refiner, miner):
        custody.reject([offered], REASON, {"from": miner})


def test_only_the_sender_cancels(custody, offered, miner, refiner):
    with reverts("NotHolder", offered, refiner, miner):
        custody.cancel([offered], {"from": refiner})


@pytest.mark.parametrize("name", ["reject", "cancel", "dispute"])
def test_nothing_offered_nothing_to_answer(custody, lot, miner, refiner, expiry, name):
    with reverts("NotOffered", lot):
        calls(custody, lot, refiner, expiry)[name]({"from": miner})


@pytest.mark.parametrize("name", ["reject", "cancel", "dispute"])
def test_a_lapsed_offer_needs_no_answer(custody, offered, miner, refiner, expiry, name):
    pass_time(expiry)
    who = miner if name == "cancel" else refiner
    with reverts_with_time("OfferExpired", offered, expiry):
        calls(custody, offered, refiner, expiry)[name]({"from": who})


@pytest.mark.parametrize("name", ["reject", "cancel", "dispute"])
def test_a_voided_offer_is_not_answered(
    custody, lot_book, offered, miner, refiner, governor, expiry, name
):
    lot_book.setState(offered, HELD, expiry, {"from": governor})
    who = miner if name == "cancel" else refiner
    with reverts("NotOffered", offered):
        calls(custody, offered, refiner, expiry)[name]({"from": who})


def test_many_are_rejected_and_cancelled_at_once(custody, make_lot, miner, refiner, expiry):
    lots = [make_lot(name, miner) for name in "abcd"]
    boxes = [sealed(lot) for lot in lots]
    custody.offerMany(lots, refiner, expiry, boxes, {"from": miner})
    rejected = custody.reject(lots[:2], REASON, {"from": refiner})
    cancelled = custody.cancel(lots[2:], {"from": miner})
    assert [e["lot"] for e in emitted_many(rejected, "LotRejected")] == lots[:2]
    assert [e["lot"] for e in emitted_many(cancelled, "OfferCancelled")] == lots[2:]
