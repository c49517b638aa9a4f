"""Attack: a month of dirty feed is left out of the periods of a plant, and the next one is clean.

What was fed in that month came out of the plant, and was sold as made of the clean feed that the
books show for the month after it.
"""

import pytest

from tests.contracts.conftest import COBALT, DAY
from tests.contracts.lots.making import field_word
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts


@pytest.fixture
def begin(now):
    """The time of a day, as the fixture `period` counts days."""
    return lambda day: now + (day - 500) * DAY


@pytest.fixture
def january(period, close, lots):
    """The first period, booked, without stock; and a second lot to feed."""
    first, second = lots(2)
    close(period(0, 31, [first]), [first], "january")
    return second


@pytest.mark.parametrize("day", [30, 32, 62])
def test_a_period_begins_when_the_last_one_ended(period, plant, january, begin, day):
    with reverts("PeriodGap", plant, COBALT, begin(31), begin(day)):
        period(day, day + 28, [january])


def test_the_next_period_stands(period, close, lot_book, plant, january, begin):
    event = period(31, 62, [january])
    close(event, [january], "february", "left")
    expected = (begin(62), 1, field_word("left"))
    assert tuple(lot_book.periodOf(plant, COBALT)) == expected


@pytest.mark.parametrize("days", [0, 32, 365])
def test_a_period_takes_time_and_at_most_31_days(period, january, begin, days):
    with reverts("PeriodInvalid", begin(31), begin(31 + days)):
        period(31, 31 + days, [january])


def test_the_first_period_is_free(period, lots):
    period(123, 130, lots(1))


def test_a_period_waits_for_the_run_of_the_one_before(
    period, plant, january, make_lot, refiner, begin
):
    period(31, 62, [january])
    later = make_lot("later", refiner)
    with reverts("PeriodGap", plant, COBALT, begin(31), begin(62)):
        period(62, 90, [later])


def test_of_two_statements_of_one_time_one_is_booked(
    period, close, plant, january, make_lot, refiner, begin
):
    other = make_lot("other", refiner)
    events = [period(31, 62, [january]), period(31, 59, [other])]
    close(events[1], [other], "february")
    with reverts("PeriodGap", plant, COBALT, begin(59), begin(31)):
        close(events[0], [january], "again")


def test_an_act_begins_the_periods_anew_but_not_before(
    sites, period, close, plant, january, governor, begin
):
    """An idle plant with empty tanks has nothing to state."""
    for continuous in (False, True):
        sites.setContinuous(plant, continuous, {"from": governor})
    with reverts("PeriodGap", plant, COBALT, begin(31), begin(30)):
        period(30, 50, [january])
    close(period(200, 231, [january]), [january], "much later")


def test_a_period_that_was_withdrawn_unused_is_stated_again(
    attestations, file, period, close, nodes, plant, january, begin
):
    """Under its next revision, and as long as it really was."""
    event = period(31, 62, [january], sequence=77)
    gone = (plant, 77, COBALT, word("document"), word("declaration"), spoken("wrong"), [january])
    file(plant, 77, word("declaration"))
    for node in nodes[:3]:
        attestations.withdraw(gone, {"from": node})
    again = {"sequence": 77, "revision": 1, "document": word("corrected")}
    with reverts("PeriodGap", plant, COBALT, begin(31), begin(62)):
        period(62, 90, [january], **again)
    assert period(31, 60, [january], **again) == event
    close(event, [january], "february")


def test_what_is_withdrawn_after_its_run_stays_a_period(
    attestations, file, period, nodes, plant, january, begin
):
    """Its lots are flagged; the time is gone, and is not stated twice."""
    named = [field_word("input 0")]
    gone = (plant, 1, COBALT, word("document"), word("declaration"), spoken("wrong"), named)
    file(plant, 1, word("declaration"))
    for node in nodes[:3]:
        attestations.withdraw(gone, {"from": node})
    with reverts("PeriodGap", plant, COBALT, begin(31), begin(0)):
        period(0, 31, [january], document=word("another"))
    period(31, 62, [january])
