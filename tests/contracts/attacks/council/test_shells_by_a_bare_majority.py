# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Attack: a bare majority makes judges of its own, unmakes others' or takes what is theirs.

It registers shells or gives them roles, takes a member's account or site, or suspends the others
in the council until it is two thirds of those that are left.
"""

import pytest

from tests.contracts.conftest import site_details
from tests.contracts.people import ZERO_WORD, Role, spoken, word
from tests.contracts.registry.council.acts import call, carry, decided, pass_time, proposed
from tests.contracts.registry.council.conftest import FAR, KEY, NORTH, SALT, SOUTH, WEST
from tests.contracts.reverts import reverts
from tests.contracts.rights import let_note

REASON = spoken("reason")
SHELL, GROUP = word("shell"), word("group of the shell")
JUDGING = [
    Role.ORACLE, Role.CERTIFIER, Role.RISK, Role.AUDITOR, Role.UMPIRE, Role.LABORATORY
]  # fmt: skip
HEARING = 7 * 86_400


@pytest.fixture
def five(named, registered, ada, cleo, dan, stranger):
    """A council of five groups: three are a majority, four are two thirds."""
    organisation = registered(stranger, FAR)
    carry(named, [call(named.grantSeat, stranger)], ada, cleo, dan, salt=word("fifth"))
    return organisation


@pytest.fixture
def binding(named, ada):
    """Whether an act of one call is constitutional, and whom it affects."""

    def ask(method, *arguments):
        calls = [call(method, *arguments)]
        salt = word(f"salt {method._name} {arguments}")
        state = named.actOf(named.propose(calls, salt, {"from": ada}).return_value).dict()
        return state["constitutional"], str(state["affected"])

    return ask


def newcomer(account, roles):
    return (SHELL, GROUP, roles, word("profile"), account, KEY)


@pytest.mark.parametrize("role", JUDGING)
def test_a_bare_majority_registers_no_judge(
    named, members, five, ada, cleo, dan, eve, accounts, role
):
    calls = [call(members.register, *newcomer(accounts[20], role | Role.PRICE_ADMINISTRATOR))]
    act_id = proposed(named, calls, SALT, ada, cleo, dan)
    with reverts("ActUndecided", act_id, 3, 4):
        named.execute(calls, SALT, {"from": ada})
    due = named.approve(act_id, {"from": eve}).timestamp + 2 * named.delay()
    assert named.actOf(act_id)[2] == due
    pass_time(2 * named.delay())
    named.execute(calls, SALT, {"from": ada})
    assert members.organisation(SHELL)[2] & role


def test_a_majority_registers_who_only_trades(named, members, five, ada, cleo, dan, accounts):
    business = Role.TRADER | Role.OPERATOR | Role.MAKER | Role.PRICE_ADMINISTRATOR
    calls = [call(members.register, *newcomer(accounts[20], business))]
    carry(named, calls, ada, cleo, dan)
    assert members.isActive(accounts[20])


@pytest.mark.parametrize(
    ("before", "after", "binds"),
    [
        (Role.TRADER, Role.ORACLE, True),
        (Role.ORACLE, Role.ORACLE | Role.RISK, True),
        (Role.RISK, Role.TRADER, True),  # whoever loses a voice is heard as well
        (Role.AUDITOR, 0, True),
        (Role.TRADER, Role.TRADER | Role.OPERATOR, False),
        (Role.TRADER, 0, False),
    ],
)
def test_roles_of_judges_are_constitutional(
    binding, members, registered, accounts, before, after, binds
):
    organisation = registered(accounts[20], GROUP, before)
    affected = GROUP if binds else ZERO_WORD
    assert binding(members.setRoles, organisation, after) == (binds, affected)


def test_a_group_gives_itself_no_voice(named, registered, members, ada, cleo, dan, eve, bob):
    """Whom an act affects does not vote about it."""
    organisation = registered(bob, NORTH, 0)
    calls = [call(members.setRoles, organisation, Role.ORACLE)]
    act_id = proposed(named, calls, SALT, ada, cleo, dan)
    assert named.actOf(act_id)[0] == 2
    due = named.approve(act_id, {"from": eve}).timestamp + HEARING
    assert named.actOf(act_id)[2] == due
    pass_time(HEARING)
    named.execute(calls, SALT, {"from": ada})


def test_roles_of_who_is_unknown_bind_where_he_would_judge(binding, members, named):
    assert binding(members.setRoles, SHELL, Role.ORACLE) == (True, ZERO_WORD)
    assert binding(members.setRoles, SHELL, Role.TRADER) == (False, ZERO_WORD)


def test_no_bare_majority_says_who_certifies(
    named, binding, members, registered, accounts, ada, cleo, dan
):
    """Else it closes a competitor's gates by what it takes from his certifier, who is unheard."""
    organisation = registered(accounts[20], GROUP, Role.CERTIFIER)
    assert binding(members.accredit, organisation, 6) == (True, ZERO_WORD)
    carry(named, [call(members.accredit, organisation, 6)], ada, cleo, dan, salt=word("given"))
    assert binding(members.accredit, organisation, 14) == (True, ZERO_WORD)
    assert binding(members.accredit, organisation, 2) == (True, GROUP)
    assert binding(members.accredit, organisation, 0) == (True, GROUP)


def test_a_members_account_is_not_taken_by_a_bare_majority(binding, members, five, stranger):
    for method in (members.removeAccount, members.restoreAccount):
        assert binding(method, stranger) == (True, FAR)


def test_a_members_site_is_not_taken_by_a_bare_majority(
    Sites, binding, named, members, journal, five, ada, cleo, dan, stranger
):
    sites = stranger.deploy(Sites, named, members, members)
    let_note(journal, sites, stranger)
    site = word("site")
    details = (five, *site_details("miner", word("place"), 1, [1])[1:])
    members_roles = [call(members.setRoles, five, Role.TRADER | Role.OPERATOR)]
    carry(named, members_roles, ada, cleo, dan, salt=word("roles"))
    carry(named, [call(sites.register, site, details)], ada, cleo, dan, salt=word("site"))
    assert binding(sites.proposeTransfer, site, five) == (True, FAR)


def test_a_bare_majority_suspends_no_seat(named, members, five, ada, cleo, dan, eve, stranger):
    """Else three of five suspend two, and are all there is."""
    calls = [call(members.suspend, five, REASON)]
    act_id = proposed(named, calls, SALT, ada, cleo)
    assert named.actOf(act_id)[6] == FAR
    with reverts("ActUndecided", act_id, 2, 3):
        named.execute(calls, SALT, {"from": ada})
    due = named.approve(act_id, {"from": dan}).timestamp + HEARING
    assert named.actOf(act_id)[2] == due
    named.objectTo(act_id, REASON, {"from": stranger})


def test_a_majority_suspends_who_has_no_seat(binding, members, registered, accounts):
    organisation = registered(accounts[20], GROUP, Role.ORACLE)
    assert binding(members.suspend, organisation, REASON) == (False, ZERO_WORD)


def test_nobody_is_registered_over_a_founding_seat(binding, members, named, bob):
    """As another group's account it would be silent, and its address taken."""
    foreign = (SHELL, SOUTH, Role.TRADER, word("profile"), bob, KEY)
    assert binding(members.register, *foreign) == (True, NORTH)
    own = (SHELL, NORTH, Role.TRADER, word("profile"), bob, KEY)
    assert binding(members.register, *own) == (True, ZERO_WORD)


def test_an_act_that_has_come_to_bind_is_proposed_anew(
    named, registered, members, ada, cleo, dan, stranger
):
    """A suspension proposed in time is carried out once its victim has a seat."""
    organisation = registered(stranger, FAR)
    calls = [call(members.suspend, organisation, REASON)]
    act_id = decided(named, calls, SALT, ada, cleo, dan)
    carry(named, [call(named.grantSeat, stranger)], ada, cleo, dan, salt=word("fifth"))
    named.decide(act_id, {"from": ada})
    pass_time(named.delay())
    with reverts("ActBindsOtherwise", act_id):
        named.execute(calls, SALT, {"from": ada})


def test_an_act_whose_subject_went_to_another_group_is_proposed_anew(
    named, registered, members, ada, cleo, dan, eve, accounts
):
    """Else its buyer votes about what it has come to own."""
    organisation = registered(accounts[20], GROUP)
    calls = [call(members.removeAccount, accounts[20])]
    act_id = decided(named, calls, SALT, ada, cleo, dan)
    carry(named, [call(members.setGroup, organisation, WEST, 0)], ada, cleo, dan, salt=word("sale"))
    named.decide(act_id, {"from": ada})
    pass_time(HEARING)
    with reverts("ActBindsOtherwise", act_id):
        named.execute(calls, SALT, {"from": ada})
