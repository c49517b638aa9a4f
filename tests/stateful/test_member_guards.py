"""What a member's operation refuses itself, before the contract is asked or somebody is shown.

Found by `make mutants`: behind each of these guards stands another one, a contract's mostly, so
that no test missed it.
"""

from dataclasses import replace
from typing import Any

import pytest

from lodetrace.contracts.enums import CustodyModel, Material, PriceStatus
from lodetrace.contracts.events import OpeningDelivered, ProductSealed, TotalRecorded
from lodetrace.errors import StatementRefused
from lodetrace.member.merge_trees import SplitInexact, split
from lodetrace.member.price_publication import PreparedDifferently, deliver_price, release_price
from lodetrace.member.prices import opened_range
from lodetrace.member.products import ProductOfAnother, assign, declare, seal
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import LotsUsedOtherwise, rebook
from lodetrace.member.totals import ScaleTooLarge, total
from oracle.prices.chain_publication import assessed_price, prepare_record
from tests.stateful.market import HIGH, LOW, Market
from tests.stateful.paths import TONNE, born, handed_over, made_packs
from tests.support.consortium import COBALT, Consortium, word
from zk_circuits.price import PriceRange

pytestmark = pytest.mark.chain

METAL = 60 * 10**6


def packs(consortium: Consortium, counts: tuple[int, ...]) -> list[bytes]:
    """Series of packs at their maker."""
    return [made_packs(consortium, METAL, count) for count in counts]


def test_a_product_is_its_owners(consortium: Consortium) -> None:
    maker, mine = consortium.member("car_maker"), consortium.member("mine")
    car = declare(maker, "car")
    lot = born(consortium).lot
    with pytest.raises(ProductOfAnother):
        assign(mine, car, lot)
    with pytest.raises(ProductOfAnother):
        seal(mine, car)
    assert not maker.contracts.happened(ProductSealed, product=car)
    seal(maker, car)
    with pytest.raises(ProductOfAnother):
        total(mine, car, COBALT)


def test_units_that_no_scale_makes_whole(consortium: Consortium) -> None:
    """Two primes, whose product has more than 32 bits."""
    series = packs(consortium, (65_537, 65_539))
    handed_over(consortium, "pack_maker", "car_maker", series)
    maker = consortium.member("car_maker")
    car = declare(maker, "car")
    for lot in series:
        assign(maker, car, lot)
    seal(maker, car)
    with pytest.raises(ScaleTooLarge) as refused:
        total(maker, car, COBALT)
    assert refused.value.values["scale"] == "4,295,229,443"  # 65,537 * 65,539
    assert not maker.contracts.happened(TotalRecorded, product=car)


def test_a_split_that_loses_a_unit(consortium: Consortium) -> None:
    (series,) = packs(consortium, (6,))
    halves = [Wanted(METAL // 2, Material.PACK, count) for count in (3, 2)]
    with pytest.raises(SplitInexact) as refused:
        split(consortium.member("pack_maker"), series, halves)
    assert refused.value.values == {"parts": "5 units", "whole": "6 units"}


def test_a_lot_that_another_used_up(consortium: Consortium) -> None:
    lot = born(consortium).lot
    handed_over(consortium, "mine", "refinery", [lot])
    rebook(consortium.member("refinery"), [lot])
    whole = [Wanted(6 * TONNE, Material.HYDROXIDE)]
    with pytest.raises(LotsUsedOtherwise):
        rebook(consortium.member("mine"), [lot], whole, CustodyModel.SEGREGATED)


@pytest.fixture
def market(consortium: Consortium) -> Market:
    return Market.opened(consortium)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("status", PriceStatus.CARRIED),
        ("assessment", word("another assessment")),
        ("methodology", word("another methodology")),
    ],
    ids=["status", "assessment", "methodology"],
)
def test_a_price_prepared_in_other_words_is_not_released(
    market: Market, name: str, other: Any
) -> None:
    record = market.record()
    prepare_record(market.reporter, record, market.manager.account)
    with pytest.raises(PreparedDifferently) as refused:
        release_price(market.manager, replace(assessed_price(record), **{name: other}))
    assert refused.value.values["field"] == name


def test_another_range_than_the_released_one_is_not_delivered(market: Market) -> None:
    made = market.publish(market.record())
    opening = opened_range(market.manager, made)
    wrong = replace(opening, range=PriceRange(LOW, HIGH + 1))
    with pytest.raises(StatementRefused):
        deliver_price(market.reporter, made, wrong, [market.consortium.account("mine")])
    assert not market.manager.contracts.happened(OpeningDelivered, record=made)
