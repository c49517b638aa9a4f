"""Attack: somebody fills a subject's row in the Journal, so that no word against it fits any more.

Or so that the subject itself can say nothing more: a lot that cannot move, an event that cannot
stand. The last quarter of a row refuses its subject alone, and others say so much and no more.
"""

import pytest

from lodetrace.contracts.enums import RowKind
from tests.contracts.conftest import COBALT, DAY, LABORATORY, MINE
from tests.contracts.lots.making import MEASUREMENT, RECEIVED, sealed, site_event
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts

pytestmark = pytest.mark.usefixtures("rows_add_up")

ROOM = 192
"""Three quarters of the row of an event."""
REASON = spoken("incorrect_data")
LATEST_REVISION, WITHDRAWALS = 15, 16


@pytest.fixture
def filled(attestations, journal, miner):
    """The operator files documents of one number until its row is full."""
    documents = [(MINE, 1, word(f"document {number}")) for number in range(ROOM)]
    for first in range(0, ROOM, 64):
        attestations.fileMany(documents[first : first + 64], {"from": miner})
    assert journal.wordOf(RowKind.EVENT, attestations.eventIdOf(MINE, 1, 0)) >> 224 == ROOM
    return documents


def test_the_operator_is_refused(attestations, filled, miner):
    event = attestations.eventIdOf(MINE, 1, 0)
    with reverts("RowFull", RowKind.EVENT, event, ROOM):
        attestations.file(MINE, 1, word("one more"), {"from": miner})
    attestations.file(MINE, 2, word("one more"), {"from": miner})


def test_an_inspector_is_heard_all_the_same(attestations, journal, filled, node_1):
    document = filled[0][2]
    attestations.refuse(MINE, 1, document, REASON, {"from": node_1})
    assert journal.wordOf(RowKind.EVENT, attestations.eventIdOf(MINE, 1, 0)) >> 224 == ROOM + 1


def test_an_inspector_states_an_event_in_so_many_ways_and_no_more(attestations, now, node_1):
    last = site_event(MINE, now - DAY, revision=LATEST_REVISION)
    attestations.attest(last, {"from": node_1})
    more = site_event(MINE, now - DAY, revision=LATEST_REVISION + 1)
    with reverts("StatementInvalid", attestations.eventIdOf(MINE, more[1], COBALT)):
        attestations.attest(more, {"from": node_1})


def test_an_inspector_takes_an_event_back_in_so_many_ways_and_no_more(attestations, node_1, node_2):
    def withdraw(number, node):
        names = (word("document"), word(f"declaration {number}"), REASON)
        attestations.withdraw((MINE, 1, COBALT, *names, []), {"from": node})

    for number in range(WITHDRAWALS):
        withdraw(number, node_1)
    with reverts(
        "TooManyWithdrawals", attestations.eventIdOf(MINE, 1, COBALT), word("group node_1")
    ):
        withdraw(WITHDRAWALS, node_1)
    withdraw(WITHDRAWALS, node_2)


def test_an_umpire_approves_a_settlement_once(
    custody, make_lot, stand, miner, refiner, umpire, now
):
    """Each approval also kept the dispute open for 100 days more."""
    lot = make_lot("disputed", miner)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, REASON, {"from": refiner})
    event = stand(MEASUREMENT, site=LABORATORY, inputs=[lot])
    custody.approveSettlement(lot, event, {"from": umpire})
    with reverts("AlreadyApproved", lot, event):
        custody.approveSettlement(lot, event, {"from": umpire})
    other = stand(MEASUREMENT, site=LABORATORY, inputs=[lot])
    custody.approveSettlement(lot, other, {"from": umpire})
