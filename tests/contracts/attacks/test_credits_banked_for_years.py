"""Attack: certified lots are kept on paper for years, and named by a period when credit is dear.

A period is an account: nobody saw which lot went in when. The metal went in long ago, and was sold
without its credit, which waits in the account.
"""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.making import (
    IN_PROCESS,
    LOSS,
    MASS_BALANCE,
    PROCESS,
    SULPHATE,
    field_word,
    output,
    run_request,
)
from tests.contracts.lots.running import ALL_GATES, PROPORTIONAL, UNGATED, made, signals_of

TERM = 365


@pytest.fixture
def time(now):
    """The time of a day, as the fixture `period` counts days."""
    return lambda day: now + (day - 500) * DAY


@pytest.fixture
def gates_of(runs, refiner):
    """The gates in the rule of a booked period."""
    return lambda tx: signals_of(tx)["rule"] & ALL_GATES


@pytest.mark.parametrize(("age", "passed"), [(TERM, UNGATED), (TERM + 1, 0)])
def test_credit_of_more_than_a_year_is_not_passed(
    period, close, make_lot, refiner, time, gates_of, age, passed
):
    lot = make_lot("hoarded", refiner, time=time(450 - age))
    tx = close(period(420, 450, [lot]), [lot], "sulphate", "stock")
    assert gates_of(tx) == passed


def test_neither_is_that_of_the_lots_beside_it(period, close, make_lot, refiner, time, gates_of):
    fed = [make_lot("hoarded", refiner, time=time(1)), make_lot("new", refiner, time=time(430))]
    assert gates_of(close(period(420, 450, fed), fed, "sulphate")) == 0


@pytest.mark.parametrize("joined", ["rebook", "charge"])
def test_joining_it_with_new_metal_makes_it_no_younger(
    request, period, close, lot_book, make_lot, refiner, time, gates_of, joined
):
    lots = [
        make_lot("hoarded", refiner, time=time(1), root=7_001),
        make_lot("new", refiner, time=time(430), root=7_002),
    ]
    join = request.getfixturevalue(joined)
    if joined == "rebook":
        join(lots, [output("joined")], model=MASS_BALANCE)
    else:
        join(lots, output("joined"), model=MASS_BALANCE)
    found = made(lot_book, "joined")
    assert (found["time"], found["oldest"]) == (time(430), time(1))
    lot = field_word("joined")
    assert gates_of(close(period(420, 450, [lot]), [lot], "sulphate")) == 0


def test_nor_does_a_loss(runs, stand, lot_book, plant, make_lot, refiner, now, time):
    lot = make_lot("hoarded", refiner, time=time(1))
    event = stand(LOSS, site=plant, inputs=[lot])
    request = run_request(LOSS, [lot], [output("rest")], event=event, model=MASS_BALANCE)
    runs.run(request, {"from": refiner})
    found = made(lot_book, "rest")
    assert found["time"] == now - DAY
    assert time(0) <= found["oldest"] <= time(1)


def test_days_are_rounded_up_each_time(rebook, lot_book, make_lot, refiner, time):
    """Else a chain of joins, each of less than a day, would make it young."""
    lots = [
        make_lot("hoarded", refiner, time=time(400), root=7_001),
        make_lot("new", refiner, time=time(400) + 1, root=7_002),
    ]
    rebook(lots, [output("joined")], model=MASS_BALANCE)
    assert made(lot_book, "joined")["oldest"] == time(399) + 1


def test_what_a_site_keeps_as_batches_is_as_old_as_it_is(process, lots, gates_of):
    assert gates_of(process(lots(1))) == UNGATED


def test_stock_takes_its_share_of_credit_and_no_more(runs, period, lots, refiner):
    """Neither is it a bank, nor does what is sold borrow from it."""
    first, second = lots(2)
    stock = [output("sulphate", material=SULPHATE), output("stock", material=IN_PROCESS)]
    for fed, outputs, bits in (
        ([first], stock, PROPORTIONAL),
        ([second, field_word("stock")], [output("more", material=SULPHATE)], 0),
    ):
        begin = 0 if bits else 31
        event = period(begin, begin + 31, fed)
        request = run_request(PROCESS, fed, outputs, event=event, model=MASS_BALANCE)
        assert runs.ruleOf(request) & PROPORTIONAL == bits
        assert signals_of(runs.run(request, {"from": refiner}))["rule"] == runs.ruleOf(request)


def test_a_period_takes_what_was_made_in_it(period, close, make_lot, refiner, time):
    """As a month's ore does that is mined in it; a batch takes nothing that is younger than it."""
    lot = make_lot("of this month", refiner, time=time(450))
    close(period(420, 450, [lot]), [lot], "sulphate")
