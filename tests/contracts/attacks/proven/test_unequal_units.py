"""Attack: of ten packs, the metal of nine is booked on the tenth, which stays in the yard.

And: an event that counted one pack is used for a million.
"""

import pytest

from tests.contracts.conftest import CATHODE_PLANT, COBALT
from tests.contracts.lots.making import (
    CATHODE,
    MASS_BALANCE,
    NO_PROOF,
    PACK,
    PRECURSOR,
    PROCESS,
    PROCESSING,
    REBOOK,
)
from tests.contracts.lots.proven.requests import refused, with_field

METAL = 10_000_000


@pytest.fixture
def packs(prover, hold):
    """Ten packs of 1 kg each."""
    return hold(prover.lot(COBALT, METAL, units=10), material=PACK)


@pytest.mark.parametrize("light", [9, 8_999_999, 9_000_002])
def test_units_of_one_series_are_alike(prover, prove_run, packs, light):
    """To a milligram over all of them."""
    parts = [prover.lot(COBALT, light, units=9), prover.lot(COBALT, METAL - light, units=1)]
    with pytest.raises(AssertionError, match="refused"):
        prove_run(REBOOK, [packs], parts, material=PACK)


def test_equal_ones_are_split_off(runs, lot_book, prover, prove_run, packs, miner):
    parts = [prover.lot(COBALT, 9_000_000, units=9), prover.lot(COBALT, 1_000_000, units=1)]
    runs.run(prove_run(REBOOK, [packs], parts, material=PACK), {"from": miner})
    assert lot_book.lotOf(parts[0].id)[7] == 9


def test_the_count_is_part_of_the_proof(runs, prover, prove_run, packs, miner):
    """Swapped afterwards between the lots, the sum stays the same."""
    parts = [prover.lot(COBALT, 9_000_000, units=9), prover.lot(COBALT, 1_000_000, units=1)]
    request = prove_run(REBOOK, [packs], parts, material=PACK)
    swapped = [(parts[0].id, 1, PACK), (parts[1].id, 9, PACK)]
    with refused("rebook2"):
        runs.run(with_field(request, 3, swapped), {"from": miner})


@pytest.fixture
def cathode_of(prover, hold, stand, prove_run, cathode_maker):
    """The proven request of a cathode of so many shares, where so many were counted."""

    def make(counted, booked):
        lot = hold(prover.lot(COBALT, METAL), cathode_maker, material=PRECURSOR)
        opened = prover.event(COBALT, METAL, [METAL], units=counted)
        said = {"inputs": [lot.id], "commitment": opened.id, "unit_material": CATHODE}
        event = stand(PROCESSING, site=CATHODE_PLANT, **said)
        made = prover.lot(COBALT, METAL, units=booked)
        given = {"event": event, "model": MASS_BALANCE}
        return prove_run(PROCESS, [lot], [made], cathode_maker, opened, CATHODE, **given)

    return make


@pytest.mark.parametrize("counted", [1, 999_999])
def test_no_more_units_than_were_counted(cathode_of, counted):
    with pytest.raises(AssertionError, match="refused"):
        cathode_of(counted, 1_000_000)


def test_as_many_as_were_counted(runs, cathode_of, cathode_maker):
    runs.run(cathode_of(1_000_000, 1_000_000), {"from": cathode_maker})


# A maker may say how much metal a pack has at least


@pytest.fixture
def claim(claims, prover, packs, miner):
    def prove(threshold):
        request = (packs.id, 5, 0, threshold, NO_PROOF)
        said = {"measure": 5, "threshold": threshold, "credits": []}
        ctx = claims.claimCtxOf(miner, request)
        return with_field(request, 4, prover.prove("claim", ctx=ctx, subject=packs, **said))

    return prove


def test_metal_per_unit(claims, claim, miner):
    """10 kg in ten packs: 1 kg in each."""
    tx = claims.record(claim(1_000_000), {"from": miner})
    assert tx.events["ClaimRecorded"]["measure"] == 5


def test_no_more_than_there_is(claim):
    with pytest.raises(AssertionError, match="refused"):
        claim(1_001_000)
