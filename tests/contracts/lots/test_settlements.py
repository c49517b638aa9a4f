"""Settlement: a disputed lot is measured by a third party and booked anew, with its loss."""

import pytest

from tests.contracts.conftest import DAY, LUALABA, REFINERY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    CATHODE,
    COBALT,
    CONSUMED,
    HYDROXIDE,
    MEASUREMENT,
    PACK,
    SEGREGATED,
    SETTLE,
    batch,
    field_word,
    output,
    run_request,
    sealed,
)
from tests.contracts.people import ZERO_WORD, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

SEGREGATED_BITS, ALL_GATES = 3, 0b11111 << 2
ANY_LOSS = 1_000_000 << 12 | 1_000_000 << 52


@pytest.fixture
def dispute(make_lot, custody, miner, refiner, now):
    """A disputed lot that the miner offered to the refiner."""

    def make(name="lot", **changes):
        lot = make_lot(name, miner, **changes)
        custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
        custody.dispute([lot], spoken("reason"), {"from": refiner})
        return lot

    return make


@pytest.fixture
def measurement(stand):
    return stand(MEASUREMENT, site=REFINERY)


@pytest.fixture
def approve(custody, umpire):
    return lambda lot, event: custody.approveSettlement(lot, event, {"from": umpire})


@pytest.fixture
def settle(runs, miner):
    def call(inputs, event, outputs=None, who=miner, **changes):
        outputs = outputs or [output("settled")]
        return runs.run(run_request(SETTLE, inputs, outputs, event=event, **changes), {"from": who})

    return call


def test_settle(
    runs,
    lot_book,
    custody,
    attestations,
    dispute,
    approve,
    settle,
    measurement,
    miner,
    refiner,
    now,
):
    lot = dispute(batch=batch("b", 1), birthplace=ZERO_WORD)
    approve(lot, measurement)
    tx = settle([lot], measurement)
    assert lot_book.lotOf(lot)[1] == CONSUMED
    settled = plain(lot_book.lotOf(field_word("settled")))
    assert settled[:2] == (plain(miner), ACTIVE)
    assert (settled[8], settled[11], settled[12]) == (now - DAY, HYDROXIDE, batch("b", 1))
    signals = tx.events["RunRecorded"]["publicSignals"]
    assert signals[4] == SEGREGATED_BITS | ALL_GATES | ANY_LOSS
    assert attestations.standingOf(measurement)[10]
    with reverts("NotOffered", lot):
        custody.accept(lot, 2, {"from": refiner})
    assert custody.settlementOf(lot) == ZERO_WORD


def test_settled_metal_keeps_its_birthplace(
    lot_book, determine, dispute, approve, settle, measurement, now
):
    determine(now - DAY, now + DAY)
    lot = dispute(birthplace=LUALABA)
    approve(lot, measurement)
    settle([lot], measurement)
    assert lot_book.birthplaceOf(field_word("settled")) == LUALABA


def test_settlement_is_approved(dispute, settle, measurement):
    lot = dispute()
    with reverts("SettlementNotApproved", lot, measurement):
        settle([lot], measurement)


def test_settlement_by_the_approved_event(dispute, approve, settle, measurement, stand):
    lot, other = dispute(), stand(MEASUREMENT, site=REFINERY)
    approve(lot, measurement)
    with reverts("SettlementNotApproved", lot, other):
        settle([lot], other)


def test_no_event_settles_nothing(dispute, settle):
    lot = dispute()
    with reverts("SettlementNotApproved", lot, ZERO_WORD):
        settle([lot], ZERO_WORD)


def test_undisputed_lots_are_not_settled(make_lot, settle, measurement, miner):
    lot = make_lot("lot", miner)
    with reverts("SettlementNotApproved", lot, measurement):
        settle([lot], measurement)


def test_the_sender_settles(dispute, approve, settle, measurement, refiner, miner):
    lot = dispute()
    approve(lot, measurement)
    with reverts("NotHolder", lot, refiner, miner):
        settle([lot], measurement, who=refiner)


@pytest.mark.parametrize("approved", [True, False])
def test_a_withdrawn_measurement_settles_nothing(
    attestations, nodes, dispute, approve, settle, measurement, stand, approved
):
    """Neither before nor after its approval; the umpire approves another one."""
    lot = dispute()
    if approved:
        approve(lot, measurement)
    sequence, document = attestations.standingOf(measurement)[3], word("document")
    wrong = (REFINERY, sequence, COBALT, document, word("declaration"), spoken("reason"))
    for node in nodes[:3]:
        attestations.withdraw(wrong, {"from": node})
    with reverts("AlreadyWithdrawn", measurement, document):
        if approved:
            settle([lot], measurement)
        else:
            approve(lot, measurement)
    other = stand(MEASUREMENT, site=REFINERY)
    approve(lot, other)
    settle([lot], other)


def test_settlement_within_the_30_days(lot_book, dispute, approve, settle, measurement):
    lot = dispute()
    approve(lot, measurement)
    pass_time(lot_book.lotOf(lot)[4])
    with reverts("SettlementNotApproved", lot, measurement):
        settle([lot], measurement)


@pytest.mark.parametrize(("inputs", "outputs"), [(2, 1), (1, 2)])
def test_one_lot_becomes_one(dispute, approve, settle, measurement, inputs, outputs):
    lots = [dispute(str(index)) for index in range(inputs)]
    for lot in lots:
        approve(lot, measurement)
    made = [output(f"made {index}") for index in range(outputs)]
    with reverts("SlotCount", inputs, outputs):
        settle(lots, measurement, made)


def test_settlement_keeps_material_and_units(dispute, approve, settle, measurement):
    lot = dispute(material=PACK, count=4)
    approve(lot, measurement)
    with reverts("MaterialMismatch", field_word("settled"), PACK, CATHODE):
        settle([lot], measurement, [output("settled", 1, CATHODE)])
    with reverts("UnitsMismatch", 4, 3):
        settle([lot], measurement, [output("settled", 3, PACK)])
    settle([lot], measurement, [output("settled", 4, PACK)], model=SEGREGATED)


def test_measured_after_the_lot_was_made(dispute, approve, settle, measurement, now):
    lot = dispute(time=now - 2 * DAY + 1)
    approve(lot, measurement)
    with reverts("BeforeParent", lot, now - 2 * DAY + 1, now - 2 * DAY):
        settle([lot], measurement)
