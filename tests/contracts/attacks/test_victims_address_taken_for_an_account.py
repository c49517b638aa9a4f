"""Attack: a thief with an admin's key registers a victim's address, which then is nobody else's."""

import pytest

from tests.contracts.consents import add_account, coinless, consent_of
from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

ORG, KEY = PEOPLE["miner"].organisation, word("viewing key")
TRADER = Role.TRADER


@pytest.fixture
def victim(accounts):
    return accounts[30]


@pytest.fixture
def take(members, victim, miner):
    """The admin's key adds the victim's address with a consent."""

    def add(consent, *, roles=TRADER, key=KEY):
        return members.addAccount(victim, roles, key, consent, {"from": miner})

    return add


def test_nobody_becomes_an_account_unasked(members, take, victim, miner):
    for consent in (
        b"",
        b"\x00" * 65,
        b"\x00" * 64 + b"\x1b",
        consent_of(members, ORG, victim, TRADER, KEY, by=miner),
        consent_of(members, ORG, victim, TRADER, KEY)[:64],
        consent_of(members, ORG, victim, TRADER, KEY) + b"\x00",
    ):
        with reverts("ConsentMissing", victim, ORG):
            take(consent)
    assert plain(members.organisationOf(victim)) == "0x" + "0" * 64


@pytest.mark.parametrize(
    "changed",
    [
        {"organisation": PEOPLE["refiner"].organisation},
        {"account": coinless(1)},
        {"roles": TRADER | Role.OPERATOR},
        {"viewing_key": word("the thief's")},
        {"name": "Another"},
        {"version": "1"},
        {"chainId": 1},
        {"verifyingContract": coinless(2)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_consent_is_to_what_it_says_and_nothing_else(members, take, victim, changed):
    signed = {"organisation": ORG, "account": victim, "roles": TRADER, "viewing_key": KEY}
    with reverts("ConsentMissing", victim, ORG):
        take(consent_of(members, by=victim, **{**signed, **changed}))


def test_nobody_is_added_twice_by_one_consent(members, take, victim, miner):
    consent = consent_of(members, ORG, victim, TRADER, KEY)
    take(consent)
    members.removeAccount(victim, {"from": miner})
    with reverts("AddressTaken", victim):
        take(consent)


def test_the_zero_address_agrees_to_nothing(members, miner):
    zero = "0x" + "0" * 40
    with reverts("AddressTaken", zero):
        members.addAccount(zero, TRADER, KEY, b"\x00" * 65, {"from": miner})


def test_who_agrees_becomes_an_account(members, victim, miner):
    add_account(members, victim, TRADER, KEY, miner)
    assert plain(members.resolve(victim)) == plain((victim, TRADER))
