"""Any certifier certifies any scheme: also the one that nobody let it audit."""

import pytest

from tests.contracts.conftest import ALL_SCHEMES, COBALT, DAY, MINE
from tests.contracts.lots.clock import wait
from tests.contracts.people import PEOPLE, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted

RMAP, IRMA = 1, 2
SOURCED = 1
SUSPENDED, IN_FORCE = 2, 1
CERTIFIER = PEOPLE["certifier"].organisation
LABEL = word("certificate")
CERTIFICATE = scoped_of("certifier", LABEL)
HOUR = 3_600


@pytest.fixture
def accredit(members, governor):
    def set_schemes(*schemes, organisation=CERTIFIER):
        mask = sum(1 << scheme for scheme in schemes)
        return members.accredit(organisation, mask, {"from": governor})

    return set_schemes


@pytest.fixture
def issue(certificates, certifier, now):
    def record(scheme=IRMA, label=LABEL):
        terms = (label, MINE, scheme, 0, now, now + 300 * DAY, word("document"))
        return certificates.issue(*terms, {"from": certifier})

    return record


def test_a_scheme_takes_an_accreditation(certificates, accredit, issue):
    accredit(RMAP)
    with reverts("NotAccredited", CERTIFIER, IRMA, 1 << RMAP):
        issue(IRMA)
    issue(RMAP)
    accredit(RMAP, IRMA)
    issue(IRMA, word("another"))
    assert len(certificates.certificatesOf(MINE)) == 2


def test_accreditations_are_recorded(members, accredit, certifier, governor, stranger):
    sequence = members.sequenceOf(CERTIFIER)
    tx = accredit(IRMA)
    emitted(
        tx, "AccreditationSet", organisation=CERTIFIER, sequence=sequence + 1, schemes=1 << IRMA
    )
    assert members.accreditationOf(CERTIFIER) == 1 << IRMA
    assert members.certifies(certifier, IRMA)
    assert not members.certifies(certifier, RMAP)
    with reverts("AccreditationUnchanged", CERTIFIER, 1 << IRMA):
        accredit(IRMA)
    with reverts("SchemesInvalid", 1):
        accredit(0)
    with reverts("OrganisationUnknown", word("nobody")):
        accredit(IRMA, organisation=word("nobody"))
    with reverts("OnlyCouncil", stranger):
        members.accredit(CERTIFIER, 0, {"from": stranger})


def test_it_takes_the_role_and_an_active_member_as_well(members, accredit, certifier, governor):
    members.setRoles(CERTIFIER, 0, {"from": governor})
    assert not members.certifies(certifier, IRMA)
    members.setRoles(CERTIFIER, PEOPLE["certifier"].roles, {"from": governor})
    assert members.certifies(certifier, IRMA)
    members.suspend(CERTIFIER, spoken("reason"), {"from": governor})
    assert not members.certifies(certifier, IRMA)
    accredit(RMAP)
    assert not members.certifies(certifier, RMAP)
    members.reinstate(CERTIFIER, {"from": governor})
    assert members.certifies(certifier, RMAP)


def test_what_was_certified_counts_for_90_days_more(certificates, accredit, issue, now):
    """Of the scheme that was taken away, and of no other."""
    wait(2 * HOUR)
    issue(IRMA)
    issue(RMAP, word("other scheme"))
    certificates.setCreditRule(2, 1 << RMAP, False, {"from": certificates.COUNCIL()})
    certificates.setCreditRule(1, 1 << IRMA, False, {"from": certificates.COUNCIL()})
    lapsed = accredit(RMAP).timestamp
    end = lapsed + 90 * DAY

    def in_force(credit, first, last):
        return certificates.inForceAt(MINE, COBALT, credit, first, last, lapsed)

    assert in_force(1, now, end - 1)
    assert not in_force(1, now, end)
    assert not in_force(1, end, end)
    assert in_force(2, now, end + DAY)


def test_without_accreditation_he_speaks_against_the_site_only(
    certificates, accredit, issue, certifier
):
    issue()
    accredit(RMAP)
    reason = spoken("reason")
    time = wait(HOUR)
    certificates.setStatus(CERTIFICATE, SUSPENDED, time, reason, {"from": certifier})
    with reverts("NotAccredited", CERTIFIER, IRMA, 1 << RMAP):
        certificates.setStatus(CERTIFICATE, IN_FORCE, time + DAY, reason, {"from": certifier})
    assert ALL_SCHEMES & 1 == 0, "there is no scheme 0"
