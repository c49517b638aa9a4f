"""Claims: thresholds on a grid about one lot or one complete total. Proofs: proven."""

import pytest

from tests.contracts.lots.making import COBALT, HYDROXIDE, NO_PROOF, PACK, field_word, number
from tests.contracts.people import PEOPLE, ZERO_WORD, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

CREDIT_SHARE, CAHRA_SHARE, CARBON_INTENSITY, DIRECT_INTENSITY, METAL_PER_UNIT = range(1, 6)
LABEL, TOTAL = word("car"), field_word("total")
CAR = scoped_of("car_maker", LABEL)
LOT_TAG, TOTAL_TAG = (kind | 2 << 8 | 2 << 16 | COBALT << 32 for kind in (1, 3))
CLAIM = "0x" + b"claim".ljust(32, b"\0").hex()


def claim(subject, measure=CREDIT_SHARE, mask=1, threshold=500_000, proof=NO_PROOF):
    """IClaims.ClaimRequest."""
    return (subject, measure, mask, threshold, proof)


@pytest.fixture
def total(products, claims, make_lot, car_maker):
    """The complete total of a car of one pack."""
    pack = make_lot("pack", car_maker, count=2, material=PACK)
    products.declare(LABEL, {"from": car_maker})
    products.assign(CAR, pack, 1, {"from": car_maker})
    products.seal(CAR, {"from": car_maker})
    request = (CAR, COBALT, 0, 1, 2, ZERO_WORD, TOTAL, NO_PROOF)
    claims.recordTotal(request, {"from": car_maker})
    return TOTAL


@pytest.fixture
def record(claims, miner):
    return lambda request, who=miner: claims.record(request, {"from": who})


# --- recording


@pytest.mark.parametrize(
    ("measure", "mask", "threshold", "statement"),
    [
        (CREDIT_SHARE, 1, 1_000_000, 1_000_000 | 1 << 64),
        (CREDIT_SHARE, 0b1000, 10_000, 10_000 | 0b1000 << 64),
        (CREDIT_SHARE, 0b110, 500_000, 500_000 | 0b110 << 64),
        (CREDIT_SHARE, 0b100, 0, 0b100 << 64),
        (CAHRA_SHARE, 0, 0, 1 << 69),
        (CARBON_INTENSITY, 0, 38_500_000, 38_500_000 | 1 << 70),
        (METAL_PER_UNIT, 0, 12_000, 12_000 | 1 << 71),
    ],
)
def test_claim_on_a_lot(claims, record, lot, miner, web3, measure, mask, threshold, statement):
    request = claim(lot, measure, mask, threshold)
    tx = record(request)
    types = ["bytes32", "uint8", "uint8", "uint8", "uint64"]
    values = [bytes.fromhex(lot[2:]), 0, measure, mask, threshold]
    claim_id = plain(web3.keccak(web3.codec.encode(types, values)))
    assert plain(tx.return_value) == claim_id
    ctx = claims.claimCtxOf(miner, request)
    emitted(
        tx, "ClaimRecorded", claimId=claim_id, subject=lot, account=miner, measure=measure,
        creditMask=mask, threshold=threshold, revision=0,
        publicSignals=(ctx, LOT_TAG, number(lot), statement), proof=NO_PROOF,
    )  # fmt: skip
    assert claims.claimedAt(claim_id) == tx.timestamp


def test_claim_on_a_total(claims, record, total, car_maker):
    request = claim(total)
    tx = record(request, car_maker)
    signals = plain(tx.events["ClaimRecorded"]["publicSignals"])
    ctx = claims.claimCtxOf(car_maker, request)
    assert signals == (ctx, TOTAL_TAG, number(TOTAL), 500_000 | 1 << 64)
    assert tx.events["ClaimRecorded"]["revision"] == 0


def test_claim_on_a_restated_lot(claims, record, lot_book, lot, governor):
    first = record(claim(lot)).return_value
    lot_book.restate(lot, field_word("restated"), {"from": governor})
    tx = record(claim(lot))
    assert tx.return_value != first
    assert tx.events["ClaimRecorded"]["revision"] == 1
    assert tx.events["ClaimRecorded"]["publicSignals"][2] == number(field_word("restated"))


def test_recorded_once(record, lot):
    claim_id = plain(record(claim(lot)).return_value)
    with reverts("ClaimExists", claim_id):
        record(claim(lot))
    record(claim(lot, threshold=510_000))


def test_unrecorded_claim_has_no_time(claims):
    assert claims.claimedAt(word("claim")) == 0


# --- who


def test_holder_has_his_lot_recorded(record, lot, refiner, miner, members, stranger, governor):
    with reverts("NotHolder", lot, refiner, miner):
        record(claim(lot), refiner)
    with reverts("NotActive", stranger):
        record(claim(lot), stranger)
    members.suspend(PEOPLE["miner"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", miner):
        record(claim(lot))


def test_owner_has_his_total_recorded(record, total, miner, car_maker):
    with reverts("NotHolder", total, miner, car_maker):
        record(claim(total), miner)


def test_anyone_verifies(claims, lot, total, miner, car_maker, stranger):
    claims.verify(miner, claim(lot), {"from": stranger})
    claims.verify(car_maker, claim(total), {"from": stranger})


# --- what


def test_refused_proofs(claims, record, answering, lot, miner):
    answering.setAnswer(False)
    with reverts("ProofRefused", CLAIM):
        record(claim(lot))
    with reverts("ProofRefused", CLAIM):
        claims.verify(miner, claim(lot))


def test_unknown_subject(claims, record, miner):
    for call in (record, lambda request: claims.verify(miner, request),
                 lambda request: claims.claimCtxOf(miner, request)):  # fmt: skip
        with reverts("SubjectUnknown", word("unknown")):
            call(claim(word("unknown")))


def test_total_is_complete(claims, products, record, make_lot, car_maker):
    products.declare(LABEL, {"from": car_maker})
    products.assign(CAR, make_lot("pack", car_maker), 1, {"from": car_maker})
    request = (CAR, COBALT, 0, 1, 1, ZERO_WORD, TOTAL, NO_PROOF)
    claims.recordTotal(request, {"from": car_maker})
    with reverts("TotalIncomplete", TOTAL):
        record(claim(TOTAL), car_maker)


@pytest.mark.parametrize(
    ("measure", "mask"),
    [
        (CREDIT_SHARE, 0), (CREDIT_SHARE, 0b11), (CREDIT_SHARE, 0b101), (CREDIT_SHARE, 0b111),
        (CREDIT_SHARE, 0b10000), (CREDIT_SHARE, 0b10000000), (CREDIT_SHARE, 255),
        (CAHRA_SHARE, 1), (CARBON_INTENSITY, 0b110), (DIRECT_INTENSITY, 1), (METAL_PER_UNIT, 1),
        (0, 1),
    ],
)  # fmt: skip
def test_masks_count_no_metal_twice(claims, record, lot, miner, measure, mask):
    for call in (record, lambda request: claims.verify(miner, request)):
        with reverts("MaskInvalid", measure, mask):
            call(claim(lot, measure, mask))


@pytest.mark.parametrize(
    ("measure", "mask", "threshold", "step", "limit"),
    [
        (CREDIT_SHARE, 1, 505_000, 10_000, 1_000_000),
        (CREDIT_SHARE, 1, 1_010_000, 10_000, 1_000_000),
        (CAHRA_SHARE, 0, 1, 10_000, 1_000_000),
        (CARBON_INTENSITY, 0, 2**64 - 1, 500_000, 1_000_000_000),
        (DIRECT_INTENSITY, 0, 250_000, 500_000, 1_000_000_000),
        (METAL_PER_UNIT, 0, 999, 1_000, 10_000_000_000),
        (0, 0, 0, 0, 0),
    ],
)
def test_thresholds_lie_on_the_grid(
    claims, record, lot, miner, measure, mask, threshold, step, limit
):
    for call in (record, lambda request: claims.verify(miner, request)):
        with reverts("OffGrid", measure, threshold, step, limit):
            call(claim(lot, measure, mask, threshold))


# --- direct emissions: only where it is known of what


def test_direct_emissions_of_a_lot(claims, record, lot, governor):
    tx = claims.setDirectBoundary(COBALT, HYDROXIDE, True, {"from": governor})
    emitted(tx, "DirectBoundarySet", element=COBALT, material=HYDROXIDE, known=True)
    assert claims.hasDirectBoundary(COBALT, HYDROXIDE)
    tx = record(claim(lot, DIRECT_INTENSITY, 0, 1_500_000))
    assert plain(tx.events["ClaimRecorded"]["publicSignals"])[3] == 1_500_000 | 1 << 68


def test_direct_emissions_of_a_total(claims, record, total, car_maker, governor):
    request = claim(total, DIRECT_INTENSITY, 0, 1_500_000)
    claims.setDirectBoundary(COBALT, PACK, True, {"from": governor})
    with reverts("BoundaryUnknown", COBALT, 0):
        record(request, car_maker)
    claims.setDirectBoundary(COBALT, 0, True, {"from": governor})
    record(request, car_maker)


def test_a_boundary_is_taken_back(claims, record, lot, governor):
    for known in (True, False):
        claims.setDirectBoundary(COBALT, HYDROXIDE, known, {"from": governor})
    with reverts("BoundaryUnknown", COBALT, HYDROXIDE):
        record(claim(lot, DIRECT_INTENSITY, 0, 1_500_000))


def test_only_the_council_sets_boundaries(claims, miner):
    with reverts("OnlyCouncil", miner):
        claims.setDirectBoundary(COBALT, HYDROXIDE, True, {"from": miner})


# --- grid


def test_council_sets_the_grid(claims, record, lot, governor):
    tx = claims.setGrid(CAHRA_SHARE, 50_000, 100_000, {"from": governor})
    emitted(tx, "GridSet", measure=CAHRA_SHARE, step=50_000, limit=100_000)
    record(claim(lot, CAHRA_SHARE, 0, 100_000))
    with reverts("OffGrid", CAHRA_SHARE, 10_000, 50_000, 100_000):
        record(claim(lot, CAHRA_SHARE, 0, 10_000))


def test_only_the_council_sets_the_grid(claims, miner):
    with reverts("OnlyCouncil", miner):
        claims.setGrid(CAHRA_SHARE, 1, 1, {"from": miner})


# --- ctx


def test_ctx_changes_with_every_part_of_the_request(claims, lot, total, make_lot, miner, refiner):
    requests = [
        claim(lot),
        claim(make_lot("other", miner)),
        claim(total),
        claim(lot, CAHRA_SHARE),
        claim(lot, mask=2),
        claim(lot, threshold=0),
    ]
    found = [claims.claimCtxOf(miner, request) for request in requests]
    found.append(claims.claimCtxOf(refiner, requests[0]))
    assert len(set(found)) == len(found)
    assert claims.claimCtxOf(miner, claim(lot, proof=((1,) * 8,))) == found[0]
