"""A group that trades or makes metal registers a judge of its own, as a company or by new roles."""

import pytest

from tests.contracts.conftest import LABORATORY, site_details
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts

BUSINESS = (Role.TRADER, Role.OPERATOR, Role.MAKER)
JUDGING = (
    Role.ORACLE, Role.CERTIFIER, Role.RISK, Role.AUDITOR, Role.UMPIRE, Role.LABORATORY,
)  # fmt: skip
NEUTRAL = Role.PRICE_ADMINISTRATOR


@pytest.fixture
def register(members, governor, accounts):
    free = iter(accounts[30:])

    def joined(name, group, roles):
        identity = (word(name), word(group), roles, word("profile"))
        members.register(*identity, next(free), word("key"), {"from": governor})

    return joined


@pytest.mark.parametrize("judge", JUDGING)
@pytest.mark.parametrize("business", BUSINESS)
def test_no_organisation_does_business_and_judges(register, members, governor, business, judge):
    with reverts("GroupNotClean", word("both"), word("group")):
        register("both", "group", business | judge)
    register("one", "group", judge)
    with reverts("GroupNotClean", word("one"), word("group")):
        members.setRoles(word("one"), business | judge, {"from": governor})
    with reverts("GroupNotClean", word("other"), word("group")):
        register("other", "group", business)
    assert members.organisation(word("one"))[2] == judge


@pytest.mark.parametrize("judge", JUDGING)
def test_no_judge_joins_the_group_of_a_mine(register, judge):
    with reverts("GroupNotClean", word("shell"), PEOPLE["miner"].group):
        register("shell", "group miner", judge)


def test_a_suspended_sister_counts(register, members, governor):
    members.suspend(PEOPLE["miner"].organisation, spoken("reason"), {"from": governor})
    with reverts("GroupNotClean", word("shell"), PEOPLE["miner"].group):
        register("shell", "group miner", Role.RISK)


def test_each_sister_counts(register, members, governor):
    """One of two traders gives up trading: the group still trades."""
    register("one", "group", Role.TRADER)
    register("two", "group", Role.OPERATOR)
    members.setRoles(word("one"), 0, {"from": governor})
    with reverts("GroupNotClean", word("one"), word("group")):
        members.setRoles(word("one"), Role.RISK, {"from": governor})
    members.setRoles(word("two"), NEUTRAL, {"from": governor})
    members.setRoles(word("one"), Role.RISK, {"from": governor})
    with reverts("GroupNotClean", word("two"), word("group")):
        members.setRoles(word("two"), Role.MAKER, {"from": governor})


def test_judges_share_a_group_and_so_do_traders(register):
    register("risk", "group", Role.RISK | Role.AUDITOR | NEUTRAL)
    register("oracle", "group", Role.ORACLE)
    register("trader", "group miner", Role.TRADER | Role.MAKER | NEUTRAL)


# Laboratories are of the umpires' side, all other sites of the operators'


def test_an_operator_runs_no_laboratory(bare_sites, governor):
    details = site_details("miner", word("place"), 10, [3])
    organisation = PEOPLE["miner"].organisation
    with reverts("OperatorRoleMissing", LABORATORY, organisation, Role.LABORATORY):
        bare_sites.register(LABORATORY, details, {"from": governor})


@pytest.mark.parametrize("kind", [1, 9, 11])
def test_a_laboratory_runs_no_other_site(bare_sites, governor, kind):
    details = site_details("umpire", word("place"), kind, [3])
    organisation = PEOPLE["umpire"].organisation
    with reverts("OperatorRoleMissing", word("site"), organisation, Role.OPERATOR):
        bare_sites.register(word("site"), details, {"from": governor})
