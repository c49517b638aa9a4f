"""A thief with the admin's key adds accounts of his own until no place is left, and stays."""

from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts

ORG = PEOPLE["miner"].organisation
KEY = word("viewing key")


def test_the_rescued_admin_throws_the_thiefs_accounts_out(members, governor, miner, accounts):
    thiefs = [f"0x{0xACC0000000000000000000000000000000000000 + i:040x}" for i in range(63)]
    for account in thiefs:
        members.addAccount(account, Role.TRADER, KEY, {"from": miner})
    with reverts("TooManyAccounts", ORG, 64):
        members.addAccount(accounts[30], Role.TRADER, KEY, {"from": miner})

    members.replaceSigner(miner, accounts[31], {"from": governor})  # the rescue
    for account in thiefs:
        members.removeAccount(account, {"from": accounts[31]})
    assert not any(members.isActive(account) for account in thiefs)
    members.addAccount(accounts[30], Role.TRADER, KEY, {"from": accounts[31]})


def test_a_restored_account_needs_a_place(members, governor, miner, accounts):
    members.addAccount(accounts[30], Role.TRADER, KEY, {"from": miner})
    members.removeAccount(accounts[30], {"from": miner})
    for i in range(63):
        address = f"0x{0xACC0000000000000000000000000000000000000 + i:040x}"
        members.addAccount(address, Role.TRADER, KEY, {"from": miner})
    with reverts("TooManyAccounts", ORG, 64):
        members.restoreAccount(accounts[30], {"from": governor})
