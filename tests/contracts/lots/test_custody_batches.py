"""Many lots at once, and lots of one physical batch, which move as one."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.making import (
    ACTIVE,
    CATHODE,
    CELL,
    MODULE,
    OFFERED,
    PACK,
    RETIRED,
    SCRAP,
    SULPHATE,
    sealed,
)
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted_many, plain

ONE, TWO, COBALT_ALONE = 1, 2, 3
"""Numbers of roots: of the plant's documents."""
ALL = 1 << 25 | 1 << 27 | 1 << 28


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
def of_batch(lot_book, make_lot, miner, governor):
    """Packs of a batch, a lot of each metal: manganese, cobalt, nickel."""
    numbers = iter(range(1_000))
    for sequence, elements in ((1, ALL), (2, ALL), (3, 1 << 27)):
        lot_book.rootOfDocument(word("plant"), sequence, elements, {"from": governor})

    def make(root=ONE, elements=(25, 27, 28), **changes):
        fields = {"material": PACK, "root": root, **changes}
        return [
            make_lot(f"pack {next(numbers)}", miner, element=element, **fields)
            for element in elements
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
    lots = [*of_batch(), make_lot("alone", miner), *of_batch(TWO)]
    offer(lots)
    accept(lots)
    assert {lot_book.holderOf(lot) for lot in lots} == {refiner.address}


@pytest.mark.parametrize(
    ("chosen", "missing"), [([0], 27), ([0, 1], 28), ([1, 2], 25), ([2], 25), ([0, 2], 27)]
)
def test_a_batch_is_offered_and_accepted_with_all_its_metals(
    of_batch, offer, accept, chosen, missing
):
    lots = of_batch()
    with reverts("BatchIncomplete", ONE, 0, missing):
        offer([lots[index] for index in chosen])
    offer(lots)
    with reverts("BatchIncomplete", ONE, 0, missing):
        accept([lots[index] for index in chosen])


def test_one_lot_is_not_offered_or_accepted_by_itself(
    custody, of_batch, offer, miner, refiner, now
):
    lots = of_batch()
    with reverts("BatchIncomplete", ONE, 0, 27):
        custody.offer(lots[0], refiner, now + DAY, sealed("box"), {"from": miner})
    offer(lots)
    with reverts("BatchIncomplete", ONE, 0, 27):
        custody.accept(lots[0], 2, {"from": refiner})


def test_a_batch_of_one_metal_moves_by_itself(lot_book, custody, of_batch, miner, refiner, now):
    (lot,) = of_batch(COBALT_ALONE, (27,))
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.accept(lot, 2, {"from": refiner})
    assert lot_book.holderOf(lot) == refiner


def test_the_lots_of_a_batch_stand_next_to_each_other(of_batch, offer, accept):
    one, two = of_batch(), of_batch(TWO)
    mixed = [one[0], two[0], one[1], two[1], one[2], two[2]]
    with reverts("BatchIncomplete", ONE, 0, 27):
        offer(mixed)
    offer([*one, *two])
    with reverts("BatchIncomplete", ONE, 0, 27):
        accept(mixed)


def test_a_lot_without_batch_does_not_stand_in_between(of_batch, make_lot, offer, miner):
    one, alone = of_batch(), make_lot("alone", miner)
    with reverts("BatchIncomplete", ONE, 0, 28):
        offer([*one[:2], alone, one[2]])


def test_two_outputs_of_one_document_are_two_batches(of_batch, offer):
    first, second = of_batch(), of_batch(index=1)
    with reverts("BatchIncomplete", ONE, 0, 28):
        offer([*first[:2], second[2]])
    offer([*first, *second])


def test_a_batch_may_be_sold_in_parts_of_equal_counts(
    lot_book, of_batch, offer, accept, miner, refiner
):
    part, rest = of_batch(count=300), of_batch(count=700)
    offer([*part, *rest])
    accept(part)
    holders = [lot_book.holderOf(lot) for lot in (*part, *rest)]
    assert holders == [refiner] * 3 + [miner] * 3


def test_counts_add_up_over_the_lots_of_a_metal(of_batch, offer):
    """Cobalt in two lots, the others in one each."""
    manganese, cobalt, nickel = of_batch(count=10)
    _, more_cobalt, _ = of_batch(count=20)
    with reverts("BatchIncomplete", ONE, 0, 25):
        offer([manganese, cobalt, nickel, more_cobalt])
    whole = of_batch(count=30)
    offer([whole[0], cobalt, more_cobalt, whole[2]])


@pytest.mark.parametrize("material", [CATHODE, CELL, MODULE])
def test_what_comes_in_batches(of_batch, offer, material):
    lots = of_batch(material=material)
    with reverts("BatchIncomplete", ONE, 0, 27):
        offer(lots[:1])


@pytest.mark.parametrize("material", [SULPHATE, SCRAP, RETIRED])
def test_what_a_refinery_sells_apart(of_batch, offer, accept, material):
    lots = of_batch(material=material)
    offer(lots[:1])
    accept(lots[:1])


def test_a_hold_keeps_the_whole_batch_back(
    lot_book, custody, of_batch, offer, accept, place_hold, miner, now
):
    lots = of_batch()
    offer(lots)
    on = place_hold(lots[2], now + DAY)
    with reverts("LotOnHold", lots[0], *on, now + DAY):
        accept(lots)
    custody.cancel(lots[:2], {"from": miner})
    assert lot_book.lotOf(lots[0])[1] == ACTIVE
