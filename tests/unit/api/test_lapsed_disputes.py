"""How many disputes of a buyer came to nothing, and what left a product at its end."""

import pytest
from fastapi.testclient import TestClient

from api.deps import Gateway
from lodetrace.contracts.enums import Role
from lodetrace.contracts.events import (
    AccountAdded,
    Event,
    LotAccepted,
    LotDisputed,
    OrganisationRegistered,
    ProductDeclared,
    SettlementApproved,
    UnitsKept,
    UnitsRetired,
)
from tests.unit.api.scripted_chain import ScriptedChain, account, ident, offered, word

BUYER = 0x71


@pytest.fixture
def disputed(chain: ScriptedChain) -> int:
    """The buyer disputes a lot for two blocks; the number of the block."""
    group, key, trader = word(0x72), word(0x73), Role.TRADER
    registered = OrganisationRegistered(word(BUYER), 1, group, trader, word(0), account(2))
    added = AccountAdded(account(2), word(BUYER), 2, trader, key)
    chain.mine(registered, added, offered(0xA5, chain.time(20), 2))
    block = len(chain.blocks)
    until, why, paper = chain.time(block + 2), word(0x74), word(0x75)
    chain.mine(LotDisputed(word(0xA5), account(1), account(2), 3, until, why, paper))
    return block


def lapsed(chain: ScriptedChain, gateway: Gateway, client: TestClient, *then: Event) -> int:
    """After these events in the next block, and three more blocks."""
    chain.mine(*then)
    for _ in range(3):
        chain.mine()
    gateway.indexer.catch_up()
    return int(client.get(f"/members/{ident(BUYER)}").json()["lapsed_disputes"])


def test_a_dispute_that_nobody_settles_lapses(
    chain: ScriptedChain, disputed: int, gateway: Gateway, client: TestClient
) -> None:
    gateway.indexer.catch_up()
    assert client.get(f"/members/{ident(BUYER)}").json()["lapsed_disputes"] == 0
    assert lapsed(chain, gateway, client) == 1
    steps = client.get(f"/lots/{ident(0xA5)}").json()["custody"]
    assert [one["document"] for one in steps if one["act"] == "disputed"] == [ident(0x75)]


@pytest.mark.parametrize(
    "answer",
    [
        LotAccepted(word(0xA5), account(1), account(2), 4),
        SettlementApproved(word(0xA5), word(0xE9), account(3), 4, 1 << 39),
    ],
)
def test_one_that_came_to_something_does_not(
    chain: ScriptedChain, disputed: int, gateway: Gateway, client: TestClient, answer: Event
) -> None:
    assert lapsed(chain, gateway, client, answer) == 0


def test_an_answer_that_comes_too_late_changes_nothing(
    chain: ScriptedChain, disputed: int, gateway: Gateway, client: TestClient
) -> None:
    assert lapsed(chain, gateway, client) == 1
    offered_again = offered(0xA5, chain.time(99), 4)
    accepted = LotAccepted(word(0xA5), account(1), account(2), 5)
    assert lapsed(chain, gateway, client, offered_again, accepted) == 1


def test_what_left_a_product(chain: ScriptedChain, gateway: Gateway, client: TestClient) -> None:
    chain.mine(
        ProductDeclared(word(0xCA), account(1), word(0xCB)),
        UnitsRetired(word(0xCA), word(0xA4), word(0xB9), 2),
        UnitsKept(word(0xA5), word(0xB9), 2, 3),
    )
    gateway.indexer.catch_up()
    shown = client.get(f"/products/{ident(0xCA)}").json()
    assert shown["retired"] == [{"lot": ident(0xA4), "units": 2, "run": ident(0xB9)}]
    assert client.get(f"/lots/{ident(0xA5)}").json()["lot"]["state"] == "assigned"
