import pytest
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.errors import ArityRefused
from zk_circuits.tree import plan_tree


@given(st.integers(1, 400), st.integers(2, 4))
def test_tree_merges_everything_once_by_the_fewest_runs(count, fan_in):
    levels = plan_tree(count, fan_in)
    row, runs = count, 0
    for level in levels:
        assert sorted(position for group in level for position in group) == list(range(row))
        assert all(1 <= len(group) <= fan_in for group in level)
        runs += sum(len(group) > 1 for group in level)
        row = len(level)
    assert row == 1
    assert runs == -(-(count - 1) // (fan_in - 1))


def test_forty_containers_take_thirteen_runs_in_three_levels():
    levels = plan_tree(40)
    assert [sum(len(group) > 1 for group in level) for level in levels] == [10, 2, 1]


def test_one_lot_needs_no_run():
    assert plan_tree(1) == ()


@pytest.mark.parametrize(("count", "fan_in"), [(0, 4), (-1, 4), (5, 1), (5, 5)])
def test_impossible_trees_are_refused(count, fan_in):
    with pytest.raises(ArityRefused):
        plan_tree(count, fan_in)
