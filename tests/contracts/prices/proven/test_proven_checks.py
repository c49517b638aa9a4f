"""Settlement prices with real proofs: what is true is recorded, for its sender and offer alone."""

import pytest

from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import COBALT, DAY, NO_PROOF, sealed
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.prices.conftest import CORRECTED

LOW, HIGH = 7_850_000, 8_350_000
RANGE_SALT, PRICE_SALT = 11, 12


@pytest.fixture
def lot(custody, make_lot, miner, refiner):
    made = make_lot("lot", miner)
    custody.offer(made, refiner, latest() + DAY, sealed("lot"), {"from": miner})
    return made


@pytest.fixture
def transfer(miner, refiner):
    return (miner.address, refiner.address, 2)


@pytest.fixture
def record(publish, prover):
    return publish(commitment=prover.price_range(COBALT, LOW, HIGH, RANGE_SALT))


@pytest.fixture
def proven(prices, prover, lot, transfer, miner):
    """A request with its proof, of the miner unless told otherwise."""

    def make(record, paid, inside, account=miner, ends=(LOW, HIGH)):
        price = prover.price(COBALT, paid, PRICE_SALT)
        asked = (lot, record, price, inside, sealed("price"), NO_PROOF)
        proof = prover.prove(
            "price", ctx=prices.checkCtxOf(account, transfer, asked),
            range=[COBALT, *ends, RANGE_SALT], price=[COBALT, paid, PRICE_SALT], inside=inside,
        )  # fmt: skip
        return with_field(asked, 5, proof)

    return make


@pytest.mark.parametrize(
    ("paid", "inside"),
    [(LOW - 1, False), (LOW, True), (8_000_000, True), (HIGH, True), (HIGH + 1, False)],
)
def test_what_is_true_is_recorded(prices, proven, record, miner, paid, inside):
    tx = prices.check(proven(record, paid, inside), {"from": miner})
    assert tx.events["PriceChecked"]["inside"] is inside


def test_what_is_not_so_has_no_proof(proven, record):
    with pytest.raises(AssertionError, match="refused"):
        proven(record, HIGH + 1, True)
    with pytest.raises(AssertionError, match="refused"):
        proven(record, HIGH, False)


def test_outside_cannot_be_sent_as_inside(prices, proven, record, miner):
    with refused("price_in_range"):
        prices.check(with_field(proven(record, HIGH + 1, False), 3, True), {"from": miner})


def test_copied_proof_is_refused(prices, proven, record, refiner, transfer, miner):
    asked = proven(record, LOW, True)
    with refused("price_in_range"):
        prices.check(asked, {"from": refiner})
    with refused("price_in_range"):
        prices.verify(refiner, transfer, asked)
    prices.verify(miner, transfer, asked)


def test_proof_of_another_day_is_refused(prices, proven, publish, prover, record, miner, today):
    """Even of a day with the very same range."""
    same = prover.price_range(COBALT, LOW, HIGH, RANGE_SALT)
    other = publish(day=today - 1, commitment=same)
    with refused("price_in_range"):
        prices.check(with_field(proven(record, LOW, True), 1, other), {"from": miner})


def test_proof_against_the_corrected_range_holds_no_more(
    prices, proven, publish, prover, record, miner
):
    low = HIGH + 1
    commitment = prover.price_range(COBALT, low, low, RANGE_SALT)
    second = publish(status=CORRECTED, corrects=record, commitment=commitment)
    with refused("price_in_range"):
        prices.check(with_field(proven(record, HIGH, True), 1, second), {"from": miner})
    prices.check(proven(second, HIGH, False, ends=(low, low)), {"from": miner})


@pytest.mark.parametrize(("index", "value"), [(2, "0x" + "11" * 31), (4, sealed("another"))])
def test_a_check_is_proven_as_it_is(prices, proven, record, miner, index, value):
    changed = value if index == 4 else value.replace("0x", "0x00")
    with refused("price_in_range"):
        prices.check(with_field(proven(record, LOW, True), index, changed), {"from": miner})


def test_an_offer_made_again_needs_its_own_proof(
    prices, proven, record, custody, lot, miner, refiner
):
    asked = proven(record, LOW, True)
    custody.cancel([lot], {"from": miner})
    custody.offer(lot, refiner, latest() + DAY, sealed("lot"), {"from": miner})
    with refused("price_in_range"):
        prices.check(asked, {"from": miner})


def test_ctx_is_that_of_the_specification(prices, prover, record, lot, transfer, miner, web3):
    price = prover.price(COBALT, LOW, PRICE_SALT)
    for inside in (True, False):
        asked = (lot, record, price, inside, sealed("price"), NO_PROOF)
        assert prices.checkCtxOf(miner, transfer, asked) == prover.ctx(
            "price", "price_in_range", (web3.eth.chain_id, prices.address, miner.address),
            record=record, lot=lot, offer=2, seller=transfer[0], buyer=transfer[1], price=price,
            inside=int(inside), ciphertext=sealed("price"),
        )  # fmt: skip
