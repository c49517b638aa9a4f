"""LotBook: unique ids, lots that stay ended, a counter for every write."""

import pytest

from tests.contracts.conftest import LUALABA
from tests.contracts.lots.clock import latest, mine_at
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    COBALT,
    CONSUMED,
    DAY,
    DISPUTED,
    HELD,
    HOUR,
    LONG_AGO,
    LOST,
    MASS_BALANCE,
    NAMED,
    NICKEL,
    NONE,
    OFFERED,
    PACK,
    WITHOUT_END,
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
        LOT, miner, model=MASS_BALANCE, count=12, time=77, element=NICKEL, schema=2, format=2,
        material=PACK, root=9, index=3, mixed=1, charge=0, reworked=1, young=1,
        held_since=LONG_AGO,
    )  # fmt: skip
    tx = lot_book.create(*made, {"from": governor})
    assert lot_of(LOT) == {
        "account": plain(miner), "state": ACTIVE, "revision": 0, "sequence": 1, "until": 0,
        "held_since": LONG_AGO, "model": MASS_BALANCE, "count": 12, "born_at": tx.timestamp,
        "time": 77, "element": NICKEL, "schema": 2, "format": 2, "material": PACK, "root": 9,
        "index": 3, "mixed": True, "charge": False, "reworked": True, "oldest": 77,
        "young": True,
    }  # fmt: skip
    assert lot_book.holderOf(LOT) == miner
    assert lot_book.holdingOf(LOT) % 2**160 == int(plain(miner), 16)
    assert lot_book.sequenceOf(LOT) == 1


def test_all_fields_keep_their_largest_values(lot_of, make_lot, miner):
    largest = {
        "count": 2**32 - 1, "time": 2**40 - 1, "element": 2**16 - 1, "schema": 255, "format": 255,
        "material": 2**16 - 1, "root": 2**32 - 1, "index": 255, "mixed": 1, "charge": 1,
        "reworked": 1, "young": 1, "held_since": (2**20 - 1) * HOUR,
    }  # fmt: skip
    lot = make_lot("large", miner, **largest, held_until=WITHOUT_END, model=MASS_BALANCE)
    found = lot_of(lot)
    assert {name: found[name] for name in largest} == largest
    assert (found["state"], found["until"]) == (HELD, WITHOUT_END)
    assert (found["account"], found["model"]) == (plain(miner), MASS_BALANCE)


def test_unknown_lot_is_nothing(lot_book, lot_of):
    assert set(plain(lot_book.lotOf(LOT))) == {0, NOBODY}
    assert lot_of(LOT)["state"] == NONE
    assert lot_book.holdingOf(LOT) == 0
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
    write("take", lot, miner.address)
    with reverts("LotExists", lot):
        lot_book.create(*new_lot(lot, miner), {"from": governor})


def test_empty_id_is_refused(lot_book, miner, governor):
    with reverts("LotEmptyId"):
        lot_book.create(*new_lot(ZERO_WORD, miner), {"from": governor})


@pytest.mark.parametrize(("since", "kept"), [(0, 0), (1, HOUR), (HOUR, HOUR), (HOUR + 1, 2 * HOUR)])
def test_custody_is_counted_in_hours_rounded_up(lot_of, make_lot, miner, since, kept):
    assert lot_of(make_lot("lot", miner, held_since=since))["held_since"] == kept


def test_the_book_counts_hours_until_2089(lot_book, miner, governor):
    with reverts("TimeExhausted", (2**20 - 1) * HOUR + 1):
        lot_book.create(*new_lot(LOT, miner, held_since=(2**20 - 1) * HOUR + 1), {"from": governor})


def test_lot_has_a_unit(lot_book, miner, governor):
    with reverts("CountInvalid", 0):
        lot_book.create(*new_lot(LOT, miner, count=0), {"from": governor})


# --- writers


WRITES = (
    ("dispute", (LOT, 1)),
    ("leaveBirthplace", (LOT,)),
    ("setActive", (LOT,)),
    ("touch", (LOT,)),
    ("take", (LOT, NOBODY)),
    ("takeAssigned", (LOT, NOBODY, 1)),
    ("takeDisputed", (LOT, NOBODY)),
    ("takeNamed", (LOT, NOBODY, CONSUMED)),
    ("offer", (LOT, NOBODY, NOBODY, 1)),
    ("name", (LOT, 1)),
    ("unname", (LOT,)),
    ("restate", (LOT, word("commitment"))),
    ("approveSettlement", (LOT, word("measurement"), NOBODY, 1)),
    ("endDispute", (LOT, 1)),
    ("assign", (LOT, NOBODY, 1)),
    ("accept", (LOT, NOBODY, 1, 0)),
    ("create", new_lot(LOT, NOBODY)),
    ("useEvent", (word("site"), 1, NICKEL)),
    ("rootOfDocument", (word("site"), 1, 0)),
    ("rootOfInputs", ([LOT],)),
    ("setHold", (1, word("group"), 1)),
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
        lot_book.setActive(LOT, {"from": miner})


def test_only_the_council_admits_writers(lot_book, miner):
    with reverts("OnlyCouncil", miner):
        lot_book.setWriter(miner, STAND_IN_HASH, {"from": miner})


@pytest.mark.parametrize(("name", "arguments"), WRITES[:-6])
def test_unknown_lots_cannot_be_written(lot_book, governor, name, arguments):
    with reverts("LotUnknown", LOT):
        getattr(lot_book, name)(*arguments, {"from": governor})


# --- site events


def test_an_event_makes_lots_once(lot_book, governor):
    key = lot_book.eventIdOf(word("site"), 1, NICKEL)
    assert lot_book.isUsed(key) is False
    lot_book.useEvent(word("site"), 1, NICKEL, {"from": governor})
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


def test_set_active(lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, held_until=WITHOUT_END)
    assert write("touch", lot) == 2
    assert (lot_of(lot)["state"], lot_of(lot)["until"]) == (HELD, WITHOUT_END)
    assert write("setActive", lot) == 3
    found = lot_of(lot)
    assert (found["state"], found["until"], found["sequence"]) == (ACTIVE, 0, 3)
    assert found["account"] == plain(miner)


def test_set_active_unlocks_nothing(lot_book, make_lot, write, miner, governor):
    lot = make_lot("lot", miner)
    write("name", lot, latest() + DAY)
    with reverts("StateInvalid", lot, NAMED):
        lot_book.setActive(lot, {"from": governor})


@pytest.fixture
def assigned(make_lot, write, miner):
    """Ten packs, four of them in products."""
    lot = make_lot("packs", miner, count=10, material=PACK)
    write("assign", lot, miner.address, 4)
    return lot


@pytest.mark.parametrize(("units", "left"), [(1, 3), (4, 0)])
def test_take_assigned(lot_of, assigned, write, miner, units, left):
    sequence, taken, birthplace, held_since, stays = write(
        "takeAssigned", assigned, miner.address, units
    )
    assert (sequence, birthplace, held_since, stays) == (3, ZERO_WORD, LONG_AGO, left)
    assert taken & 0xFFFFFFFF == 10
    assert lot_of(assigned)["state"] == CONSUMED


@pytest.mark.parametrize("units", [5, 10, 2**32 - 1])
def test_no_more_leave_products_than_are_in_them(lot_book, assigned, miner, governor, units):
    with reverts("UnitsNotAssigned", assigned, 4, units):
        lot_book.takeAssigned(assigned, miner, units, {"from": governor})


def test_not_none(lot_book, assigned, miner, governor):
    with reverts("CountInvalid", 0):
        lot_book.takeAssigned(assigned, miner, 0, {"from": governor})


def test_only_an_assigned_lot_is_taken_from_products(
    lot_book, assigned, make_lot, miner, refiner, governor
):
    free = make_lot("free", miner)
    with reverts("StateInvalid", free, ACTIVE):
        lot_book.takeAssigned(free, miner, 1, {"from": governor})
    with reverts("NotHolder", assigned, refiner, miner):
        lot_book.takeAssigned(assigned, refiner, 1, {"from": governor})


def test_take_keeps_the_last_holder(lot_book, lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, birthplace=LUALABA, root=9, index=1)
    sequence, taken, birthplace, held_since = write("take", lot, miner.address)
    assert (sequence, birthplace, held_since) == (2, LUALABA, LONG_AGO)
    books = (2**56 - 1) << 120
    assert taken & ~books == new_lot(lot, miner, root=9, index=1)[2]
    assert (lot_of(lot)["state"], lot_of(lot)["until"]) == (CONSUMED, 0)
    assert lot_book.holderOf(lot) == miner


@pytest.mark.parametrize("state", [CONSUMED, LOST])
def test_a_named_lot_is_taken_by_its_run(lot_book, lot_of, make_lot, write, miner, state):
    lot = make_lot("lot", miner)
    write("name", lot, latest() + DAY)
    assert write("takeNamed", lot, miner.address, state)[0] == 3
    assert lot_of(lot)["state"] == state
    assert lot_book.holderOf(lot) == miner


@pytest.mark.parametrize("state", [NONE, ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED, NAMED])
def test_take_named_only_ends(lot_book, make_lot, write, miner, governor, state):
    lot = make_lot("lot", miner)
    write("name", lot, latest() + DAY)
    with reverts("StateInvalid", lot, state):
        lot_book.takeNamed(lot, miner, state, {"from": governor})


@pytest.mark.parametrize("end", ["take", "takeNamed"])
@pytest.mark.parametrize(("name", "arguments"), WRITES[:3])
def test_ended_lots_stay_ended(lot_book, make_lot, write, miner, governor, end, name, arguments):
    lot = make_lot("lot", miner)
    if end == "take":
        write("take", lot, miner.address)
    else:
        write("name", lot, latest() + DAY)
        write("takeNamed", lot, miner.address, LOST)
    with reverts("LotEnded", lot, CONSUMED if end == "take" else LOST):
        getattr(lot_book, name)(*arguments, {"from": governor})


def test_a_lot_that_is_not_named_is_not_taken_so(lot_book, make_lot, write, miner, governor, now):
    lot = make_lot("lot", miner)
    with reverts("LotNotNamed", lot, ACTIVE):
        lot_book.takeNamed(lot, miner, CONSUMED, {"from": governor})
    with reverts("LotNotNamed", lot, ACTIVE):
        lot_book.unname(lot, {"from": governor})
    write("name", lot, now + DAY)
    mine_at(now + DAY + 1)
    with reverts("LotNotNamed", lot, NAMED):
        lot_book.takeNamed(lot, miner, CONSUMED, {"from": governor})
    with reverts("LotNotNamed", lot, NAMED):
        lot_book.unname(lot, {"from": governor})


def test_only_the_holders_run_takes_it(lot_book, make_lot, write, miner, refiner, governor):
    lot = make_lot("lot", miner)
    write("name", lot, latest() + DAY)
    with reverts("NotHolder", lot, refiner, miner):
        lot_book.takeNamed(lot, refiner, CONSUMED, {"from": governor})


def test_a_name_says_whose_lot_it_is(make_lot, write, miner):
    lot = make_lot("lot", miner)
    sequence, account, found = write("name", lot, latest() + DAY)
    assert (sequence, account) == (2, plain(miner))
    assert found >> 72 & 0xFFFF == COBALT


# --- roots


def test_a_document_has_one_root(lot_book, write):
    """Whichever of its metals is booked first; what moves as one is said by all of them."""
    first = write("rootOfDocument", word("site"), 1, 0)
    assert write("rootOfDocument", word("site"), 1, 1 << COBALT) == first
    assert lot_book.elementsOf(first) == 1 << COBALT
    write("rootOfDocument", word("site"), 1, 1 << COBALT | 1 << NICKEL)
    write("rootOfDocument", word("site"), 1, 0)
    assert lot_book.elementsOf(first) == 1 << COBALT | 1 << NICKEL


def test_roots_are_numbered_apart(lot_book, write):
    lots = [word("one"), word("two")]
    made = [
        write("rootOfDocument", word("site"), 1, 1 << COBALT),
        write("rootOfDocument", word("site"), 2, 0),
        write("rootOfDocument", word("other"), 1, 0),
        write("rootOfInputs", lots[:1]),
        write("rootOfInputs", lots),
    ]
    assert made == [made[0] + index for index in range(5)]
    assert write("rootOfInputs", lots) == made[-1]
    assert [lot_book.elementsOf(root) for root in made] == [1 << COBALT, 0, 0, 0, 0]


# --- what stays where it is


@pytest.mark.parametrize(
    ("name", "arguments"), [("offer", ("miner", "refiner", 2**32)), ("assign", ("miner", 1))]
)
def test_a_charge_neither_leaves_nor_goes_into_a_product(
    lot_book, make_lot, miner, governor, request, name, arguments
):
    lot = make_lot("charge", miner, charge=1, mixed=1)
    given = [request.getfixturevalue(a) if isinstance(a, str) else a for a in arguments]
    with reverts("ChargeBound", lot):
        getattr(lot_book, name)(lot, *given, {"from": governor})


@pytest.mark.parametrize(
    ("name", "arguments"), [("offer", ("miner", "refiner", 2**32)), ("assign", ("miner", 1))]
)
def test_a_mixed_lot_rests_a_day(
    lot_book, lot_of, make_lot, miner, governor, request, name, arguments
):
    lot = make_lot("mixed", miner, mixed=1)
    rested = lot_of(lot)["born_at"] + DAY
    given = [request.getfixturevalue(a) if isinstance(a, str) else a for a in arguments]
    method = getattr(lot_book, name)
    mine_at(rested - 1)
    with reverts("LotResting", lot, rested):
        method.call(lot, *given, {"from": governor})
    mine_at(rested)
    method.call(lot, *given, {"from": governor})


def test_restate_keeps_id_and_state(lot_book, lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner)
    assert lot_book.commitmentOf(lot) == lot
    assert write("restate", lot, word("first")) == (1, 2)
    write("take", lot, miner.address)
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
