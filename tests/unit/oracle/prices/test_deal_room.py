"""A range that deals lie in: a least width, a tick, and ends that deals move only so far."""

from datetime import date

import pytest

from oracle.prices.datum import DatumOutcome, Rank
from oracle.prices.methodology import (
    AssessmentMethodology,
    DealRoom,
    methodology_called,
    methodology_on,
)
from oracle.prices.price_range import with_room
from oracle.prices.simulation import SimulatedDay, simulate
from oracle.prices.synthetic import AROUND, COMMODITY, Scenario

BEFORE = methodology_called("cobalt-sulphate-2023-08-31")
ROOM = methodology_called("cobalt-sulphate-2026-12-29")
FIRST, DAYS = date(2026, 1, 5), 240
LIES = 100_000
"""fen per mt: further from the day's level than any honest price here, and less than a lie."""


def honest_deals(found: list[SimulatedDay], around: int) -> tuple[int, int]:
    """Deals that the range was made of, and how many of them lie outside it.

    Those of a liar, and those that were mistyped, are not honest: they lie far from all others.
    """
    count = outside = 0
    for day in found:
        deals = [
            one.range
            for one in day.assessment.data
            if one.rank is Rank.TRADE and one.outcome is DatumOutcome.USED
        ]
        middle = sorted(low for low, _ in deals)[len(deals) // 2] if deals else 0
        for low, high in deals:
            if abs(low - middle) <= max(LIES, 3 * around):
                count += 1
                outside += not day.record.low <= low <= high <= day.record.high
    return count, outside


def measured(methodology: AssessmentMethodology, around: int) -> int:
    """Honest deals outside their range, in thousandths."""
    count, outside = honest_deals(simulate(1, FIRST, DAYS, around, methodology), around)
    assert count > 600
    return outside * 1_000 // count


@pytest.mark.slow
def test_240_days() -> None:
    """A third of the deals lay outside; now 0.8 %, and 2.7 % where honest prices scatter by 300
    CNY/mt instead of 150 (docs/prices.md)."""
    assert (measured(BEFORE, AROUND), measured(ROOM, AROUND)) == (345, 8)
    assert (measured(BEFORE, 2 * AROUND), measured(ROOM, 2 * AROUND)) == (357, 27)


@pytest.mark.slow
def test_a_liar_moves_it_by_its_reach_at_most() -> None:
    """One arbitrary voice of four: the ends stay within reach of what the honest ones said."""
    assert ROOM.deal_room is not None
    lied = 0
    for day in simulate(3, FIRST, DAYS, methodology=ROOM):
        if day.scenario is not Scenario.MANIPULATED:
            continue
        lied += 1
        honest = [
            one.range
            for one in day.assessment.data
            if one.voice != "hazel" and one.outcome is DatumOutcome.USED
        ]
        room = ROOM.deal_room.reach + ROOM.deal_room.least_width
        assert day.record.low >= min(low for low, _ in honest) - room
        assert day.record.high <= max(high for _, high in honest) + room
    assert lied > 5


R = DealRoom(tick=25, least_width=500, reach=300)


@pytest.mark.parametrize(
    ("agreed", "deals", "expected"),
    [
        ((48_000, 48_500), [], (48_000, 48_500)),
        ((48_010, 48_490), [], (48_000, 48_500)),
        ((48_001, 48_502), [], (48_000, 48_525)),
        ((48_000, 48_000), [], (47_750, 48_250)),
        ((48_000, 48_600), [(47_700, 47_700)], (47_700, 48_600)),
        ((48_000, 48_600), [(47_699, 47_699)], (48_000, 48_600)),
        ((48_000, 48_600), [(48_300, 48_900)], (48_000, 48_900)),
        ((48_000, 48_600), [(48_300, 48_901)], (48_000, 48_600)),
        ((10, 10), [], (25, 275)),
    ],
)
def test_room_for_deals(
    agreed: tuple[int, int], deals: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    assert with_room(agreed, deals, R) == expected


def test_it_applies_four_weeks_after_its_notice() -> None:
    assert methodology_on(COMMODITY, date(2026, 12, 28)) == BEFORE
    assert methodology_on(COMMODITY, date(2026, 12, 29)) == ROOM
    assert BEFORE.deal_room is None
    assert ROOM.deal_room == DealRoom(tick=2_500, least_width=50_000, reach=30_000)
