"""Totals and claims with real proofs."""

import pytest

from tests.contracts.conftest import COBALT
from tests.contracts.lots.making import (
    NO_PROOF,
    PACK,
)
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.scoped_ids import scoped_of


@pytest.fixture
def car(products, prover, hold, car_maker):
    """A car of 3 of 12 packs and of a lot of its own; 60 % of the packs' cobalt bears credit 1."""
    packs = hold(
        prover.lot(
            COBALT, 120 * 10**6, 10**9, 12 * 10**6, units=12, credits=(72 * 10**6, 0, 0, 0),
            direct=10**8,
        ),
        car_maker, material=PACK,
    )  # fmt: skip
    lot = hold(prover.lot(COBALT, 10**6, 10**6), car_maker)
    product = scoped_of("car_maker", word("car"))
    products.declare(word("car"), {"from": car_maker})
    products.assign(product, packs.id, 3, {"from": car_maker})
    products.assign(product, lot.id, 1, {"from": car_maker})
    products.seal(product, {"from": car_maker})
    return product, packs, lot


@pytest.fixture
def total(claims, prover, car, car_maker):
    """The request for the car's total, with its opening; scale 12."""
    product, packs, lot = car
    weighed = [3 * a + 12 * b for a, b in zip(packs.slots, lot.slots, strict=True)]
    more = {"units": weighed[3], "credits": tuple(weighed[4:8]), "direct": weighed[8]}
    opening = prover.total(COBALT, *weighed[:3], **more)
    request = (product, COBALT, 0, 2, 12, ZERO_WORD, opening.id, NO_PROOF)
    ctx = claims.totalCtxOf(car_maker, request)
    proof = prover.prove("total", ctx=ctx, parts=[packs, lot], weights=[3, 12], total=opening)
    return with_field(request, 7, proof), opening


@pytest.fixture
def prove_claim(claims, prover, miner):
    def prove(opening, measure, mask, threshold, account=miner):
        request = (opening.id, measure, mask, threshold, NO_PROOF)
        credits = [bit + 1 for bit in range(4) if mask >> bit & 1]
        proof = prover.prove(
            "claim", ctx=claims.claimCtxOf(account, request), subject=opening, measure=measure,
            threshold=threshold, credits=credits,
        )  # fmt: skip
        return with_field(request, 4, proof)

    return prove


def test_claims_of_a_car(claims, total, prove_claim, car_maker, stranger, governor):
    request, opening = total
    claims.recordTotal(request, {"from": car_maker})
    metal = opening.slots[0]
    share = opening.slots[4] * 10**6 // metal // 10_000 * 10_000
    claims.setDirectBoundary(COBALT, 0, True, {"from": governor})
    said = (
        (1, 1, share), (2, 0, 100_000), (3, 0, 8_500_000), (4, 0, 1_000_000), (5, 0, 7_000_000),
    )  # fmt: skip
    for measure, mask, threshold in said:
        claim = prove_claim(opening, measure, mask, threshold, car_maker)
        claims.verify(car_maker, claim, {"from": stranger})
        claims.record(claim, {"from": car_maker})


def test_a_total_is_proven_as_it_is(claims, prover, total, car_maker):
    request, _ = total
    other = prover.total(COBALT, 1).id
    with refused("total"):
        claims.recordTotal(with_field(request, 6, other), {"from": car_maker})
    with refused("total"):
        claims.recordTotal(with_field(request, 4, 24), {"from": car_maker})


@pytest.fixture
def half(prover, hold):
    """A lot whose metal bears credit 1 by half."""
    return hold(prover.lot(COBALT, 10**6, 10**6, credits=(5 * 10**5, 0, 0, 0)))


def test_claim_on_a_lot(claims, half, prove_claim, miner):
    claims.record(prove_claim(half, 1, 1, 500_000), {"from": miner})


@pytest.mark.parametrize(("index", "value"), [(2, 2), (3, 490_000), (3, 510_000)])
def test_a_claim_is_proven_as_it_is(claims, half, prove_claim, miner, index, value):
    """Another credit, another threshold: even a weaker one needs its own proof."""
    request = prove_claim(half, 1, 1, 500_000)
    with refused("claim"):
        claims.record(with_field(request, index, value), {"from": miner})


def test_a_claim_on_another_lot_is_refused(claims, half, prover, hold, prove_claim, miner):
    twin = hold(prover.lot(COBALT, 10**6, 10**6, credits=(5 * 10**5, 0, 0, 0)))
    request = prove_claim(half, 1, 1, 500_000)
    with refused("claim"):
        claims.record(with_field(request, 0, twin.id), {"from": miner})


def test_a_claim_is_its_makers(claims, half, prove_claim, refiner, miner):
    request = prove_claim(half, 1, 1, 500_000)
    claims.verify(miner, request)
    with refused("claim"):
        claims.verify(refiner, request)


def test_what_is_not_so_has_no_proof(claims, half, prove_claim, miner):
    with pytest.raises(AssertionError, match="refused"):
        prove_claim(half, 1, 1, 510_000)
