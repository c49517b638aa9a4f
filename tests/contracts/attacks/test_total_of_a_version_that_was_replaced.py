# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Attack: a circuit is broken, claims are replaced, and a false total is recorded after that.

No act ends the version before, which is no writer of the book; the next one took its totals over
whenever they were recorded.
"""

import pytest

from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import COBALT, NO_PROOF, field_word
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

LABEL = word("car")
CAR = scoped_of("car_maker", LABEL)
TOTAL, LATER = field_word("total"), field_word("later")


@pytest.fixture
def record(claims, products, make_lot, car_maker):
    products.declare(LABEL, {"from": car_maker})
    products.assign(CAR, make_lot("part", car_maker), 1, {"from": car_maker})

    def call(total, by=claims):
        request = (CAR, COBALT, 0, 1, 1, ZERO_WORD, total, NO_PROOF)
        return by.recordTotal(request, {"from": car_maker})

    return call


@pytest.fixture
def second(Claims, claims, deploy_noted, governor):
    """Deploys the next version."""
    asked = ("MEMBERS", "LOT_BOOK", "PRODUCTS", "TOTAL_VERIFIER", "CLAIM_VERIFIER")
    found = [getattr(claims, name)() for name in asked]
    return lambda: deploy_noted(Claims, governor, *found, claims)


def test_a_total_before_is_gone_on_with_and_one_after_is_none(record, claims, second):
    record(TOTAL)
    wait(1)
    next_one = second()
    assert next_one.totalOf(TOTAL)[0] == CAR
    with reverts("TotalExists", TOTAL):
        record(TOTAL, next_one)
    record(LATER)
    assert claims.totalOf(LATER)[0] == CAR
    assert next_one.totalOf(LATER)[0] == ZERO_WORD
