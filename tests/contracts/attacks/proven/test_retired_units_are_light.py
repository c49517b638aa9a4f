"""Attack: the retired pack takes more than its share of the metal, or leaves its carbon behind."""

import pytest

from tests.contracts.conftest import COBALT
from tests.contracts.lots.making import END_OF_LIFE, NO_PROOF, PACK, RETIRED, run_request
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.people import word
from tests.contracts.scoped_ids import scoped_of

LABEL = word("car")
CAR = scoped_of("car_maker", LABEL)
METAL, CARBON = 10_000_000, 5_000_000


@pytest.fixture
def packs(prover, hold, products, car_maker):
    """Ten packs of 1 kg each, one of them in a car."""
    lot = hold(prover.lot(COBALT, METAL, carbon=CARBON, units=10), car_maker, material=PACK)
    products.declare(LABEL, {"from": car_maker})
    products.assign(CAR, lot.id, 1, {"from": car_maker})
    products.seal(CAR, {"from": car_maker})
    return lot


@pytest.fixture
def prove(products, prover, dismantle, packs, car_maker):
    def make(retired, rest):
        made = [(retired.id, 1, RETIRED), (rest.id, 9, PACK)]
        request = run_request(END_OF_LIFE, [packs.id], made, event=dismantle(packs.id))
        fields = {"ctx": products.ctxOf(car_maker, request), "rule": products.ruleOf(request)}
        proof = prover.prove("run", inputs=[packs], outputs=[retired, rest], event=None, **fields)
        return with_field(request, 7, proof)

    return make


def test_its_share(products, lot_book, prover, prove, car_maker):
    retired = prover.lot(COBALT, METAL // 10, carbon=CARBON // 10, units=1)
    rest = prover.lot(COBALT, METAL - METAL // 10, carbon=CARBON - CARBON // 10, units=9)
    products.retire(CAR, prove(retired, rest), {"from": car_maker})
    assert lot_book.lotOf(retired.id)[7] == 1


@pytest.mark.parametrize(
    ("metal", "carbon"),
    [(METAL // 10 + 10, CARBON // 10), (METAL, CARBON), (METAL // 10, 0), (METAL // 10, CARBON)],
)
def test_not_more_and_not_less(prover, prove, metal, carbon):
    retired = prover.lot(COBALT, metal, carbon=carbon, units=1)
    rest = prover.lot(COBALT, METAL - metal, carbon=CARBON - carbon, units=9)
    with pytest.raises(AssertionError, match="refused"):
        prove(retired, rest)


def test_a_proof_for_another_car_maker_is_none(products, prover, prove, packs, car_maker):
    retired = prover.lot(COBALT, METAL // 10, carbon=CARBON // 10, units=1)
    rest = prover.lot(COBALT, METAL - METAL // 10, carbon=CARBON - CARBON // 10, units=9)
    request = prove(retired, rest)
    with refused("rebook2"):
        products.retire(CAR, with_field(request, 7, NO_PROOF), {"from": car_maker})
