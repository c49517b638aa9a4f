"""An expelled member's offers are accepted for months, and its metal leaves the network's sight.

Goods that were honestly at sea arrive all the same, with the consent of two judges.
"""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import sealed
from tests.contracts.people import PEOPLE, Role, spoken
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted

MINER = PEOPLE["miner"]


@pytest.fixture
def at_sea(custody, members, lot, miner, refiner, governor):
    """Offered at sequence 2, before its sender was suspended."""
    custody.offer(lot, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    members.suspend(MINER.organisation, spoken("reason"), {"from": governor})
    return lot


def test_an_offer_of_an_expelled_sender_is_not_accepted(custody, at_sea, miner, refiner):
    with reverts("SenderInactive", at_sea, miner):
        custody.accept(at_sea, 2, {"from": refiner})
    with reverts("SenderInactive", at_sea, miner):
        custody.acceptMany([at_sea], [2], {"from": refiner})


def test_a_frozen_sender_waits(custody, members, lot, miner, refiner, observer, auditor):
    custody.offer(lot, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    members.freeze(MINER.group, {"from": observer})
    members.freeze(MINER.group, {"from": auditor})
    with reverts("SenderInactive", lot, miner):
        custody.accept(lot, 2, {"from": refiner})
    pass_time(latest() + 7 * DAY + 1)
    custody.accept(lot, 2, {"from": refiner})


def test_two_groups_let_the_goods_arrive(
    custody, lot_book, at_sea, miner, refiner, observer, auditor
):
    first = custody.consentTo(at_sea, {"from": observer})
    emitted(first, "ArrivalConsented", lot=at_sea, by=observer, offer=2, given=False)
    with reverts("ConsentExists", at_sea, PEOPLE["observer"].group):
        custody.consentTo(at_sea, {"from": observer})
    with reverts("SenderInactive", at_sea, miner):
        custody.accept(at_sea, 2, {"from": refiner})
    second = custody.consentTo(at_sea, {"from": auditor})
    emitted(second, "ArrivalConsented", lot=at_sea, by=auditor, offer=2, given=True)
    with reverts("ConsentExists", at_sea, PEOPLE["auditor"].group):
        custody.consentTo(at_sea, {"from": auditor})
    custody.accept(at_sea, 2, {"from": refiner})
    assert lot_book.holderOf(at_sea) == refiner


@pytest.mark.parametrize("party", ["miner", "refiner"])
def test_a_partys_sister_consents_to_nothing(custody, at_sea, sister, party):
    judge = sister(party, 31, Role.RISK)
    with reverts("ConsentNotIndependent", at_sea, PEOPLE[party].group):
        custody.consentTo(at_sea, {"from": judge})


def test_only_judges_consent(custody, at_sea, cell_maker):
    needed = Role.RISK | Role.AUDITOR
    with reverts("RoleMissing", cell_maker, needed, PEOPLE["cell_maker"].roles):
        custody.consentTo(at_sea, {"from": cell_maker})


def test_nobody_consents_beforehand(custody, lot, miner, refiner, observer):
    with reverts("NotOffered", lot):
        custody.consentTo(lot, {"from": observer})
    custody.offer(lot, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    with reverts("ConsentNotNeeded", lot, miner):
        custody.consentTo(lot, {"from": observer})


def test_a_consent_does_not_reach_a_later_offer(
    custody, members, at_sea, miner, refiner, observer, auditor, governor
):
    for judge in (observer, auditor):
        custody.consentTo(at_sea, {"from": judge})
    members.reinstate(MINER.organisation, {"from": governor})
    custody.cancel([at_sea], {"from": miner})
    custody.offer(at_sea, refiner, latest() + 60 * DAY, sealed("box"), {"from": miner})
    members.suspend(MINER.organisation, spoken("again"), {"from": governor})
    with reverts("SenderInactive", at_sea, miner):
        custody.accept(at_sea, 4, {"from": refiner})
