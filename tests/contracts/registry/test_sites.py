"""Sites: where metal is mined, processed, recovered."""

import pytest

from tests.contracts.conftest import COBALT, LUALABA, MINE, NICKEL, REFINERY, site_details
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

SITE = word("another site")
MINER, REFINER = PEOPLE["miner"].organisation, PEOPLE["refiner"].organisation
OPERATOR, PLACE_FIELD, KIND, TOLERANCE, LOSS_FROM, LOSS_TO, SCRAP_TO = range(7)
ACTIVE, SEQUENCE, ELEMENTS, MATERIALS, CONTINUOUS = 7, 8, 10, 11, 12


def details(**changes):
    """A mine of the miner's, with fields replaced by their position."""
    fields = list(site_details("miner", LUALABA, 1, [1, 2]))
    for key, value in changes.items():
        fields[int(key.removeprefix("field"))] = value
    return tuple(fields)


def test_register(bare_sites, governor):
    given = details(field10=[28, 3, 28, 127, 1], field8=9, field7=False)
    tx = bare_sites.register(SITE, given, {"from": governor})

    stored = list(given)
    stored[ACTIVE], stored[SEQUENCE], stored[ELEMENTS] = True, 1, [1, 3, 28, 127]
    emitted(tx, "SiteRegistered", site=SITE, operator=MINER, sequence=1, details=stored)
    assert plain(bare_sites.siteOf(SITE)) == plain(stored)
    assert plain(bare_sites.bandOf(SITE)) == (5_000, 0, 40_000, 100_000)
    assert plain(bare_sites.placeOf(SITE)) == LUALABA
    assert plain(bare_sites.operatorOf(SITE)) == MINER
    assert bare_sites.sequenceOf(SITE) == 1


def test_only_the_council_governs(sites, miner):
    for call in (
        lambda: sites.register(SITE, details(), {"from": miner}),
        lambda: sites.setBand(MINE, 0, 0, 0, 0, {"from": miner}),
        lambda: sites.setContinuous(MINE, True, {"from": miner}),
        lambda: sites.close(MINE, {"from": miner}),
        lambda: sites.reopen(MINE, {"from": miner}),
    ):
        with reverts("OnlyCouncil", miner):
            call()


def test_site_exists_once(sites, governor):
    with reverts("SiteExists", MINE):
        sites.register(MINE, details(), {"from": governor})


def test_operator_is_a_member(sites, governor):
    with reverts("OrganisationUnknown", SITE):
        sites.register(SITE, details(field0=SITE), {"from": governor})


def test_place_is_named(sites, governor):
    with reverts("PlaceMissing"):
        sites.register(SITE, details(field1=ZERO_WORD), {"from": governor})


@pytest.mark.parametrize("changes", [{"field2": 0}, {"field10": []}, {"field11": [1] * 17}])
def test_details_are_complete(sites, governor, changes):
    with reverts("SiteDetailsInvalid", SITE):
        sites.register(SITE, details(**changes), {"from": governor})


def test_sixteen_materials_fit(sites, governor):
    sites.register(SITE, details(field11=list(range(1, 17))), {"from": governor})
    sites.requireMakes(SITE, 16)


@pytest.mark.parametrize("element", [0, 128, 65_535])
def test_elements_are_atomic_numbers(sites, governor, element):
    with reverts("ElementInvalid", element):
        sites.register(SITE, details(field10=[27, element]), {"from": governor})


@pytest.mark.parametrize(
    "band",
    [(10_001, 0, 0, 0), (2**16, 0, 0, 0), (0, 2, 1, 0), (0, 0, 1_000_001, 0), (0, 0, 0, 1_000_001)],
)
def test_band_is_valid(sites, governor, band):
    with reverts("BandInvalid", *band):
        sites.setBand(MINE, *band, {"from": governor})
    with reverts("BandInvalid", *band):
        changed = {f"field{3 + i}": value for i, value in enumerate(band)}
        sites.register(SITE, details(**changed), {"from": governor})


def test_band_is_set(sites, governor):
    largest = (10_000, 1_000_000, 1_000_000, 1_000_000)
    tx = sites.setBand(MINE, *largest, {"from": governor})
    names = ("tolerance", "lossFrom", "lossTo", "scrapTo")
    emitted(tx, "BandSet", site=MINE, sequence=2, **dict(zip(names, largest, strict=True)))
    assert plain(sites.bandOf(MINE)) == largest
    assert plain(sites.siteOf(MINE))[TOLERANCE : SCRAP_TO + 1] == largest
    assert sites.sequenceOf(MINE) == 2


def test_close_and_reopen(sites, governor):
    with reverts("SiteActive", MINE):
        sites.reopen(MINE, {"from": governor})
    emitted(sites.close(MINE, {"from": governor}), "SiteClosed", site=MINE, sequence=2)
    assert plain(sites.siteOf(MINE))[ACTIVE] is False
    with reverts("SiteInactive", MINE):
        sites.close(MINE, {"from": governor})
    with reverts("SiteInactive", MINE):
        sites.requireOperator(MINE, MINER, COBALT)
    emitted(sites.reopen(MINE, {"from": governor}), "SiteReopened", site=MINE, sequence=3)
    sites.requireOperator(MINE, MINER, COBALT)


def test_continuous(sites, governor):
    """Since which event of the site tells one time of it from another."""
    with reverts("ContinuousUnchanged", MINE, False):
        sites.setContinuous(MINE, False, {"from": governor})
    for sequence, continuous in ((2, True), (3, False), (4, True)):
        tx = sites.setContinuous(MINE, continuous, {"from": governor})
        emitted(tx, "ContinuousSet", site=MINE, sequence=sequence, continuous=continuous)
        assert sites.continuousSince(MINE) == sequence * continuous
        assert plain(sites.siteOf(MINE))[CONTINUOUS] is continuous
    with reverts("ContinuousUnchanged", MINE, True):
        sites.setContinuous(MINE, True, {"from": governor})
    assert sites.continuousSince(REFINERY) == sites.continuousSince(SITE) == 0


def test_registered_as_continuous(bare_sites, governor):
    bare_sites.register(SITE, details(field12=True), {"from": governor})
    assert bare_sites.continuousSince(SITE) == 1
    assert plain(bare_sites.siteOf(SITE))[CONTINUOUS] is True


def test_unknown_site(sites, governor):
    for call in (
        lambda: sites.siteOf(SITE),
        lambda: sites.bandOf(SITE),
        lambda: sites.placeOf(SITE),
        lambda: sites.operatorOf(SITE),
        lambda: sites.requireOperator(SITE, MINER, COBALT),
        lambda: sites.setBand(SITE, 0, 0, 0, 0, {"from": governor}),
        lambda: sites.setContinuous(SITE, True, {"from": governor}),
        lambda: sites.close(SITE, {"from": governor}),
        lambda: sites.reopen(SITE, {"from": governor}),
    ):
        with reverts("SiteUnknown", SITE):
            call()
    assert sites.sequenceOf(SITE) == 0


def test_require_operator(sites):
    sites.requireOperator(MINE, MINER, NICKEL)
    with reverts("NotOperator", MINE, REFINER):
        sites.requireOperator(MINE, REFINER, NICKEL)
    for element in (0, 29, 127, 128, 65_535):
        with reverts("ElementNotAtSite", MINE, element):
            sites.requireOperator(MINE, MINER, element)


def test_require_makes(sites):
    sites.requireMakes(MINE, 3)
    for site, material in ((MINE, 4), (MINE, 0), (SITE, 1)):
        with reverts("MaterialNotAtSite", site, material):
            sites.requireMakes(site, material)


# --- transfers


def test_site_goes_to_who_accepts_it(sites, governor, refiner, recycler):
    buyer = PEOPLE["recycler"].organisation
    proposed = sites.proposeTransfer(REFINERY, buyer, {"from": governor})
    emitted(proposed, "SiteTransferProposed", site=REFINERY, sequence=2, operator=buyer)
    assert sites.operatorOf(REFINERY) == PEOPLE["refiner"].organisation  # until it is accepted
    with reverts("TransferNotProposed", REFINERY, PEOPLE["refiner"].organisation):
        sites.acceptTransfer(REFINERY, {"from": refiner})

    tx = sites.acceptTransfer(REFINERY, {"from": recycler})

    emitted(tx, "SiteTransferred", site=REFINERY, operator=buyer, sequence=3)
    assert sites.operatorOf(REFINERY) == buyer
    assert sites.siteOf(REFINERY)[0] == buyer
    with reverts("TransferNotProposed", REFINERY, buyer):
        sites.acceptTransfer(REFINERY, {"from": recycler})


def test_transfer_is_withdrawn(sites, governor, recycler):
    buyer = PEOPLE["recycler"].organisation
    sites.proposeTransfer(REFINERY, buyer, {"from": governor})
    sites.proposeTransfer(REFINERY, ZERO_WORD, {"from": governor})
    with reverts("TransferNotProposed", REFINERY, buyer):
        sites.acceptTransfer(REFINERY, {"from": recycler})


def test_only_the_council_sells_and_only_operators_buy(sites, governor, refiner, certifier):
    own = PEOPLE["refiner"].organisation
    with reverts("OnlyCouncil", refiner):
        sites.proposeTransfer(REFINERY, own, {"from": refiner})
    with reverts("OperatorUnchanged", REFINERY, own):
        sites.proposeTransfer(REFINERY, own, {"from": governor})
    with reverts("OrganisationUnknown", word("nobody")):
        sites.proposeTransfer(REFINERY, word("nobody"), {"from": governor})
    with reverts("SiteUnknown", word("nowhere")):
        sites.proposeTransfer(word("nowhere"), own, {"from": governor})
    with reverts("RoleMissing", certifier, Role.OPERATOR, Role.CERTIFIER):
        sites.acceptTransfer(REFINERY, {"from": certifier})
