"""The council declares a scale with a tolerance of 100 %: whatever was weighed, it fits."""

import pytest

from tests.contracts.conftest import LUALABA, MINE, site_details
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

LARGEST = 10_000  # ppm


@pytest.mark.parametrize("tolerance", [LARGEST + 1, 1_000_000])
def test_no_tolerance_exceeds_1_percent(sites, governor, tolerance):
    before = plain(sites.bandOf(MINE))
    with reverts("BandInvalid", tolerance, 0, 40_000, 100_000):
        sites.setBand(MINE, tolerance, 0, 40_000, 100_000, {"from": governor})
    assert plain(sites.bandOf(MINE)) == before


def test_no_site_is_registered_with_more(sites, governor):
    site, details = word("new site"), list(site_details("miner", LUALABA, 1, [1, 3]))
    details[3] = LARGEST + 1
    with reverts("BandInvalid", LARGEST + 1, 0, 40_000, 100_000):
        sites.register(site, details, {"from": governor})
    details[3] = LARGEST
    sites.register(site, details, {"from": governor})
    assert plain(sites.bandOf(site)) == (LARGEST, 0, 40_000, 100_000)
