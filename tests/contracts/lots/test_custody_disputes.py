"""Disputes and their ways out: accepted, returned, settled, or back after 10 days."""

import pytest

from tests.contracts.conftest import DAY, LABORATORY
from tests.contracts.lots.clock import mine_at, pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    BIRTH,
    DISPUTED,
    MEASUREMENT,
    OFFERED,
    RECEIVED,
    sealed,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

REASON = spoken("30.1 instead of 30.4 %")
DISPUTE_TIME, SETTLEMENT_TIME, OFFER_TIME_AGAIN = 10 * DAY, 100 * DAY, 7 * DAY
NO_SETTLEMENT = (ZERO_WORD, "0x" + "0" * 40, 0, 0)


@pytest.fixture
def lot(make_lot, root, custody, miner, refiner, now):
    """Offered by the miner to the refiner at sequence 2."""
    made = make_lot("lot", miner, root=root)
    custody.offer(made, refiner, now + DAY, sealed("box"), {"from": miner})
    return made


@pytest.fixture
def disputed(custody, lot, refiner):
    custody.dispute([lot], RECEIVED, REASON, {"from": refiner})
    return lot


@pytest.fixture
def measure(stand, disputed):
    """Three nodes attest a measurement of the lot; returns its id."""
    return lambda **changes: stand(
        MEASUREMENT, site=LABORATORY, **{"inputs": [disputed], **changes}
    )


@pytest.fixture
def measurement(measure):
    return measure()


def test_who_disputes_has_weighed(custody, lot, refiner):
    with reverts("ReceivingDocumentMissing"):
        custody.dispute([lot], ZERO_WORD, REASON, {"from": refiner})


def test_dispute(custody, lot_book, lot, miner, refiner):
    tx = custody.dispute([lot], RECEIVED, REASON, {"from": refiner})
    until = tx.timestamp + DISPUTE_TIME
    emitted(
        tx, "LotDisputed", **{"lot": lot, "from": miner, "to": refiner, "sequence": 3},
        until=until, reason=REASON, receivingDocument=RECEIVED,
    )  # fmt: skip
    assert plain(lot_book.lotOf(lot))[1:5] == (DISPUTED, 0, 3, until)
    assert plain(custody.offerOf(lot)) == (plain(refiner), 2, until)


def test_many_are_disputed_at_once(custody, make_lot, miner, refiner, now):
    lots = [make_lot(name, miner) for name in "ab"]
    boxes = [sealed(lot) for lot in lots]
    custody.offerMany(lots, refiner, now + DAY, boxes, {"from": miner})
    tx = custody.dispute(lots, RECEIVED, REASON, {"from": refiner})
    assert [event["lot"] for event in emitted_many(tx, "LotDisputed")] == lots


def test_only_the_receiver_disputes(custody, lot, miner, refiner):
    with reverts("OfferOfAnother", lot, refiner, miner):
        custody.dispute([lot], RECEIVED, REASON, {"from": miner})


def test_disputed_once_an_offer(custody, lot_book, disputed, refiner):
    until = lot_book.lotOf(disputed)[4]
    with reverts("AlreadyDisputed", disputed, until):
        custody.dispute([disputed], RECEIVED, REASON, {"from": refiner})


def test_sender_does_not_take_back_a_disputed_lot(
    custody, lot_book, disputed, miner, cell_maker, now
):
    until = lot_book.lotOf(disputed)[4]
    with reverts("AlreadyDisputed", disputed, until):
        custody.cancel([disputed], {"from": miner})
    with reverts("LotNotFree", disputed, DISPUTED, until):
        custody.offer(disputed, cell_maker, now + DAY, sealed("box"), {"from": miner})


# --- ways out


def test_receiver_takes_it_as_it_is(custody, lot_book, disputed, miner, refiner):
    tx = custody.accept(disputed, 2, {"from": refiner})
    emitted(tx, "LotAccepted", **{"lot": disputed, "from": miner, "to": refiner, "sequence": 4})
    assert plain(lot_book.lotOf(disputed))[:2] == (plain(refiner), ACTIVE)


def test_receiver_returns_it(custody, lot_book, disputed, miner, refiner):
    custody.reject([disputed], REASON, {"from": refiner})
    assert plain(lot_book.lotOf(disputed))[:2] == (plain(miner), ACTIVE)


def test_after_the_offers_expiry_the_dispute_still_runs(custody, disputed, refiner, now):
    pass_time(now + 2 * DAY)
    custody.accept(disputed, 2, {"from": refiner})


def test_after_10_days_it_is_the_senders_again(custody, lot_book, disputed, miner, refiner):
    until = lot_book.lotOf(disputed)[4]
    pass_time(until)
    with reverts_with_time("OfferExpired", disputed, until):
        custody.accept(disputed, 2, {"from": refiner})
    with reverts_with_time("OfferExpired", disputed, until):
        custody.reject([disputed], REASON, {"from": refiner})
    assert plain(custody.settlementOf(disputed)) == NO_SETTLEMENT
    assert lot_book.requireFree(disputed, miner)[0] == miner


def test_an_approved_settlement_keeps_the_dispute_open(
    custody, lot_book, disputed, miner, refiner, umpire, measurement
):
    at = custody.approveSettlement(disputed, measurement, {"from": umpire}).timestamp
    until = at + SETTLEMENT_TIME
    mine_at(until)
    assert custody.settlementOf(disputed)[0] == measurement
    with reverts("LotNotFree", disputed, DISPUTED, until):
        lot_book.requireFree(disputed, miner)
    mine_at(until + 1)
    assert plain(custody.settlementOf(disputed)) == NO_SETTLEMENT
    lot_book.requireFree(disputed, miner)


def test_a_hold_leaves_the_dispute(
    custody, place_hold, disputed, refiner, umpire, measurement, now
):
    """Nobody accepts meanwhile; how much the lot weighs is found all the same."""
    on = place_hold(disputed, now + DAY)
    with reverts("LotOnHold", disputed, *on, now + DAY):
        custody.accept(disputed, 2, {"from": refiner})
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    assert custody.settlementOf(disputed)[0] == measurement


# --- settlement


def test_umpire_approves_a_measurement(custody, lot_book, disputed, umpire, measurement, now):
    before = plain(lot_book.lotOf(disputed))
    tx = custody.approveSettlement(disputed, measurement, {"from": umpire})
    until = tx.timestamp + SETTLEMENT_TIME
    emitted(
        tx, "SettlementApproved", lot=disputed, eventId=measurement, umpire=umpire, sequence=4,
        until=until,
    )  # fmt: skip
    expected = (measurement, plain(umpire), tx.timestamp, now + DAY)
    assert plain(custody.settlementOf(disputed)) == expected
    assert plain(lot_book.lotOf(disputed)) == (*before[:3], 4, until, *before[5:])


def test_a_later_approval_replaces_an_earlier_one(custody, disputed, umpire, measure):
    custody.approveSettlement(disputed, measure(), {"from": umpire})
    again = measure()
    at = custody.approveSettlement(disputed, again, {"from": umpire}).timestamp
    event, _, approved_at, _ = custody.settlementOf(disputed)
    assert (event, approved_at) == (again, at)


def test_receiver_still_answers_after_the_approval(
    custody, disputed, miner, refiner, auditor, umpire, measurement
):
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    custody.disclose(disputed, auditor, sealed("box"), {"from": miner})
    assert custody.settlementOf(disputed)[0] == measurement
    custody.accept(disputed, 2, {"from": refiner})
    assert plain(custody.settlementOf(disputed)) == NO_SETTLEMENT


def test_an_approval_ends_with_its_dispute(
    custody, disputed, miner, refiner, umpire, measurement, now
):
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    custody.reject([disputed], REASON, {"from": refiner})
    assert plain(custody.settlementOf(disputed)) == NO_SETTLEMENT
    custody.offer(disputed, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([disputed], RECEIVED, REASON, {"from": refiner})
    assert custody.settlementOf(disputed)[0] == ZERO_WORD


def test_nothing_disputed_nothing_to_approve(custody, lot, umpire):
    with reverts("NotDisputed", lot):
        custody.approveSettlement(lot, word("measurement"), {"from": umpire})


def test_a_dispute_that_ran_out_is_not_settled(custody, lot_book, disputed, umpire, measurement):
    pass_time(lot_book.lotOf(disputed)[4])
    with reverts("NotDisputed", disputed):
        custody.approveSettlement(disputed, measurement, {"from": umpire})


def test_umpire_belongs_to_neither_party(
    custody, members, governor, accounts, make_lot, miner, refiner, now
):
    """A group that gave up trading, and judges now what it still has to do with."""
    lots = {}
    for name, sender, receiver in (("to", miner, refiner), ("from", refiner, miner)):
        lot = make_lot(name, sender)
        custody.offer(lot, receiver, now + DAY, sealed("box"), {"from": sender})
        custody.dispute([lot], RECEIVED, REASON, {"from": receiver})
        lots[name] = lot
    members.setRoles(PEOPLE["refiner"].organisation, 0, {"from": governor})
    identity = (word("shell"), PEOPLE["refiner"].group, Role.UMPIRE, word("profile"))
    members.register(*identity, accounts[31], word("viewing key"), {"from": governor})
    for lot in lots.values():
        with reverts("UmpireNotIndependent", lot, accounts[31]):
            custody.approveSettlement(lot, word("measurement"), {"from": accounts[31]})


def test_settlement_needs_a_standing_event(custody, disputed, umpire):
    with reverts("NotStanding", word("unknown")):
        custody.approveSettlement(disputed, word("unknown"), {"from": umpire})


def test_settlement_needs_a_measurement(custody, disputed, umpire, stand):
    event = stand(BIRTH)
    with reverts("EventKindMismatch", event, MEASUREMENT, BIRTH):
        custody.approveSettlement(disputed, event, {"from": umpire})


def test_settlement_needs_an_unused_event(
    custody, attestations, lot_book, disputed, umpire, governor, measurement
):
    standing = attestations.standingOf(measurement)
    site, sequence, element = standing[0], standing[5], standing[8]
    lot_book.useEvent(site, sequence, element, {"from": governor})
    with reverts("AlreadyUsed", measurement):
        custody.approveSettlement(disputed, measurement, {"from": umpire})


def test_settlement_measures_this_very_lot(
    custody, disputed, make_lot, stand, miner, refiner, umpire, now
):
    other = make_lot("other", miner)
    custody.offer(other, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([other], RECEIVED, REASON, {"from": refiner})
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[other])
    with reverts("InputsNotNamed", event):
        custody.approveSettlement(disputed, event, {"from": umpire})


# --- the lot is no less than booked


def test_a_dispute_about_nothing_ends_in_the_offer(
    custody, lot_book, disputed, measure, refiner, umpire, stranger, now
):
    measurement = measure(no_output=True)
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    tx = custody.endDispute(disputed, {"from": stranger})
    expiry = tx.timestamp + OFFER_TIME_AGAIN
    emitted(tx, "DisputeEnded", lot=disputed, eventId=measurement, sequence=5, expiry=expiry)
    assert lot_book.isUsed(measurement) is True
    assert plain(lot_book.lotOf(disputed))[1:5] == (OFFERED, 0, 5, expiry)
    assert plain(custody.settlementOf(disputed)) == NO_SETTLEMENT
    with reverts("AlreadyDisputed", disputed, expiry):
        custody.dispute([disputed], RECEIVED, REASON, {"from": refiner})
    custody.accept(disputed, 2, {"from": refiner})
    assert lot_book.holderOf(disputed) == refiner


def test_a_longer_offer_keeps_its_end(
    custody, make_lot, stand, miner, refiner, umpire, stranger, now
):
    lot, expiry = make_lot("long", miner), now + 80 * DAY
    custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, REASON, {"from": refiner})
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[lot], no_output=True)
    custody.approveSettlement(lot, event, {"from": umpire})
    custody.endDispute(lot, {"from": stranger})
    assert plain(custody.offerOf(lot)) == (plain(refiner), 2, expiry)


def test_a_dispute_does_not_end_so_where_metal_is_missing(
    custody, disputed, measurement, umpire, stranger
):
    with reverts("NotSettled", disputed):
        custody.endDispute(disputed, {"from": stranger})
    custody.approveSettlement(disputed, measurement, {"from": umpire})
    with reverts("NotSettled", disputed):
        custody.endDispute(disputed, {"from": stranger})


def test_a_dispute_ends_once(custody, disputed, measure, umpire, stranger):
    custody.approveSettlement(disputed, measure(no_output=True), {"from": umpire})
    custody.endDispute(disputed, {"from": stranger})
    with reverts("NotSettled", disputed):
        custody.endDispute(disputed, {"from": stranger})
