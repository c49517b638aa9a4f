"""Attack: the cobalt of a cathode batch is sold to one buyer, and its nickel to another.

A batch counted the lots that it had so far: cobalt was sold before the run of the nickel existed,
or after both were split unevenly, one lot of each counting as a whole batch.
"""

import pytest

from tests.contracts.conftest import CATHODE_PLANT, DAY
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    CATHODE,
    COBALT,
    MASS_BALANCE,
    NICKEL,
    PROCESSING,
    field_word,
    output,
    sealed,
)
from tests.contracts.reverts import reverts

SHARES = 1_000_000
DOCUMENT = 5
"""Sequence of the plant's document."""


@pytest.fixture
def make_cathode(make_lot, stand, process, cathode_maker):
    """Runs one metal of the plant's document; returns the lot of cathode."""

    def make(element, name):
        (salt,) = [make_lot(f"salt {name}", cathode_maker, element=element)]
        event = stand(
            PROCESSING, site=CATHODE_PLANT, inputs=[salt], sequence=DOCUMENT, element=element,
            elements=[COBALT, NICKEL], unit_material=CATHODE,
        )  # fmt: skip
        made = output(name, SHARES, CATHODE)
        process([salt], [made], event=event, who=cathode_maker)
        return field_word(name)

    return make


@pytest.fixture
def sell(custody, cathode_maker, cell_maker):
    """Offers lots to the cell maker, who accepts them."""

    def call(lots):
        boxes = [sealed(lot) for lot in lots]
        until = latest() + DAY
        custody.offerMany(lots, cell_maker, until, boxes, {"from": cathode_maker})
        numbers = [custody.offerOf(lot)[1] for lot in lots]
        custody.acceptMany(lots, numbers, {"from": cell_maker})

    return call


@pytest.fixture
def split(rebook, cathode_maker):
    """A lot into two of so many units; returns their ids."""

    def call(lot, name, *counts):
        made = [output(f"{name} {index}", count, CATHODE) for index, count in enumerate(counts)]
        rebook([lot], made, who=cathode_maker, model=MASS_BALANCE)
        return [one[0] for one in made]

    return call


@pytest.fixture
def batch_of(lot_book):
    return lambda lot: tuple(lot_book.lotOf(lot)[14:16])


def test_cobalt_is_not_sold_before_the_run_of_the_nickel(make_cathode, sell, batch_of):
    cobalt = make_cathode(COBALT, "cobalt")
    with reverts("BatchIncomplete", *batch_of(cobalt), NICKEL):
        sell([cobalt])


def test_neither_is_sold_apart(make_cathode, sell, batch_of):
    cobalt, nickel = make_cathode(COBALT, "cobalt"), make_cathode(NICKEL, "nickel")
    assert batch_of(cobalt) == batch_of(nickel)
    for alone, missing in ((cobalt, NICKEL), (nickel, COBALT)):
        with reverts("BatchIncomplete", *batch_of(alone), missing):
            sell([alone])


def test_uneven_parts_are_not_a_batch(make_cathode, split, sell, batch_of):
    """Cobalt in halves and nickel in 10 and 90 %, and one lot of each."""
    cobalt, nickel = make_cathode(COBALT, "cobalt"), make_cathode(NICKEL, "nickel")
    halves = split(cobalt, "half", SHARES // 2, SHARES // 2)
    tenths = split(nickel, "tenth", SHARES // 10, SHARES - SHARES // 10)
    with reverts("BatchIncomplete", *batch_of(cobalt), NICKEL):
        sell([halves[0], tenths[0]])
    with reverts("BatchIncomplete", *batch_of(cobalt), COBALT):
        sell([halves[0], tenths[1]])
    sell([*halves, *tenths])


def test_a_rebook_does_not_leave_the_batch(make_cathode, split, sell, batch_of):
    cobalt, _ = make_cathode(COBALT, "cobalt"), make_cathode(NICKEL, "nickel")
    before = batch_of(cobalt)
    (again,) = split(cobalt, "again", SHARES)
    assert batch_of(again) == before
    with reverts("BatchIncomplete", *before, NICKEL):
        sell([again])


def test_what_was_offered_whole_is_accepted_whole(
    custody, make_cathode, batch_of, cathode_maker, cell_maker
):
    lots = [make_cathode(COBALT, "cobalt"), make_cathode(NICKEL, "nickel")]
    boxes = [sealed(lot) for lot in lots]
    custody.offerMany(lots, cell_maker, latest() + DAY, boxes, {"from": cathode_maker})
    with reverts("BatchIncomplete", *batch_of(lots[0]), NICKEL):
        custody.accept(lots[0], 2, {"from": cell_maker})


def test_the_batch_is_sold_whole_or_in_equal_parts(lot_book, make_cathode, split, sell, cell_maker):
    cobalt, nickel = make_cathode(COBALT, "cobalt"), make_cathode(NICKEL, "nickel")
    parts = [split(lot, name, 300_000, 700_000) for lot, name in ((cobalt, "co"), (nickel, "ni"))]
    sell([parts[0][0], parts[1][0]])
    sell([parts[0][1], parts[1][1]])
    assert {lot_book.holderOf(lot) for pair in parts for lot in pair} == {cell_maker.address}
