"""Gates: certificates and determinations as public bits."""

import pytest

from lodetrace.contracts.enums import RunKind
from tests.contracts.conftest import CHAIN_OF_CUSTODY, COBALT, DAY, LUALABA, MINE
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

BIRTH, OUTSIDE = 1, 7
IRMA, RECYCLED = 2, 8
SEGREGATED, BLENDED, MASS_BALANCE = 1, 2, 3
SOURCED_BIT, RECYCLED_BIT, CAHRA_BIT = 1 << 0, 1 << 1, 1 << 4
UNGATED_BITS = 1 << 0 | 1 << 2 | 1 << 3  # all credits but the gated second
LIMIT = 30 * DAY
DOCUMENT, SEQUENCE = word("doc"), 1


# of the word `rule`: zk_circuits/SPEC.md, section 6
GATES_AT, GRANTS_AT, TOLERANCE_AT = 131, 135, 147
LOSS_FROM_AT, LOSS_TO_AT, SCRAP_TO_AT = 167, 187, 207
WHOLE_PPM = 1_000_000


def terms_of(gates, grants, tolerance, loss_from, loss_to, scrap_to):
    """The bits that site and certificates have in the word `rule` of a run."""
    return (
        gates << GATES_AT | grants << GRANTS_AT | tolerance << TOLERANCE_AT
        | loss_from << LOSS_FROM_AT | loss_to << LOSS_TO_AT | scrap_to << SCRAP_TO_AT
    )  # fmt: skip


@pytest.fixture
def now(chain):
    return chain.time()


@pytest.fixture
def certify(certificates, certifier, now):
    def record(scheme):
        certificates.issue(
            word(f"scheme {scheme}"),
            MINE,
            scheme,
            0,
            now - 20 * DAY,
            now + 300 * DAY,
            word("document"),
            {"from": certifier},
        )

    return record


@pytest.fixture
def clear(places, observer, second_observer, now):
    """The mine's place is determined, no criterion met."""
    said = (LUALABA, now - DAY, now + 300 * DAY, False, False, False, word("d"))
    for who in (second_observer, observer):
        places.determine(*said, {"from": who})


@pytest.fixture
def standing(now):
    """IAttestations.Standing of a birth in ten seconds from `start` on, filed `after` them."""

    def make(start=now + 100, after=0, excused=False, site=MINE, kind=BIRTH):
        end = start + 10
        return (
            site, DOCUMENT, word("commitment"), word("inputs"), 0, SEQUENCE, 0, kind, COBALT,
            start, end, end + after, excused, False, MASS_BALANCE, 0, False, 0, 0,
        )  # fmt: skip

    return make


def test_nothing_certified_nothing_determined(gates, standing):
    assert gates.atBirth(standing()) == CAHRA_BIT


def test_certificates_open_their_credits(gates, certify, standing):
    certify(IRMA)
    assert gates.atBirth(standing()) == SOURCED_BIT | CAHRA_BIT
    certify(RECYCLED)
    assert gates.atBirth(standing()) == SOURCED_BIT | RECYCLED_BIT | CAHRA_BIT


def test_clear_place(gates, clear, standing):
    assert gates.atBirth(standing()) == 0


@pytest.mark.parametrize("criterion", range(3))
def test_each_criterion_makes_a_cahra(gates, places, observer, clear, standing, now, criterion):
    met = [criterion == i for i in range(3)]
    places.determine(LUALABA, now - DAY, now + DAY, *met, word("later"), {"from": observer})
    assert gates.atBirth(standing()) == CAHRA_BIT


def test_all_credits(gates, certificates, governor, certify, clear, standing):
    certify(IRMA)
    for credit in range(1, 5):
        certificates.setCreditRule(credit, 1 << IRMA, True, {"from": governor})
    assert gates.atBirth(standing()) == 0b1111
    assert gates.atProcessing(standing(), 0) == 0b1111


def test_late_filing_closes_credits_not_the_place(gates, certify, clear, standing):
    certify(IRMA)
    assert gates.atBirth(standing(after=LIMIT)) == SOURCED_BIT
    assert gates.atBirth(standing(after=LIMIT + 1)) == 0
    assert gates.atBirth(standing(after=LIMIT + 1, excused=True)) == SOURCED_BIT


def test_the_operators_filing_counts_whenever_the_quorum_attests(
    gates, attestations, certify, clear, standing, miner
):
    """Inspectors who dawdle close nobody's credits."""
    certify(IRMA)
    attestations.file(MINE, SEQUENCE, DOCUMENT, {"from": miner})
    assert gates.atBirth(standing(after=LIMIT + 1)) == SOURCED_BIT


@pytest.mark.parametrize(("sequence", "document"), [(2, DOCUMENT), (1, word("other"))])
def test_the_filing_of_another_document_does_not(
    gates, attestations, certify, clear, standing, miner, sequence, document
):
    certify(IRMA)
    attestations.file(MINE, sequence, document, {"from": miner})
    assert gates.atBirth(standing(after=LIMIT + 1)) == 0


def test_a_document_filed_late_is_late(gates, attestations, certify, clear, standing, chain, miner):
    certify(IRMA)
    chain.sleep(2 * LIMIT)
    filed = attestations.file(MINE, SEQUENCE, DOCUMENT, {"from": miner}).timestamp
    in_time = filed - LIMIT - 10
    assert gates.atBirth(standing(start=in_time, after=LIMIT + 1)) == SOURCED_BIT
    assert gates.atBirth(standing(start=in_time - 1, after=LIMIT + 1)) == 0


def test_the_earlier_of_filing_and_quorum_counts(
    gates, attestations, certify, clear, standing, chain, miner
):
    """A document that the quorum attested in time is not made late by a late filing."""
    certify(IRMA)
    said = standing(after=LIMIT)
    chain.sleep(2 * LIMIT)
    attestations.file(MINE, SEQUENCE, DOCUMENT, {"from": miner})
    assert gates.atBirth(said) == SOURCED_BIT


def test_outside_metal_has_no_credits_and_counts_as_cahra(gates, certify, clear, standing):
    certify(IRMA)
    assert gates.atBirth(standing()) == SOURCED_BIT
    assert gates.atBirth(standing(kind=OUTSIDE)) == CAHRA_BIT
    assert gates.atBirth(standing(kind=OUTSIDE, excused=True)) == CAHRA_BIT


@pytest.mark.parametrize("model", [SEGREGATED, BLENDED])
def test_sites_that_keep_apart_are_certified(gates, certify, standing, model):
    assert not gates.keepsApart(standing(), model)
    certify(CHAIN_OF_CUSTODY)
    assert gates.keepsApart(standing(), model)


def test_late_filing_of_a_cahra(gates, certify, standing):
    certify(IRMA)
    assert gates.atBirth(standing(after=LIMIT + 1)) == CAHRA_BIT


def test_a_certificate_recorded_within_the_window_of_the_event_opens(
    gates, certify, clear, standing, now
):
    certify(IRMA)
    assert gates.atBirth(standing(start=now - 1_000)) == SOURCED_BIT


def test_an_excused_event_needs_a_certificate_in_time(gates, certify, clear, standing, now):
    certify(IRMA)
    assert gates.atBirth(standing(start=now - 8 * DAY, excused=True)) == CAHRA_BIT


def test_ungated_credits_pass_any_site(gates, standing):
    assert gates.atProcessing(standing(), 0) == UNGATED_BITS


def test_gated_credit_passes_certified_sites(gates, certify, standing):
    certify(RECYCLED)
    assert gates.atProcessing(standing(), 0) == UNGATED_BITS | RECYCLED_BIT


def test_gated_credit_of_a_late_filing_passes_if_certified_in_time(gates, certify, standing):
    certify(RECYCLED)
    assert gates.atProcessing(standing(after=LIMIT + 1), 0) == UNGATED_BITS | RECYCLED_BIT


@pytest.mark.parametrize("excused", [False, True])
def test_gated_credit_needs_a_certificate_in_time(gates, certify, standing, now, excused):
    certify(RECYCLED)
    late = standing(start=now - 8 * DAY, excused=excused)
    assert gates.atProcessing(late, 0) == UNGATED_BITS


@pytest.mark.parametrize("kind", [RunKind.PROCESS, RunKind.REWORK])
def test_a_run_has_the_band_of_its_site(gates, sites, standing, kind):
    band = plain(sites.bandOf(MINE))
    told = gates.ofRun(standing(), kind, 0, False)
    assert told == terms_of(UNGATED_BITS, 0, *band)


def test_a_loss_has_its_tolerance_alone(gates, sites, standing):
    tolerance, *_ = plain(sites.bandOf(MINE))
    told = gates.ofRun(standing(), RunKind.LOSS, 0, True)
    assert told == terms_of(UNGATED_BITS, 0, tolerance, 0, WHOLE_PPM, WHOLE_PPM)


def test_a_recovery_grants_the_credit_of_what_went_in(
    gates, sites, certificates, certify, standing, governor
):
    certify(IRMA)
    for credit in (2, 3):
        certificates.setCreditRule(credit, 1 << IRMA, True, {"from": governor})
    band = plain(sites.bandOf(MINE))
    for retired, credit in ((True, 1 << 1), (False, 1 << 2)):
        told = gates.ofRun(standing(), RunKind.RECOVER, 0, retired)
        assert told == terms_of(0b1111, credit, *band)
        late = gates.ofRun(standing(after=LIMIT + 1), RunKind.RECOVER, 0, retired)
        assert late == terms_of(0b1111, 0, *band)


def test_unknown_site(gates, standing):
    with reverts("SiteUnknown", word("nowhere")):
        gates.atBirth(standing(site=word("nowhere")))


def test_wiring(gates, sites, certificates, places, attestations):
    assert gates.ATTESTATIONS() == attestations
    assert gates.SITES() == sites
    assert gates.CERTIFICATES() == certificates
    assert gates.PLACES() == places
