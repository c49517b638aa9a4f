"""Balances as lots may hold them: shares at 0, at 100 % and in between."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.model.balance import MANUFACTURING, POST_CONSUMER, Balance, Event
from tests.strategies.amounts import carbons, metals


def part_of(metal: int) -> st.SearchStrategy[int]:
    """None, all, or some of the metal."""
    return st.one_of(st.just(0), st.just(metal), st.integers(0, metal))


@st.composite
def kinds_of(draw: st.DrawFn, metal: int) -> tuple[int, ...]:
    """Credits 1 to 5 within the metal; the recycled ones exclude each other."""
    kinds = [draw(part_of(metal)) for _ in range(5)]
    kinds[MANUFACTURING] = draw(part_of(metal - kinds[POST_CONSUMER]))
    return tuple(kinds)


@st.composite
def balances(draw: st.DrawFn, metal: int | None = None) -> Balance:
    """A lot that may have any well-formed past."""
    metal = draw(metals) if metal is None else metal
    return Balance(metal, draw(carbons), draw(part_of(metal)), draw(kinds_of(metal)))


@st.composite
def birth_events(draw: st.DrawFn) -> Event:
    """A measurement of metal that enters the books."""
    metal = draw(metals)
    return Event(metal_out=metal, carbon=draw(carbons), attested=draw(kinds_of(metal)))
