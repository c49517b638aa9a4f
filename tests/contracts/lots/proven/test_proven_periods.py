"""Two months of a continuous refinery with real proofs: its tanks get fuller, and emptier again.

Without its stock the first month would have lost half of its metal, and the second one would have
made almost three times what went in.
"""

import pytest

from tests.contracts.conftest import COBALT, DAY
from tests.contracts.lots.making import (
    ACTIVE,
    HYDROXIDE,
    IN_PROCESS,
    MASS_BALANCE,
    PROCESS,
    SULPHATE,
)

KG = 10**6
CARBON = 2_000 * KG
FED = 2_000 * KG
LEFT = 990 * KG  # of each of two outputs: 1 % is lost
SECOND_FEED, SECOND_LOSS, SECOND_STOCK = 500 * KG, 14_900_000, 100 * KG


def share(amount: int, metal: int, whole: int) -> int:
    """Rounded down."""
    return amount * metal // whole


@pytest.fixture
def first_month(prover, hold, period, prove_run, refiner, now):
    """Half of the feed is certified. Returns the request of the run, and its outputs."""

    def make(product_credit, stock_credit, inputs=()):
        recent = {"time": now - 490 * DAY}
        feed = [
            hold(
                prover.lot(COBALT, FED // 2, CARBON // 2, credits=(credit, 0, 0, 0)),
                refiner,
                **recent,
            )
            for credit in (FED // 2, 0)
        ]
        outputs = [
            prover.lot(COBALT, LEFT, CARBON // 2, credits=(credit, 0, 0, 0))
            for credit in (product_credit, stock_credit)
        ]
        opened = prover.event(COBALT, 2 * LEFT, [FED // 2] * 2)
        event = period(0, 31, [lot.id for lot in feed], commitment=opened.id)
        given = {"event": event, "model": MASS_BALANCE}
        materials = [SULPHATE, IN_PROCESS]
        return prove_run(PROCESS, feed, outputs, refiner, opened, materials, **given), outputs

    return make


def test_a_month_in_which_tanks_get_fuller_and_one_in_which_they_get_emptier(
    runs, lot_book, prover, hold, period, first_month, prove_run, refiner
):
    credit = share(FED // 2, LEFT, FED)
    request, (_, stock) = first_month(credit, credit)
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(stock.id)[1] == ACTIVE

    feed = hold(prover.lot(COBALT, SECOND_FEED), refiner, material=HYDROXIDE)
    metal_in = LEFT + SECOND_FEED
    metal_out = metal_in - SECOND_LOSS
    outputs = [
        prover.lot(
            COBALT,
            metal,
            -(-(CARBON // 2) * metal // metal_out),
            credits=(0, 0, 0, 0),
        )
        for metal in (metal_out - SECOND_STOCK, SECOND_STOCK)
    ]
    weights = {feed.id: SECOND_FEED, stock.id: LEFT}
    ordered = sorted(weights, key=lambda lot: int(lot, 16))
    opened = prover.event(COBALT, metal_out, [weights[lot] for lot in ordered])
    event = period(31, 62, ordered, commitment=opened.id)
    given = {"event": event, "model": MASS_BALANCE}
    materials = [SULPHATE, IN_PROCESS]
    request = prove_run(PROCESS, [feed, stock], outputs, refiner, opened, materials, **given)
    runs.run(request, {"from": refiner})
    assert [lot_book.lotOf(lot.id)[1] for lot in outputs] == [ACTIVE, ACTIVE]


def test_what_is_sold_takes_no_more_than_its_share_of_credit(first_month):
    """Else a month would borrow from all those to come: the stock is never sold."""
    credit = share(FED // 2, LEFT, FED)
    with pytest.raises(AssertionError, match="refused"):
        first_month(credit + 1, credit - 1)
