"""LotBook: offers, free lots, batches and birthplaces."""

import pytest

from tests.contracts.conftest import DAY, LUALABA, SATAKUNTA
from tests.contracts.lots.clock import mine_at, pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CONSUMED,
    DISPUTED,
    HELD,
    OFFERED,
    PACK,
    WRITTEN_OFF,
    batch,
    field_word,
)
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

LOT = field_word("lot")
NOBODY = "0x" + "0" * 40

# --- offers


@pytest.fixture
def offered(write, make_lot, miner, refiner, now):
    """A lot offered by the miner to the refiner until tomorrow, at sequence 2."""
    lot = make_lot("lot", miner)
    write("offer", lot, miner.address, refiner.address, now + DAY)
    return lot


def test_offer(lot_book, lot_of, make_lot, write, miner, refiner, now):
    lot = make_lot("lot", miner, batch=batch("b", 2), birthplace=LUALABA)
    make_lot("other", miner, batch=batch("b", 2))
    answer = write("offer", lot, miner.address, refiner.address, now + DAY)
    assert answer == (2, batch("b", 2), 2, LUALABA)
    assert plain(lot_book.offerOf(lot)) == (plain(miner), plain(refiner), 2, now + DAY, False)
    found = lot_of(lot)
    assert (found["state"], found["until"], found["sequence"]) == (OFFERED, now + DAY, 2)


def test_accept(lot_book, lot_of, offered, write, miner, refiner):
    assert write("accept", offered, refiner.address, 2) == (plain(miner), 3, False)
    found = lot_of(offered)
    assert (found["account"], found["state"], found["until"]) == (plain(refiner), ACTIVE, 0)
    assert plain(lot_book.offerOf(offered)) == (NOBODY, NOBODY, 0, 0, False)


@pytest.mark.parametrize(
    ("changes", "size"), [({}, 1), ({"birthplace": LUALABA}, 1), ({"batch": batch("b")}, 2)]
)
def test_acceptance_says_what_is_to_be_looked_at(
    make_lot, write, miner, refiner, now, changes, size
):
    lot, *_ = [make_lot(str(index), miner, **changes) for index in range(size)]
    write("offer", lot, miner.address, refiner.address, now + DAY)
    assert write("accept", lot, refiner.address, 2)[2] is bool(changes)


def test_dispute_keeps_the_offer(lot_book, lot_of, offered, write, miner, refiner, now):
    assert write("dispute", offered, now + 2 * DAY) == 3
    expected = (plain(miner), plain(refiner), 2, now + 2 * DAY, True)
    assert plain(lot_book.offerOf(offered)) == expected
    assert lot_of(offered)["state"] == DISPUTED
    write("accept", offered, refiner.address, 2)


def test_nothing_offered_nothing_to_dispute(lot_book, make_lot, miner, governor, now):
    lot = make_lot("lot", miner)
    with reverts("NotOffered", lot):
        lot_book.dispute(lot, now, {"from": governor})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("setState", (HELD, 9)), ("setState", (ACTIVE, 0)), ("setMaterial", (PACK,))],
)
def test_other_writes_end_the_offer(lot_book, offered, write, refiner, governor, name, arguments):
    write(name, offered, *arguments)
    assert lot_book.offerOf(offered)[1] == NOBODY
    with reverts("NotOffered", offered):
        lot_book.accept(offered, refiner, 2, {"from": governor})


def test_events_leave_the_offer_open(lot_book, offered, write, refiner, governor):
    """500 of them, and after that a dispute, and the approvals of umpires."""
    for _ in range(500):
        lot_book.touch(offered, {"from": governor})
    with reverts("LimitReached", 500):
        lot_book.touch(offered, {"from": governor})
    write("dispute", offered, 2**40 - 1)
    with reverts("LimitReached", 500):
        lot_book.touch(offered, {"from": governor})
    for _ in range(9):
        lot_book.approveSettlement(offered, word("measurement"), {"from": governor})
    with reverts("LimitReached", 510):
        lot_book.approveSettlement(offered, word("measurement"), {"from": governor})
    assert lot_book.offerOf(offered)[2] == 2
    assert write("accept", offered, refiner.address, 2)[1] == 513


def test_a_lapsed_offer_limits_nothing(lot_book, offered, write, governor, now):
    for _ in range(500):
        lot_book.touch(offered, {"from": governor})
    pass_time(now + DAY)
    assert write("touch", offered) == 503


def test_a_restated_lot_is_offered_by_another_number(lot_book, offered, write, refiner, governor):
    write("restate", offered, word("commitment"))
    with reverts("OfferSuperseded", offered, 3, 2):
        lot_book.accept(offered, refiner, 2, {"from": governor})
    write("accept", offered, refiner.address, 3)


def test_receivers_are_told_apart(lot_book, make_lot, write, accounts, miner, now):
    receivers = [accounts[index] for index in (2, 3, 2, 4, 3)]
    lots = [make_lot(str(index), miner) for index in range(5)]
    for lot, receiver in zip(lots, receivers, strict=True):
        write("offer", lot, miner.address, receiver.address, now + DAY)
    assert [lot_book.offerOf(lot)[1] for lot in lots] == receivers


# --- free lots


def test_active_lot_is_free(lot_book, make_lot, miner):
    lot = make_lot("lot", miner)
    assert plain(lot_book.requireFree(lot, miner)) == plain(lot_book.lotOf(lot))


@pytest.mark.parametrize("state", [OFFERED, HELD, DISPUTED])
def test_bound_lot_is_free_once_its_time_has_passed(
    lot_book, make_lot, write, miner, refiner, now, state
):
    lot, end = make_lot("lot", miner), now + 1_000
    if state == HELD:
        write("setState", lot, HELD, end)
    else:
        write("offer", lot, miner.address, refiner.address, end)
    if state == DISPUTED:
        write("dispute", lot, end)
    mine_at(end)
    with reverts("LotNotFree", lot, state, end):
        lot_book.requireFree(lot, miner)
    mine_at(end + 1)
    assert lot_book.requireFree(lot, miner)[1] == state


def test_assigned_and_ended_lots_are_never_free(lot_book, make_lot, write, miner):
    for state in (ASSIGNED, CONSUMED, WRITTEN_OFF):
        lot = make_lot(str(state), miner)
        if state == ASSIGNED:
            write("assign", lot, miner.address, 1)
        else:
            write("take", lot, miner.address, state)
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
    write("setState", cobalt, HELD, 9)
    assert lot_book.batchSize(batch("b", 1)) == 2
    write("setState", cobalt, ACTIVE, 0)
    write("take", cobalt, miner.address, CONSUMED)
    write("take", nickel, miner.address, WRITTEN_OFF)
    assert lot_book.batchSize(batch("b", 1)) == 0


def test_batches_that_share_a_word_count_apart(lot_book, make_lot, write, miner):
    lots = [
        make_lot(f"{index} {copy}", miner, batch=batch("b", index))
        for index in range(4)
        for copy in range(index)
    ]
    assert [lot_book.batchSize(batch("b", index)) for index in range(4)] == [0, 1, 2, 3]
    write("take", lots[-1], miner.address, CONSUMED)
    assert [lot_book.batchSize(batch("b", index)) for index in range(4)] == [0, 1, 2, 2]
    assert lot_book.batchSize(batch("other")) == 0


def test_no_batch_is_no_batch(lot_book, make_lot, write, miner):
    write("take", make_lot("lot", miner), miner.address, CONSUMED)
    make_lot("another", miner)
    assert lot_book.batchSize(0) == 0


# --- birthplaces


def test_birthplace_is_kept_until_the_lot_leaves_it(lot_book, lot_of, make_lot, write, miner):
    lot = make_lot("lot", miner, birthplace=LUALABA)
    before = lot_of(lot)
    assert lot_book.birthplaceOf(lot) == LUALABA
    write("setState", lot, HELD, 9)
    write("setState", lot, ACTIVE, 0)
    assert lot_book.birthplaceOf(lot) == LUALABA
    write("leaveBirthplace", lot)
    assert lot_book.birthplaceOf(lot) == ZERO_WORD
    assert lot_of(lot) == {**before, "sequence": 3}


def test_birthplaces_are_told_apart(lot_book, make_lot, miner):
    places = [LUALABA, SATAKUNTA, LUALABA, ZERO_WORD, SATAKUNTA]
    lots = [make_lot(str(index), miner, birthplace=place) for index, place in enumerate(places)]
    assert [lot_book.birthplaceOf(lot) for lot in lots] == places


def test_only_disputed_lots_are_taken_from_a_dispute(
    lot_book, offered, write, miner, refiner, governor, now
):
    for name, state in (("offered", OFFERED), ("disputed", DISPUTED)):
        if name == "disputed":
            write("dispute", offered, now + DAY)
            with reverts("NotHolder", offered, refiner, miner):
                lot_book.takeDisputed(offered, refiner, CONSUMED, {"from": governor})
            assert write("takeDisputed", offered, miner.address, CONSUMED)[0] == 4
        else:
            with reverts("StateInvalid", offered, state):
                lot_book.takeDisputed(offered, miner, CONSUMED, {"from": governor})
