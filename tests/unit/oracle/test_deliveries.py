"""Deliveries, dates and losses that are honest raise no flag, up to the bounds of the rules."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.oracle.fraud_cases import World, moved
from tests.unit.oracle.fresh_fraud_cases import another_scrap, dated
from tests.unit.oracle.mine_output import HOUR
from tests.unit.oracle.test_frauds import honest, world
from tests.unit.oracle.village import Edit, event_of

__all__ = ["honest", "world"]

SHIPPING, ARRIVAL = "mwinda-shipping-M05", "dongfan-receiving-M05"


def load(kilograms: int) -> Edit:
    """So much of the one batch."""

    def edit(raw: dict[str, Any]) -> None:
        event_of(raw)["quantityList"][0]["quantity"] = kilograms

    return edit


def names(world: World, label: str, by: str, *edits: Edit) -> list[str]:
    return [one.rule for one in world.file(label, by, *edits).findings]


def test_a_container_in_two_loads(world: World) -> None:
    """Each load is one that was sent; a third one would be too much."""
    world.story("mwinda-mine-M05")
    for day, half in (("2026-01-20", 9_800), ("2026-01-22", 10_000)):
        assert names(world, SHIPPING, "mwinda-mine", dated(day), load(half)) == []
    for hours, half in ((0, 9_810), (30, 9_990)):
        assert names(world, ARRIVAL, "dongfan-refinery", moved(hours), load(half)) == []
    third = names(world, ARRIVAL, "dongfan-refinery", moved(60), load(9_800))
    assert third == ["batch-heavier"]


def test_two_loads_that_arrive_together(world: World) -> None:
    world.story("mwinda-mine-M05")
    for day, half in (("2026-01-20", 9_800), ("2026-01-22", 10_000)):
        names(world, SHIPPING, "mwinda-mine", dated(day), load(half))
    assert names(world, ARRIVAL, "dongfan-refinery", load(19_800)) == []


def test_what_was_never_seen_on_its_way(world: World) -> None:
    """Without a shipping document a lighter delivery may be a part of the batch."""
    world.story("mwinda-mine-M05")
    assert names(world, ARRIVAL, "dongfan-refinery", load(12_000)) == []


def test_two_lorries_of_one_batch_of_bought_scrap(world: World) -> None:
    """Of different weight; the maker is known to nobody."""
    one = another_scrap(1)
    assert names(world, "schelde-receiving-S26-1", "schelde-recycling", one) == []
    other = names(world, "schelde-receiving-S26-1", "schelde-recycling", one, load(900), moved(5))
    assert other == []


@pytest.mark.parametrize(("hours", "flagged"), [(24, False), (25, True)])
def test_a_number_a_day_out_of_its_order(hours: int, flagged: bool, world: World) -> None:
    """Two lines of a plant that number together."""
    first, second = world.next(2)
    world.mine(replace(first, end=second.end + hours * HOUR))
    found = [one.rule for one in world.mine(second).findings]
    assert ("number-out-of-order" in found) is flagged, found
