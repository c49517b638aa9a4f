"""Custody between members: every way an offer ends, and every way it goes wrong."""

import pytest

from lodetrace.contracts.enums import EventKind, LotState, Material, ReasonCode
from lodetrace.contracts.events import OpeningDisclosed
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.keys.sealed_opening import OpeningOfAnother, seal_opening
from lodetrace.keys.viewing import BoxUnreadable
from lodetrace.member.births import BirthOrder, EventUsedOtherwise, file_birth, file_births
from lodetrace.member.holds import approve_settlement, consent, hold, release, renew
from lodetrace.member.inbox import OfferChanged, OfferMissing, accept, dispute, inbox, reject
from lodetrace.member.lots import LotOfAnother, LotsRepeated, LotUnknown, batch_lots, view_lot
from lodetrace.member.offers import (
    ExpiryPassed,
    OfferTooLong,
    ReceiverUnknown,
    ReceiverWithoutRole,
    cancel,
    disclose,
    offer,
    offer_warnings,
)
from lodetrace.member.reasons import code_reason, read_reason
from lodetrace.member.runs import record_loss, settle
from lodetrace.member.session import MemberSession
from lodetrace.member.site_events import EventNotStanding, EventOpeningMismatch
from lodetrace.member.spent import LotSpent
from lodetrace.member.vault import OpeningMissing
from lodetrace.text import AddressMalformed
from tests.stateful.paths import (
    DAY,
    TONNE,
    birth_order,
    born,
    born_packs,
    handed_over,
    offered,
)
from tests.support.boxes import box
from tests.support.consortium import COBALT, NICKEL, PEOPLE, Consortium, word
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag

pytestmark = pytest.mark.chain

RECEIVED = word("receiving document")

REASON = code_reason("weight-differs")


def count_of(consortium: Consortium, name: str) -> int:
    """Transactions that a member's key ever sent."""
    return consortium.node.transaction_count(consortium.account(name), "latest")


def test_the_same_call_has_one_effect(consortium: Consortium) -> None:
    order = birth_order(consortium)
    mine, refinery = consortium.member("mine"), consortium.member("refinery")
    lot = file_birth(mine, order).lot
    assert file_birth(mine, order).lot == lot
    expiry = consortium.now() + DAY
    first = offer(mine, [lot], refinery.account, expiry)
    assert offer(mine, [lot], refinery.account.lower(), expiry) == first
    sent = count_of(consortium, "mine")
    assert accept(refinery, [lot]) == accept(refinery, [lot]) == [lot]
    assert (count_of(consortium, "mine"), count_of(consortium, "refinery")) == (sent, 1)
    assert view_lot(refinery, lot).lot.account == refinery.account


def test_an_offer_is_returned_cancelled_or_expires(consortium: Consortium) -> None:
    lot = born(consortium).lot
    mine, refinery = consortium.member("mine"), consortium.member("refinery")
    offered(consortium, "mine", "refinery", [lot])
    assert reject(refinery, [lot], REASON) == reject(refinery, [lot], REASON)
    assert view_lot(mine, lot).state is LotState.ACTIVE
    offered(consortium, "mine", "refinery", [lot])
    assert cancel(mine, [lot]) == cancel(mine, [lot])
    assert inbox(refinery) == []
    offered(consortium, "mine", "refinery", [lot])
    consortium.wait(2 * DAY)
    assert inbox(refinery) == []
    with pytest.raises(OfferMissing):
        accept(refinery, [lot])
    assert view_lot(mine, lot).state is LotState.ACTIVE
    handed_over(consortium, "mine", "refinery", [lot])


def test_of_offered_and_free_lots_those_that_are_offered_become_free(
    consortium: Consortium,
) -> None:
    lots = [born(consortium).lot for _ in range(3)]
    mine, refinery = consortium.member("mine"), consortium.member("refinery")
    offered(consortium, "mine", "refinery", lots[1:2])
    assert cancel(mine, lots) == lots
    assert [view_lot(mine, lot).state for lot in lots] == [LotState.ACTIVE] * 3
    assert inbox(refinery) == []
    assert [view_lot(mine, lot).lot.sequence for lot in lots] == [1, 3, 1], "no event but its own"


class Watched:
    """A member whose vault is looked into at every step of its sender: lots in it by then."""

    def __init__(self, consortium: Consortium, name: str) -> None:
        keys = MemberKeys.for_development(PEOPLE[name][0])
        self.known: list[set[bytes]] = []
        self.session = consortium.sessions[name] = MemberSession(
            consortium.network,
            consortium.contracts(),
            keys,
            consortium.home / name,
            checkpoint=self._look,
        )

    def _look(self, step: str) -> None:
        if step != "planned":  # nothing is proven yet, and no sender at work
            self.known.append(set(self.session.vault.subjects()))


def test_nothing_is_sent_before_the_vault_holds_its_opening(consortium: Consortium) -> None:
    """Else a crash in between leaves a member with a lot that it cannot open."""
    mine, refinery = Watched(consortium, "mine"), Watched(consortium, "refinery")
    order = birth_order(consortium)
    mine.known.clear()  # its site's document was filed
    lot = file_birth(mine.session, order).lot
    assert mine.known
    assert all(lot in known for known in mine.known)
    offered(consortium, "mine", "refinery", [lot])
    accept(refinery.session, [lot])
    assert refinery.known
    assert all(lot in known for known in refinery.known)


def test_a_lot_offered_twice_or_accepted_by_another(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    mine, recycler = consortium.member("mine"), consortium.member("recycler")
    with pytest.raises(ContractRefused, match="is offered until"):
        offer(mine, [lot], recycler.account, consortium.now() + DAY)
    with pytest.raises(OfferMissing):
        accept(recycler, [lot])
    data = recycler.contracts.data("Custody", "accept", lot, 2)
    with pytest.raises(ContractRefused, match="is offered to"):
        recycler.sender.send("theft", recycler.contracts.address("Custody"), data)
    assert count_of(consortium, "recycler") == 0, "nothing was sent"


def test_only_the_offer_that_was_looked_at_is_accepted(consortium: Consortium) -> None:
    lot = born(consortium).lot
    mine, refinery = consortium.member("mine"), consortium.member("refinery")
    offered(consortium, "mine", "refinery", [lot])
    looked_at = inbox(refinery)[0].sequence
    cancel(mine, [lot])
    offered(consortium, "mine", "refinery", [lot])
    with pytest.raises(OfferChanged):
        accept(refinery, [lot], [looked_at])
    accept(refinery, [lot], [inbox(refinery)[0].sequence])


def offered_with(consortium: Consortium, lot: bytes, sealed: bytes) -> None:
    """An offer by a client that seals what it likes."""
    mine, to = consortium.member("mine"), consortium.account("refinery")
    mine.send("dishonest", "Custody", "offer", lot, to, consortium.now() + DAY, sealed)


def test_garbage_for_the_receiver_is_not_accepted(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered_with(consortium, lot, box("garbage"))
    refinery = consortium.member("refinery")
    item = inbox(refinery)[0]
    assert item.opening is None
    assert isinstance(item.problem, BoxUnreadable)
    with pytest.raises(BoxUnreadable):
        accept(refinery, [lot])
    assert count_of(consortium, "refinery") == 0
    assert refinery.vault.subjects() == []


def test_a_swapped_opening_is_not_accepted(consortium: Consortium) -> None:
    lot = born(consortium).lot
    better = Opening(Tag(27), Balance(9 * TONNE, 1, 0, credits=(9 * TONNE, 0, 0, 0)), 5)
    refinery = consortium.member("refinery")
    offered_with(consortium, lot, seal_opening(better, refinery.keys.viewing_key.public))
    with pytest.raises(OpeningOfAnother):
        accept(refinery, [lot])
    reject(refinery, [lot], REASON)
    handed_over(consortium, "mine", "refinery", [lot])


def test_selling_on_unchanged_is_warned_of(consortium: Consortium) -> None:
    lot = born(consortium).lot
    handed_over(consortium, "mine", "refinery", [lot])
    refinery, recycler = consortium.member("refinery"), consortium.member("recycler")
    assert consortium.account("mine") in offer_warnings(refinery, [lot])[0].text
    offered(consortium, "refinery", "recycler", [lot])
    assert [found.code for found in inbox(recycler)[0].warnings] == ["sold-on-unchanged"]


def test_an_offer_on_hold_is_warned_of_and_waits(consortium: Consortium) -> None:
    """Other lots of the same holder are of other documents, and go on."""
    lot, other = born(consortium).lot, born(consortium).lot
    refinery, risk = consortium.member("refinery"), consortium.member("risk")
    offered(consortium, "mine", "refinery", [lot, other])
    until = hold(risk, lot, REASON)
    view = view_lot(refinery, lot)
    assert (view.state, view.on_hold, view.hold.until) == (LotState.OFFERED, True, until)
    assert not view_lot(refinery, other).on_hold
    warned = {item.lot_id: [one.code for one in item.warnings] for item in inbox(refinery)}
    assert warned == {lot: ["on-hold"], other: []}
    with pytest.raises(ContractRefused, match="is on hold until"):
        accept(refinery, [lot])
    accept(refinery, [other])
    assert not release(risk, lot)
    assert release(consortium.member("auditor"), lot)
    accept(refinery, [lot])
    assert view_lot(refinery, lot).lot.account == refinery.account


def test_a_dispute_ends_by_settlement(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    mine, refinery = consortium.member("mine"), consortium.member("refinery")
    assert dispute(refinery, [lot], RECEIVED, REASON) == dispute(refinery, [lot], RECEIVED, REASON)
    assert inbox(refinery)[0].disputed
    assert read_reason(refinery, REASON) == "weight differs"
    measured = RunMeasurement.settlement(5_700 * 10**6, 1)
    event_id, event = consortium.attest("laboratory", EventKind.MEASUREMENT, measured, inputs=[lot])
    with pytest.raises(ContractRefused, match="no umpire approved"):
        settle(mine, lot, event_id, event)
    umpire = consortium.member("umpire")
    assert approve_settlement(umpire, lot, event_id) == event_id
    assert approve_settlement(umpire, lot, event_id) == event_id
    settled = settle(mine, lot, event_id, event)
    assert settle(mine, lot, event_id, event) == settled
    assert settled.outputs[0].opening.lot.metal == 5_700 * 10**6
    handed_over(consortium, "mine", "refinery", [settled.outputs[0].lot])


def test_a_dispute_may_end_by_acceptance(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    dispute(consortium.member("refinery"), [lot], RECEIVED, REASON)
    with pytest.raises(ContractRefused, match="disputed"):
        cancel(consortium.member("mine"), [lot])
    accept(consortium.member("refinery"), [lot])


def test_a_batch_moves_as_one(consortium: Consortium) -> None:
    maker, buyer = consortium.member("pack_maker"), consortium.member("car_maker")
    lots = [born_packs(consortium, element, TONNE) for element in (COBALT, NICKEL)]
    expiry = consortium.now() + DAY
    with pytest.raises(ContractRefused, match="moves as one"):
        offer(maker, lots[:1], buyer.account, expiry)
    together = batch_lots(maker, lots[:1])
    assert sorted(together) == sorted(lots)
    offers = offer(maker, together, buyer.account, expiry)
    assert offer(maker, together, buyer.account, expiry) == offers
    assert sorted(item.lot_id for item in inbox(buyer)) == sorted(lots)
    with pytest.raises(ContractRefused, match="moves as one"):
        accept(buyer, lots[1:])
    accept(buyer, lots)


def test_a_hold_takes_two_roles_to_release(consortium: Consortium) -> None:
    lot = born(consortium).lot
    risk, auditor = consortium.member("risk"), consortium.member("auditor")
    assert hold(risk, lot, REASON) == hold(risk, lot, REASON)
    with pytest.raises(ContractRefused, match="is on hold until"):
        offered(consortium, "mine", "refinery", [lot])
    assert renew(auditor, lot) > consortium.now() + 80 * DAY
    assert release(risk, lot) is False
    assert release(risk, lot) is False, "again, still one role"
    assert release(auditor, lot) is True
    with pytest.raises(ContractRefused):
        release(consortium.member("mine"), lot)
    assert release(auditor, lot) is True
    handed_over(consortium, "mine", "refinery", [lot])


def test_goods_of_an_expelled_sender_arrive_with_two_consents(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    consortium.council("Members", "suspend", word("mine"), coded(ReasonCode.RULES_BROKEN))
    refinery = consortium.member("refinery")
    with pytest.raises(ContractRefused, match="was suspended or frozen since"):
        accept(refinery, [lot])
    risk, auditor = consortium.member("risk"), consortium.member("auditor")
    assert [consent(risk, lot) for _ in range(2)] == [False, False], "again, still one group"
    assert [consent(auditor, lot) for _ in range(2)] == [True, True]
    accept(refinery, [lot])
    assert view_lot(refinery, lot).lot.account == refinery.account


def test_a_disclosure_lets_a_reader_read(consortium: Consortium) -> None:
    lot = born(consortium).lot
    mine, auditor = consortium.member("mine"), consortium.account("auditor")
    assert disclose(mine, lot, auditor) == disclose(mine, lot, auditor)
    with pytest.raises(LotOfAnother):
        disclose(consortium.member("refinery"), lot, auditor)


def test_a_reader_is_shown_every_lot_that_is_disclosed(consortium: Consortium) -> None:
    lots = [born(consortium).lot for _ in range(2)]
    mine, auditor = consortium.member("mine"), consortium.account("auditor")
    hashes = {disclose(mine, lot, auditor) for lot in lots}
    shown = [event.lot for event in mine.contracts.happened(OpeningDisclosed, to=auditor)]
    assert (shown, len(hashes)) == (lots, 2)


def test_a_lost_lot_is_not_offered(consortium: Consortium) -> None:
    lot = born(consortium).lot
    event_id, _ = consortium.attest(
        "mine", EventKind.LOSS, RunMeasurement(0, (6 * TONNE,)), inputs=[lot], no_output=True
    )
    record_loss(consortium.member("mine"), event_id)
    with pytest.raises(LotSpent, match=f"nothing was left of it by event 0x{event_id.hex()}"):
        offered(consortium, "mine", "refinery", [lot])


def test_bad_offers_change_nothing(consortium: Consortium) -> None:
    lot = born(consortium).lot
    mine, to = consortium.member("mine"), consortium.account("refinery")
    sent, expiry = count_of(consortium, "mine"), consortium.now() + DAY
    with pytest.raises(LotUnknown):
        offer(mine, [word("nothing")], to, expiry)
    with pytest.raises(LotsRepeated):
        offer(mine, [lot, lot], to, expiry)
    with pytest.raises(LotsRepeated):
        offer(mine, [], to, expiry)
    with pytest.raises(ExpiryPassed):
        offer(mine, [lot], to, consortium.now())
    with pytest.raises(OfferTooLong, match="more than 90 days"):
        offer(mine, [lot], to, consortium.now() + 91 * DAY)
    with pytest.raises(AddressMalformed):
        offer(mine, [lot], "refinery", expiry)
    with pytest.raises(ReceiverUnknown):
        offer(mine, [lot], "0x" + "11" * 20, expiry)
    with pytest.raises(ReceiverWithoutRole, match="lacks the role trader"):
        offer(mine, [lot], consortium.account("risk"), expiry)
    with pytest.raises(ContractRefused, match="cannot be offered to its holder"):
        offer(mine, [lot], mine.account, expiry)
    with pytest.raises(LotOfAnother):
        offer(consortium.member("refinery"), [lot], to, expiry)
    with pytest.raises(OfferMissing):
        reject(consortium.member("refinery"), [lot], REASON)
    assert count_of(consortium, "mine") == sent
    assert view_lot(mine, lot).state is LotState.ACTIVE


def test_without_its_opening_a_lot_is_not_offered(consortium: Consortium) -> None:
    lot = born(consortium).lot
    consortium.forget("mine")
    with pytest.raises(OpeningMissing):
        offered(consortium, "mine", "refinery", [lot])


def test_an_order_that_fails_leaves_those_before_it_filed(consortium: Consortium) -> None:
    """Each is proven ahead of its turn; a bad one may not keep good ones waiting for ever."""
    good, late = birth_order(consortium), birth_order(consortium)
    bad = BirthOrder(word("nothing"), good.event, Material.HYDROXIDE)
    mine = consortium.member("mine")
    found = file_births(mine, [good, bad, late])
    assert next(found).lot == file_birth(mine, good).lot
    with pytest.raises(EventNotStanding):
        next(found)
    assert not mine.reads.is_used(late.event_id)
    both = [born.lot for born in file_births(mine, [good, late])]
    assert [view_lot(mine, lot).state for lot in both] == [LotState.ACTIVE] * 2


def test_bad_births_change_nothing(consortium: Consortium) -> None:
    order = birth_order(consortium)
    mine = consortium.member("mine")
    with pytest.raises(EventNotStanding):
        file_birth(mine, BirthOrder(word("nothing"), order.event, Material.HYDROXIDE))
    other = Opening(order.event.tag, order.event.birth, order.event.salt + 1)
    with pytest.raises(EventOpeningMismatch):
        file_birth(mine, BirthOrder(order.event_id, other, Material.HYDROXIDE))
    with pytest.raises(ContractRefused, match="does not make sulphate"):
        file_birth(mine, BirthOrder(order.event_id, order.event, Material.SULPHATE))
    measured = BirthMeasurement(TONNE, 1, units=3)
    counted = BirthOrder(*consortium.attest("mine", EventKind.BIRTH, measured), Material.HYDROXIDE)
    with pytest.raises(ContractRefused, match="cannot have 3 units"):
        file_birth(mine, counted)
    with pytest.raises(ContractRefused, match="does not operate site"):
        file_birth(consortium.member("refinery"), order)
    lot = file_birth(mine, order).lot
    with pytest.raises(EventUsedOtherwise):
        file_birth(mine, BirthOrder(order.event_id, order.event, Material.ORE))
    with pytest.raises(EventUsedOtherwise):
        file_birth(consortium.member("refinery"), order)
    assert view_lot(mine, lot).lot.material is Material.HYDROXIDE


def test_two_nodes_are_no_quorum(consortium: Consortium) -> None:
    measured = BirthMeasurement(TONNE, 1)
    nodes = ("oracle_1", "oracle_2")
    event_id, event = consortium.attest("mine", EventKind.BIRTH, measured, nodes=nodes)
    with pytest.raises(EventNotStanding):
        file_birth(consortium.member("mine"), BirthOrder(event_id, event, Material.HYDROXIDE))
