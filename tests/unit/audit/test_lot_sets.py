"""Sets of lots as bits, beside plain sets and a plain walk."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.replay.lot_sets import Descent

MOST = 12
Children = dict[bytes, list[bytes]]


def lot(number: int) -> bytes:
    return bytes([number]) * 32


@st.composite
def families(draw: st.DrawFn) -> Children:
    """Lots of which later ones were made."""
    count = draw(st.integers(1, MOST))
    return {
        lot(at): [lot(child) for child in draw(st.sets(st.integers(at + 1, count)))]
        for at in range(count)
    } | {lot(count): []}


def walked(lots: Sequence[bytes], children: Mapping[bytes, Sequence[bytes]]) -> set[bytes]:
    found: set[bytes] = set()
    waiting = [one for one in lots if one in children]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting.extend(children[one])
    return found


@given(families(), st.lists(st.integers(0, MOST + 1).map(lot), max_size=4))
def test_reaches_what_a_walk_reaches(children: Children, lots: list[bytes]) -> None:
    reached, expected = Descent(children, children).from_(lots), walked(lots, children)
    assert reached == expected
    assert set(reached) == expected
    assert len(reached) == len(expected)
    assert [one in reached for one in children] == [one in expected for one in children]
    assert lot(MOST + 1) not in reached
    assert "a text" not in reached
    assert reached & set(lots) == expected & set(lots)
    assert hash(reached) == hash(frozenset(expected))


def test_a_chain_of_lots_takes_bits() -> None:
    """20,000 lots, one made of the other: as sets of 32 bytes these would be 20 GB."""
    count = 20_000
    lots = [number.to_bytes(32, "big") for number in range(count)]
    children = {one: [other] for one, other in pairwise(lots)}
    descent = Descent(lots, children)
    assert [len(descent.from_([lots[at]])) for at in (0, 1, count - 1)] == [count, count - 1, 1]
    assert set(descent.from_([lots[-2]])) == {lots[-2], lots[-1]}


def test_a_circle_ends() -> None:
    """No chain makes one, and the story refuses it elsewhere."""
    circle = {lot(1): [lot(2)], lot(2): [lot(3)], lot(3): [lot(1)]}
    assert lot(1) in Descent(circle, circle).from_([lot(1)])
