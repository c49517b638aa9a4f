"""Attack: an inspector attests, is sold to another group, and attests again; or two sisters do.

Who had attested was remembered by ownership group alone, as it was then.
"""

import pytest

from tests.contracts.conftest import MINE
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import PEOPLE, word
from tests.contracts.reverts import reverts

NODE_1 = PEOPLE["node_1"].organisation


@pytest.fixture
def statement(now):
    return site_event(MINE, now - 10)


@pytest.fixture
def move(members, governor):
    return lambda organisation, group: members.setGroup(organisation, group, 1, {"from": governor})


def test_who_is_sold_attests_once(attestations, statement, move, node_1):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    attestations.attest(statement, {"from": node_1})
    move(NODE_1, word("buyer"))
    with reverts("AlreadyAttested", event, 0, NODE_1):
        attestations.attest(statement, {"from": node_1})


def test_who_are_merged_attest_once(attestations, statement, move, node_1, node_2):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    attestations.attest(statement, {"from": node_1})
    move(NODE_1, PEOPLE["node_2"].group)
    with reverts("AlreadyAttested", event, 0, PEOPLE["node_2"].organisation):
        attestations.attest(statement, {"from": node_2})


def test_who_is_sold_withdraws_once(attestations, stand, move, node_1):
    event = stand()
    site, document, _, _, _, sequence = attestations.standingOf(event)[:6]
    reason = "0x" + "0" * 63 + "1"
    withdrawal = (site, sequence, COBALT, document, word("declaration"), reason, [])
    digest = attestations.withdrawalDigestOf(withdrawal)
    attestations.withdraw(withdrawal, {"from": node_1})
    move(NODE_1, word("buyer"))
    with reverts("WithdrawalAlreadyAttested", event, digest, NODE_1):
        attestations.withdraw(withdrawal, {"from": node_1})
