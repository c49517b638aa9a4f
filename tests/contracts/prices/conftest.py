# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Prices over the registry and the book; the verifier answers what it is told."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.consents import add_account
from tests.contracts.lots.clock import latest
from tests.contracts.lots.conftest import *  # noqa: F403 - the same contracts and helpers
from tests.contracts.lots.making import COBALT, HYDROXIDE, sealed
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, word

COMMODITY, METHOD = word("cobalt-hydroxide"), word("cobalt-hydroxide-2023-08-31")
NORMAL, CARRIED, DELAYED, CORRECTED = range(1, 5)
SECOND = 34
"""Index of the administrator's second account."""
BOX = sealed("range")


@pytest.fixture(scope="module")
def price_verifier(answering: Any) -> Any:
    """Modules that test proofs replace it."""
    return answering


@pytest.fixture(scope="module")
def manager(members: Any, accounts: Any, price_reporter: Any) -> Any:
    """The administrator's second account, which releases what the first prepares."""
    role, key = Role.PRICE_ADMINISTRATOR, word("viewing key manager")
    add_account(members, accounts[SECOND], role, key, price_reporter)
    return accounts[SECOND]


@pytest.fixture(scope="module")
def bare_prices(
    Prices: Any,
    members: Any,
    lot_book: Any,
    price_verifier: Any,
    deploy_noted: Any,
    governor: Any,
    manager: Any,
) -> Any:
    """Prices without a commodity."""
    return deploy_noted(Prices, governor, members, lot_book, price_verifier)


@pytest.fixture(scope="module")
def prices(bare_prices: Any, governor: Any) -> Any:
    """Prices of cobalt hydroxide with a methodology from day 0."""
    administrator = PEOPLE["price_reporter"].organisation
    bare_prices.registerCommodity(COMMODITY, administrator, COBALT, HYDROXIDE, {"from": governor})
    bare_prices.noticeMethodology(COMMODITY, METHOD, 0, {"from": governor})
    return bare_prices


@pytest.fixture
def today() -> int:
    """The trading day of the latest block (UTC)."""
    return latest() // 86_400


@pytest.fixture
def publication(today: int) -> Callable[..., tuple[Any, ...]]:
    """IPrices.Publication: today's normal price, unless told otherwise."""

    def make(**changes: Any) -> tuple[Any, ...]:
        fields = {
            "commodity": COMMODITY,
            "day": today,
            "status": NORMAL,
            "commitment": word("commitment"),
            "document": word("document"),
            "assessment": word("assessment"),
            "methodology": METHOD,
            "corrects": ZERO_WORD,
        }
        assert changes.keys() <= fields.keys()
        return tuple({**fields, **changes}.values())

    return make


@pytest.fixture
def publish(prices: Any, publication: Any, price_reporter: Any, manager: Any) -> Any:
    """Prepares and releases; returns the record's id."""

    def act(**changes: Any) -> str:
        made = publication(**changes)
        prices.prepare(made, manager, BOX, {"from": price_reporter})
        prices.release(made, {"from": manager})
        return str(prices.recordIdOf(made))

    return act
