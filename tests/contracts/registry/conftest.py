"""Statements about events, and how they come to stand."""

import pytest

from tests.contracts.conftest import COBALT, DAY, MINE, OPERATORS, REFINERY
from tests.contracts.lots.making import (
    BIRTH,
    MASS_BALANCE,
    MEASUREMENT,
    PROCESSING,
    field_word,
    in_order,
    new_lot,
)
from tests.contracts.people import ZERO_WORD, word


@pytest.fixture
def statement(chain, file):
    """A birth at the mine that ended a day ago, filed by its operator; fields may be replaced."""
    end = chain.time() - DAY

    def make(kind=BIRTH, **changes):
        fields = {
            "site": MINE,
            "sequence": 1,
            "revision": 0,
            "kind": kind,
            "element": COBALT,
            "from": end - 1_000,
            "to": end,
            "document": word("document"),
            "commitment": f"0x{7:064x}",
            "elements": [changes.get("element", COBALT)],
            "model": MASS_BALANCE,
            "unit_material": 0,
            "no_output": False,
            "batches": ZERO_WORD if kind == MEASUREMENT else word("batches"),
            "inputs": [],
            "units": 0,
        }
        assert changes.keys() <= fields.keys()
        fields.update(changes)
        if fields["site"] in OPERATORS:
            file(fields["site"], fields["sequence"], fields["document"])
        return tuple(fields.values())

    return make


@pytest.fixture
def processing(statement):
    """A processing at the refinery of these lots; fields may be replaced."""

    def make(inputs, **changes):
        fields = {"kind": PROCESSING, "site": REFINERY, "inputs": in_order(inputs)}
        return statement(**{**fields, **changes})

    return make


@pytest.fixture
def make_lot(lot_book, governor):
    """Writes a lot into the book; returns its id."""

    def make(name, account, **changes):
        lot = field_word(name)
        lot_book.create(*new_lot(lot, account, **changes), {"from": governor})
        return lot

    return make


@pytest.fixture
def stand(attestations, nodes):
    """Three nodes attest; returns the last transaction."""

    def attest(statement):
        return [attestations.attest(statement, {"from": node}) for node in nodes[:3]][-1]

    return attest
