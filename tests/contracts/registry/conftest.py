"""Statements about events, and how they come to stand."""

import pytest

from tests.contracts.conftest import COBALT, DAY, MINE
from tests.contracts.people import word

BIRTH = 1


@pytest.fixture
def statement(chain):
    """A birth at the mine that ended a day ago; fields may be replaced."""
    end = chain.time() - DAY

    def make(**changes):
        fields = {
            "site": MINE,
            "sequence": 1,
            "revision": 0,
            "kind": BIRTH,
            "element": COBALT,
            "from": end - 1_000,
            "to": end,
            "document": word("document"),
            "commitment": f"0x{7:064x}",
        }
        return tuple({**fields, **changes}.values())

    return make


@pytest.fixture
def stand(attestations, nodes):
    """Three nodes attest; returns the last transaction."""

    def attest(statement):
        return [attestations.attest(statement, {"from": node}) for node in nodes[:3]][-1]

    return attest
