"""All contracts, and organisations that belong to the ownership group of a member."""

from typing import Any

import pytest

from tests.contracts.lots.conftest import *  # noqa: F403 - the same contracts and helpers
from tests.contracts.people import PEOPLE, Role, word

BUSINESS = Role.TRADER | Role.OPERATOR | Role.MAKER


@pytest.fixture
def sister(members: Any, governor: Any, accounts: Any) -> Any:
    """Registers a further organisation of a member's group: `sister("miner", 31, Role.RISK)`.

    A group does no business and judges: before a judge joins it, the member loses its roles. It
    keeps its metal and its sites.
    """

    def register(of: str, index: int, roles: int) -> Any:
        if PEOPLE[of].roles & BUSINESS and not roles & BUSINESS:
            members.setRoles(PEOPLE[of].organisation, 0, {"from": governor})
        identity = (word(f"sister {index}"), PEOPLE[of].group, roles, word("profile"))
        key = word("viewing key")
        members.register(*identity, accounts[index], key, {"from": governor})
        return accounts[index]

    return register
