"""What was so at a time, as known at another: compared with a look at every single second."""

from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.replay.bitemporal import STRETCH_LIMIT, Fact, Known, at, holds
from tests.model_tests.profile import judged

END = 24
times = st.integers(0, END)
facts = st.lists(
    st.builds(
        lambda start, length, positive: (start, start + length, positive),
        times,
        times,
        st.booleans(),
    ),
    max_size=6,
).map(
    lambda drawn: [
        Fact(start, end, number, (number, 0, 0), positive, number)
        for number, (start, end, positive) in enumerate(drawn)
    ]
)
known = st.builds(
    lambda for_, against, block: Known(for_, against, (block, 0, 0)),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 7),
)


def at_second(recorded: list[Fact], second: int, view: Known) -> Fact | None:
    """The last recorded of the facts that count and speak of this second."""
    counting = [
        fact
        for fact in recorded
        if fact.place < view.place
        and fact.recorded_at <= (view.positive if fact.positive else view.negative)
        and fact.from_ <= second <= fact.to
    ]
    return counting[-1] if counting else None


@judged
@given(facts, known, times)
def test_the_last_known_fact_about_a_second_counts(
    recorded: list[Fact], view: Known, second: int
) -> None:
    found, until = at(recorded, second, view)
    assert found == at_second(recorded, second, view)
    assert until >= second
    for later in range(second, min(until, 3 * END) + 1):
        assert at_second(recorded, later, view) == found


@judged
@given(facts, known, times, times)
def test_facts_hold_if_they_speak_for_every_second(
    recorded: list[Fact], view: Known, start: int, length: int
) -> None:
    seconds = [at_second(recorded, second, view) for second in range(start, start + length + 1)]
    every = all(fact is not None and fact.positive for fact in seconds)
    assert holds(recorded, start, start + length, view) is every


def test_an_interval_pieced_together_from_more_than_sixteen_parts_does_not_count() -> None:
    everything = Known(99, 99)
    for pieces in (STRETCH_LIMIT, STRETCH_LIMIT + 1):
        recorded = [Fact(at_, at_, 0, (at_, 0, 0), True, 1) for at_ in range(pieces)]
        assert holds(recorded, 0, pieces - 1, everything) is (pieces == STRETCH_LIMIT)
