"""LotBook: unique ids, lots that stay ended, a counter for every write."""

import pytest

from tests.contracts.conftest import LUALABA
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CONSUMED,
    DISPUTED,
    HELD,
    MASS_BALANCE,
    NICKEL,
    NONE,
    OFFERED,
    PACK,
    RETIRED,
    WITHOUT_END,
    WRITTEN_OFF,
    batch,
    field_word,
    new_lot,
)
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.rights import STAND_IN_HASH, let_write, take
from tests.contracts.values import emitted, plain

LOT = field_word("lot")
NOBODY = "0x" + "0" * 40

# --- creation


def test_a_lot_is_what_it_was_made_as(lot_book, lot_of, miner, governor):
    made = new_lot(
        LOT, miner, model=MASS_BALANCE, count=12, time=77, element=NICKEL, schema=1, material=PACK,
        batch=batch("b", 3),
    )  # fmt: skip
    tx = lot_book.create(*made, {"from": governor})
    assert lot_of(LOT) == {
        "account": plain(miner), "state": ACTIVE, "revision": 0, "sequence": 1, "until": 0,
        "model": MASS_BALANCE, "count": 12, "born_at": tx.timestamp, "time": 77, "element": NICKEL,
        "schema": 1, "material": PACK, "batch": batch("b", 3),
    }  # fmt: skip
    assert lot_book.holderOf(LOT) == miner
    assert lot_book.sequenceOf(LOT) == 1


def test_all_fields_keep_their_largest_values(lot_of, make_lot, miner):
    largest = {
        "count": 2**32 - 1, "time": 2**40 - 1, "element": 2**16 - 1, "schema": 255,
        "material": 2**16 - 1, "batch": 2**80 - 1,
    }  # fmt: skip
    lot = make_lot("large", miner, **largest, held_until=WITHOUT_END, model=MASS_BALANCE)
    found = lot_of(lot)
    assert {name: found[name] for name in largest} == largest
    assert (found["state"], found["until"]) == (HELD, WITHOUT_END)
    assert (found["account"], found["model"]) == (plain(miner), MASS_BALANCE)


def test_unknown_lot_is_nothing(lot_book, lot_of):
    assert set(plain(lot_book.lotOf(LOT))) == {0, NOBODY}
    assert lot_of(LOT)["state"] == NONE
    assert lot_book.sequenceOf(LOT) == 0
    assert lot_book.holderOf(LOT) == NOBODY
    with reverts("LotUnknown", LOT):
        lot_book.commitmentOf(LOT)


def test_id_is_taken_once(lot_book, make_lot, miner, governor, refiner):
    lot = make_lot("lot", miner)
    with reverts("LotExists", lot):
        lot_book.create(*new_lot(lot, refiner), {"from": governor})


def test_id_of_an_ended_lot_stays_taken(lot_book, make_lot, write, miner, governor):
    lot = make_lot("lot", miner)
    write("take", lot, miner.address, CONSUMED)
    with reverts("LotExists", lot):
        lot_book.create(*new_lot(lot, miner), {"from": governor})


def test_empty_id_is_refused(lot_book, miner, governor):
    with reverts("LotEmptyId"):
        lot_book.create(*new_lot(ZERO_WORD, miner), {"from": governor})


def test_lot_has_a_unit(lot_book, miner, governor):
    with reverts("CountInvalid", 0):
        lot_book.create(*new_lot(LOT, miner, count=0), {"from": governor})


# --- writers


WRITES = (
    ("dispute", (LOT, 1)),
    ("leaveBirthplace", (LOT,)),
    ("setState", (LOT, HELD, 1)),
    ("setMaterial", (LOT, PACK)),
    ("take", (LOT, NOBODY, CONSUMED)),
    ("takeDisputed", (LOT, NOBODY, CONSUMED)),
    ("offer", (LOT, NOBODY, NOBODY, 1)),
    ("touch", (LOT,)),
    ("restate", (LOT, word("commitment"))),
    ("approveSettlement", (LOT, word("measurement"))),
    ("assign", (LOT, NOBODY, 1)),
    ("accept", (LOT, NOBODY, 1)),
    ("create", new_lot(LOT, NOBODY)),
    ("useEvent", (word("site"), 1, NICKEL)),
)


@pytest.mark.parametrize(("name", "arguments"), WRITES)
def test_only_writers_write(lot_book, make_lot, miner, name, arguments):
    make_lot("lot", miner)
    with reverts("NotWriter", miner):
        getattr(lot_book, name)(*arguments, {"from": miner})


def test_council_admits_and_dismisses_writers(lot_book, miner, governor):
    tx = let_write(lot_book, miner, governor)
    emitted(tx, "WriterSet", writer=miner, codeHash=STAND_IN_HASH)
    lot_book.create(*new_lot(LOT, miner), {"from": miner})
    tx = take(lot_book.setWriter, miner, governor)
    emitted(tx, "WriterSet", writer=miner, codeHash=ZERO_WORD)
    with reverts("NotWriter", miner):
        lot_book.touch(LOT, {"from": miner})


def test_only_the_council_admits_writers(lot_book, miner):
    with reverts("OnlyCouncil", miner):
        lot_book.setWriter(miner, STAND_IN_HASH, {"from": miner})


@pytest.mark.parametrize(("name", "arguments"), WRITES[:-3])
def test_unknown_lots_cannot_be_written(lot_book, governor, name, arguments):
    with reverts("LotUnknown", LOT):
        getattr(lot_book, name)(*arguments, {"from": governor})


# --- site events


def test_an_event_makes_lots_once(lot_book, governor):
    key = lot_book.eventIdOf(word("site"), 1, NICKEL)
    assert lot_book.isUsed(key) is False
    tx = lot_book.useEvent(word("site"), 1, NICKEL, {"from": governor})
    emitted(tx, "EventUsed", eventId=key, by=governor)
    assert lot_book.isUsed(key) is True
    with reverts("AlreadyUsed", key):
        lot_book.useEvent(word("site"), 1, NICKEL, {"from": governor})
    for other in ((word("other"), 1, NICKEL), (word("site"), 2, NICKEL), (word("site"), 1, 27)):
        lot_book.useEvent(*other, {"from": governor})


# --- units


def test_units_are_assigned_once(lot_book, lot_of, make_lot, write, miner, governor):
    lot = make_lot("lot", miner, count=10, material=PACK)
    assert write("assign", lot, miner.address, 4)[0] == 2
    assert (lot_of(lot)["state"], lot_book.assignedUnits(lot)) == (ASSIGNED, 4)
    for units, refusal in ((7, ("UnitsExceeded", lot, 4, 7, 10)), (0, ("CountInvalid", 0))):
        with reverts(*refusal):
            lot_book.assign(lot, miner, units, {"from": governor})
    assert write("assign", lot, miner.address, 6)[0] == 3
    with reverts("UnitsExceeded", lot, 10, 1, 10):
        lot_book.assign(lot, miner, 1, {"from": governor})


def test_only_the_holder_assigns(lot_book, make_lot, miner, refiner, governor):
    lot = make_lot("lot", miner)
    with reverts("NotHolder", lot, refiner, miner):
        lot_book.assign(lot, refiner, 1, {"from": governor})


# --- every write counts


@pytest.mark.parametrize("state", [ACTIVE, HELD])
def test_set_state(lot_of, make_lot, write, miner, state):
    lot = make_lot("lot", miner)
    assert write("setState", lot, state, 9) == 2
    found = lot_of(lot)
    assert (found["state"], found["until"], found["sequence"]) == (state, 9, 2)
    assert found["account"] == plain(miner)


@pytest.mark.parametrize("state", [NONE, OFFERED, DISPUTED, ASSIGNED, CONSUMED, WRITTEN_OFF])
def test_set_state_neither_offers_nor_assigns_nor_ends(lot_book, make_lot, miner, governor, state):
    lot = make_lot("lot", miner)
    with reverts("StateInvalid", lot, state):
        lot_book.setState(lot, state, 0, {"from": governor})


def test_set_material(lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, material=PACK)
    before = lot_of(lot)
    write("assign", lot, miner.address, 1)
    assert write("setMaterial", lot, RETIRED) == 3
    assert lot_of(lot) == {**before, "material": RETIRED, "sequence": 3}


@pytest.mark.parametrize("state", [CONSUMED, WRITTEN_OFF])
def test_take_keeps_the_last_holder(lot_book, lot_of, make_lot, write, miner, state):
    lot = make_lot("lot", miner, birthplace=LUALABA)
    taken = write("take", lot, miner.address, state)
    assert (taken[0], taken[2]) == (2, LUALABA)
    assert taken[1] % 2**120 == new_lot(lot, miner)[2]
    assert (lot_of(lot)["state"], lot_of(lot)["until"]) == (state, 0)
    assert lot_book.holderOf(lot) == miner


@pytest.mark.parametrize("state", [NONE, ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED])
def test_take_only_ends(lot_book, make_lot, miner, governor, state):
    lot = make_lot("lot", miner)
    with reverts("StateInvalid", lot, state):
        lot_book.take(lot, miner, state, {"from": governor})


@pytest.mark.parametrize("state", [CONSUMED, WRITTEN_OFF])
@pytest.mark.parametrize(("name", "arguments"), WRITES[:4])
def test_ended_lots_stay_ended(lot_book, make_lot, write, miner, governor, state, name, arguments):
    lot = make_lot("lot", miner)
    write("take", lot, miner.address, state)
    with reverts("LotEnded", lot, state):
        getattr(lot_book, name)(*arguments, {"from": governor})


def test_touch_only_counts(lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, held_until=5)
    before = lot_of(lot)
    assert write("touch", lot) == 2
    assert lot_of(lot) == {**before, "sequence": 2}
    write("take", lot, miner.address, CONSUMED)
    assert write("touch", lot) == 4


def test_restate_keeps_id_and_state(lot_book, lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner)
    assert lot_book.commitmentOf(lot) == lot
    assert write("restate", lot, word("first")) == (1, 2)
    write("take", lot, miner.address, CONSUMED)
    assert write("restate", lot, word("second")) == (2, 4)
    assert lot_book.commitmentOf(lot) == word("second")
    assert (lot_of(lot)["revision"], lot_of(lot)["state"]) == (2, CONSUMED)


def test_restate_needs_a_commitment(lot_book, make_lot, miner, governor):
    with reverts("LotEmptyId"):
        lot_book.restate(make_lot("lot", miner), ZERO_WORD, {"from": governor})


def test_revisions_end(lot_book, make_lot, miner, governor):
    lot = make_lot("lot", miner)
    for index in range(255):
        lot_book.restate(lot, word(str(index)), {"from": governor})
    assert lot_book.lotOf(lot)[2] == 255
    with reverts("RevisionsExhausted"):
        lot_book.restate(lot, word("one more"), {"from": governor})
