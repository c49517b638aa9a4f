"""One risk account, or the mine's own, clears a mine's place; one rival blackens it for good."""

import pytest

from tests.contracts.conftest import DAY, LUALABA
from tests.contracts.lots.clock import latest, pass_time, wait
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted

METHOD = word("method")
CLEAR, MET = (False, False, False), (True, False, False)
ZERO_ADDRESS = "0x" + "0" * 40


@pytest.fixture
def say(places):
    def determine(who, first, last, met=CLEAR):
        return places.determine(LUALABA, first, last, *met, METHOD, {"from": who})

    return determine


@pytest.fixture
def is_cahra(places):
    def ask(first, last, operator=ZERO_WORD):
        return places.isCahra(LUALABA, first, last, latest(), operator)

    return ask


def test_one_group_proposes_and_clears_nothing(places, say, is_cahra, observer, sister, now):
    year = (now - DAY, now + 300 * DAY)
    tx = say(observer, *year)
    emitted(
        tx, "DeterminationProposed", place=LUALABA, **{"from": year[0], "to": year[1]},
        by=observer, document=METHOD,
    )  # fmt: skip
    assert places.proposerOf(LUALABA, *year, METHOD) == observer
    for who in (observer, sister("observer", 31, Role.RISK)):
        with reverts("ConfirmingGroupRequired", LUALABA, who):
            say(who, *year)
    assert places.sequenceOf(LUALABA) == 0
    assert is_cahra(now - DAY, now)


def test_two_groups_clear_a_place(places, say, is_cahra, observer, second_observer, now):
    year = (now - DAY, now + 300 * DAY)
    say(observer, *year)
    say(second_observer, *year)
    assert not is_cahra(now - DAY, now)
    assert places.proposerOf(LUALABA, *year, METHOD) == ZERO_ADDRESS
    say(observer, *year)  # proposes anew
    assert places.sequenceOf(LUALABA) == 1


def test_it_counts_from_the_second_groups_word(say, is_cahra, observer, second_observer, now):
    year = (now - 20 * DAY, now + 300 * DAY)
    say(observer, *year)
    pass_time(now + 10 * DAY)
    recorded = say(second_observer, *year).timestamp
    assert not is_cahra(recorded - 7 * DAY, recorded)
    assert is_cahra(recorded - 7 * DAY - 1, recorded)


@pytest.mark.parametrize("lost", ["role", "membership"])
def test_a_proposal_of_who_is_no_judge_any_more_is_none(
    places, members, say, observer, second_observer, governor, now, lost
):
    year = (now - DAY, now + 300 * DAY)
    say(observer, *year)
    organisation = PEOPLE["observer"].organisation
    if lost == "role":
        members.setRoles(organisation, Role.AUDITOR, {"from": governor})
    else:
        members.suspend(organisation, spoken("reason"), {"from": governor})
    say(second_observer, *year)
    assert places.sequenceOf(LUALABA) == 0
    assert places.proposerOf(LUALABA, *year, METHOD) == second_observer


@pytest.mark.parametrize("own_first", [True, False])
def test_the_mines_own_group_clears_nothing_for_the_mine(
    members, say, is_cahra, sister, observer, governor, now, own_first
):
    """A judge that the mine's group came to own; for others its word counts."""
    year = (now - DAY, now + 300 * DAY)
    own = sister("miner", 31, Role.RISK)
    for who in (own, observer) if own_first else (observer, own):
        say(who, *year)
    assert not is_cahra(now - DAY, now)
    assert is_cahra(now - DAY, now, PEOPLE["miner"].organisation)
    assert not is_cahra(now - DAY, now, PEOPLE["refiner"].organisation)


def test_what_the_mines_own_group_says_against_its_place_counts(say, is_cahra, sister, now):
    say(sister("miner", 31, Role.RISK), now - DAY, now + DAY, MET)
    assert is_cahra(now - DAY, now, PEOPLE["miner"].organisation)


# One rival does not blacken the past for good


@pytest.fixture
def long_cleared(say, observer, second_observer, now):
    """Cleared for a year; the time that the tests ask about has passed."""
    for who in (observer, second_observer):
        say(who, now, now + 300 * DAY)
    pass_time(now + 60 * DAY)
    return (now + 2 * DAY, now + 3 * DAY)


def test_a_warning_that_goes_far_back_lapses(
    say, is_cahra, long_cleared, observer, accounts, sister
):
    rival = sister("car_maker", 31, Role.RISK)
    wait(7 * DAY)
    recorded = say(rival, *long_cleared, MET).timestamp
    assert is_cahra(*long_cleared)
    pass_time(recorded + 30 * DAY - 10)
    assert is_cahra(*long_cleared)
    pass_time(recorded + 30 * DAY)
    assert not is_cahra(*long_cleared)


def test_a_warning_that_another_group_joins_stands(
    say, is_cahra, long_cleared, observer, second_observer
):
    say(observer, *long_cleared, MET)
    say(second_observer, *long_cleared, MET)
    pass_time(latest() + 31 * DAY)
    assert is_cahra(*long_cleared)


@pytest.mark.parametrize("later", [0, 31 * DAY])
def test_a_warning_that_its_own_group_repeats_or_that_is_joined_too_late_lapses(
    say, is_cahra, long_cleared, observer, second_observer, sister, later
):
    own = sister("observer", 31, Role.RISK)
    wait(7 * DAY)
    say(observer, *long_cleared, MET)
    pass_time(latest() + 1 + later)
    say(second_observer if later else own, *long_cleared, MET)
    pass_time(latest() + 31 * DAY)
    assert not is_cahra(*long_cleared)


def test_a_warning_of_the_last_30_days_stands_alone(say, is_cahra, long_cleared, observer):
    start = latest() - 29 * DAY
    say(observer, start, start + 60 * DAY, MET)
    pass_time(latest() + 31 * DAY)
    assert is_cahra(start, start + DAY)
