"""Amounts at the three sizes that matter: a few mg, real consignments, the end of the range."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tests.model.balance import AMOUNT_LIMIT, PPM

FEW = 12
CONTAINER = 6 * 10**9  # mg of cobalt in a 20-t container of hydroxide near 30 %
LARGEST = AMOUNT_LIMIT // 8 - 1  # four lots and one event still fit into one output

metals = st.one_of(st.integers(1, FEW), st.integers(1, CONTAINER), st.integers(1, LARGEST))
carbons = st.one_of(st.just(0), st.integers(1, FEW), st.integers(0, LARGEST))
PPM_LIMIT = 2**20  # what the public word of a run can carry
ppm = st.one_of(
    st.just(0), st.integers(0, 50_000), st.integers(0, PPM), st.integers(0, PPM_LIMIT - 1)
)


@st.composite
def partitions(draw: st.DrawFn, total: int, parts: int) -> list[int]:
    """Split `total` into `parts` amounts of at least 1; needs total >= parts."""
    cuts = draw(
        st.lists(st.integers(1, total - 1), min_size=parts - 1, max_size=parts - 1, unique=True)
        if parts > 1
        else st.just([])
    )
    edges = [0, *sorted(cuts), total]
    return [high - low for low, high in pairwise(edges)]
