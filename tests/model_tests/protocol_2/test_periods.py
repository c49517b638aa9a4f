"""Months of a continuous plant: honest ones pass, whatever its tanks do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model.protocol_2.book import BookedLot, Material
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.promises import breaches
from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY
from tests.model.runs import Model
from tests.model_tests.protocol_2.cast import TONNE, born, cast, closed, period, run, sold, stand

LOSS = TONNE // 100


def fed(network: Network, site: str = "pit", metal: int = TONNE) -> BookedLot:
    return sold(network, born(network, site, metal), "refinery")


def month(network: Network, lots: list[BookedLot], stock: int) -> tuple[BookedLot, ...]:
    """A month of which one percent of a tonne is lost, and so much stays in the tanks."""
    network.wait(30 * DAY)
    return closed(network, stand(network, period(network, lots, lost=LOSS)), stock)


@pytest.mark.parametrize("stock", [0, TONNE // 10, 9 * TONNE // 10])
def test_a_month_in_which_tanks_get_fuller_or_emptier_is_in_band(stock: int) -> None:
    """Without its stock, the first month would lose up to 91 %, and the second would gain."""
    network = cast()
    *_, left = month(network, [fed(network)], TONNE // 2)
    made = month(network, [fed(network), left], stock)
    assert [lot.until for lot in (left, *made)] == [0] * (1 + len(made))
    assert sum(lot.balance.metal for lot in made) == TONNE + TONNE // 2 - LOSS
    assert breaches(network) == []


def test_what_is_lost_beyond_the_band_is_held_and_so_is_the_stock() -> None:
    network = cast()
    network.wait(30 * DAY)
    event = period(network, [fed(network)], lost=3 * LOSS)
    assert all(lot.until for lot in closed(network, stand(network, event), TONNE // 2))


def test_what_is_sold_takes_no_more_than_its_share_of_credit() -> None:
    """Half of the feed is certified: so is half of what is sold, and half of the stock."""
    network = cast()
    made = month(network, [fed(network), fed(network, "tunnel")], TONNE)
    for lot in made:
        credit, metal = lot.balance.credits[0], lot.balance.metal
        assert abs(2 * credit - metal * 2 * TONNE // (2 * TONNE)) <= 2, lot.name


def test_a_month_takes_what_was_made_in_it() -> None:
    network = cast()
    network.wait(15 * DAY)
    lot = fed(network)
    network.wait(15 * DAY)
    closed(network, stand(network, period(network, [lot])), 0)


def test_an_act_begins_the_periods_anew() -> None:
    network = cast()
    month(network, [fed(network)], 0)
    lot = fed(network)
    network.wait(90 * DAY)
    event = period(network, [lot], gap=50)
    with pytest.raises(ActRefused) as refused:
        stand(network, event)
    assert refused.value.rule is ActRule.PERIOD_GAPLESS
    network.add_site(replace(network.events.sites["tanks"], continuous=2))
    closed(network, stand(network, event), 0)
    assert breaches(network) == []


def test_stock_survives_an_upgrade_and_a_plant_that_is_continuous_no_more() -> None:
    network = cast()
    *_, left = month(network, [fed(network)], TONNE // 2)
    network.upgrade()
    network.add_site(replace(network.events.sites["tanks"], continuous=0))
    lot = fed(network)
    network.wait(30 * DAY)
    with pytest.raises(ActRefused) as refused:
        stand(network, period(network, [lot]))
    assert refused.value.rule is ActRule.STOCK_NAMED
    run(network, stand(network, period(network, [lot, left])), Material.SULPHATE)
    assert network.book.period("tanks").stock is None
    assert breaches(network) == []


def test_no_pass_through_the_tanks_lowers_a_material() -> None:
    network = cast()
    made, left = month(network, [fed(network)], TONNE // 2)
    (left,) = month(network, [left, made], TONNE - 2 * LOSS)
    event = period(network, [left])
    network.wait(30 * DAY)
    stand(network, event)
    wanted = [Wanted("round", event.product, Material.SULPHATE)]
    with pytest.raises(ActRefused) as refused:
        network.runs.process("refinery", event.key, event.inputs, wanted, Model.MASS_BALANCE)
    assert refused.value.rule is ActRule.MATERIAL_ADVANCES
