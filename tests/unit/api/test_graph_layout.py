"""The layout: arrows point to the right, every node is placed once."""

from hypothesis import given
from hypothesis import strategies as st

from api.graph_layout import layers


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    """Acyclic because every arrow goes from a lower to a higher number."""
    size = draw(st.integers(0, 20))
    pairs = st.tuples(st.integers(0, max(size - 1, 0)), st.integers(0, max(size - 1, 0)))
    chosen = draw(st.sets(pairs, max_size=40)) if size else set()
    return [f"{n:02}" for n in range(size)], [(f"{a:02}", f"{b:02}") for a, b in chosen if a < b]


@given(graphs())
def test_arrows_point_to_the_right(graph: tuple[list[str], list[tuple[str, str]]]) -> None:
    nodes, arrows = graph
    columns = layers(nodes, arrows)
    place = {node: x for x, column in enumerate(columns) for node in column}
    assert sorted(place) == nodes
    assert sum(map(len, columns)) == len(nodes)
    assert all(place[start] < place[end] for start, end in arrows)
