"""2.3.1.1, 2.4.3: no third of the voices moves a range out of what the others say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.prices.datum import Datum, Rank
from oracle.prices.price_range import faults, price_range
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.scale import Scale

PRICE = st.integers(4_600_000, 4_900_000)
SHARE = 100_000


def datum(voice: str, low: int, high: int) -> Datum:
    return Datum("0x", Rank.TRADE, "trade", voice, (low, high), low, high)


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[Datum], list[Datum]]:
    """Honest voices and as many liars as a third allows, each with several statements."""
    voices = draw(st.integers(4, 13))
    liars = draw(st.integers(0, faults(voices)))
    honest = [
        datum(f"h{number}", *sorted((draw(PRICE), draw(PRICE))))
        for number in range(voices - liars)
        for _ in range(draw(st.integers(1, 2)))
    ]
    lies = [
        datum(f"l{number}", *sorted((draw(st.integers(1, 10**10)), draw(st.integers(1, 10**10)))))
        for number in range(liars)
        for _ in range(draw(st.integers(1, 3)))
    ]
    return honest, draw(st.permutations([*honest, *lies]))


@given(markets())
def test_2_4_3_a_third_of_the_voices_cannot_move_the_range(
    market: tuple[list[Datum], list[Datum]],
) -> None:
    """Nor can they stop it: honest voices close to each other always give one."""
    honest, everybody = market
    found = price_range(everybody, everybody, SHARE).range
    assert found is not None
    ends = [one.range for one in honest]
    assert min(low for low, _ in ends) <= found[0] <= found[1] <= max(high for _, high in ends)


@pytest.mark.parametrize("outlier", [4_000_000, 5_600_000], ids=["low", "high"])
def test_2_4_3_an_outlier_does_not_widen_what_its_own_voice_says_besides(outlier: int) -> None:
    """Of three voices none may be wrong: only what is kept of them bounds the range."""
    prices = [("a", outlier), ("a", 4_800_000), ("b", 4_790_000), ("c", 4_810_000)]
    data = [datum(voice, price, price) for voice, price in prices]
    assert price_range(data, data, SHARE).range == (4_790_000, 4_810_000)


def test_2_4_1_one_of_four_two_of_seven() -> None:
    assert [faults(voices) for voices in (0, 1, 3, 4, 6, 7, 10)] == [0, 0, 0, 1, 1, 2, 3]


@given(st.lists(st.tuples(PRICE, PRICE).map(sorted), min_size=1, max_size=9), st.integers(2, 9))
def test_a_scale_is_round_and_holds_every_range(ranges: list[list[int]], steps: int) -> None:
    records = [
        PriceRecord("x", date(2026, 11, 20), "x", RecordStatus.NORMAL, *pair, b"\x01" * 32, None, 1)
        for pair in ranges
    ]
    scale = Scale.of(records, steps)
    assert 2 <= len(scale.ticks) <= steps + 1
    assert scale.ticks[-1] == scale.top
    assert all(0 <= scale.part(price, 99) < 99 for pair in ranges for price in pair)
    assert str(scale.step).rstrip("0") in ("1", "2", "5")
