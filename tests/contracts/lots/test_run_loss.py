"""Losses: what remains keeps root and custody; of a loss of everything there is no proof."""

import pytest

from tests.contracts.conftest import DAY, LUALABA, REFINERY
from tests.contracts.lots.making import (
    HELD,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    LOSS,
    LOST,
    MASS_BALANCE,
    PACK,
    ROOT,
    SCRAP,
    SEGREGATED,
    SULPHATE,
    field_word,
    in_order,
    number,
    output,
    run_request,
)
from tests.contracts.lots.running import (
    SEGREGATED_BITS,
    UNGATED,
    UNITS_AT,
    counts,
    made,
    signals_of,
)
from tests.contracts.people import PEOPLE, Role
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted_many, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

NO_BAND = 5_000 << 147 | 0 << 167 | 1_000_000 << 187 | 1_000_000 << 207
HOUR = 3_600


@pytest.fixture
def lose(runs, stand, refiner):
    """Books what remains of the refiner's lots."""

    def call(inputs, outputs=None, said=None, **changes):
        said = {"model": IDENTITY_PRESERVED, **(said or {})}
        event = stand(LOSS, site=REFINERY, inputs=inputs, **said)
        outputs = outputs or [output("rest")]
        return runs.run(
            run_request(LOSS, inputs, outputs, event=event, **changes), {"from": refiner}
        )

    return call


# --- something remains


def test_loss(lose, lot_book, lots, now):
    tx = lose(lots(2, held_since=500 * HOUR))
    assert signals_of(tx)["rule"] == counts(1) | SEGREGATED_BITS | UNGATED | NO_BAND
    rest = made(lot_book, "rest")
    assert (rest["root"], rest["index"], rest["held_since"]) == (ROOT, 0, 500 * HOUR)
    assert (rest["time"], rest["material"]) == (now - DAY, HYDROXIDE)


@pytest.mark.parametrize("marks", [{"index": 2}, {"mixed": 1}, {"reworked": 1}, {"charge": 1}])
def test_what_remains_keeps_its_marks(lose, lot_book, lots, marks):
    lose(lots(1, **marks))
    rest = made(lot_book, "rest")
    assert {name: int(rest[name]) for name in marks} == marks


def test_a_loss_keeps_its_birthplace(lose, lot_book, lots):
    lose(lots(1, birthplace=LUALABA))
    assert lot_book.birthplaceOf(field_word("rest")) == LUALABA


def test_a_loss_has_no_band(lose, lot_book, lots):
    """A proof that says otherwise would be refused: its word has none."""
    lose(lots(1), in_band=False)
    assert made(lot_book, "rest")["state"] != HELD


def test_a_loss_is_of_one_root(lose, make_lot, refiner):
    roots = {make_lot(f"{root}", refiner, root=root): root for root in (1, 2)}
    first, second = in_order(roots)
    with reverts("RootMismatch", second, roots[first], roots[second]):
        lose(list(roots))


@pytest.mark.parametrize("material", [SULPHATE, SCRAP])
def test_a_loss_changes_no_material(lose, lots, material):
    with reverts("MaterialMismatch", field_word("rest"), HYDROXIDE, material):
        lose(lots(1), [output("rest", material=material)])


def test_scrap_is_lost_as_it_is(lose, lots):
    """Its event attests no scrap out: what remains is told as product."""
    tx = lose(lots(1, material=SCRAP), [output("rest", material=SCRAP)])
    assert signals_of(tx)["rule"] == counts(1) | SEGREGATED_BITS | UNGATED | NO_BAND


def test_units_that_remain_are_counted(lose, lot_book, lots):
    said = {"unit_material": PACK}
    tx = lose(lots(1, material=PACK, count=10), [output("rest", 9, PACK)], said)
    assert signals_of(tx)["rule"] >> UNITS_AT & 0b1111 == 1
    assert made(lot_book, "rest")["count"] == 9


def test_a_loss_adds_no_units(lose, lots):
    with reverts("UnitsMismatch", 10, 11):
        lose(
            lots(1, material=PACK, count=10), [output("rest", 11, PACK)],
            {"unit_material": PACK},
        )  # fmt: skip


def test_units_of_two_batches_are_not_averaged(lose, make_lot, refiner):
    lots = {
        make_lot(f"{index}", refiner, index=index, material=PACK): index for index in range(2)
    }  # fmt: skip
    first, second = in_order(lots)
    with reverts("IndexMismatch", second, lots[first], lots[second]):
        lose(list(lots), [output("rest", 2, PACK)], {"unit_material": PACK})


def test_a_charge_stays_one_lot(lose, lots):
    with reverts("SlotCount", 1, 2):
        lose(lots(1, charge=1), [output("a"), output("b")])


def test_the_model_of_a_loss(lose, lot_book, lots):
    """Nothing is put together: no certificate is asked for. What the site attests counts."""
    with reverts("ModelNotAttested", MASS_BALANCE, SEGREGATED):
        lose(lots(1), said={"model": MASS_BALANCE})


# --- nothing remains


@pytest.fixture
def gone(stand, lots):
    """Lots of which nothing was found, and the event."""

    def make(size=1, said=None, **changes):
        inputs = lots(size, **changes)
        said = {"no_output": True, "batches": "0x" + "00" * 32, **(said or {})}
        return stand(LOSS, site=REFINERY, inputs=inputs, **said), in_order(inputs)

    return make


def test_a_loss_of_everything(runs, lot_book, gone, refiner):
    event, lots = gone(2)
    tx = runs.recordLoss(event, lots, {"from": refiner})
    assert emitted_many(tx, "LotLost") == [
        {"lot": lot, "eventId": event, "account": plain(refiner), "sequence": 3} for lot in lots
    ]
    assert {lot_book.lotOf(lot)[1] for lot in lots} == {LOST}
    assert lot_book.isUsed(event)
    with reverts("AlreadyUsed", event):
        runs.recordLoss(event, lots, {"from": refiner})


def test_of_nothing_no_lot_is_made(runs, gone, refiner):
    event, lots = gone()
    with reverts("EventWithoutOutput", event):
        runs.run(run_request(LOSS, lots, [output("rest")], event=event), {"from": refiner})


def test_what_was_found_is_booked(runs, stand, lots, refiner):
    inputs = lots(1)
    event = stand(LOSS, site=REFINERY, inputs=inputs)
    with reverts("EventWithOutput", event):
        runs.recordLoss(event, inputs, {"from": refiner})


def test_the_lots_of_the_event_are_lost(runs, gone, make_lot, refiner):
    event, lots = gone(2)
    for others in (lots[:1], lots[::-1], [*lots, make_lot("more", refiner)], []):
        with reverts("InputsNotNamed", event):
            runs.recordLoss(event, others, {"from": refiner})


def test_who_records_a_loss(runs, gone, miner, auditor, stranger):
    event, lots = gone()
    with reverts("NotOperator", REFINERY, PEOPLE["miner"].organisation):
        runs.recordLoss(event, lots, {"from": miner})
    with reverts("RoleMissing", auditor, Role.OPERATOR, Role.AUDITOR):
        runs.recordLoss(event, lots, {"from": auditor})
    with reverts("NotActive", stranger):
        runs.recordLoss(event, lots, {"from": stranger})


def test_nothing_is_lost_during_a_pause(runs, members, gone, refiner, governor):
    event, lots = gone()
    until = members.pause({"from": governor}).events["Paused"]["until"]
    with reverts("PauseInForce", until):
        runs.recordLoss(event, lots, {"from": refiner})


def test_what_is_lost_was_there(runs, gone, now, refiner):
    """In time and in custody, as for a run."""
    early = now - 2 * DAY
    event, lots = gone(time=early + 1)
    with reverts("BeforeParent", lots[0], early + 1, early):
        runs.recordLoss(event, lots, {"from": refiner})


def test_what_is_lost_was_in_custody(runs, gone, now, refiner):
    limit = now - DAY + 3 * DAY
    late = limit // HOUR * HOUR + HOUR
    event, lots = gone(held_since=late)
    with reverts("HeldTooLate", lots[0], late, limit):
        runs.recordLoss(event, lots, {"from": refiner})


def test_another_event_is_no_loss(runs, stand, lots, refiner):
    inputs = lots(1)
    event = stand(2, site=REFINERY, inputs=inputs)
    with reverts("EventKindMismatch", event, LOSS, 2):
        runs.recordLoss(event, inputs, {"from": refiner})


def test_inputs_stand_in_the_proof_as_named(lose, lots):
    inputs = lots(3)
    signals = signals_of(lose(inputs))
    assert list(signals["in"]) == [*(number(lot) for lot in in_order(inputs)), 0]
