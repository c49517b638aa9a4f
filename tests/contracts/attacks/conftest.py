"""All contracts, and organisations that belong to the ownership group of a member."""

from typing import Any

import pytest

from tests.contracts.lots.conftest import *  # noqa: F403 - the same contracts and helpers
from tests.contracts.people import PEOPLE, word


@pytest.fixture
def sister(members: Any, governor: Any, accounts: Any) -> Any:
    """Registers a further organisation of a member's group: `sister("miner", 31, Role.RISK)`."""

    def register(of: str, index: int, roles: int) -> Any:
        identity = (word(f"sister {index}"), PEOPLE[of].group, roles, word("profile"))
        key = word("viewing key")
        members.register(*identity, accounts[index], key, {"from": governor})
        return accounts[index]

    return register
