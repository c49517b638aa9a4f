"""Attack: inspectors sit a competitor's document out until it is late, and so close its credits.

Lateness counted from the quorum. Now it counts from the operator's own filing, without which no
event stands; it helps nobody to file late, or another document.
"""

import pytest

from tests.contracts.conftest import DAY, MINE
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import COBALT, birth, field_word, site_event
from tests.contracts.people import PEOPLE, word
from tests.contracts.reverts import reverts

SCHEME, FILING = 1, 30 * DAY
CREDIT_1 = 1
"""Bit of the gates of a birth."""


@pytest.fixture
def mined(certificates, determine, now, certifier):
    """A birth that ended a day ago, at a certified mine of a place without findings."""
    terms = (word("certificate"), MINE, SCHEME, COBALT, now - 3 * DAY, now + 300 * DAY)
    certificates.issue(*terms, word("paper"), {"from": certifier})
    determine(now - 3 * DAY, now + 300 * DAY)
    return site_event(MINE, now - DAY)


@pytest.fixture
def gates_of(attestations, origins, nodes, miner):
    """The quorum comes after so long; returns the gates under which the metal is born."""

    def born(statement, dawdling):
        pass_time(latest() + dawdling)
        for node in nodes[:3]:
            attestations.attest(statement, {"from": node})
        event = attestations.eventIdOf(statement[0], statement[1], statement[4])
        tx = origins.birth(birth(event, field_word("lot")), {"from": miner})
        return tx.events["LotBorn"]["gates"]

    return born


def test_what_nobody_filed_does_not_stand(mined, gates_of):
    with reverts("NotFiled", MINE, mined[1], mined[7]):
        gates_of(mined, DAY)


def test_the_operators_filing_keeps_them_open(attestations, mined, gates_of, miner):
    attestations.file(MINE, mined[1], mined[7], {"from": miner})
    assert gates_of(mined, 60 * DAY) & CREDIT_1


def test_a_late_filing_does_not(attestations, mined, gates_of, miner):
    pass_time(mined[6] + FILING)
    attestations.file(MINE, mined[1], mined[7], {"from": miner})
    assert gates_of(mined, DAY) & CREDIT_1 == 0


@pytest.mark.parametrize("changed", ["document", "sequence"])
def test_the_filing_of_another_document_files_nothing(
    attestations, mined, gates_of, miner, changed
):
    """What was filed has to be what the inspectors attest."""
    sequence, document = mined[1], mined[7]
    filed = (sequence + 1, document) if changed == "sequence" else (sequence, word("draft"))
    attestations.file(MINE, *filed, {"from": miner})
    with reverts("NotFiled", MINE, sequence, document):
        gates_of(mined, DAY)


def test_a_competitor_files_nothing(attestations, mined, refiner):
    with reverts("NotOperator", MINE, PEOPLE["refiner"].organisation):
        attestations.file(MINE, mined[1], mined[7], {"from": refiner})
