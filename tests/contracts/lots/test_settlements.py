"""Settlement: a disputed lot is measured by a third party and booked anew, as what was found."""

import pytest

from tests.contracts.conftest import DAY, LABORATORY, LUALABA
from tests.contracts.lots.clock import mine_at, pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    CATHODE,
    COBALT,
    CONSUMED,
    HELD,
    HYDROXIDE,
    LONG_AGO,
    MEASUREMENT,
    PACK,
    RECEIVED,
    SEGREGATED,
    SETTLE,
    field_word,
    output,
    run_request,
    sealed,
)
from tests.contracts.lots.running import (
    ALL_GATES,
    SEGREGATED_BITS,
    SETTLES,
    UNITS_AT,
    counts,
    lots_made,
    made,
    signals_of,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

ANY_METAL = 1_000_000 << 147
SELLER_TURN = 7 * DAY


@pytest.fixture
def dispute(make_lot, custody, miner, refiner, now):
    """A disputed lot that the miner offered to the refiner."""

    def make(name="lot", **changes):
        lot = make_lot(name, miner, **changes)
        custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
        custody.dispute([lot], RECEIVED, spoken("reason"), {"from": refiner})
        return lot

    return make


@pytest.fixture
def measure(stand):
    """The laboratory measures a lot; returns the event."""
    return lambda lot, **said: stand(MEASUREMENT, site=LABORATORY, inputs=[lot], **said)


@pytest.fixture
def approve(custody, umpire):
    return lambda lot, event: custody.approveSettlement(lot, event, {"from": umpire})


@pytest.fixture
def settle(runs, miner):
    def call(inputs, event, outputs=None, who=miner, **changes):
        outputs = outputs or [output("settled")]
        return runs.run(run_request(SETTLE, inputs, outputs, event=event, **changes), {"from": who})

    return call


def test_settle(lot_book, custody, dispute, measure, approve, settle, miner, refiner):
    lot = dispute(index=1)
    measured = measure(lot)
    approve(lot, measured)
    tx = settle([lot], measured)
    assert lot_book.lotOf(lot)[1] == CONSUMED
    settled = made(lot_book, "settled")
    assert (settled["account"], settled["state"]) == (plain(miner), ACTIVE)
    same = {
        "time": LONG_AGO,
        "held_since": LONG_AGO,
        "material": HYDROXIDE,
        "root": 7_000,
        "index": 1,
    }
    assert {name: settled[name] for name in same} == same
    assert {name: lots_made(tx)[0][name] for name in same} == same
    rule = counts(1) | SEGREGATED_BITS | ALL_GATES | SETTLES | ANY_METAL
    assert signals_of(tx)["rule"] == rule
    assert lot_book.isUsed(measured)
    with reverts("NotOffered", lot):
        custody.accept(lot, 2, {"from": refiner})
    assert custody.settlementOf(lot)[0] == ZERO_WORD


def test_a_settled_loss_is_not_held(lot_book, dispute, measure, approve, settle):
    """The word has no band: what was lost lies outside of it, and an umpire has seen that."""
    lot = dispute()
    measured = measure(lot)
    approve(lot, measured)
    tx = settle([lot], measured, in_band=False)
    assert signals_of(tx)["inBand"] == 0
    assert made(lot_book, "settled")["state"] != HELD


def test_settled_metal_keeps_its_birthplace(
    lot_book, determine, dispute, measure, approve, settle, now
):
    determine(now - DAY, now + DAY)
    lot = dispute(birthplace=LUALABA)
    measured = measure(lot)
    approve(lot, measured)
    settle([lot], measured)
    assert lot_book.birthplaceOf(field_word("settled")) == LUALABA


def test_settlement_is_approved(dispute, measure, settle):
    lot = dispute()
    measured = measure(lot)
    with reverts("SettlementNotApproved", lot, measured):
        settle([lot], measured)


def test_settlement_by_the_approved_event(dispute, measure, approve, settle):
    lot = dispute()
    measured, other = measure(lot), measure(lot)
    approve(lot, measured)
    with reverts("SettlementNotApproved", lot, other):
        settle([lot], other)


def test_no_event_settles_nothing(dispute, settle):
    lot = dispute()
    with reverts("SettlementNotApproved", lot, ZERO_WORD):
        settle([lot], ZERO_WORD)


def test_undisputed_lots_are_not_settled(make_lot, settle, miner):
    lot = make_lot("lot", miner)
    with reverts("SettlementNotApproved", lot, word("measurement")):
        settle([lot], word("measurement"))


def test_a_lot_that_is_no_less_is_not_settled(dispute, measure, approve, settle):
    lot = dispute()
    measured = measure(lot, no_output=True)
    approve(lot, measured)
    with reverts("EventWithoutOutput", measured):
        settle([lot], measured)


@pytest.mark.parametrize("approved", [True, False])
def test_a_withdrawn_measurement_settles_nothing(
    attestations, nodes, dispute, measure, approve, settle, file, approved
):
    """Neither before nor after its approval; the umpire approves another one."""
    lot = dispute()
    measured = measure(lot)
    if approved:
        approve(lot, measured)
    document = word("document")
    sequence = next(
        number for number in range(1, 9)
        if attestations.eventIdOf(LABORATORY, number, COBALT) == measured
    )  # fmt: skip
    wrong = (LABORATORY, sequence, COBALT, document, word("declaration"), spoken("reason"), [lot])
    file(LABORATORY, sequence, word("declaration"))
    for node in nodes[:3]:
        attestations.withdraw(wrong, {"from": node})
    with reverts("AlreadyWithdrawn", measured, document):
        if approved:
            settle([lot], measured)
        else:
            approve(lot, measured)
    other = measure(lot, document=word("other document"))
    approve(lot, other)
    settle([lot], other)


def test_a_settlement_waits_no_longer_than_the_dispute(lot_book, dispute, measure, approve, settle):
    lot = dispute()
    measured = measure(lot)
    approve(lot, measured)
    pass_time(lot_book.lotOf(lot)[4])
    with reverts("SettlementNotApproved", lot, measured):
        settle([lot], measured)


@pytest.mark.parametrize(("inputs", "outputs"), [(2, 1), (1, 2)])
def test_one_lot_becomes_one(dispute, settle, inputs, outputs):
    lots = [dispute(str(index)) for index in range(inputs)]
    made = [output(f"made {index}") for index in range(outputs)]
    with reverts("SlotCount", inputs, outputs):
        settle(lots, word("measurement"), made)


def test_settlement_keeps_material_and_units(dispute, measure, approve, settle):
    lot = dispute(material=PACK, count=4)
    measured = measure(lot, unit_material=PACK)
    approve(lot, measured)
    with reverts("MaterialMismatch", field_word("settled"), PACK, CATHODE):
        settle([lot], measured, [output("settled", 1, CATHODE)])
    with reverts("UnitsMismatch", 4, 3):
        settle([lot], measured, [output("settled", 3, PACK)])
    tx = settle([lot], measured, [output("settled", 4, PACK)], model=SEGREGATED)
    assert signals_of(tx)["rule"] >> UNITS_AT & 0b1111 == 1


# --- who, and when


@pytest.fixture
def approved(dispute, measure, approve):
    """A disputed lot, the approved measurement, and when it was approved."""
    lot = dispute()
    measured = measure(lot)
    return lot, measured, approve(lot, measured).timestamp


def test_the_holder_settles_first(settle, approved, refiner, umpire):
    lot, measured, at = approved
    for who in (refiner, umpire):
        with reverts("SettlerNotYet", lot, who, at + SELLER_TURN + 1):
            settle([lot], measured, who=who)
    mine_at(at + SELLER_TURN - 1)
    with reverts("SettlerNotYet", lot, refiner, at + SELLER_TURN + 1):
        settle([lot], measured, who=refiner)


@pytest.mark.parametrize("who", ["miner", "refiner", "umpire"])
def test_then_buyer_and_umpire_settle_as_well(
    lot_book, settle, approved, miner, refiner, umpire, who
):
    """The settled lot is the holder's, whoever has proven it."""
    lot, measured, at = approved
    pass_time(at + SELLER_TURN)
    sender = {"miner": miner, "refiner": refiner, "umpire": umpire}[who]
    tx = settle([lot], measured, who=sender)
    assert made(lot_book, "settled")["account"] == plain(miner)
    assert plain(tx.events["LotMade"]["account"]) == plain(miner)
    assert plain(tx.events["RunRecorded"]["account"]) == plain(sender)
    assert plain(tx.events["RunRecorded"]["holder"]) == plain(miner)


def test_nobody_else_settles(settle, approved, cell_maker, stranger, miner):
    lot, measured, at = approved
    pass_time(at + SELLER_TURN)
    with reverts("NotHolder", lot, cell_maker, miner):
        settle([lot], measured, who=cell_maker)
    with reverts("NotActive", stranger):
        settle([lot], measured, who=stranger)


def test_goods_of_a_suspended_holder_are_settled_by_the_buyer(
    settle, members, lot_book, approved, miner, refiner, governor
):
    lot, measured, at = approved
    members.suspend(PEOPLE["miner"].organisation, spoken("reason"), {"from": governor})
    pass_time(at + SELLER_TURN)
    with reverts("NotActive", miner):
        settle([lot], measured)
    settle([lot], measured, who=refiner)
    assert made(lot_book, "settled")["state"] == ACTIVE


def test_a_holder_settles_whatever_his_roles(settle, members, approved, miner, governor):
    """Who has lost the role of a trader still owes the settlement."""
    lot, measured, _ = approved
    members.setRoles(PEOPLE["miner"].organisation, Role.OPERATOR, {"from": governor})
    settle([lot], measured)
