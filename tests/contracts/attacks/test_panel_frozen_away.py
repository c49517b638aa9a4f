"""Attack: two judges freeze a panel while a document waits, and friends are drawn in its place.

A freeze that lasted as long as the panel has to answer would make them seem silent.
"""

import pytest

from tests.contracts.conftest import DAY, MINE
from tests.contracts.lots.clock import latest, wait
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts

PANEL = ("node_1", "node_2", "node_3", "node_4")
ANSWER = 10 * DAY
REASON = spoken("weights do not agree")


@pytest.fixture
def friends(members, governor, accounts, affiliate):
    """Inspectors that come after the panel, by seniority, with their groups."""
    found = [(affiliate, PEOPLE["affiliate"].group)]
    for index in (31, 32):
        name, group = word(f"newcomer {index}"), word(f"group of newcomer {index}")
        identity = (name, group, Role.ORACLE, word("profile"))
        members.register(*identity, accounts[index], word("key"), {"from": governor})
        found.append((accounts[index], group))
    return found


@pytest.fixture
def statement(now, file):
    said = site_event(MINE, now - DAY)
    file(MINE, said[1], said[7])
    return said


@pytest.fixture
def stands(attestations, statement):
    event = attestations.eventIdOf(MINE, statement[1], COBALT)
    return lambda: attestations.standingOf(event)[11] != 0


def test_a_panel_has_three_days_more_than_a_freeze(attestations, members):
    assert attestations.ANSWER_TERM() == members.FREEZE_TIME() + 3 * DAY


def test_who_is_frozen_is_not_silent(attestations, statement, freeze, friends, nodes, stands):
    """Filed, frozen in the next blocks: after the freeze the panel still speaks alone."""
    until = [freeze(name) for name in PANEL]
    wait(max(until) - latest() - 1)
    with reverts("SignerFrozen", nodes[3], until[3]):
        attestations.attest(statement, {"from": nodes[3]})
    for friend, group in friends:
        with reverts("NotOnPanel", MINE, group):
            attestations.attest(statement, {"from": friend})
    wait(2)
    for node in nodes[:3]:
        attestations.attest(statement, {"from": node})
    assert stands()


def test_two_of_the_panel_and_one_friend_are_no_quorum(
    attestations, statement, freeze, friends, nodes, stands
):
    """The two that judge honestly are frozen, the two that do not have attested at once."""
    filed = attestations.filedAt(MINE, statement[1], statement[7])
    for node in nodes[:2]:
        attestations.attest(statement, {"from": node})
    for name in PANEL[2:]:
        freeze(name)
    wait(filed + ANSWER - 60 - latest())
    friend, group = friends[0]
    with reverts("NotOnPanel", MINE, group):
        attestations.attest(statement, {"from": friend})
    attestations.refuse(MINE, statement[1], statement[7], REASON, {"from": nodes[2]})
    attestations.refuse(MINE, statement[1], statement[7], REASON, {"from": nodes[3]})
    wait(120)
    with reverts("PanelAnswered", MINE, group):
        attestations.attest(statement, {"from": friend})
    assert not stands()
