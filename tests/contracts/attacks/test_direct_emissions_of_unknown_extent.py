"""Attack: "0.5 kg of direct emissions a kilogram", where nobody knows of which processes."""

import pytest

from tests.contracts.lots.making import COBALT, HYDROXIDE, NICKEL, NO_PROOF, SULPHATE
from tests.contracts.reverts import reverts

DIRECT = 4


@pytest.fixture
def claimed(claims, lot, miner):
    """Claims 0.5 kg a kilogram of a lot of cobalt hydroxide."""
    return lambda: claims.record((lot, DIRECT, 0, 500_000, NO_PROOF), {"from": miner})


def test_not_without_a_boundary(claimed):
    with reverts("BoundaryUnknown", COBALT, HYDROXIDE):
        claimed()


@pytest.mark.parametrize(
    ("element", "material"), [(NICKEL, HYDROXIDE), (COBALT, SULPHATE), (COBALT, 0)]
)
def test_not_by_the_boundary_of_something_else(claims, claimed, governor, element, material):
    claims.setDirectBoundary(element, material, True, {"from": governor})
    with reverts("BoundaryUnknown", COBALT, HYDROXIDE):
        claimed()


def test_by_its_own(claims, claimed, governor):
    claims.setDirectBoundary(COBALT, HYDROXIDE, True, {"from": governor})
    assert claimed().events["ClaimRecorded"]["measure"] == DIRECT
