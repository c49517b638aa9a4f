"""The whole path of a member's lots on a real chain, with real proofs."""

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, Measure
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.member.claim_checks import check_in_python, check_on_chain
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.lots import held_lots, view_lot
from lodetrace.member.products import assign, declare, product_id, seal
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import RunDone, process
from lodetrace.member.totals import ProvenTotal, total
from lodetrace.onchain.reads import claim_id_of
from tests.stateful.paths import TONNE, born, handed_over
from tests.support.consortium import COBALT, Consortium
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.schema import Credit, credit_mask

pytestmark = pytest.mark.chain

KG = 10**6
RESPONSIBLE = (Credit.RESPONSIBLE,)


def refined(consortium: Consortium, lot: bytes) -> RunDone:
    """6 t of metal in, 5.8 t as sulphate and 90 kg as scrap; again, the same."""
    measured = RunMeasurement(5_800 * KG, (6_001 * KG,), TONNE, scrap=90 * KG, direct=TONNE // 10)
    event_id, event = consortium.attest("refinery", EventKind.PROCESSING, measured, inputs=[lot])
    wanted = [Wanted(5_800 * KG, Material.SULPHATE), Wanted(90 * KG, Material.SCRAP)]
    member, model = consortium.member("refinery"), CustodyModel.SEGREGATED
    done = process(member, event_id, event, wanted, model)
    assert process(member, event_id, event, wanted, model) == done
    return done


def packed(consortium: Consortium, lot: bytes) -> bytes:
    """A series of 580 packs."""
    measured = RunMeasurement(5_800 * KG, (5_800 * KG,), TONNE // 2, units=580)
    event_id, event = consortium.attest(
        "pack_line",
        EventKind.PROCESSING,
        measured,
        inputs=[lot],
        unit_material=Material.PACK,
    )
    wanted = [Wanted(5_800 * KG, Material.PACK, 580)]
    member = consortium.member("pack_maker")
    return process(member, event_id, event, wanted, CustodyModel.SEGREGATED).outputs[0].lot


def car_total(consortium: Consortium, packs: bytes) -> ProvenTotal:
    """A sealed car of one pack, and the total of its cobalt; every step twice."""
    maker = consortium.member("car_maker")
    car = product_id(maker, "WVWZZZ1JZXW000001")
    for _ in range(2):
        declare(maker, "WVWZZZ1JZXW000001")
        assign(maker, car, packs)
    seal(maker, car)
    seal(maker, car)
    found = total(maker, car, COBALT)
    assert total(maker, car, COBALT) == found
    return found


def test_from_mine_to_car(consortium: Consortium) -> None:
    ore = born(consortium)
    assert ore.opening.lot == Balance(6 * TONNE, 1_200 * KG, 0, credits=(6 * TONNE, 0, 0, 0))
    handed_over(consortium, "mine", "refinery", [ore.lot])

    sulphate, scrap = refined(consortium, ore.lot).outputs
    assert sulphate.opening.lot.credits == (5_800 * KG, 0, 0, 0)
    assert sulphate.opening.lot.carbon == -(-(1_200 * KG + TONNE) * 5_800 // 5_890)
    assert not scrap.held
    assert view_lot(consortium.member("refinery"), ore.lot).state is LotState.CONSUMED
    handed_over(consortium, "refinery", "pack_maker", [sulphate.lot])

    packs = packed(consortium, sulphate.lot)
    handed_over(consortium, "pack_maker", "car_maker", [packs])
    maker = consortium.member("car_maker")
    assert [view.id for view in held_lots(maker)] == [packs]

    cobalt = car_total(consortium, packs)
    assert cobalt.scale == 580
    for order in (
        ClaimOrder(cobalt.total, Measure.CREDIT_SHARE, 1_000_000, RESPONSIBLE),
        ClaimOrder(cobalt.total, Measure.CAHRA_SHARE, 0),
        ClaimOrder(cobalt.total, Measure.CARBON_INTENSITY, 500_000),
        ClaimOrder(cobalt.total, Measure.METAL_PER_UNIT, 10 * KG),
    ):
        proven = claim(maker, order)
        assert claim(maker, order) == proven, "again, the same claim"
        mask = credit_mask(order.credits)
        said = claim_id_of(cobalt.total, 0, order.measure, mask, order.threshold)
        assert said == proven.event.claim_id, "the contract's"
        assert check_on_chain(maker.contracts, proven.event).holds
        assert check_in_python(maker.contracts, maker.prover, proven.event).holds
    assert len(maker.contracts.happened(ClaimRecorded, subject=[cobalt.total])) == 4
