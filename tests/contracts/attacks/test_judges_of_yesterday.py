# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Attack: a judge is made for one matter, decides it, and is gone before anybody looks.

A judging role counts a week after it was given; in the first week of the register at once.
"""

import pytest

from tests.contracts.conftest import DAY, LUALABA, MINE
from tests.contracts.consents import add_account
from tests.contracts.lots.clock import latest, wait
from tests.contracts.lots.making import site_event
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

SHELL, GROUP, KEY = word("shell"), word("group of the shell"), word("key")
WEEK = 7 * DAY
REASON = spoken("weights do not agree")
NODE_1 = PEOPLE["node_1"]


@pytest.fixture
def later(members):
    """The founding week is over."""
    return wait(WEEK + 1)


@pytest.fixture
def shell(members, governor, accounts, later):
    """Registers an organisation of a group of its own, with these roles."""

    def register(roles):
        arguments = (SHELL, GROUP, roles, word("profile"), accounts[31], KEY)
        return members.register(*arguments, {"from": governor})

    return register


@pytest.fixture
def statement(later):
    """A birth at the mine."""
    return site_event(MINE, later - 10)


def test_founders_judge_at_once(members, node_1, observer):
    assert members.resolveWithRole(node_1, Role.ORACLE) == node_1
    assert plain(members.seasonOf(NODE_1.organisation)) == (0, 0)
    assert plain(members.resolveWithAny(observer, Role.RISK | Role.AUDITOR)) == plain(
        (observer, Role.RISK)
    )


def test_an_inspector_attests_nothing_in_its_first_week(
    attestations, members, governor, shell, statement, accounts
):
    for name in ("node_4", "affiliate"):  # few inspect, so that the newcomer is on the panel
        members.setRoles(PEOPLE[name].organisation, 0, {"from": governor})
    tx = shell(Role.ORACLE)
    counts = tx.timestamp + WEEK
    emitted(
        tx, "RolesUnseasoned", organisation=SHELL, sequence=3, roles=Role.ORACLE,
        **{"from": counts},
    )  # fmt: skip
    assert plain(members.seasonOf(SHELL)) == (Role.ORACLE, counts)
    with reverts("RoleUnseasoned", accounts[31], Role.ORACLE, counts):
        attestations.attest(statement, {"from": accounts[31]})
    wait(WEEK)
    attestations.attest(statement, {"from": accounts[31]})
    assert members.seasonOf(SHELL)[0] == 0


def test_a_risk_office_holds_clears_and_freezes_nothing_in_its_first_week(
    holds, places, members, shell, of_lot, accounts
):
    shell_office = accounts[31]
    counts = shell(Role.RISK).timestamp + WEEK
    for refused in (
        lambda: holds.hold(*of_lot, REASON, {"from": shell_office}),
        lambda: members.freeze(PEOPLE["miner"].group, {"from": shell_office}),
        lambda: places.determine(
            LUALABA, latest(), latest() + DAY, True, False, False, KEY, {"from": shell_office}
        ),
    ):
        with reverts("RoleUnseasoned", shell_office, Role.RISK, counts):
            refused()
    assert plain(members.resolve(shell_office)) == plain((shell_office, 0))
    assert members.account(shell_office)[3] == Role.RISK
    wait(WEEK)
    holds.hold(*of_lot, REASON, {"from": shell_office})


def test_who_only_trades_needs_no_week(members, shell, accounts):
    tx = shell(Role.TRADER | Role.OPERATOR | Role.PRICE_ADMINISTRATOR)
    assert "RolesUnseasoned" not in tx.events
    assert members.resolveWithRole(accounts[31], Role.TRADER) == accounts[31]


def test_a_role_that_was_taken_back_begins_anew(members, governor, later, node_1):
    for roles in (0, NODE_1.roles):
        tx = members.setRoles(NODE_1.organisation, roles, {"from": governor})
    with reverts("RoleUnseasoned", node_1, Role.ORACLE, tx.timestamp + WEEK):
        members.resolveWithRole(node_1, Role.ORACLE)


def test_a_further_role_leaves_the_first_one_alone(members, governor, later, node_1):
    roles = Role.ORACLE | Role.AUDITOR
    tx = members.setRoles(NODE_1.organisation, roles, {"from": governor})
    counts = tx.timestamp + WEEK
    emitted(
        tx, "RolesUnseasoned", organisation=NODE_1.organisation, sequence=4, roles=Role.AUDITOR,
        **{"from": counts},
    )  # fmt: skip
    assert members.resolveWithRole(node_1, Role.ORACLE) == node_1
    assert plain(members.resolve(node_1)) == plain((node_1, Role.ORACLE))
    with reverts("RoleUnseasoned", node_1, Role.AUDITOR, counts):
        members.resolveWithRole(node_1, roles)
    again = members.setRoles(NODE_1.organisation, roles, {"from": governor})  # nothing is gained
    assert "RolesUnseasoned" not in again.events
    wait(WEEK)
    assert members.resolveWithRole(node_1, roles) == node_1


def test_what_waits_already_waits_with_what_is_added(members, governor, shell, accounts):
    shell(Role.RISK)
    wait(3 * DAY)
    both = Role.RISK | Role.AUDITOR
    tx = members.setRoles(SHELL, both, {"from": governor})
    assert plain(members.seasonOf(SHELL)) == (both, tx.timestamp + WEEK)
    kept = members.setRoles(SHELL, Role.AUDITOR, {"from": governor})
    assert "RolesUnseasoned" not in kept.events
    last = members.setRoles(SHELL, Role.AUDITOR | Role.ORACLE, {"from": governor})
    assert members.seasonOf(SHELL)[0] == Role.AUDITOR | Role.ORACLE  # what was given back is gone
    with reverts("RoleUnseasoned", accounts[31], Role.AUDITOR, last.timestamp + WEEK):
        members.resolveWithRole(accounts[31], Role.AUDITOR)


def test_a_judge_that_is_sold_begins_anew(members, governor, later, observer):
    organisation = PEOPLE["observer"].organisation
    tx = members.setGroup(organisation, word("buyer"), 1, {"from": governor})
    emitted(
        tx, "RolesUnseasoned", organisation=organisation, sequence=4, roles=Role.RISK,
        **{"from": tx.timestamp + WEEK},
    )  # fmt: skip
    with reverts("RoleUnseasoned", observer, Role.RISK, tx.timestamp + WEEK):
        members.freeze(PEOPLE["miner"].group, {"from": observer})


def test_a_suspension_does_not_begin_the_week_anew(members, governor, later, observer):
    organisation = PEOPLE["observer"].organisation
    members.suspend(organisation, REASON, {"from": governor})
    members.reinstate(organisation, {"from": governor})
    assert members.resolveWithRole(observer, Role.RISK) == observer


def test_further_accounts_are_added_in_the_first_week(members, shell, accounts):
    """They judge no earlier than their organisation."""
    counts = shell(Role.ORACLE).timestamp + WEEK
    add_account(members, accounts[32], Role.ORACLE, KEY, accounts[31])
    with reverts("RoleUnseasoned", accounts[32], Role.ORACLE, counts):
        members.resolveWithRole(accounts[32], Role.ORACLE)
    wait(WEEK)
    assert members.resolveWithRole(accounts[32], Role.ORACLE) == accounts[32]


def test_the_founding_week_begins_with_the_first_registration(
    Members, deploy_noted, journal, governor, accounts
):
    """However long the contracts wait for the founding act."""
    members = deploy_noted(Members, governor, journal)
    wait(60 * DAY)
    for number in (1, 2):
        arguments = (word(f"o {number}"), word(f"g {number}"), Role.RISK, KEY, accounts[number])
        tx = members.register(*arguments, KEY, {"from": governor})
        assert "RolesUnseasoned" not in tx.events
        wait(WEEK - DAY)
    wait(DAY)
    arguments = (word("o 3"), word("g 3"), Role.RISK, KEY, accounts[3])
    assert "RolesUnseasoned" in members.register(*arguments, KEY, {"from": governor}).events
