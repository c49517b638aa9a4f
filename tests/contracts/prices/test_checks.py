"""Checks of settlement prices: parties of an open offer, once, flags and no rejection."""

import pytest

from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.lots.making import COBALT, DAY, NICKEL, NO_PROOF, SULPHATE, number, sealed
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.prices.conftest import CORRECTED
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

PRICE_TAG = 4 | 1 << 8 | 1 << 16 | COBALT << 32
CIRCUIT = "0x" + b"price_in_range".ljust(32, b"\0").hex()
PRICE, BOX = word("settlement price"), sealed("price")


@pytest.fixture
def lot(custody, make_lot, miner, refiner):
    """A lot that the miner offers to the refiner."""
    made = make_lot("lot", miner)
    custody.offer(made, refiner, latest() + DAY, sealed("lot"), {"from": miner})
    return made


@pytest.fixture
def request_of(lot):
    """IPrices.CheckRequest."""

    def make(record, lot=lot, price=PRICE, inside=True, box=BOX, proof=NO_PROOF):
        return (lot, record, price, inside, box, proof)

    return make


@pytest.fixture
def transfer(miner, refiner):
    """IPrices.Transfer of the offer, the lot's second event."""
    return (miner.address, refiner.address, 2)


@pytest.mark.parametrize("who", ["miner", "refiner"])
def test_seller_and_buyer_record_a_price_inside(
    prices, publish, request_of, lot, transfer, web3, request, who
):
    account, record = request.getfixturevalue(who), publish()
    asked = request_of(record)
    tx = prices.check(asked, {"from": account})
    values = [bytes.fromhex(lot[2:]), 2, account.address, bytes.fromhex(record[2:])]
    types = ["bytes32", "uint32", "address", "bytes32"]
    check_id = plain(web3.keccak(web3.codec.encode(types, values)))
    assert plain(tx.return_value) == check_id
    ctx = prices.checkCtxOf(account, transfer, asked)
    commitment = number(word("commitment"))
    emitted(
        tx, "PriceChecked", checkId=check_id, lot=lot, account=account, record=record,
        transfer=transfer, price=PRICE, inside=True,
        publicSignals=(ctx, PRICE_TAG, commitment, number(PRICE), 1),
        sealedToCounterparty=BOX, proof=NO_PROOF,
    )  # fmt: skip
    assert plain(prices.checkOf(check_id)) == (PRICE, tx.timestamp, True)


def test_outside_is_said_and_not_refused(prices, custody, publish, request_of, lot, miner, refiner):
    record = publish()
    tx = prices.check(request_of(record, inside=False), {"from": miner})
    check_id = plain(tx.return_value)
    assert tx.events["PriceChecked"]["inside"] is False
    assert tx.events["PriceChecked"]["publicSignals"][4] == 0
    assert plain(prices.checkOf(check_id))[2] is False
    custody.accept(lot, 2, {"from": refiner})


def test_a_check_leaves_the_offer_as_it_is(prices, lot_book, publish, request_of, lot, miner):
    before = plain(lot_book.offerOf(lot)), plain(lot_book.lotOf(lot))
    prices.check(request_of(publish()), {"from": miner})
    assert (plain(lot_book.offerOf(lot)), plain(lot_book.lotOf(lot))) == before


def test_recorded_once_for_account_offer_and_record(
    prices, custody, publish, request_of, lot, miner, refiner, today
):
    first, second = publish(), publish(day=today - 1)
    check_id = plain(prices.check(request_of(first), {"from": miner}).return_value)
    with reverts("CheckExists", check_id):
        prices.check(request_of(first, price=word("another"), inside=False), {"from": miner})
    prices.check(request_of(first), {"from": refiner})
    prices.check(request_of(second), {"from": miner})
    custody.cancel([lot], {"from": miner})
    custody.offer(lot, refiner, latest() + DAY, sealed("lot"), {"from": miner})
    prices.check(request_of(first), {"from": miner})


def test_unknown_check_is_empty(prices):
    assert plain(prices.checkOf(word("check"))) == (ZERO_WORD, 0, False)


# --- who and when


def test_only_parties_record(prices, publish, request_of, lot, recycler, stranger):
    asked = request_of(publish())
    with reverts("NotParty", lot, recycler):
        prices.check(asked, {"from": recycler})
    with reverts("NotActive", stranger):
        prices.check(asked, {"from": stranger})


def test_offer_is_open(prices, custody, publish, request_of, make_lot, lot, miner, refiner):
    record = publish()
    free = make_lot("free", miner)
    with reverts("NotOffered", free):
        prices.check(request_of(record, lot=free), {"from": miner})
    custody.accept(lot, 2, {"from": refiner})
    with reverts("NotOffered", lot):
        prices.check(request_of(record), {"from": miner})


def test_lapsed_offer_has_no_price(prices, custody, publish, request_of, lot, miner):
    record = publish()
    expiry = custody.offerOf(lot)[2]
    pass_time(expiry)
    with reverts_with_time("OfferExpired", lot, expiry):
        prices.check(request_of(record), {"from": miner})


# --- against what


def test_record_is_released(prices, publication, request_of, miner):
    with reverts("PriceUnknown", word("nothing")):
        prices.check(request_of(word("nothing")), {"from": miner})


def test_record_is_the_last_word(prices, publish, request_of, transfer, miner):
    first = publish()
    second = publish(status=CORRECTED, corrects=first, commitment=word("corrected"))
    with reverts("PriceSuperseded", first, second):
        prices.check(request_of(first), {"from": miner})
    prices.check(request_of(second), {"from": miner})
    prices.verify(miner, transfer, request_of(first))  # what was recorded before still verifies


@pytest.mark.parametrize("changes", [{"element": NICKEL}, {"material": SULPHATE}])
def test_lot_is_what_is_priced(
    prices, custody, make_lot, publish, request_of, miner, refiner, changes
):
    other = make_lot("other", miner, **changes)
    custody.offer(other, refiner, latest() + DAY, sealed("other"), {"from": miner})
    known = {"element": COBALT, "material": 3} | changes
    with reverts("NotPriced", other, known["element"], known["material"]):
        prices.check(request_of(publish(), lot=other), {"from": miner})


def test_refused_proofs(prices, answering, publish, request_of, transfer, miner):
    asked = request_of(publish())
    answering.setAnswer(False)
    with reverts("ProofRefused", CIRCUIT):
        prices.check(asked, {"from": miner})
    with reverts("ProofRefused", CIRCUIT):
        prices.verify(miner, transfer, asked)


def test_anyone_verifies(prices, publish, request_of, transfer, miner, stranger):
    prices.verify(miner, transfer, request_of(publish()), {"from": stranger})


# --- ctx


def test_ctx_changes_with_every_part(
    prices, publish, request_of, make_lot, transfer, miner, refiner, recycler, today
):
    record, other = publish(), publish(day=today - 1)
    requests = [
        request_of(record),
        request_of(other),
        request_of(record, lot=make_lot("other", miner)),
        request_of(record, price=word("another")),
        request_of(record, inside=False),
        request_of(record, box=sealed("another")),
    ]
    found = [prices.checkCtxOf(miner, transfer, asked) for asked in requests]
    found.append(prices.checkCtxOf(refiner, transfer, requests[0]))
    seller, buyer, offer = transfer
    for changed in ((recycler, buyer, offer), (seller, recycler, offer), (seller, buyer, 3)):
        found.append(prices.checkCtxOf(miner, changed, requests[0]))
    assert len(set(found)) == len(found)
    proven = request_of(record, proof=((1,) * 8,))
    assert prices.checkCtxOf(miner, transfer, proven) == found[0]


def test_a_party_checks_an_offer_so_often_and_no_more(
    prices, publish, request_of, lot, today, miner, refiner
):
    """Each check is noted in the row of the lot, which nobody fills for its holder."""
    records = [publish(day=today - number) for number in range(9)]
    for record in records[:8]:
        prices.check(request_of(record), {"from": refiner})
    with reverts("TooManyChecks", lot, refiner):
        prices.check(request_of(records[8]), {"from": refiner})
    prices.check(request_of(records[8]), {"from": miner})
