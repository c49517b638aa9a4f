"""Commodities and versions of methodologies: acts of the council, with notice."""

import pytest

from tests.contracts.lots.clock import latest, mine_at
from tests.contracts.lots.making import COBALT, HYDROXIDE, SULPHATE
from tests.contracts.people import PEOPLE, ZERO_WORD, word
from tests.contracts.prices.conftest import BOX, COMMODITY, METHOD
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

DAY = 86_400
NEXT = word("cobalt-hydroxide-2027-01-01")
FRESH = word("fresh")
"""A commodity that no fixture registers."""
OWNER = PEOPLE["price_reporter"].organisation


def test_commodity(prices, governor):
    tx = prices.registerCommodity(FRESH, OWNER, COBALT, SULPHATE, {"from": governor})
    emitted(
        tx, "CommodityRegistered", commodity=FRESH, sequence=1, administrator=OWNER,
        element=COBALT, material=SULPHATE,
    )  # fmt: skip
    stored = (OWNER, COBALT, SULPHATE, 1)
    assert plain(prices.commodityOf(FRESH)) == plain(stored)
    with reverts("CommodityExists", FRESH):
        prices.registerCommodity(FRESH, OWNER, COBALT, SULPHATE, {"from": governor})


@pytest.mark.parametrize(
    ("commodity", "element", "material"),
    [(ZERO_WORD, COBALT, HYDROXIDE), (FRESH, 0, HYDROXIDE), (FRESH, COBALT, 0)],
)
def test_commodity_is_whole(prices, governor, commodity, element, material):
    with reverts("CommodityInvalid", commodity):
        prices.registerCommodity(commodity, OWNER, element, material, {"from": governor})


def test_administrator_is_a_member(prices, governor):
    nobody = word("nobody")
    with reverts("OrganisationUnknown", nobody):
        prices.registerCommodity(FRESH, nobody, COBALT, HYDROXIDE, {"from": governor})


def test_unknown_commodity(prices, governor, today):
    with reverts("CommodityUnknown", FRESH):
        prices.commodityOf(FRESH)
    with reverts("CommodityUnknown", FRESH):
        prices.noticeMethodology(FRESH, METHOD, 0, {"from": governor})
    assert prices.sequenceOf(FRESH) == 0
    assert prices.methodologyOn(FRESH, today) == ZERO_WORD


def test_only_the_council(prices, miner, today):
    with reverts("OnlyCouncil", miner):
        prices.registerCommodity(word("other"), OWNER, COBALT, HYDROXIDE, {"from": miner})
    with reverts("OnlyCouncil", miner):
        prices.noticeMethodology(COMMODITY, NEXT, today + 40, {"from": miner})


def test_a_change_of_method_takes_28_days(prices, governor, today):
    midnight = (today + 2) * DAY
    mine_at(midnight - 30)  # the notice falls on that day, whatever the seconds
    for first in (today + 28, today + 29):
        with reverts("MethodologyTooEarly", NEXT, first, today + 30):
            prices.noticeMethodology(COMMODITY, NEXT, first, {"from": governor})
    tx = prices.noticeMethodology(COMMODITY, NEXT, today + 30, {"from": governor})
    assert (today + 30) * DAY - tx.timestamp >= 28 * DAY
    emitted(
        tx, "MethodologyNoticed", commodity=COMMODITY, methodology=NEXT, sequence=3,
        appliesFrom=today + 30,
    )  # fmt: skip
    assert prices.methodologyOn(COMMODITY, today + 29) == METHOD
    assert prices.methodologyOn(COMMODITY, today + 30) == NEXT
    listed = plain(prices.methodologiesOf(COMMODITY))
    assert [one[:2] for one in listed] == [(METHOD, 0), (NEXT, today + 30)]
    assert listed[1][2] == tx.timestamp


def test_versions_follow_each_other(prices, governor, today):
    prices.noticeMethodology(COMMODITY, NEXT, today + 100, {"from": governor})
    last = word("last")
    with reverts("MethodologyTooEarly", last, today + 100, today + 101):
        prices.noticeMethodology(COMMODITY, last, today + 100, {"from": governor})
    prices.noticeMethodology(COMMODITY, last, today + 101, {"from": governor})


def test_methodology_is_named(prices, governor):
    prices.registerCommodity(FRESH, OWNER, COBALT, HYDROXIDE, {"from": governor})
    with reverts("MethodologyTooEarly", ZERO_WORD, 5, 0):
        prices.noticeMethodology(FRESH, ZERO_WORD, 5, {"from": governor})


def test_a_day_is_assessed_by_the_version_of_that_day(
    prices, publication, governor, price_reporter, manager, today, publish
):
    prices.noticeMethodology(COMMODITY, NEXT, today + 29, {"from": governor})
    mine_at(latest() + 29 * DAY)
    publish(day=today + 29, methodology=NEXT)
    publish(day=today + 28, methodology=METHOD)
    for day, wrong in ((today + 29, METHOD), (today + 27, NEXT), (today + 27, word("none"))):
        with reverts("MethodologyNotInForce", wrong, day):
            made = publication(day=day, methodology=wrong)
            prices.prepare(made, manager, BOX, {"from": price_reporter})


def test_before_the_first_version_nothing_is_published(
    prices, governor, publication, price_reporter, manager, today
):
    prices.registerCommodity(FRESH, OWNER, COBALT, HYDROXIDE, {"from": governor})
    prices.noticeMethodology(FRESH, METHOD, today, {"from": governor})
    for methodology in (METHOD, ZERO_WORD):
        with reverts("MethodologyNotInForce", methodology, today - 1):
            made = publication(commodity=FRESH, day=today - 1, methodology=methodology)
            prices.prepare(made, manager, BOX, {"from": price_reporter})
