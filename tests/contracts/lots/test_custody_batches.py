"""Many lots at once, and lots of one physical batch, which move as one."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.making import ACTIVE, CONSUMED, HELD, OFFERED, batch, sealed
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted_many, plain

ONE = batch("one")


@pytest.fixture
def offer(custody, miner, refiner, now):
    def many(lots, boxes=None):
        boxes = [sealed(lot) for lot in lots] if boxes is None else boxes
        return custody.offerMany(lots, refiner, now + DAY, boxes, {"from": miner})

    return many


@pytest.fixture
def accept(custody, refiner):
    def many(lots):
        return custody.acceptMany(lots, [2] * len(lots), {"from": refiner})

    return many


@pytest.fixture
def of_batch(make_lot, miner):
    """Lots of a batch: nickel, cobalt, manganese."""

    def make(name, size=3):
        return [
            make_lot(f"{name} {i}", miner, batch=batch(name), element=25 + i) for i in range(size)
        ]

    return make


def test_many_lots_change_hands(custody, lot_book, make_lot, offer, accept, miner, refiner, now):
    lots = [make_lot(str(index), miner) for index in range(5)]
    offers = emitted_many(offer(lots), "LotOffered")
    assert [(e["lot"], e["sealedToReceiver"]) for e in offers] == [
        (lot, sealed(lot)) for lot in lots
    ]
    accepted = emitted_many(accept(lots), "LotAccepted")
    assert [(e["lot"], e["from"], e["to"]) for e in accepted] == [
        (lot, plain(miner), plain(refiner)) for lot in lots
    ]
    assert {lot_book.holderOf(lot) for lot in lots} == {refiner.address}


def test_nothing_to_offer_changes_nothing(offer, accept):
    assert len(offer([]).events) == len(accept([]).events) == 0


def test_every_lot_has_its_box(make_lot, offer, miner):
    lots = [make_lot(name, miner) for name in "ab"]
    with reverts("LengthMismatch", 2, 1):
        offer(lots, [sealed("box")])


def test_every_lot_has_its_sequence(custody, make_lot, offer, miner, refiner):
    lots = [make_lot(name, miner) for name in "ab"]
    offer(lots)
    with reverts("LengthMismatch", 2, 1):
        custody.acceptMany(lots, [2], {"from": refiner})


def test_a_lot_is_offered_and_accepted_once_in_a_call(make_lot, offer, accept, miner, now):
    lot = make_lot("lot", miner)
    with reverts("LotNotFree", lot, OFFERED, now + DAY):
        offer([lot, lot])
    offer([lot])
    with reverts("NotOffered", lot):
        accept([lot, lot])


def test_all_or_none(lot_book, make_lot, offer, miner, refiner):
    mine, other = make_lot("mine", miner), make_lot("other", refiner)
    with reverts("NotHolder", other, miner, refiner):
        offer([mine, other])
    assert lot_book.lotOf(mine)[1] == ACTIVE


def test_a_part_of_the_offers_is_accepted(lot_book, make_lot, offer, accept, miner, refiner):
    lots = [make_lot(str(index), miner) for index in range(3)]
    offer(lots)
    accept(lots[1:])
    assert [lot_book.holderOf(lot) for lot in lots] == [miner, refiner, refiner]


# --- batches


def test_batches_change_hands_as_one(lot_book, of_batch, make_lot, offer, accept, miner, refiner):
    lots = [*of_batch("one"), make_lot("alone", miner), *of_batch("two", 2)]
    offer(lots)
    accept(lots)
    assert {lot_book.holderOf(lot) for lot in lots} == {refiner.address}


def test_a_lot_of_a_batch_is_not_offered_alone(custody, of_batch, miner, refiner, now):
    lots = of_batch("one")
    with reverts("BatchIncomplete", ONE, 1, 3):
        custody.offer(lots[0], refiner, now + DAY, sealed("box"), {"from": miner})


def test_a_lot_of_a_batch_is_not_accepted_alone(custody, of_batch, offer, refiner):
    lots = of_batch("one")
    offer(lots)
    with reverts("BatchIncomplete", ONE, 1, 3):
        custody.accept(lots[0], 2, {"from": refiner})


@pytest.mark.parametrize("chosen", [[0], [0, 1], [1, 2]])
def test_a_batch_is_offered_whole(of_batch, offer, chosen):
    lots = of_batch("one")
    with reverts("BatchIncomplete", ONE, len(chosen), 3):
        offer([lots[index] for index in chosen])


def test_a_batch_is_accepted_whole(of_batch, offer, accept):
    lots = of_batch("one")
    offer(lots)
    with reverts("BatchIncomplete", ONE, 2, 3):
        accept(lots[:2])


def test_the_lots_of_a_batch_stand_next_to_each_other(of_batch, offer, accept):
    one, two = of_batch("one", 2), of_batch("two", 2)
    mixed = [one[0], two[0], one[1], two[1]]
    with reverts("BatchIncomplete", ONE, 1, 2):
        offer(mixed)
    offer([*one, *two])
    with reverts("BatchIncomplete", ONE, 1, 2):
        accept(mixed)


def test_a_lot_without_batch_does_not_stand_in_between(of_batch, make_lot, offer, miner):
    one, alone = of_batch("one", 2), make_lot("alone", miner)
    with reverts("BatchIncomplete", ONE, 1, 2):
        offer([one[0], alone, one[1]])


def test_ended_lots_do_not_count(lot_book, of_batch, offer, accept, miner, governor):
    lots = of_batch("one")
    lot_book.take(lots[2], miner, CONSUMED, {"from": governor})
    offer(lots[:2])
    accept(lots[:2])


def test_a_held_lot_keeps_its_batch_back(
    lot_book, custody, of_batch, offer, accept, governor, miner, now
):
    lots = of_batch("one", 2)
    offer(lots)
    lot_book.setState(lots[1], HELD, now + DAY, {"from": governor})
    with reverts("NotOffered", lots[1]):
        accept(lots)
    with reverts("BatchIncomplete", ONE, 1, 2):
        accept(lots[:1])
    custody.cancel(lots[:1], {"from": miner})
    assert lot_book.lotOf(lots[0])[1] == ACTIVE


def test_alone_in_its_batch(lot_book, of_batch, custody, miner, refiner, now):
    (lot,) = of_batch("one", 1)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.accept(lot, 2, {"from": refiner})
    assert lot_book.holderOf(lot) == refiner


def test_a_batch_that_grew_after_the_offer(lot_book, of_batch, make_lot, offer, accept, miner):
    lots = of_batch("one", 2)
    offer(lots)
    make_lot("late", miner, batch=ONE)
    with reverts("BatchIncomplete", ONE, 2, 3):
        accept(lots)


def test_a_batch_that_was_one_lot_when_it_was_offered(
    lot_book, of_batch, make_lot, offer, accept, miner, refiner
):
    (lot,) = of_batch("one", 1)
    offer([lot])
    make_lot("late", miner, batch=ONE)
    accept([lot])
    assert lot_book.holderOf(lot) == refiner
