"""Attack: a site takes its documents to the inspectors who ask the least.

Any three of all inspectors stood for any site. Now a site has a panel: the council names it, and
where it has not, they are those that have been inspectors for longest.
"""

import pytest

from tests.contracts.conftest import COBALT, DAY, LABORATORY, MINE
from tests.contracts.lots.clock import latest, wait
from tests.contracts.lots.making import site_event
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted

YEAR = 365 * DAY
NEWCOMERS = range(31, 35)


def group(name):
    return PEOPLE[name].group


def in_order(*groups):
    return sorted(groups)


FIRST = [group(f"node_{number}") for number in range(1, 5)]


@pytest.fixture
def newcomers(members, governor, accounts):
    """Three inspectors of groups of their own who would sign anything."""

    def register(index):
        identity = (word(f"lenient {index}"), word(f"group {index}"), Role.ORACLE, word("profile"))
        members.register(*identity, accounts[index], word("key"), {"from": governor})
        return accounts[index]

    return [register(index) for index in NEWCOMERS]


@pytest.fixture
def statement(now, file):
    said = site_event(MINE, now - DAY)
    file(MINE, said[1], said[7])
    return said


@pytest.fixture
def panel(sites, governor):
    """Names the panel of the mine."""
    return lambda *groups: sites.setPanel(MINE, in_order(*groups), {"from": governor})


def test_newcomers_attest_nothing(attestations, newcomers, statement):
    for node, index in zip(newcomers, NEWCOMERS, strict=True):
        with reverts("NotOnPanel", MINE, word(f"group {index}")):
            attestations.attest(statement, {"from": node})


def test_nor_do_they_withdraw(attestations, newcomers, file):
    file(MINE, 1, word("declaration"))
    reason = (word("declaration"), spoken("wrong"))
    withdrawal = (MINE, 1, COBALT, word("document"), *reason, [])
    with reverts("NotOnPanel", MINE, word("group 31")):
        attestations.withdraw(withdrawal, {"from": newcomers[0]})


def test_who_served_longest_is_the_panel_where_none_is_named(attestations, sites, nodes, statement):
    """Five groups inspect, and a quorum of three has one to spare."""
    assert list(sites.panelOf(MINE)) == FIRST
    for node in nodes[1:]:
        attestations.attest(statement, {"from": node})
    assert attestations.standingOf(attestations.eventIdOf(MINE, 1, COBALT))[11] != 0


def test_a_network_with_few_inspectors_needs_no_panel(members, sites, governor):
    """All are on it; the fifth one that comes stops nobody."""
    members.setRoles(PEOPLE["affiliate"].organisation, 0, {"from": governor})
    assert sites.isOnPanel(MINE, FIRST[3]) is True
    members.setRoles(PEOPLE["node_4"].organisation, 0, {"from": governor})
    assert list(sites.panelOf(MINE)) == FIRST[:3]
    members.setRoles(PEOPLE["node_4"].organisation, Role.ORACLE, {"from": governor})
    members.setRoles(PEOPLE["affiliate"].organisation, Role.ORACLE, {"from": governor})
    assert list(sites.panelOf(MINE)) == FIRST


def test_who_gives_the_role_up_and_takes_it_again_is_last(members, sites, governor):
    for roles in (0, Role.ORACLE):
        members.setRoles(PEOPLE["node_1"].organisation, roles, {"from": governor})
    assert list(sites.panelOf(MINE)) == [*FIRST[1:], group("affiliate")]
    assert list(members.inspectors())[-1] == FIRST[0]


def test_who_keeps_the_role_keeps_its_place(members, sites, governor):
    roles = Role.ORACLE | Role.RISK
    members.setRoles(PEOPLE["node_1"].organisation, roles, {"from": governor})
    assert list(sites.panelOf(MINE)) == FIRST


def test_nobody_is_on_the_panel_of_his_own_site(sites):
    """The umpire's affiliate inspects, but not the umpire's laboratory."""
    assert group("affiliate") == group("umpire")
    assert list(sites.panelOf(LABORATORY)) == FIRST


def test_the_council_names_another_panel(attestations, panel, newcomers, statement, node_1, node_2):
    tx = panel(*FIRST[1:], group("affiliate"))
    emitted(tx, "PanelNamed", site=MINE, sequence=2, groups=in_order(*FIRST[1:], group("affiliate")))
    with reverts("NotOnPanel", MINE, FIRST[0]):
        attestations.attest(statement, {"from": node_1})
    attestations.attest(statement, {"from": node_2})


def test_a_panel_has_a_quorum_and_one_to_spare(panel, newcomers):
    for groups in (FIRST[:3], [*FIRST, group("affiliate")], []):
        with reverts("PanelSizeInvalid", MINE, len(groups), 4):
            panel(*groups)


def test_it_is_made_of_inspectors_each_once(sites, panel, governor):
    for wrong in (word("nobody"), group("miner"), group("observer")):
        with reverts("PanelGroupInvalid", MINE, wrong):
            panel(*FIRST[:3], wrong)
    twice = in_order(*FIRST[:3], FIRST[0])
    with reverts("PanelGroupInvalid", MINE, FIRST[0]):
        sites.setPanel(MINE, twice, {"from": governor})
    with reverts("PanelGroupInvalid", LABORATORY, group("affiliate")):
        mixed = in_order(*FIRST[:3], group("affiliate"))
        sites.setPanel(LABORATORY, mixed, {"from": governor})


def test_it_is_another_one_once_a_year(panel, newcomers):
    """Else a council's majority moves it for each document."""
    others = [word(f"group {index}") for index in NEWCOMERS]
    until = panel(*FIRST).timestamp + YEAR
    with reverts("PanelMemberStays", MINE, sorted(FIRST)[0], until):
        panel(*others)
    wait(until - latest())
    panel(*others)


def test_who_was_suspended_is_replaced_meanwhile(members, sites, panel, newcomers, governor):
    until = panel(*FIRST).timestamp + YEAR
    members.suspend(PEOPLE["node_1"].organisation, spoken("lied"), {"from": governor})
    with reverts("PanelMemberStays", MINE, FIRST[1], until):
        panel(FIRST[2], FIRST[3], word("group 31"), word("group 32"))
    panel(*FIRST[1:], word("group 31"))
    assert list(sites.panelOf(MINE)) == in_order(*FIRST[1:], word("group 31"))
    with reverts("PanelMemberStays", MINE, FIRST[1], until):  # the year runs on
        panel(FIRST[2], FIRST[3], word("group 31"), word("group 32"))


def test_only_the_council_names_it(sites, miner):
    with reverts("OnlyCouncil", miner):
        sites.setPanel(MINE, in_order(*FIRST), {"from": miner})
