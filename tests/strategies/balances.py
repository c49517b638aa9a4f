"""Balances as lots may hold them: shares at 0, at 100 % and in between."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.model.balance import CREDIT_COUNT, MANUFACTURING, POST_CONSUMER, Balance, BirthEvent
from tests.strategies.amounts import carbons, metals


def part_of(metal: int) -> st.SearchStrategy[int]:
    """None, all, or some of the metal."""
    return st.one_of(st.just(0), st.just(metal), st.integers(0, metal))


@st.composite
def kinds_of(draw: st.DrawFn, metal: int) -> tuple[int, ...]:
    """Credits 1 to 4 within the metal; the recycled ones exclude each other."""
    kinds = [draw(part_of(metal)) for _ in range(CREDIT_COUNT)]
    kinds[MANUFACTURING] = draw(part_of(metal - kinds[POST_CONSUMER]))
    return tuple(kinds)


@st.composite
def balances(draw: st.DrawFn, metal: int | None = None) -> Balance:
    """A lot that may have any well-formed past."""
    metal = draw(metals) if metal is None else metal
    carbon = draw(carbons)
    kinds, cahra = draw(kinds_of(metal)), draw(part_of(metal))
    return Balance(metal, carbon, cahra, kinds, draw(st.integers(1, 9)), draw(part_of(carbon)))


@st.composite
def birth_events(draw: st.DrawFn) -> BirthEvent:
    """A measurement of metal that enters the books."""
    metal, carbon, units = draw(metals), draw(carbons), draw(st.sampled_from([1, 1, 96, 2**32 - 1]))
    return BirthEvent(metal, carbon, draw(kinds_of(metal)), units, draw(part_of(carbon)))
