"""Subsidiaries release what their own group holds; two of a rival's prolong his hold for years."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import HELD, WITHOUT_END
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

REASON = spoken("weights do not agree")


@pytest.fixture
def held(holds, lot, observer):
    """Held by the risk role at sequence 2."""
    holds.hold(lot, REASON, {"from": observer})
    return lot


def state(lot_book, lot):
    return plain(lot_book.lotOf(lot))[1]


def test_subsidiaries_of_the_holder_do_not_release_what_was_born_held(
    holds, lot_book, make_lot, miner, sister
):
    lot = make_lot("out of band", miner, held_until=WITHOUT_END)
    for index, role in ((31, Role.RISK), (32, Role.AUDITOR)):
        with reverts("DeciderNotIndependent", lot, word(f"sister {index}")):
            holds.release(lot, {"from": sister("miner", index, role)})
    assert state(lot_book, lot) == HELD


def test_a_subsidiary_of_the_holder_does_not_confirm_a_release(holds, held, observer, sister):
    holds.release(held, {"from": observer})
    with reverts("DeciderNotIndependent", held, word("sister 31")):
        holds.release(held, {"from": sister("miner", 31, Role.AUDITOR)})


def test_a_subsidiary_of_the_holder_neither_holds_nor_renews(
    holds, make_lot, lot, miner, observer, sister
):
    """A hold of one's own group, which outranks offers and disputes, would end a dispute."""
    auditor = sister("miner", 31, Role.AUDITOR)
    with reverts("DeciderNotIndependent", lot, word("sister 31")):
        holds.hold(lot, REASON, {"from": auditor})
    holds.hold(lot, REASON, {"from": observer})
    with reverts("DeciderNotIndependent", lot, word("sister 31")):
        holds.renew(lot, {"from": auditor})


def test_who_sells_his_group_the_lot_decides_no_more(holds, make_lot, refiner, sister):
    """The holder's group counts when it is decided, not where the lot was born."""
    lot = make_lot("bought", refiner)
    with reverts("DeciderNotIndependent", lot, word("sister 31")):
        holds.hold(lot, REASON, {"from": sister("refiner", 31, Role.RISK)})
    holds.hold(lot, REASON, {"from": sister("miner", 32, Role.RISK)})


def test_a_sister_of_who_held_does_not_renew(holds, held, sister):
    with reverts("SecondRoleRequired", held, word("sister 31")):
        holds.renew(held, {"from": sister("observer", 31, Role.AUDITOR)})


def test_a_sister_of_who_renewed_does_not_renew(holds, held, auditor, sister):
    holds.renew(held, {"from": auditor})
    with reverts("SecondRoleRequired", held, word("sister 31")):
        holds.renew(held, {"from": sister("auditor", 31, Role.RISK)})


def test_a_sister_of_who_proposed_does_not_release(holds, lot_book, held, observer, sister):
    holds.release(held, {"from": observer})
    with reverts("SecondRoleRequired", held, word("sister 31")):
        holds.release(held, {"from": sister("observer", 31, Role.AUDITOR)})
    assert state(lot_book, held) == HELD


def test_a_sister_of_who_let_his_hold_lapse_does_not_hold_again(
    holds, lot_book, held, auditor, sister, now
):
    sister_31 = sister("observer", 31, Role.AUDITOR)
    pass_time(now + 15 * DAY)
    with reverts("SecondRoleRequired", held, word("sister 31")):
        holds.hold(held, REASON, {"from": sister_31})
    holds.hold(held, REASON, {"from": auditor})
    assert PEOPLE["auditor"].group != PEOPLE["observer"].group
