"""Claims: what is true is recorded and checked twice, what is not is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest

from lodetrace.contracts.enums import Material, Measure
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ClaimRequest, ProofWords
from lodetrace.errors import StatementRefused
from lodetrace.member.claim_checks import check_in_python, check_on_chain
from lodetrace.member.claims import (
    ClaimOrder,
    CreditUnfitting,
    SubjectUnknown,
    claim,
    recorded_claim,
)
from lodetrace.member.products import (
    ProductIdentifierEmpty,
    ProductOfAnother,
    ProductUnknown,
    RetiredInPart,
    assign,
    declare,
    product_id,
    retire,
    seal,
)
from lodetrace.member.recover import recover
from lodetrace.member.session import MemberSession
from lodetrace.member.totals import ProductEmpty, ProductOpen, total
from tests.stateful.paths import born, handed_over, made_packs
from tests.support.consortium import COBALT, NICKEL, Consortium, word
from zk_circuits.schema import Credit

pytestmark = pytest.mark.chain

RESPONSIBLE = (Credit.RESPONSIBLE,)
SHARE = Measure.CREDIT_SHARE


def packs(consortium: Consortium, metal: int, counts: tuple[int, ...]) -> list[bytes]:
    """Series of packs at the car maker, `metal` mg of cobalt in each series."""
    lots = [made_packs(consortium, metal, count) for count in counts]
    for lot in lots:
        handed_over(consortium, "pack_maker", "car_maker", [lot])
    return lots


def sealed_car(maker: MemberSession, name: str, parts: list[tuple[bytes, int]]) -> bytes:
    car = declare(maker, name)
    for lot, units in parts:
        assign(maker, car, lot, units)
    return seal(maker, car)


def test_a_total_weighs_the_units_of_different_series(consortium: Consortium) -> None:
    first, second = packs(consortium, 60 * 10**6, (6, 4))
    maker = consortium.member("car_maker")
    car = sealed_car(maker, "car", [(first, 1), (second, 2)])
    found = total(maker, car, COBALT)
    assert found.scale == 6
    exact = Fraction(60 * 10**6) * (Fraction(1, 6) + Fraction(2, 4))
    assert found.opening.lot.metal == exact * found.scale
    assert claim(maker, ClaimOrder(found.total, SHARE, 1_000_000, RESPONSIBLE))


def test_a_long_total_is_chained(consortium: Consortium) -> None:
    (series,) = packs(consortium, 180 * 10**6, (18,))
    maker = consortium.member("car_maker")
    car = product_id(maker, "a bus")
    declare(maker, "a bus")
    for part in range(18):
        maker.send(f"part {part}", "Products", "assign", car, series, 1)
    seal(maker, car)
    found = total(maker, car, COBALT)
    assert (found.scale, found.opening.lot.metal) == (18, 18 * 180 * 10**6)
    assert total(maker, car, COBALT) == found
    assert maker.reads.total(found.total).complete
    consortium.forget("car_maker")
    maker = consortium.member("car_maker")
    recover(maker)
    proven = claim(maker, ClaimOrder(found.total, Measure.CAHRA_SHARE, 0))
    assert check_in_python(maker.contracts, maker.prover, proven.event).holds


def test_what_is_not_true_is_not_claimed(consortium: Consortium) -> None:
    lot = born(consortium).lot
    other = born(consortium, site="other_mine").lot
    mine, uncertified = consortium.member("mine"), consortium.member("other_mine")
    with pytest.raises(StatementRefused, match="at most 99 % from conflict"):
        claim(uncertified, ClaimOrder(other, Measure.CAHRA_SHARE, 990_000))
    with pytest.raises(
        StatementRefused, match=r"at least 1 % responsible is not true of 0x[0-9a-f]{64}"
    ):
        claim(uncertified, ClaimOrder(other, SHARE, 10_000, RESPONSIBLE))
    with pytest.raises(StatementRefused, match="at most 0 kg/kg"):
        claim(mine, ClaimOrder(lot, Measure.CARBON_INTENSITY, 0))
    with pytest.raises(ContractRefused, match="not on the grid"):
        claim(mine, ClaimOrder(lot, SHARE, 10_001, RESPONSIBLE))
    both = (Credit.RESPONSIBLE, Credit.RECYCLED_POST_CONSUMER)
    with pytest.raises(ContractRefused, match="cannot be claimed together"):
        claim(mine, ClaimOrder(lot, SHARE, 10_000, both))
    with pytest.raises(CreditUnfitting, match="credit-share names at least one credit, 0 given"):
        claim(mine, ClaimOrder(lot, SHARE, 10_000))
    with pytest.raises(CreditUnfitting, match="cahra-share names no credit, 1 given"):
        claim(mine, ClaimOrder(lot, Measure.CAHRA_SHARE, 990_000, RESPONSIBLE))
    with pytest.raises(SubjectUnknown):
        claim(mine, ClaimOrder(word("nothing"), SHARE, 10_000, RESPONSIBLE))
    assert not mine.contracts.happened(ClaimRecorded, subject=[lot, other])


def request_of(member: MemberSession, claim_id: bytes) -> ClaimRequest:
    event = recorded_claim(member, claim_id).event
    return ClaimRequest(
        event.subject, event.measure, event.credit_mask, event.threshold, event.proof
    )


def test_a_proof_holds_for_nothing_else(consortium: Consortium) -> None:
    lot, other = born(consortium).lot, born(consortium).lot
    mine = consortium.member("mine")
    done = claim(mine, ClaimOrder(lot, SHARE, 500_000, RESPONSIBLE))
    request = request_of(mine, done.claim_id)
    mine.reads.verify_claim(mine.account, request)
    for changed in (
        replace(request, subject=other),
        replace(request, threshold=600_000),
        replace(request, measure=Measure.CAHRA_SHARE, credit_mask=0),
        replace(request, proof=ProofWords(request.proof.words[::-1])),
        replace(request, proof=ProofWords((0,) * 8)),
    ):
        with pytest.raises(ContractRefused):
            mine.reads.verify_claim(mine.account, changed)
    with pytest.raises(ContractRefused, match="does not hold"):
        mine.reads.verify_claim(consortium.account("refinery"), request)
    copier = consortium.member("refinery")
    with pytest.raises(ContractRefused, match="does not hold lot"):
        copier.send("copied claim", "Claims", "record", request)
    with pytest.raises(ContractRefused, match="is recorded"):
        mine.send("again", "Claims", "record", request)


def test_python_refuses_what_was_not_proven(consortium: Consortium) -> None:
    lot = born(consortium).lot
    mine = consortium.member("mine")
    event = claim(mine, ClaimOrder(lot, SHARE, 500_000, RESPONSIBLE)).event
    assert check_in_python(mine.contracts, mine.prover, event).holds
    assert check_on_chain(mine.contracts, event).holds
    signals = event.public_signals
    for changed in (
        replace(event, threshold=510_000),
        replace(event, account=consortium.account("refinery")),
        replace(event, public_signals=(signals[0] + 1, *signals[1:])),
        replace(event, proof=ProofWords((1, 2, 3, 4, 5, 6, 7, 8))),
    ):
        verdict = check_in_python(mine.contracts, mine.prover, changed)
        assert not verdict.holds
        assert verdict.reason is not None
    other = replace(event, proof=ProofWords((1, 2, 3, 4, 5, 6, 7, 8)))
    assert not check_on_chain(mine.contracts, other).holds


def test_bad_products_change_nothing(consortium: Consortium) -> None:
    (series,) = packs(consortium, 60 * 10**6, (6,))
    maker = consortium.member("car_maker")
    car = product_id(maker, "car")
    with pytest.raises(ProductIdentifierEmpty):
        product_id(maker, " ")
    with pytest.raises(ProductUnknown):
        assign(maker, car, series)
    assert declare(maker, "car") == declare(maker, " CAR ") == car
    with pytest.raises(ContractRefused, match="lacks the role maker"):
        declare(consortium.member("mine"), "car")
    with pytest.raises(ProductOfAnother):
        seal(consortium.member("mine"), car)
    with pytest.raises(ContractRefused, match="6 units"):
        assign(maker, car, series, 7)
    other = declare(maker, "other car")
    assign(maker, other, series, 2)
    with pytest.raises(RetiredInPart, match="2 of 6 units"):
        retire(maker, series)
    assign(maker, car, series, 4)
    with pytest.raises(ProductOpen):
        total(maker, car, COBALT)
    seal(maker, car)
    with pytest.raises(ProductEmpty):
        total(maker, car, NICKEL)
    with pytest.raises(ContractRefused, match="is sealed"):
        maker.send("late", "Products", "assign", car, series, 1)
    with pytest.raises(ContractRefused, match="is neither"):
        maker.reads.verify_claim(
            maker.account, ClaimRequest(word("x"), SHARE, 1, 10_000, ProofWords((0,) * 8))
        )
    assert retire(maker, series) == retire(maker, series)
    assert maker.reads.lot(series).material is Material.RETIRED
