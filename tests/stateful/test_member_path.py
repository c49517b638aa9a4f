"""The whole path of a member's lots on a real chain, with real proofs."""

import pytest
from consortium import COBALT, Consortium, word

from lodetrace.contracts.codes import CustodyModel, EventKind, LotState, Material, Measure
from lodetrace.member.births import BirthOrder, BornLot, file_birth
from lodetrace.member.claim_checks import check_in_python, check_on_chain
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.inbox import accept, inbox
from lodetrace.member.lots import held_lots, view_lot
from lodetrace.member.offers import offer
from lodetrace.member.products import assign, declare, product_id, seal
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import process
from lodetrace.member.totals import total
from zk_circuits.balance import Balance, Measurement
from zk_circuits.schema import Credit

pytestmark = pytest.mark.chain

TONNE = 10**9
RESPONSIBLE = (Credit.RESPONSIBLE,)


def birth_at_mine(consortium: Consortium, metal: int = 6 * TONNE) -> BornLot:
    measured = Measurement(metal, metal // 5, attested=(metal, 0, 0, 0, 0))
    event_id, event = consortium.attest("mine", EventKind.BIRTH, measured)
    order = BirthOrder(event_id, event, Material.HYDROXIDE)
    return file_birth(consortium.member("mine"), order)


def hand_over(consortium: Consortium, giver: str, taker: str, lots: list[bytes]) -> None:
    expiry = consortium.now() + 86_400
    offer(consortium.member(giver), lots, consortium.account(taker), expiry)
    items = inbox(consortium.member(taker))
    assert [item.problem for item in items] == [None] * len(lots)
    accept(consortium.member(taker), lots)


def test_from_mine_to_car(consortium: Consortium) -> None:
    born = birth_at_mine(consortium)
    assert born.opening.lot == Balance(
        6 * TONNE, 6 * TONNE // 5, 0, credits=(6 * TONNE, 0, 0, 0, 0)
    )
    hand_over(consortium, "mine", "refinery", [born.lot])

    refinery = consortium.member("refinery")
    measured = Measurement(5_900 * 10**6, TONNE, metal_in=6_001 * 10**6)
    event_id, event = consortium.attest("refinery", EventKind.PROCESSING, measured)
    wanted = [Wanted(5_800 * 10**6, Material.SULPHATE), Wanted(90 * 10**6, Material.SCRAP)]
    made = process(refinery, event_id, event, [born.lot], wanted, CustodyModel.SEGREGATED)
    assert made.in_band
    sulphate, scrap = made.outputs
    assert sulphate.opening.lot.metal == 5_800 * 10**6
    assert sulphate.opening.lot.credits == (5_800 * 10**6, 0, 0, 0, 0)
    carbon = 6 * TONNE // 5 + TONNE
    assert sulphate.opening.lot.carbon == -(-carbon * 5_800 // 5_890)
    assert not scrap.held
    assert view_lot(refinery, born.lot).state is LotState.CONSUMED

    hand_over(consortium, "refinery", "pack_maker", [sulphate.lot])
    packer = consortium.member("pack_maker")
    measured = Measurement(5_800 * 10**6, TONNE // 2, metal_in=5_800 * 10**6)
    event_id, event = consortium.attest("pack_line", EventKind.PROCESSING, measured)
    packs = process(
        packer,
        event_id,
        event,
        [sulphate.lot],
        [Wanted(5_800 * 10**6, Material.PACK, 580)],
        CustodyModel.SEGREGATED,
    ).outputs[0]
    hand_over(consortium, "pack_maker", "car_maker", [packs.lot])

    maker = consortium.member("car_maker")
    car = declare(maker, product_id(maker, "WVWZZZ1JZXW000001"))
    assign(maker, car, packs.lot)
    seal(maker, car)
    cobalt = total(maker, car, COBALT)
    assert cobalt.scale == 580
    for order in (
        ClaimOrder(cobalt.total, Measure.CREDIT_SHARE, 1_000_000, RESPONSIBLE),
        ClaimOrder(cobalt.total, Measure.CAHRA_SHARE, 0),
        ClaimOrder(cobalt.total, Measure.CARBON_INTENSITY, 500_000),
    ):
        proven = claim(maker, order)
        assert proven == claim(maker, order), "again, the same claim"
        assert check_on_chain(maker.contracts, proven.event).holds
        assert check_in_python(maker.contracts, maker.prover, proven.event).holds
    assert [view.id for view in held_lots(maker)] == [packs.lot]
    assert word("mine") != car
