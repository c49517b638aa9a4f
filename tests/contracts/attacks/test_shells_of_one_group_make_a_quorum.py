"""An inspection group registers three companies, which together are a quorum."""

import pytest

from tests.contracts.conftest import MINE
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import Role, spoken, word
from tests.contracts.reverts import reverts


@pytest.fixture
def shells(node_1, sister):
    """Three organisations of the first node's group."""
    return [node_1, *(sister("node_1", index, Role.ORACLE) for index in (31, 32))]


@pytest.fixture
def statement(now):
    return lambda revision=0: site_event(MINE, now - 10, revision=revision)


def test_they_count_once(attestations, shells, statement):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    attestations.attest(statement(), {"from": shells[0]})
    for number, shell in ((31, shells[1]), (32, shells[2])):
        with reverts("AlreadyAttested", event, 0, word(f"sister {number}")):
            attestations.attest(statement(), {"from": shell})
    assert attestations.standingOf(event)[11] == 0


def test_three_groups_are_a_quorum(attestations, shells, statement, node_2, node_3, file):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    file(MINE, 1, statement()[7])
    for node in (shells[1], node_2, node_3):
        attestations.attest(statement(), {"from": node})
    assert attestations.standingOf(event)[11] != 0


def test_one_of_them_attests_the_next_revision(attestations, shells, statement):
    attestations.attest(statement(), {"from": shells[0]})
    attestations.attest(statement(1), {"from": shells[1]})


def test_they_withdraw_nothing(attestations, shells, stand):
    event = stand()
    site, document, _, _, _, sequence = attestations.standingOf(event)[:6]
    withdrawal = (site, sequence, COBALT, document, word("declaration"), spoken("why"), [])
    digest = attestations.withdrawalDigestOf(withdrawal)
    attestations.withdraw(withdrawal, {"from": shells[0]})
    with reverts("WithdrawalAlreadyAttested", event, digest, word("sister 31")):
        attestations.withdraw(withdrawal, {"from": shells[1]})
    assert not attestations.isWithdrawn(event, document)
