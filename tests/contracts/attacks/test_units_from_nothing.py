"""Attack: one pack becomes a million packs, each of which goes into a car."""

import pytest

from tests.contracts.conftest import CATHODE_PLANT
from tests.contracts.lots.making import (
    CATHODE,
    OUTSIDE,
    PACK,
    PRECURSOR,
    birth,
    field_word,
    output,
)
from tests.contracts.lots.running import counts, signals_of
from tests.contracts.reverts import reverts

MILLION = 1_000_000


def test_not_by_a_rebook(rebook, make_lot, refiner):
    pack = make_lot("pack", refiner, material=PACK)
    with reverts("UnitsMismatch", 1, MILLION):
        rebook([pack], [output("packs", MILLION, PACK)])


def test_not_by_a_charge(charge, make_lot, refiner):
    pack = make_lot("pack", refiner, material=PACK)
    with reverts("UnitsMismatch", 1, MILLION):
        charge([pack], output("packs", MILLION, PACK))


@pytest.fixture
def make_cathode(process, make_lot, cathode_maker):
    def call(count, unit_material):
        lot = make_lot("precursor", cathode_maker, material=PRECURSOR)
        said = {"site": CATHODE_PLANT, "who": cathode_maker, "unit_material": unit_material}
        return process([lot], [output("cathode", count, CATHODE)], **said)

    return call


def test_not_under_an_event_that_counts_none(make_cathode):
    with reverts("UnitMaterialMismatch", 0, CATHODE):
        make_cathode(MILLION, 0)


def test_not_under_an_event_that_counts_others(make_cathode):
    with reverts("UnitMaterialMismatch", PACK, CATHODE):
        make_cathode(MILLION, PACK)


def test_the_proof_hears_of_every_unit(make_cathode):
    """What the event counts is hidden: the proof compares it with the count in the rule."""
    rule = signals_of(make_cathode(MILLION, CATHODE))["rule"]
    assert rule & counts(2**32 - 1) == MILLION
    assert rule >> 143 & 0b1111 == 1, "the unit bit, without which nothing is compared"


def test_not_by_a_birth(origins, stand, miner):
    request = birth(stand(OUTSIDE), field_word("packs"), material=PACK, count=MILLION)
    with reverts("UnitMaterialMismatch", 0, PACK):
        origins.birth(request, {"from": miner})
