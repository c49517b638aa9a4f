"""Charges, losses, rework, units and settlements by others: what format 2 brings to members."""

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, Measure, RunKind
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.holds import approve_settlement, end_dispute
from lodetrace.member.inbox import accept, dispute
from lodetrace.member.lots import batch_lots, own_lot, view_lot
from lodetrace.member.merge_trees import merge, split
from lodetrace.member.offers import offer
from lodetrace.member.reasons import code_reason
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import process, rebook, record_loss, run, settle
from tests.stateful.paths import DAY, TONNE, born, born_packs, handed_over, offered
from tests.support.consortium import COBALT, NICKEL, Consortium, word
from zk_circuits.balance import RunMeasurement
from zk_circuits.commitment import Opening

pytestmark = pytest.mark.chain

KG = 10**6
SEGREGATED = CustodyModel.SEGREGATED


def at_refinery(consortium: Consortium, metal: int = 6 * TONNE) -> bytes:
    lot = born(consortium, metal).lot
    handed_over(consortium, "mine", "refinery", [lot])
    return lot


def test_a_charge_of_many_lots_is_processed_and_nothing_else(consortium: Consortium) -> None:
    """Five lots of five births keep their model; an event names the charge."""
    lots = [at_refinery(consortium, TONNE) for _ in range(5)]
    refinery = consortium.member("refinery")
    charge = merge(refinery, lots, kind=RunKind.CHARGE)
    assert merge(refinery, lots, kind=RunKind.CHARGE) == charge, "again, the same lot"
    view, opening = own_lot(refinery, charge)
    assert (view.lot.charge, view.lot.mixed, view.lot.model) == (True, True, SEGREGATED)
    assert opening.lot.metal == 5 * TONNE
    with pytest.raises(ContractRefused, match="is a charge"):
        offer(refinery, [charge], consortium.account("mine"), refinery.now() + DAY)
    with pytest.raises(ContractRefused, match="is a charge"):
        claim(refinery, ClaimOrder(charge, Measure.CAHRA_SHARE, 0))
    measured = RunMeasurement(5 * TONNE, (5 * TONNE,))
    event_id, event = consortium.attest("refinery", EventKind.PROCESSING, measured, inputs=[charge])
    wanted = [Wanted(5 * TONNE, Material.SULPHATE)]
    made = process(refinery, event_id, event, wanted, SEGREGATED).outputs[0]
    assert made.opening.lot.credits[0] == 5 * TONNE


def test_a_pool_of_several_documents_rests(consortium: Consortium) -> None:
    lots = [at_refinery(consortium, TONNE) for _ in range(2)]
    refinery = consortium.member("refinery")
    pooled = merge(refinery, lots)
    view = view_lot(refinery, pooled)
    assert (view.lot.mixed, view.lot.model) == (True, CustodyModel.MASS_BALANCE)
    with pytest.raises(ContractRefused, match="rests until"):
        offered(consortium, "refinery", "pack_maker", [pooled])
    consortium.wait(DAY)
    offered(consortium, "refinery", "pack_maker", [pooled])


def test_what_remains_of_a_loss_bears_everything(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    refinery = consortium.member("refinery")
    before = own_lot(refinery, lot)[1].lot
    measured = RunMeasurement(4 * TONNE, (6 * TONNE,))
    event_id, event = consortium.attest("refinery", EventKind.LOSS, measured, inputs=[lot])
    wanted = (Wanted(4 * TONNE, Material.HYDROXIDE),)
    order = RunOrder(RunKind.LOSS, (lot,), wanted, SEGREGATED, event_id, event)
    made = run(refinery, order).outputs[0]
    assert made.opening.lot.carbon == before.carbon
    assert made.opening.lot.credits[0] == 4 * TONNE
    with pytest.raises(ContractRefused):
        record_loss(refinery, event_id)


def test_lots_of_which_nothing_is_left_end(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    measured = RunMeasurement(0, (6 * TONNE,))
    event_id, _ = consortium.attest(
        "refinery", EventKind.LOSS, measured, inputs=[lot], no_output=True
    )
    refinery = consortium.member("refinery")
    done = record_loss(refinery, event_id)
    assert done.lots == (lot,)
    assert record_loss(refinery, event_id) == done, "again, the same"
    assert view_lot(refinery, lot).state is LotState.LOST


def disputed(consortium: Consortium) -> bytes:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    dispute(
        consortium.member("refinery"),
        [lot],
        word("receiving document"),
        code_reason("weight-differs"),
    )
    return lot


def measured_lot(
    consortium: Consortium, lot: bytes, metal: int, *, no_output: bool = False
) -> tuple[bytes, Opening]:
    """The laboratory's measurement of the disputed lot, approved by the umpire."""
    measurement = RunMeasurement.settlement(metal, 1)
    event_id, event = consortium.attest(
        "laboratory", EventKind.MEASUREMENT, measurement, inputs=[lot], no_output=no_output
    )
    approve_settlement(consortium.member("umpire"), lot, event_id)
    return event_id, event


def test_the_buyer_settles_where_the_holder_does_not(consortium: Consortium) -> None:
    """From 7 days after the approval on; the lot stays the holder's, who can open it."""
    lot = disputed(consortium)
    event_id, event = measured_lot(consortium, lot, 5 * TONNE)
    buyer = consortium.member("refinery")
    with pytest.raises(ContractRefused, match="cannot settle lot"):
        settle(buyer, lot, event_id, event)
    consortium.wait(7 * DAY + 60)
    done = settle(buyer, lot, event_id, event)
    assert settle(buyer, lot, event_id, event) == done
    made = done.outputs[0]
    assert made.opening.lot.metal == 5 * TONNE
    mine = consortium.member("mine")
    view = view_lot(mine, made.lot)
    assert view.lot.account == mine.account
    assert made.opening.salt == own_salt(mine.vault.require(lot, lot)) + 1


def own_salt(opening: Opening) -> int:
    return opening.salt


def test_a_lot_that_weighs_no_less_is_offered_again(consortium: Consortium) -> None:
    lot = disputed(consortium)
    measured_lot(consortium, lot, 6 * TONNE, no_output=True)
    buyer = consortium.member("refinery")
    end = end_dispute(consortium.member("mine"), lot)
    assert end_dispute(buyer, lot) == end, "again, the same"
    accept(buyer, [lot])
    assert view_lot(buyer, lot).lot.account == buyer.account


def test_units_share_their_metal_and_move_with_their_other_metals(consortium: Consortium) -> None:
    """Six parts of a series need a tree; a batch of two metals moves in equal counts."""
    cobalt = born_packs(consortium, COBALT, 1_000 * KG + 1)
    nickel = born_packs(consortium, NICKEL, 3_000 * KG)
    maker = consortium.member("pack_maker")
    buyer, expiry = consortium.account("car_maker"), maker.now() + DAY
    with pytest.raises(ContractRefused, match="moves as one"):
        offer(maker, [cobalt], buyer, expiry)
    parts = [Wanted(0, Material.PACK, count) for count in (10, 20, 30, 6, 16, 14)]
    whole = 1_000 * KG + 1
    parts[0] = Wanted(whole, Material.PACK, 10)
    made = split(maker, cobalt, parts)
    balances = [own_lot(maker, one)[1].lot for one in made]
    assert [one.units for one in balances] == [10, 20, 30, 6, 16, 14]
    assert sum(one.metal for one in balances) == whole
    assert max(one.metal // one.units for one in balances) - 10_416_666 <= 1
    ten, rest = rebook(
        maker,
        [nickel],
        [Wanted(312_500_000, Material.PACK, 10), Wanted(2_687_500_000, Material.PACK, 86)],
    ).outputs
    together = batch_lots(maker, [made[0]])
    assert set(together) == {made[0], ten.lot}
    assert [one.lot for one in offer(maker, together, buyer, expiry)] == together
    assert rest.lot not in together
