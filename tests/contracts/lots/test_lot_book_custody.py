"""LotBook: offers, disputes, free lots and birthplaces."""

import pytest

from tests.contracts.conftest import DAY, LUALABA, SATAKUNTA
from tests.contracts.lots.clock import mine_at
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CATHODE,
    CELL,
    CONSUMED,
    DISPUTED,
    HELD,
    HOUR,
    LONG_AGO,
    LOST,
    MODULE,
    NAMED,
    OFFERED,
    PACK,
    RETIRED,
    SULPHATE,
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
    lot = make_lot("lot", miner, root=9, index=2, birthplace=LUALABA)
    sequence, found, birthplace = write("offer", lot, miner.address, refiner.address, now + DAY)
    assert (sequence, birthplace) == (2, LUALABA)
    assert (found >> 184 & 0xFFFFFFFF, found >> 216 & 0xFF) == (9, 2)
    expected = (plain(miner), plain(refiner), 2, now + DAY, False, False)
    assert plain(lot_book.offerOf(lot)) == expected
    found = lot_of(lot)
    assert (found["state"], found["until"], found["sequence"]) == (OFFERED, now + DAY, 2)


def test_accept(lot_book, lot_of, offered, write, miner, refiner):
    assert write("accept", offered, refiner.address, 2, 0) == (plain(miner), 3, 0)
    found = lot_of(offered)
    assert (found["account"], found["state"], found["until"]) == (plain(refiner), ACTIVE, 0)
    assert plain(lot_book.offerOf(offered)) == (NOBODY, NOBODY, 0, 0, False, False)
    assert found["held_since"] == LONG_AGO


def test_a_new_holder_has_it_since_then(lot_of, offered, write, refiner, now):
    write("accept", offered, refiner.address, 2, now)
    assert lot_of(offered)["held_since"] == -(-now // HOUR) * HOUR


@pytest.mark.parametrize(
    ("changes", "looked_at"),
    [
        ({}, False),
        ({"birthplace": LUALABA}, True),
        ({"material": SULPHATE}, False),
        ({"material": CATHODE}, True),
        ({"material": CELL}, True),
        ({"material": MODULE}, True),
        ({"material": PACK}, True),
        ({"material": RETIRED}, False),
    ],
)
def test_acceptance_says_what_is_to_be_looked_at(
    lot_book, make_lot, write, miner, refiner, now, changes, looked_at
):
    lot = make_lot("lot", miner, **changes)
    traits = write("offer", lot, miner.address, refiner.address, now + DAY)[1]
    assert write("accept", lot, refiner.address, 2, 0)[2] == (traits if looked_at else 0)


def test_dispute_keeps_the_offer(lot_book, lot_of, offered, write, miner, refiner, now):
    assert write("dispute", offered, now + 2 * DAY) == 3
    expected = (plain(miner), plain(refiner), 2, now + 2 * DAY, True, True)
    assert plain(lot_book.offerOf(offered)) == expected
    assert lot_of(offered)["state"] == DISPUTED
    write("accept", offered, refiner.address, 2, 0)


def test_nothing_offered_nothing_to_dispute(lot_book, make_lot, miner, governor, now):
    lot = make_lot("lot", miner)
    with reverts("NotOffered", lot):
        lot_book.dispute(lot, now, {"from": governor})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("setState", (HELD, 9)), ("setState", (ACTIVE, 0))],
)
def test_other_writes_end_the_offer(lot_book, offered, write, refiner, governor, name, arguments):
    write(name, offered, *arguments)
    assert lot_book.offerOf(offered)[1] == NOBODY
    with reverts("NotOffered", offered):
        lot_book.accept(offered, refiner, 2, 0, {"from": governor})


# --- disputes


@pytest.fixture
def disputed(offered, write, now):
    """Disputed until the day after the offer's end, at sequence 3."""
    write("dispute", offered, now + 2 * DAY)
    return offered


def test_an_approval_binds_the_lot_longer(lot_book, lot_of, disputed, write, umpire, now):
    eventually = now + 100 * DAY
    assert write("approveSettlement", disputed, word("m"), umpire.address, eventually) == 4
    event, approved_by, at, expiry = plain(lot_book.settlementOf(disputed))
    assert (event, approved_by, expiry) == (word("m"), plain(umpire), now + DAY)
    assert now <= at <= now + DAY
    assert (lot_of(disputed)["state"], lot_of(disputed)["until"]) == (DISPUTED, eventually)
    write("approveSettlement", disputed, word("n"), umpire.address, now)
    assert lot_of(disputed)["until"] == eventually, "no approval shortens a dispute"
    assert lot_book.settlementOf(disputed)[0] == word("n")


def test_a_new_dispute_has_no_settlement(lot_book, disputed, write, miner, refiner, umpire, now):
    write("approveSettlement", disputed, word("m"), umpire.address, now + DAY)
    write("setState", disputed, ACTIVE, 0)
    write("offer", disputed, miner.address, refiner.address, now + 3 * DAY)
    write("dispute", disputed, now + 4 * DAY)
    settlement = plain(lot_book.settlementOf(disputed))
    assert settlement == (ZERO_WORD, NOBODY, 0, now + 3 * DAY)


@pytest.mark.parametrize(("least", "until"), [(0, DAY), (DAY - 1, DAY), (DAY + 1, DAY + 1)])
def test_a_dispute_ends_in_the_offer_as_before(
    lot_book, lot_of, disputed, write, refiner, now, least, until
):
    assert write("endDispute", disputed, now + least) == (4, now + until)
    assert (lot_of(disputed)["state"], lot_of(disputed)["until"]) == (OFFERED, now + until)
    assert plain(lot_book.offerOf(disputed))[2:] == (2, now + until, False, True)
    write("accept", disputed, refiner.address, 2, 0)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("endDispute", (1,)), ("approveSettlement", (word("m"), NOBODY, 1))],
)
def test_what_is_not_disputed_is_not_settled(lot_book, offered, governor, name, arguments):
    with reverts("StateInvalid", offered, OFFERED):
        getattr(lot_book, name)(offered, *arguments, {"from": governor})


def test_an_offer_keeps_its_name_for_three_events(
    lot_book, disputed, write, refiner, umpire, governor, now
):
    """A dispute, an approval and what came of it; each event beyond that gives another name."""
    for expected in (2, 2, 3, 4):
        write("approveSettlement", disputed, word("m"), umpire.address, now + DAY)
        assert lot_book.offerOf(disputed)[2] == expected
    with reverts("OfferSuperseded", disputed, 4, 2):
        lot_book.accept(disputed, refiner, 2, 0, {"from": governor})
    assert write("accept", disputed, refiner.address, 4, 0)[1] == 8


def test_a_restated_lot_is_offered_by_another_number(lot_book, offered, write, refiner, governor):
    write("restate", offered, word("commitment"))
    with reverts("OfferSuperseded", offered, 3, 2):
        lot_book.accept(offered, refiner, 2, 0, {"from": governor})
    write("accept", offered, refiner.address, 3, 0)


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


@pytest.mark.parametrize("state", [OFFERED, HELD, DISPUTED, NAMED])
def test_bound_lot_is_free_once_its_time_has_passed(
    lot_book, make_lot, write, miner, refiner, now, state
):
    lot, end = make_lot("lot", miner), now + 1_000
    if state == HELD:
        write("setState", lot, HELD, end)
    elif state == NAMED:
        write("name", lot, end)
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
    for state in (ASSIGNED, CONSUMED, LOST):
        lot = make_lot(str(state), miner)
        if state == ASSIGNED:
            write("assign", lot, miner.address, 1)
        else:
            write("name", lot, 2**32 - 2)
            write("takeNamed", lot, miner.address, state)
        with reverts("LotNotFree", lot, state, 0):
            lot_book.requireFree(lot, miner)


def test_lot_of_another_is_not_free(lot_book, make_lot, miner, refiner):
    lot = make_lot("lot", miner)
    with reverts("NotHolder", lot, refiner, miner):
        lot_book.requireFree(lot, refiner)


def test_unknown_lot_is_not_free(lot_book, miner):
    with reverts("LotUnknown", LOT):
        lot_book.requireFree(LOT, miner)


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
                lot_book.takeDisputed(offered, refiner, {"from": governor})
            assert write("takeDisputed", offered, miner.address)[0] == 4
        else:
            with reverts("StateInvalid", offered, state):
                lot_book.takeDisputed(offered, miner, {"from": governor})
