"""What was so at a time, as known at another: compared with a look at every single second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.replay import bitemporal
from lodetrace.audit.replay.bitemporal import STRETCH_LIMIT, Fact, Known, at, holds
from tests.model_tests.profile import judged

END, LAG = 24, 3
times = st.integers(0, END)
facts = st.lists(st.tuples(times, times, times, st.booleans(), times), max_size=6).map(
    lambda drawn: [
        Fact(
            start,
            start + length,
            recorded,
            max(start, recorded - window) if positive else start,
            (number, 0, 0),
            positive,
            number,
        )
        for number, (start, length, window, positive, _) in enumerate(drawn)
        for recorded in [sorted(one[4] for one in drawn)[number]]
    ]
)
known = st.builds(lambda time, block: Known(time, (block, 0, 0)), times, st.integers(0, 7))


@pytest.fixture(autouse=True, scope="module")
def short_lag() -> object:
    """An hour is longer than the whole of these histories."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitemporal, "LAG", LAG)
        yield


def is_positive(recorded: list[Fact], second: int, view: Known) -> bool:
    """By definition: the rule as protocol 2 words it, at one second."""
    heard = [
        fact
        for fact in recorded
        if fact.place < view.place
        and fact.recorded_at <= view.time
        and fact.since <= second <= fact.to
    ]
    bridged = False
    while heard:
        last = heard.pop()
        if not last.positive:
            return False
        if last.recorded_at + LAG <= second:
            return True
        bridged = True
    return bridged


@judged
@given(facts, known, times)
def test_the_last_fact_counts_and_a_late_one_bridges_silence(
    recorded: list[Fact], view: Known, second: int
) -> None:
    found, until = at(recorded, second, view)
    positive = found is not None and found.positive
    assert positive is is_positive(recorded, second, view)
    if positive:
        assert until >= second
        assert all(
            is_positive(recorded, later, view) for later in range(second, min(until, 3 * END) + 1)
        )


@judged
@given(facts, known, times, times)
def test_facts_hold_if_they_speak_for_every_second(
    recorded: list[Fact], view: Known, start: int, length: int
) -> None:
    every = all(is_positive(recorded, second, view) for second in range(start, start + length + 1))
    assert holds(recorded, start, start + length, view) is every


def test_what_was_recorded_late_bridges_silence_and_no_unfavourable_word() -> None:
    late = Fact(0, END, 10, 6, (1, 0, 0), True, 1)
    against = Fact(8, END, 9, 8, (0, 0, 0), False, 2)
    everything = Known(END)
    assert at([late], 6, everything)[0] is late
    assert at([late], 5, everything)[0] is None
    assert at([against, late], 7, everything)[0] is late
    assert at([against, late], 8, everything)[0] is against
    assert at([against, late], 10 + LAG - 1, everything)[0] is against
    assert at([against, late], 10 + LAG, everything)[0] is late


def test_an_interval_pieced_together_from_more_than_sixteen_parts_does_not_count() -> None:
    everything = Known(99)
    for pieces in (STRETCH_LIMIT, STRETCH_LIMIT + 1):
        recorded = [Fact(at_, at_, 0, at_, (at_, 0, 0), True, 1) for at_ in range(pieces)]
        assert holds(recorded, 0, pieces - 1, everything) is (pieces == STRETCH_LIMIT)
