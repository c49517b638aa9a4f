"""Emergency: the pause of everybody, the freeze of one group."""

import pytest
from brownie import chain

from tests.contracts.consents import add_account
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

DAY = 86_400
PAUSE, PAUSE_AGAIN = 3 * DAY, 30 * DAY
FREEZE, FREEZE_AGAIN, PROPOSAL = 7 * DAY, 90 * DAY, 3 * DAY
MINER, REFINER = PEOPLE["miner"], PEOPLE["refiner"]
KEY = word("key")


def pass_time(seconds):
    chain.sleep(seconds)
    chain.mine()


@pytest.fixture
def freeze(members, observer, auditor):
    """Two judges of two groups."""

    def frozen(group):
        members.freeze(group, {"from": observer})
        return members.freeze(group, {"from": auditor})

    return frozen


# --- pause


def test_pause_lasts_72_hours(members, governor):
    members.requireRunning()
    tx = members.pause({"from": governor})
    until = tx.timestamp + PAUSE
    emitted(tx, "Paused", until=until)
    assert members.pausedUntil() == until
    pass_time(PAUSE - 60)
    with reverts("PauseInForce", until):
        members.requireRunning()
    pass_time(61)
    members.requireRunning()


def test_pause_is_once_in_30_days(members, governor):
    began = members.pause({"from": governor}).timestamp
    for seconds in (0, PAUSE + 1, PAUSE_AGAIN - PAUSE - 120):
        pass_time(seconds)
        with reverts_with_time("PauseTooSoon", began + PAUSE_AGAIN):
            members.pause({"from": governor})
    pass_time(120)
    members.pause({"from": governor})


# --- freeze


def test_two_groups_freeze_a_third_for_7_days(members, miner, observer, auditor, accounts):
    add_account(members, accounts[20], Role.TRADER, KEY, miner)
    proposed = members.freeze(MINER.group, {"from": observer})
    emitted(proposed, "FreezeProposed", group=MINER.group, by=observer)
    assert members.isActive(miner)

    tx = members.freeze(MINER.group, {"from": auditor})

    until = tx.timestamp + FREEZE
    emitted(tx, "OrganisationFrozen", organisation=MINER.organisation, sequence=4, until=until)
    emitted(tx, "GroupFrozen", group=MINER.group, by=auditor, until=until)
    assert members.frozenUntil(MINER.group) == until
    for account in (miner, accounts[20]):
        assert not members.isActive(account)
        with reverts("SignerFrozen", account, until):
            members.resolve(account)
    pass_time(FREEZE + 1)
    assert members.isActive(miner)
    assert plain(members.resolve(miner)) == plain((miner, MINER.roles))


def test_freeze_reaches_every_organisation_of_the_group(members, freeze, umpire, affiliate):
    tx = freeze(PEOPLE["umpire"].group)
    frozen = [event["organisation"] for event in tx.events["OrganisationFrozen"]]
    assert len(frozen) == 2
    for account in (umpire, affiliate):
        assert not members.isActive(account)


def test_freeze_outlives_acts_on_the_organisation(members, freeze, governor, miner, accounts):
    """Reinstating, roles and signers leave it alone."""
    until = freeze(MINER.group).timestamp + FREEZE
    members.suspend(MINER.organisation, spoken("reason"), {"from": governor})
    members.reinstate(MINER.organisation, {"from": governor})
    members.setRoles(MINER.organisation, Role.TRADER, {"from": governor})
    members.replaceSigner(miner, accounts[20], {"from": governor})
    with reverts("SignerFrozen", accounts[20], until):
        members.resolve(accounts[20])


def test_only_judges_freeze(members, miner, stranger):
    needed = Role.RISK | Role.AUDITOR
    with reverts("RoleMissing", miner, needed, MINER.roles):
        members.freeze(REFINER.group, {"from": miner})
    with reverts("NotActive", stranger):
        members.freeze(REFINER.group, {"from": stranger})


def test_nobody_freezes_his_own_group(members, observer):
    group = PEOPLE["observer"].group
    with reverts("FreezeNotIndependent", group, PEOPLE["observer"].organisation):
        members.freeze(group, {"from": observer})


def test_freeze_takes_another_group_within_3_days(members, observer, auditor):
    members.freeze(MINER.group, {"from": observer})
    with reverts("SecondGroupRequired", MINER.group, PEOPLE["observer"].organisation):
        members.freeze(MINER.group, {"from": observer})
    pass_time(PROPOSAL + 1)
    tx = members.freeze(MINER.group, {"from": auditor})  # the first has lapsed
    emitted(tx, "FreezeProposed", group=MINER.group, by=auditor)
    assert members.frozenUntil(MINER.group) == 0


def test_freeze_is_once_in_90_days(members, freeze, observer):
    began = freeze(MINER.group).timestamp
    with reverts("GroupIsFrozen", MINER.group, began + FREEZE):
        members.freeze(MINER.group, {"from": observer})
    for seconds in (FREEZE + 1, FREEZE_AGAIN - FREEZE - 120):
        pass_time(seconds)
        with reverts_with_time("FreezeTooSoon", MINER.group, began + FREEZE_AGAIN):
            members.freeze(MINER.group, {"from": observer})
    pass_time(120)
    freeze(MINER.group)


def test_nobody_comes_or_goes_while_a_group_is_frozen(members, freeze, governor, stranger):
    until = freeze(MINER.group).timestamp + FREEZE
    new = (word("new"), MINER.group, 1, word("profile"), stranger, KEY)
    for refused in (
        lambda: members.register(*new, {"from": governor}),
        lambda: members.setGroup(MINER.organisation, word("x"), 0, {"from": governor}),
        lambda: members.setGroup(REFINER.organisation, MINER.group, 0, {"from": governor}),
    ):
        with reverts("GroupIsFrozen", MINER.group, until):
            refused()


def test_group_of_nobody_is_not_frozen(members, observer, auditor):
    group = word("group of nobody")
    members.freeze(group, {"from": observer})
    with reverts("GroupUnknown", group):
        members.freeze(group, {"from": auditor})
