"""Clocks run on while a group is frozen or the chain is paused: what is missed, and what then.

docs/governance.md has the table: a test for each of its lines that a contract decides.
"""

import pytest

from tests.contracts.conftest import DAY, LABORATORY, MINE, REFINERY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import (
    CONSUMED,
    HOUR,
    MEASUREMENT,
    PROCESSING,
    RECEIVED,
    SETTLE,
    birth,
    field_word,
    output,
    run_request,
    sealed,
    site_event,
)
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts, reverts_with_time

FREEZE, PAUSE = 7 * DAY, 3 * DAY
NAMED_TERM, SETTLEMENT, FILING, FIRST_HOLD = 180 * DAY, 100 * DAY, 30 * DAY, 14 * DAY


@pytest.fixture
def pause(members, governor):
    return lambda: members.pause({"from": governor}).events["Paused"]["until"]


@pytest.fixture
def sell(custody, lot_book, miner, refiner):
    """The miner offers a lot for some days; the refiner accepts it where it is asked to."""

    def offer(lot, days, accepted=False):
        expiry = latest() + days * DAY
        custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
        if accepted:
            custody.accept(lot, lot_book.offerOf(lot)[2], {"from": refiner})
        return expiry

    return offer


@pytest.fixture
def accept(custody, lot_book, refiner):
    return lambda lot: custody.accept(lot, lot_book.offerOf(lot)[2], {"from": refiner})


def test_an_offer_outlasts_the_freeze_of_its_buyer(sell, accept, freeze, lot, refiner):
    sell(lot, 20)
    thaw = freeze("refiner")
    with reverts("SignerFrozen", refiner, thaw):
        accept(lot)
    pass_time(thaw)
    accept(lot)


def test_an_offer_that_ends_meanwhile_is_made_again(sell, accept, freeze, lot):
    expiry, thaw = sell(lot, 5), freeze("refiner")
    pass_time(thaw)
    with reverts_with_time("OfferExpired", lot, expiry):
        accept(lot)
    sell(lot, 5)
    accept(lot)


def test_a_frozen_seller_hands_over_once_it_has_thawed(sell, accept, freeze, lot, miner):
    sell(lot, 20)
    thaw = freeze("miner")
    with reverts("SenderInactive", lot, miner):
        accept(lot)
    pass_time(thaw)
    accept(lot)


@pytest.fixture
def measured(custody, sell, stand, lot, refiner, umpire):
    """A dispute with its approved measurement; the request that settles it, and the approval."""
    sell(lot, 20)
    custody.dispute([lot], RECEIVED, spoken("reason"), {"from": refiner})
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[lot])
    approved = custody.approveSettlement(lot, event, {"from": umpire}).timestamp
    return run_request(SETTLE, [lot], [output("settled")], event=event), approved


def test_a_seller_that_is_frozen_for_its_turn_is_settled_for(
    runs, lot_book, freeze, measured, lot, miner, refiner
):
    """What is booked is the same, whoever carries it out."""
    request, _ = measured
    thaw = freeze("miner")
    with reverts("SignerFrozen", miner, thaw):
        runs.run(request, {"from": miner})
    pass_time(thaw)
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(lot)[1] == CONSUMED


def test_a_settlement_waits_for_the_end_of_a_pause(runs, pause, measured, miner):
    request, approved = measured
    pass_time(approved + SETTLEMENT - PAUSE - DAY)
    until = pause()
    with reverts("PauseInForce", until):
        runs.run(request, {"from": miner})
    pass_time(until)
    runs.run(request, {"from": miner})


def test_an_event_outlasts_the_freeze_of_its_operator(freeze, lots, stand, process, refiner):
    named = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=named)
    thaw = freeze("refiner")
    with reverts("SignerFrozen", refiner, thaw):
        process(named, event=event)
    pass_time(thaw)
    process(named, event=event)


@pytest.mark.parametrize("stopped", ["freeze", "pause"])
def test_an_event_that_lapses_meanwhile_frees_its_lots(
    attestations, lot_book, freeze, pause, lots, stand, process, refiner, stopped
):
    """It lapses by the clock; the site states it anew, under another number."""
    named = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=named)
    end = attestations.standingOf(event)[11] + NAMED_TERM
    pass_time(end - DAY)
    pass_time(freeze("refiner") if stopped == "freeze" else pause())
    with reverts("EventLapsed", event, end):
        process(named, event=event)
    lot_book.requireFree(named[0], refiner)
    process(named)


def test_a_document_that_is_filed_late_for_a_freeze_is_excused(
    attestations, origins, certificates, determine, freeze, nodes, certifier, miner, governor, now
):
    """The operator had 23 days of the 30 at least; the council gives it back what it missed."""
    terms = (word("certificate"), MINE, 1, 27, now - 3 * DAY, now + 300 * DAY)
    certificates.issue(*terms, word("paper"), {"from": certifier})
    determine(now - 3 * DAY, now + 300 * DAY)
    said = site_event(MINE, now - DAY)
    pass_time(now - DAY + FILING - DAY)
    thaw = freeze("miner")
    with reverts("SignerFrozen", miner, thaw):
        attestations.file(MINE, said[1], said[7], {"from": miner})
    pass_time(thaw)
    attestations.file(MINE, said[1], said[7], {"from": miner})
    for node in nodes[:3]:
        attestations.attest(said, {"from": node})
    event = attestations.eventIdOf(MINE, said[1], said[4])
    attestations.excuseLateFiling(event, {"from": governor})
    born = origins.birth(birth(event, field_word("born")), {"from": miner})
    assert born.events["LotBorn"]["gates"] & 1


def test_documents_are_filed_and_attested_in_a_pause(attestations, pause, stand):
    pause()
    assert attestations.standingOf(stand())[11] == latest()


@pytest.mark.parametrize("stopped", ["freeze", "pause"])
def test_a_hold_ends_by_the_clock(
    holds, custody, freeze, pause, sell, lot, of_lot, observer, stopped
):
    """No freeze of the holder lengthens it, and no pause."""
    held = holds.hold(*of_lot, spoken("why"), {"from": observer}).timestamp
    if stopped == "freeze":
        freeze("miner")
    else:
        pause()
    pass_time(held + FIRST_HOLD)
    sell(lot, 5, accepted=True)


def test_goods_that_a_frozen_buyer_could_not_accept(
    settings_contract, sell, accept, freeze, stand, process, lot, governor
):
    """They count as fed 72 h after the work at the latest; the council may let 14 days pass."""
    sell(lot, 20)
    thaw = freeze("refiner")
    end = latest()
    pass_time(thaw)
    since = -(-accept(lot).timestamp // HOUR) * HOUR
    event = stand(PROCESSING, site=REFINERY, inputs=[lot], to=end, **{"from": end - DAY})
    with reverts("HeldTooLate", lot, since, end + 3 * DAY):
        process([lot], event=event)
    settings_contract.setGrace(14 * DAY, {"from": governor})
    process([lot], event=event)
