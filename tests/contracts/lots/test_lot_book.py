"""LotBook: unique ids, lots that stay ended, a counter for every write, batches, birthplaces."""

import pytest

from tests.contracts.conftest import LUALABA, SATAKUNTA
from tests.contracts.lots.clock import mine_at
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
from tests.contracts.values import emitted, plain

LOT = field_word("lot")
FIELDS = (
    "account", "state", "revision", "sequence", "until", "model", "count", "born_at", "time",
    "element", "schema", "material", "batch",
)  # fmt: skip


@pytest.fixture
def write(lot_book, governor):
    """A write; returns what the call would have answered."""

    def call(name, *arguments):
        method = getattr(lot_book, name)
        answer = method.call(*arguments, {"from": governor})
        method(*arguments, {"from": governor})
        return plain(answer)

    return call


@pytest.fixture
def lot_of(lot_book):
    def fields(lot):
        return dict(zip(FIELDS, plain(lot_book.lotOf(lot)), strict=True))

    return fields


# --- creation


def test_a_lot_is_what_it_was_made_as(lot_book, lot_of, miner, governor, chain):
    made = new_lot(
        LOT, miner, model=MASS_BALANCE, count=12, time=77, element=NICKEL, schema=1, material=PACK,
        batch=batch("b", 3),
    )  # fmt: skip
    tx = lot_book.create(made, {"from": governor})
    assert lot_of(LOT) == {
        "account": plain(miner), "state": ACTIVE, "revision": 0, "sequence": 1, "until": 0,
        "model": MASS_BALANCE, "count": 12, "born_at": tx.timestamp, "time": 77, "element": NICKEL,
        "schema": 1, "material": PACK, "batch": batch("b", 3),
    }  # fmt: skip
    assert plain(lot_book.holderOf(LOT)) == (plain(miner), 1)
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
    assert set(plain(lot_book.lotOf(LOT))) == {0, "0x" + "0" * 40}
    assert lot_of(LOT)["state"] == NONE
    assert lot_book.sequenceOf(LOT) == 0
    assert lot_book.holderOf(LOT)[1] == 0
    with reverts("LotUnknown", LOT):
        lot_book.commitmentOf(LOT)


def test_id_is_taken_once(lot_book, make_lot, miner, governor, refiner):
    lot = make_lot("lot", miner)
    with reverts("LotExists", lot):
        lot_book.create(new_lot(lot, refiner), {"from": governor})


def test_id_of_an_ended_lot_stays_taken(lot_book, make_lot, write, miner, governor):
    lot = make_lot("lot", miner)
    write("end", lot, CONSUMED)
    with reverts("LotExists", lot):
        lot_book.create(new_lot(lot, miner), {"from": governor})


def test_empty_id_is_refused(lot_book, miner, governor):
    with reverts("LotEmptyId"):
        lot_book.create(new_lot(ZERO_WORD, miner), {"from": governor})


def test_lot_has_a_unit(lot_book, miner, governor):
    with reverts("CountInvalid", 0):
        lot_book.create(new_lot(LOT, miner, count=0), {"from": governor})


# --- writers


WRITES = (
    ("move", (LOT, "0x" + "1" * 40, False)),
    ("setState", (LOT, HELD, 1)),
    ("setMaterial", (LOT, PACK)),
    ("end", (LOT, CONSUMED)),
    ("touch", (LOT,)),
    ("restate", (LOT, word("commitment"))),
)


@pytest.mark.parametrize(("name", "arguments"), WRITES)
def test_only_writers_write(lot_book, make_lot, miner, name, arguments):
    make_lot("lot", miner)
    with reverts("NotWriter", miner):
        getattr(lot_book, name)(*arguments, {"from": miner})


def test_only_writers_create(lot_book, miner):
    with reverts("NotWriter", miner):
        lot_book.create(new_lot(LOT, miner), {"from": miner})


def test_council_admits_and_dismisses_writers(lot_book, miner, governor):
    emitted(
        lot_book.setWriter(miner, True, {"from": governor}), "WriterSet", writer=miner, allowed=True
    )
    lot_book.create(new_lot(LOT, miner), {"from": miner})
    tx = lot_book.setWriter(miner, False, {"from": governor})
    emitted(tx, "WriterSet", writer=miner, allowed=False)
    with reverts("NotWriter", miner):
        lot_book.touch(LOT, {"from": miner})


def test_only_the_council_admits_writers(lot_book, miner):
    with reverts("OnlyCouncil", miner):
        lot_book.setWriter(miner, True, {"from": miner})


@pytest.mark.parametrize(("name", "arguments"), WRITES)
def test_unknown_lots_cannot_be_written(lot_book, governor, name, arguments):
    with reverts("LotUnknown", LOT):
        getattr(lot_book, name)(*arguments, {"from": governor})


# --- every write counts


def test_move(lot_of, make_lot, write, miner, refiner):
    lot = make_lot("lot", miner, held_until=5)
    assert write("move", lot, refiner.address, False) == 2
    found = lot_of(lot)
    assert (found["account"], found["state"], found["until"]) == (plain(refiner), ACTIVE, 0)
    assert found["sequence"] == 2


@pytest.mark.parametrize("state", [ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED])
def test_set_state(lot_of, make_lot, write, miner, state):
    lot = make_lot("lot", miner)
    assert write("setState", lot, state, 9) == 2
    found = lot_of(lot)
    assert (found["state"], found["until"], found["sequence"]) == (state, 9, 2)


@pytest.mark.parametrize("state", [NONE, CONSUMED, WRITTEN_OFF])
def test_set_state_neither_ends_nor_unmakes(lot_book, make_lot, miner, governor, state):
    lot = make_lot("lot", miner)
    with reverts("StateInvalid", lot, state):
        lot_book.setState(lot, state, 0, {"from": governor})


def test_set_material(lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, material=PACK)
    write("setState", lot, ASSIGNED, 0)
    assert write("setMaterial", lot, RETIRED) == 3
    found = lot_of(lot)
    assert (found["material"], found["state"], found["sequence"]) == (RETIRED, ACTIVE, 3)


@pytest.mark.parametrize("state", [CONSUMED, WRITTEN_OFF])
def test_end_keeps_the_last_holder(lot_book, lot_of, make_lot, write, miner, state):
    lot = make_lot("lot", miner, held_until=5)
    assert write("end", lot, state) == 2
    assert (lot_of(lot)["state"], lot_of(lot)["until"]) == (state, 0)
    assert plain(lot_book.holderOf(lot)) == (plain(miner), 2)


@pytest.mark.parametrize("state", [NONE, ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED])
def test_end_only_ends(lot_book, make_lot, miner, governor, state):
    lot = make_lot("lot", miner)
    with reverts("StateInvalid", lot, state):
        lot_book.end(lot, state, {"from": governor})


@pytest.mark.parametrize("state", [CONSUMED, WRITTEN_OFF])
@pytest.mark.parametrize(("name", "arguments"), WRITES[:4])
def test_ended_lots_stay_ended(lot_book, make_lot, write, miner, governor, state, name, arguments):
    lot = make_lot("lot", miner)
    write("end", lot, state)
    with reverts("LotEnded", lot, state):
        getattr(lot_book, name)(*arguments, {"from": governor})


def test_touch_only_counts(lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, held_until=5)
    before = lot_of(lot)
    assert write("touch", lot) == 2
    assert lot_of(lot) == {**before, "sequence": 2}
    write("end", lot, CONSUMED)
    assert write("touch", lot) == 4


def test_restate_keeps_id_and_state(lot_book, lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner)
    assert lot_book.commitmentOf(lot) == lot
    assert write("restate", lot, word("first")) == (1, 2)
    write("end", lot, CONSUMED)
    assert write("restate", lot, word("second")) == (2, 4)
    assert lot_book.commitmentOf(lot) == word("second")
    assert (lot_of(lot)["revision"], lot_of(lot)["state"]) == (2, CONSUMED)


def test_restate_needs_a_commitment(lot_book, make_lot, miner, governor):
    with reverts("LotEmptyId"):
        lot_book.restate(make_lot("lot", miner), ZERO_WORD, {"from": governor})


# --- free lots


def test_active_lot_is_free(lot_book, make_lot, miner):
    lot = make_lot("lot", miner)
    assert plain(lot_book.requireFree(lot, miner)) == (plain(lot_book.lotOf(lot)), ZERO_WORD)


@pytest.mark.parametrize("state", [OFFERED, HELD, DISPUTED])
def test_bound_lot_is_free_once_its_time_has_passed(
    lot_book, make_lot, write, miner, governor, chain, state
):
    lot = make_lot("lot", miner)
    end = chain.time() + 1_000
    write("setState", lot, state, end)
    mine_at(end)
    with reverts("LotNotFree", lot, state, end):
        lot_book.requireFree(lot, miner)
    mine_at(end + 1)
    assert lot_book.requireFree(lot, miner)[0][1] == state


@pytest.mark.parametrize("state", [ASSIGNED, CONSUMED, WRITTEN_OFF])
def test_assigned_and_ended_lots_are_never_free(lot_book, make_lot, write, miner, state):
    lot = make_lot("lot", miner)
    write(*(("setState", lot, state, 0) if state == ASSIGNED else ("end", lot, state)))
    with reverts("LotNotFree", lot, state, 0):
        lot_book.requireFree(lot, miner)


def test_lot_of_another_is_not_free(lot_book, make_lot, miner, refiner):
    lot = make_lot("lot", miner)
    with reverts("NotHolder", lot, refiner, miner):
        lot_book.requireFree(lot, refiner)


def test_unknown_lot_is_not_free(lot_book, miner):
    with reverts("LotUnknown", LOT):
        lot_book.requireFree(LOT, miner)


# --- batches


def test_batch_counts_lots_that_have_not_ended(lot_book, make_lot, write, miner):
    cobalt, nickel = (make_lot(name, miner, batch=batch("b", 1)) for name in ("co", "ni"))
    assert lot_book.batchSize(batch("b", 1)) == 2
    write("move", cobalt, miner.address, False)
    assert lot_book.batchSize(batch("b", 1)) == 2
    write("end", cobalt, CONSUMED)
    write("end", nickel, WRITTEN_OFF)
    assert lot_book.batchSize(batch("b", 1)) == 0


def test_batches_that_share_a_word_count_apart(lot_book, make_lot, write, miner):
    lots = [
        make_lot(f"{index} {copy}", miner, batch=batch("b", index))
        for index in range(4)
        for copy in range(index)
    ]
    assert [lot_book.batchSize(batch("b", index)) for index in range(4)] == [0, 1, 2, 3]
    write("end", lots[-1], CONSUMED)
    assert [lot_book.batchSize(batch("b", index)) for index in range(4)] == [0, 1, 2, 2]
    assert lot_book.batchSize(batch("other")) == 0


def test_no_batch_is_no_batch(lot_book, make_lot, write, miner):
    write("end", make_lot("lot", miner), CONSUMED)
    make_lot("another", miner)
    assert lot_book.batchSize(0) == 0


# --- birthplaces


def test_birthplace_is_kept_until_the_lot_is_sold(lot_book, make_lot, write, miner, refiner):
    lot = make_lot("lot", miner, birthplace=LUALABA)
    assert lot_book.birthplaceOf(lot) == LUALABA
    write("move", lot, refiner.address, False)
    assert lot_book.requireFree(lot, refiner)[1] == LUALABA
    write("move", lot, miner.address, True)
    assert lot_book.birthplaceOf(lot) == ZERO_WORD
    assert lot_book.requireFree(lot, miner)[1] == ZERO_WORD


def test_birthplaces_are_told_apart(lot_book, make_lot, miner):
    places = [LUALABA, SATAKUNTA, LUALABA, ZERO_WORD, SATAKUNTA]
    lots = [make_lot(str(index), miner, birthplace=place) for index, place in enumerate(places)]
    assert [lot_book.birthplaceOf(lot) for lot in lots] == places
