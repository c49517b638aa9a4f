"""A thief with the admin's key adds accounts of his own until no place is left, and stays."""

from tests.contracts.consents import add_account, coinless
from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts

ORG = PEOPLE["miner"].organisation
KEY = word("viewing key")


def test_the_rescued_admin_throws_the_thiefs_accounts_out(members, governor, miner, accounts):
    thiefs = [coinless(number) for number in range(1, 64)]
    for account in thiefs:
        add_account(members, account, Role.TRADER, KEY, miner)
    with reverts("TooManyAccounts", ORG, 64):
        add_account(members, accounts[30], Role.TRADER, KEY, miner)

    members.replaceSigner(miner, accounts[31], {"from": governor})  # the rescue
    for account in thiefs:
        members.removeAccount(account, {"from": accounts[31]})
    assert not any(members.isActive(account) for account in thiefs)
    add_account(members, accounts[30], Role.TRADER, KEY, accounts[31])


def test_a_restored_account_needs_a_place(members, governor, miner, accounts):
    add_account(members, accounts[30], Role.TRADER, KEY, miner)
    members.removeAccount(accounts[30], {"from": miner})
    for number in range(1, 64):
        add_account(members, coinless(number), Role.TRADER, KEY, miner)
    with reverts("TooManyAccounts", ORG, 64):
        members.restoreAccount(accounts[30], {"from": governor})
