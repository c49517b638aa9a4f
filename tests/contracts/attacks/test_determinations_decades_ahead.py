"""One risk officer determines sixty years in advance that a place is none of concern."""

import pytest

from tests.contracts.conftest import DAY, LUALABA
from tests.contracts.lots.clock import latest, mine_at
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts, reverts_with_time

AHEAD = 30 * DAY


@pytest.mark.parametrize("years", [1, 60])
def test_nobody_determines_years_ahead(places, determine, now, years):
    first = now + years * 365 * DAY
    with reverts_with_time("DeterminationTooEarly", first):
        determine(first, first + 300 * DAY)
    assert places.sequenceOf(LUALABA) == 0


def test_30_days_to_the_second(places, observer):
    """Calls see the time of the latest block."""
    time = latest() + 10
    mine_at(time)

    def ask(first):
        met = (False, False, False)
        places.determine.call(LUALABA, first, first + DAY, *met, word("m"), {"from": observer})

    ask(time + AHEAD)
    with reverts("DeterminationTooEarly", time + AHEAD + 1, time):
        ask(time + AHEAD + 1)


def test_a_renewal_in_time_leaves_no_gap(places, determine, now):
    determine(now - 300 * DAY, now + 20 * DAY)
    determine(now + 20 * DAY + 1, now + 300 * DAY)
    assert not places.isCahra(LUALABA, now - DAY, now + 300 * DAY, 2**40 - 1, ZERO_WORD)
