"""Units of products at the end of their life, in the model: each once, and credited by its age."""

import pytest

from tests.model.protocol_2.book import MANUFACTURING, POST_CONSUMER, BookedLot, Material, State
from tests.model.protocol_2.events import EventKind
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.promises import breaches
from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.model.protocol_2.terms import DAY
from tests.model_tests.protocol_2.attacks import packs_of
from tests.model_tests.protocol_2.cast import cast, end_of_life, processing, run, sold, stand

HALF_A_YEAR = 180 * DAY


@pytest.fixture
def network() -> Network:
    return cast()


@pytest.fixture
def packs(network: Network) -> BookedLot:
    """Ten, two of them in a car, three in another."""
    lot = packs_of(network, 10)
    network.wait(2 * DAY)
    for car, units in (("car", 2), ("other car", 3)):
        network.products.assign("maker", car, lot.name, units)
        network.products.seal("maker", car)
    return lot


def ended(network: Network, lot: BookedLot, units: int, car: str = "car") -> BookedLot:
    """Attested and retired; named after what is left in products."""
    event = end_of_life(network, lot, units)
    name = f"retired {network.book.assigned[lot.name]}"
    return network.products.retire("maker", car, lot.name, name, event.key)


def refused(rule: ActRule, network: Network, lot: BookedLot, units: int, car: str = "car") -> None:
    with pytest.raises(ActRefused) as caught:
        ended(network, lot, units, car)
    assert caught.value.rule is rule


def recycled(network: Network, retired: BookedLot) -> tuple[int, ...]:
    """The credits of what a certified yard recovers of it."""
    lot = sold(network, retired, "recycler")
    network.wait(2 * DAY)
    recovery = processing(network, "yard", [lot], kind=EventKind.RECOVERY)
    (out,) = run(network, stand(network, recovery), Material.SULPHATE)
    return out.balance.credits


def test_units_and_metal_are_shared(network: Network, packs: BookedLot) -> None:
    retired = ended(network, packs, 2)
    rest = network.book.lots[packs.name]
    assert (retired.units, rest.units, rest.state) == (2, 8, State.ASSIGNED)
    assert retired.balance.metal * 5 == packs.balance.metal
    assert retired.balance.metal + rest.balance.metal == packs.balance.metal
    assert retired.balance.carbon + rest.balance.carbon == packs.balance.carbon
    assert breaches(network) == []


def test_a_unit_is_retired_once(network: Network, packs: BookedLot) -> None:
    ended(network, packs, 2)
    refused(ActRule.UNITS_ONCE, network, packs, 1)
    ended(network, packs, 1, "other car")
    refused(ActRule.UNITS_ONCE, network, packs, 3, "other car")


def test_an_event_is_used_once(network: Network, packs: BookedLot) -> None:
    event = end_of_life(network, packs, 1)
    network.products.retire("maker", "car", packs.name, "first", event.key)
    with pytest.raises(ActRefused) as caught:
        network.products.retire("maker", "other car", packs.name, "second", event.key)
    assert caught.value.rule in (ActRule.EVENT_ONCE, ActRule.EVENT_STANDS)


def test_an_open_product_does_not_end(network: Network, packs: BookedLot) -> None:
    network.products.assign("maker", "open", packs.name, 1)
    refused(ActRule.END_OF_LIFE, network, packs, 1, "open")


def test_a_crash_test_car_is_waste(network: Network, packs: BookedLot) -> None:
    network.wait(HALF_A_YEAR - DAY)
    credits = recycled(network, ended(network, packs, 1))
    assert credits[POST_CONSUMER] == 0 < credits[MANUFACTURING]


def test_an_old_car_is_post_consumer(network: Network, packs: BookedLot) -> None:
    network.wait(HALF_A_YEAR + DAY)
    credits = recycled(network, ended(network, packs, 1))
    assert credits[MANUFACTURING] == 0 < credits[POST_CONSUMER]


def test_a_lot_in_no_product_is_not_dismantled(network: Network) -> None:
    with pytest.raises(ActRefused) as caught:
        end_of_life(network, packs_of(network, 10), 1)
    assert caught.value.rule is ActRule.END_OF_LIFE
