"""Attack: 99 t of conflict metal and 1 t of clean metal are fed, 1 t and 99 t are consumed.

The names are right, and so is the sum. The event says how much of each input went in, and the
proof compares that with each lot, to the tolerance of the scale.
"""

import pytest

from tests.contracts.conftest import COBALT, REFINERY
from tests.contracts.lots.making import ACTIVE, MASS_BALANCE, PROCESS, PROCESSING, SULPHATE
from tests.contracts.lots.proven.requests import by_id, refused, with_field

TONNE = 10**9
ALL = 100 * TONNE


@pytest.fixture
def booked(prover, hold, refiner):
    """Lots of so many mg: dirty and clean; clean metal bears credit 1 and no CAHRA."""

    def make(dirty, clean):
        return [
            hold(prover.lot(COBALT, dirty, cahra=dirty), refiner),
            hold(prover.lot(COBALT, clean, credits=(clean, 0, 0, 0)), refiner),
        ]

    return make


@pytest.fixture
def refined(prover, stand, prove_run, refiner):
    """The proven request of a run of both lots; `fed`: what really went in, by lot."""

    def make(lots, fed, cahra):
        ordered = by_id(lots)
        metal_in = [fed[lots.index(lot)] for lot in ordered]
        opened = prover.event(COBALT, ALL, metal_in)
        made = prover.lot(COBALT, ALL, cahra=cahra)
        ids = [lot.id for lot in ordered]
        event = stand(PROCESSING, site=REFINERY, inputs=ids, commitment=opened.id)
        given = {"event": event, "model": MASS_BALANCE}
        return prove_run(PROCESS, ordered, [made], refiner, opened, SULPHATE, **given), made

    return make


def test_ratios_that_differ_have_no_proof(booked, refined):
    lots = booked(TONNE, 99 * TONNE)
    with pytest.raises(AssertionError, match="refused"):
        refined(lots, [99 * TONNE, TONNE], cahra=TONNE)


@pytest.mark.parametrize("off", [501, 5_000])
def test_nor_do_smaller_ones_beyond_the_scale(booked, refined, off):
    """The scale's tolerance is 0.5 % of each lot, not of all."""
    lots = booked(TONNE, 99 * TONNE)
    more = TONNE + off * 10_000
    with pytest.raises(AssertionError, match="refused"):
        refined(lots, [more, ALL - more], cahra=TONNE)


def test_what_was_fed_is_what_is_booked(runs, lot_book, booked, refined, refiner):
    """Weighed 0.5 % off, as the scale may be."""
    lots = booked(TONNE, 99 * TONNE)
    request, made = refined(lots, [TONNE + 5_000_000, 99 * TONNE - 5_000_000], cahra=TONNE)
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(made.id)[1] == ACTIVE


def test_the_share_of_conflict_metal_is_no_choice(runs, booked, refined, prover, refiner):
    lots = booked(TONNE, 99 * TONNE)
    request, _ = refined(lots, [TONNE, 99 * TONNE], cahra=TONNE)
    cleaner = prover.lot(COBALT, ALL)
    with refused("run4"):
        runs.run(with_field(request, 3, [(cleaner.id, 1, SULPHATE)]), {"from": refiner})
