"""Subsidiaries release what their own group holds; two of a rival's prolong his hold for years."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import HELD, WITHOUT_END
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

REASON = spoken("weights do not agree")
MINER, REFINER = PEOPLE["miner"].group, PEOPLE["refiner"].group


@pytest.fixture
def held(holds, of_lot, observer):
    """The miner's lots of the root, held by the risk role at sequence 1."""
    holds.hold(*of_lot, REASON, {"from": observer})
    return of_lot


def in_force(lot_book, on):
    """When its hold ends."""
    return plain(lot_book.holdOf(*on))[1]


def test_subsidiaries_of_the_holder_do_not_release_what_was_born_held(
    holds, lot_book, make_lot, miner, sister
):
    lot = make_lot("out of band", miner, held_until=WITHOUT_END)
    for index, role in ((31, Role.RISK), (32, Role.AUDITOR)):
        with reverts("DeciderNotIndependent", word(f"sister {index}"), MINER):
            holds.releaseLot(lot, {"from": sister("miner", index, role)})
    assert lot_book.lotOf(lot)[1] == HELD


def test_a_subsidiary_of_the_holder_does_not_confirm_a_release(holds, held, observer, sister):
    holds.release(*held, {"from": observer})
    with reverts("DeciderNotIndependent", word("sister 31"), MINER):
        holds.release(*held, {"from": sister("miner", 31, Role.AUDITOR)})


def test_a_subsidiary_of_the_holder_neither_holds_nor_renews(holds, of_lot, observer, sister):
    """A hold of one's own group would keep a buyer from what he bought."""
    auditor = sister("miner", 31, Role.AUDITOR)
    with reverts("DeciderNotIndependent", word("sister 31"), MINER):
        holds.hold(*of_lot, REASON, {"from": auditor})
    holds.hold(*of_lot, REASON, {"from": observer})
    with reverts("DeciderNotIndependent", word("sister 31"), MINER):
        holds.renew(*of_lot, {"from": auditor})


def test_the_group_that_has_the_lots_counts(holds, root, sister):
    """Not the one where the metal was born."""
    with reverts("DeciderNotIndependent", word("sister 31"), REFINER):
        holds.hold(root, REFINER, REASON, {"from": sister("refiner", 31, Role.RISK)})
    holds.hold(root, REFINER, REASON, {"from": sister("miner", 32, Role.RISK)})


def test_a_sister_of_who_held_does_not_renew(holds, held, sister):
    with reverts("SecondRoleRequired", word("sister 31")):
        holds.renew(*held, {"from": sister("observer", 31, Role.AUDITOR)})


def test_a_sister_of_who_renewed_does_not_renew(holds, held, auditor, sister):
    holds.renew(*held, {"from": auditor})
    with reverts("SecondRoleRequired", word("sister 31")):
        holds.renew(*held, {"from": sister("auditor", 31, Role.RISK)})


def test_a_sister_of_who_proposed_does_not_release(holds, lot_book, held, observer, sister, now):
    holds.release(*held, {"from": observer})
    with reverts("SecondRoleRequired", word("sister 31")):
        holds.release(*held, {"from": sister("observer", 31, Role.AUDITOR)})
    assert in_force(lot_book, held) > now


def test_a_sister_of_who_let_his_hold_lapse_does_not_hold_again(holds, held, auditor, sister, now):
    sister_31 = sister("observer", 31, Role.AUDITOR)
    pass_time(now + 15 * DAY)
    with reverts("SecondRoleRequired", word("sister 31")):
        holds.hold(*held, REASON, {"from": sister_31})
    holds.hold(*held, REASON, {"from": auditor})
    assert PEOPLE["auditor"].group != PEOPLE["observer"].group
