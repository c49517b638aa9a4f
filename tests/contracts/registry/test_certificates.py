"""Certificates: schemes, scopes, validity, status history, and the gates of credits."""

import pytest

from tests.contracts.conftest import COBALT, DAY, LABORATORY, MINE, NICKEL, REFINERY
from tests.contracts.lots.clock import latest, pass_time, wait
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted, plain

NONE, IN_FORCE, SUSPENDED, WITHDRAWN = range(4)
RMAP, IRMA, ICMM, RECYCLED = 1, 2, 3, 8
SEGREGATED, MASS_BALANCE = 1, 3
SOURCED = 1  # the credit that RMAP and IRMA open
LABEL, OTHER_LABEL, DOCUMENT = (word(text) for text in ("c", "d", "document"))
CERTIFICATE, OTHER = (scoped_of("certifier", label) for label in (LABEL, OTHER_LABEL))
REASON = spoken("reason")
FOREVER = 2**40 - 1
START = 2_000_000_000
END = START + 1_000
HOUR = 3_600


@pytest.fixture
def issue(certificates, certifier):
    """Issues some hours before START, so that what is issued counts from there on."""
    pass_time(START - 4 * HOUR)

    def record(label=LABEL, scheme=IRMA, element=0, first=START, last=END, site=MINE, by=certifier):
        return certificates.issue(label, site, scheme, element, first, last, DOCUMENT, {"from": by})

    return record


@pytest.fixture
def set_status(certificates, certifier):
    """At END or later: what speaks against a site is never effective in the future."""

    def record(status, effective, id_=CERTIFICATE):
        if latest() < END:
            pass_time(END)
        return certificates.setStatus(id_, status, effective, REASON, {"from": certifier})

    return record


@pytest.fixture
def in_force(certificates):
    """In force for the sourced credit of cobalt from the mine."""

    def ask(first, last, known_at=FOREVER, element=COBALT, credit=SOURCED):
        return certificates.inForceAt(MINE, element, credit, first, last, known_at)

    return ask


# --- issue


def test_issue(certificates, issue, certifier):
    tx = issue(element=COBALT)
    emitted(
        tx,
        "CertificateIssued",
        certificate=CERTIFICATE,
        site=MINE,
        sequence=1,
        scheme=IRMA,
        element=COBALT,
        validFrom=START,
        validTo=END,
        since=START,
        certifier=certifier,
        document=DOCUMENT,
        label=LABEL,
    )
    assert "CertificateStatusSet" not in tx.events
    assert plain(certificates.certificateOf(CERTIFICATE)) == plain(
        (MINE, IRMA, COBALT, START, END, tx.timestamp, START, certifier, DOCUMENT, 1)
    )
    assert plain(certificates.historyOf(CERTIFICATE)) == (
        (IN_FORCE, START, tx.timestamp, "0x" + "0" * 64),
    )
    assert plain(certificates.certificatesOf(MINE)) == (CERTIFICATE,)
    assert certificates.sequenceOf(CERTIFICATE) == 1


def test_only_certifiers_issue(certificates, miner, stranger):
    arguments = (LABEL, MINE, IRMA, 0, START, END, DOCUMENT)
    with reverts("RoleMissing", miner, Role.CERTIFIER, PEOPLE["miner"].roles):
        certificates.issue(*arguments, {"from": miner})
    with reverts("NotActive", stranger):
        certificates.issue(*arguments, {"from": stranger})


def test_certifier_is_independent_of_the_operator(certificates, affiliate):
    with reverts("NotIndependent", LABORATORY, PEOPLE["affiliate"].organisation):
        certificates.issue(LABEL, LABORATORY, IRMA, 0, START, END, DOCUMENT, {"from": affiliate})
    certificates.issue(LABEL, MINE, IRMA, 0, START, END, DOCUMENT, {"from": affiliate})


def test_certificate_exists_once(issue):
    issue()
    with reverts("CertificateExists", CERTIFICATE):
        issue(site=REFINERY)


def test_site_is_known(issue):
    with reverts("SiteUnknown", OTHER):
        issue(site=OTHER)


@pytest.mark.parametrize("scheme", [0, 64, 65_535])
def test_scheme_is_a_bit_of_a_rule(issue, scheme):
    with reverts("SchemeInvalid", scheme):
        issue(scheme=scheme)


def test_largest_scheme(certificates, governor, issue, in_force):
    issue(scheme=63)
    certificates.setCreditRule(SOURCED, 1 << 63, False, {"from": governor})
    assert in_force(START, END)


@pytest.mark.parametrize("last", [START - 1, START])
def test_validity_is_an_interval(issue, last):
    with reverts("ValidityInvalid", START, last):
        issue(last=last)


def test_certificates_of_a_site_are_bounded(certificates, issue, in_force, affiliate):
    """Half of them for one ownership group: nobody fills a site alone."""
    for i in range(32):
        issue(label=word(f"certificate {i}"))
    with reverts("TooManyCertificates", MINE, 32):
        issue()
    issue(site=REFINERY)
    for i in range(32, 64):
        issue(label=word(f"certificate {i}"), by=affiliate)
    with reverts("TooManyCertificates", MINE, 64):
        issue(label=word("one more"), by=affiliate)
    assert len(certificates.certificatesOf(MINE)) == 64
    assert in_force(START, END)


# --- status


def test_status_is_set(certificates, issue, set_status):
    issued = issue().timestamp
    tx = set_status(SUSPENDED, START + 10)
    emitted(
        tx,
        "CertificateStatusSet",
        certificate=CERTIFICATE,
        site=MINE,
        sequence=2,
        status=SUSPENDED,
        effectiveFrom=START + 10,
        recordedAt=tx.timestamp,
        reason=REASON,
    )
    assert certificates.sequenceOf(CERTIFICATE) == 2
    assert certificates.certificateOf(CERTIFICATE)[9] == 2
    assert plain(certificates.historyOf(CERTIFICATE)) == (
        (IN_FORCE, START, issued, "0x" + "0" * 64),
        (SUSPENDED, START + 10, tx.timestamp, REASON),
    )


def test_unknown_certificate(certificates, set_status):
    with reverts("CertificateUnknown", OTHER):
        set_status(SUSPENDED, START, id_=OTHER)
    with reverts("CertificateUnknown", OTHER):
        certificates.certificateOf(OTHER)
    assert certificates.sequenceOf(OTHER) == 0
    assert plain(certificates.historyOf(OTHER)) == ()


def test_only_its_certifier_sets_the_status(certificates, issue, affiliate, miner):
    issue()
    with reverts("NotCertifier", CERTIFICATE, affiliate):
        certificates.setStatus(CERTIFICATE, SUSPENDED, START, REASON, {"from": affiliate})
    with reverts("RoleMissing", miner, Role.CERTIFIER, PEOPLE["miner"].roles):
        certificates.setStatus(CERTIFICATE, SUSPENDED, START, REASON, {"from": miner})


def test_certifier_keeps_certificates_over_a_key_rotation(
    certificates, members, issue, certifier, accounts
):
    issue()
    members.proposeRotation(accounts[20], {"from": certifier})
    members.acceptRotation(certifier, {"from": accounts[20]})
    pass_time(START)
    certificates.setStatus(CERTIFICATE, SUSPENDED, START, REASON, {"from": accounts[20]})
    with reverts("NotActive", certifier):
        certificates.setStatus(CERTIFICATE, IN_FORCE, START, REASON, {"from": certifier})


def test_certificate_outlives_its_certifiers_membership(members, governor, issue, in_force):
    issue()
    members.suspend(PEOPLE["certifier"].organisation, REASON, {"from": governor})
    assert in_force(START, END)


@pytest.fixture
def ahead():
    """When a certificate can be in force again: statuses for a site never reach back."""
    return START + DAY


def test_what_speaks_against_a_site_is_not_effective_in_the_future(issue, set_status):
    issue()
    future = START + DAY
    with reverts_with_time("EffectiveInFuture", future):
        set_status(SUSPENDED, future)


@pytest.mark.parametrize(
    ("before", "status", "allowed"),
    [
        ([], NONE, False),
        ([], IN_FORCE, False),
        ([], SUSPENDED, True),
        ([], WITHDRAWN, True),
        ([SUSPENDED], NONE, False),
        ([SUSPENDED], IN_FORCE, True),
        ([SUSPENDED], SUSPENDED, False),
        ([SUSPENDED], WITHDRAWN, True),
        ([WITHDRAWN], NONE, False),
        ([WITHDRAWN], IN_FORCE, False),
        ([WITHDRAWN], SUSPENDED, False),
        ([WITHDRAWN], WITHDRAWN, False),
    ],
)
def test_transitions(issue, set_status, ahead, before, status, allowed):
    issue()
    for earlier in before:
        set_status(earlier, START + 10)
    effective = ahead if status == IN_FORCE else START + 10 if before else START
    if allowed:
        set_status(status, effective)
        return
    current = before[-1] if before else IN_FORCE
    with reverts("TransitionInvalid", CERTIFICATE, current, status):
        set_status(status, effective)


@pytest.mark.parametrize("status", [SUSPENDED, WITHDRAWN])
def test_same_status_corrects_its_beginning_backwards_only(issue, set_status, in_force, status):
    issue()
    set_status(status, START + 10)
    assert in_force(START, START + 9)
    set_status(status, START + 5)
    assert in_force(START, START + 4)
    assert not in_force(START, START + 5)
    with reverts("TransitionInvalid", CERTIFICATE, status, status):
        set_status(status, START + 6)


def test_withdrawal_does_not_come_back(issue, set_status, ahead):
    issue()
    set_status(WITHDRAWN, START + 10)
    with reverts("TransitionInvalid", CERTIFICATE, WITHDRAWN, IN_FORCE):
        set_status(IN_FORCE, ahead)


def test_statuses_are_bounded_with_a_reserve_for_withdrawal(issue, set_status, certificates, ahead):
    issue()
    for i in range(23):
        set_status(*((SUSPENDED, START + i) if i % 2 == 0 else (IN_FORCE, ahead + i)))
    with reverts("TooManyStatuses", CERTIFICATE, 24):
        set_status(IN_FORCE, ahead)
    for i in range(8):
        set_status(WITHDRAWN, START + 100 - i)
    with reverts("TooManyStatuses", CERTIFICATE, 32):
        set_status(WITHDRAWN, START)
    assert certificates.sequenceOf(CERTIFICATE) == 32


# --- rules


def test_credit_rule(certificates, governor, stranger):
    tx = certificates.setCreditRule(4, 1 << 3, True, {"from": governor})
    emitted(tx, "CreditRuleSet", credit=4, schemes=8, passGated=True)
    assert plain(certificates.creditRule(4)) == (8, True)
    assert plain(certificates.creditRule(3)) == (0, False)
    with reverts("OnlyCouncil", stranger):
        certificates.setCreditRule(4, 8, True, {"from": stranger})
    for credit in (0, 5, 255):
        with reverts("CreditInvalid", credit):
            certificates.setCreditRule(credit, 8, True, {"from": governor})


def test_model_rule(certificates, governor, stranger):
    tx = certificates.setModelRule(SEGREGATED, 1 << 3, {"from": governor})
    emitted(tx, "ModelRuleSet", model=SEGREGATED, schemes=8)
    assert certificates.modelRule(SEGREGATED) == 8
    with reverts("OnlyCouncil", stranger):
        certificates.setModelRule(SEGREGATED, 8, {"from": stranger})
    with reverts("ModelInvalid", MASS_BALANCE):
        certificates.setModelRule(MASS_BALANCE, 8, {"from": governor})


@pytest.mark.parametrize("model", range(3))
def test_a_site_keeps_apart_what_its_schemes_prove(certificates, governor, issue, model):
    """The same question as of a credit, asked of the schemes of the model."""
    issue(scheme=ICMM, element=COBALT)

    def apart(first=START, last=END, element=COBALT, known_at=FOREVER):
        return certificates.keepsApart(MINE, element, model, first, last, known_at)

    assert not apart()
    certificates.setModelRule(model, 1 << ICMM, {"from": governor})
    assert apart()
    assert not apart(last=END + 1)
    assert not apart(element=NICKEL)
    assert not apart(known_at=START - DAY)
    certificates.setModelRule(model, 0, {"from": governor})
    assert not apart()


def test_a_suspended_certificate_proves_no_model(certificates, governor, issue, set_status):
    issue(scheme=ICMM)
    certificates.setModelRule(SEGREGATED, 1 << ICMM, {"from": governor})
    set_status(SUSPENDED, START + 5)
    asked = (MINE, COBALT, SEGREGATED, START)
    assert certificates.keepsApart(*asked, START + 4, FOREVER)
    assert not certificates.keepsApart(*asked, START + 5, FOREVER)


def test_scheme_has_to_be_recognised(certificates, governor, issue, in_force):
    issue(scheme=ICMM)
    assert not in_force(START, END)
    certificates.setCreditRule(SOURCED, 1 << ICMM, False, {"from": governor})
    assert in_force(START, END)


@pytest.mark.parametrize("credit", [0, 3, 6])
def test_credit_without_a_rule_is_closed(issue, in_force, credit):
    issue()
    assert not in_force(START, END, credit=credit)


# --- in force


def test_scope_is_all_metals_or_one(certificates, issue, in_force):
    issue(element=COBALT)
    assert in_force(START, END)
    assert not in_force(START, END, element=NICKEL)
    issue(label=OTHER_LABEL, element=0)
    assert in_force(START, END, element=NICKEL)


def test_scope_is_one_site(certificates, issue):
    issue(site=REFINERY)
    assert certificates.inForceAt(REFINERY, COBALT, SOURCED, START, END, FOREVER)
    assert not certificates.inForceAt(MINE, COBALT, SOURCED, START, END, FOREVER)


def test_both_ends_belong_to_the_validity(issue, in_force):
    issue()
    assert in_force(START, END)
    assert in_force(END, END)
    assert not in_force(START - 1, END)
    assert not in_force(START, END + 1)
    assert not in_force(END + 1, END + 1)
    assert not in_force(END, START)


def test_a_certificate_in_force_again_ends_with_its_validity(issue, set_status, in_force, ahead):
    end = ahead + DAY
    issue(last=end, first=ahead - 5 * DAY)
    set_status(SUSPENDED, START + 10)
    set_status(IN_FORCE, ahead)
    assert in_force(ahead, end)
    assert not in_force(ahead - 1, end)
    assert not in_force(ahead, end + 1)
    assert not in_force(end + 1, end + 1)


def test_the_time_from_which_it_is_in_force_again_is_corrected_backwards(
    issue, set_status, in_force, ahead
):
    issue(first=ahead - 5 * DAY, last=ahead + DAY)
    set_status(SUSPENDED, START + 10)
    set_status(IN_FORCE, ahead)
    with reverts("TransitionInvalid", CERTIFICATE, IN_FORCE, IN_FORCE):
        set_status(IN_FORCE, ahead + 1)
    set_status(IN_FORCE, ahead - 100)
    assert in_force(ahead - 100, ahead)
    assert not in_force(ahead - 101, ahead)


def test_known_at(issue, set_status, in_force, ahead):
    end = ahead + DAY
    issued = issue(last=end, first=ahead - 5 * DAY).timestamp
    suspended = set_status(SUSPENDED, ahead - 2 * DAY).timestamp
    wait(100)
    reinstated = set_status(IN_FORCE, ahead).timestamp

    start, stop = ahead - 5 * DAY, ahead - 2 * DAY
    assert not in_force(start, end, issued - 1)
    assert in_force(start, end, issued)
    assert in_force(start, end, suspended - 1)
    assert not in_force(start, stop, suspended)
    assert in_force(start, stop - 1, suspended)
    assert not in_force(ahead, end, reinstated - 1)
    assert in_force(ahead, end, reinstated)
    assert not in_force(ahead - 1, end, reinstated)


def test_several_certificates_cover_together(issue, in_force):
    issue(last=START + 10)
    issue(label=OTHER_LABEL, scheme=RMAP, element=COBALT, first=START + 11, last=END)
    assert in_force(START, END)
    assert not in_force(START, END, element=NICKEL)


def test_gap_between_certificates(issue, in_force):
    issue(last=START + 10)
    issue(label=OTHER_LABEL, first=START + 12)
    assert not in_force(START, END)


def test_suspension_is_bridged_by_another_certificate(issue, set_status, in_force):
    issue()
    issue(label=OTHER_LABEL, first=START + 5, last=START + 30)
    set_status(SUSPENDED, START + 10)
    assert in_force(START, START + 30)
    assert not in_force(START, START + 31)


def test_longest_part_is_taken(issue, in_force):
    """Shorter certificates beside a long one do not count as parts, in whatever order."""
    issue()
    for i in range(16, 0, -1):
        issue(label=word(f"short {i}"), last=START + i)
    assert in_force(START, END)


def test_parts_are_bounded(issue, in_force):
    for i in range(17):
        issue(label=word(f"part {i}"), first=START + 10 * i, last=START + 10 * i + 9)
    assert in_force(START, START + 159)
    assert not in_force(START, START + 160)


# --- what speaks for the site counts from when it was recorded


@pytest.fixture
def covers(certificates):
    """In force as the gates ask: as known now."""

    def ask(first, last):
        return certificates.inForceAt(MINE, COBALT, SOURCED, first, last, latest())

    return ask


def test_a_certificate_reaches_back_by_the_window(issue, covers):
    issued = issue(first=START - 300 * DAY).timestamp
    assert covers(issued - 7 * DAY, issued)
    assert not covers(issued - 7 * DAY - 1, issued)


def test_a_certificate_keeps_the_window_that_it_was_recorded_under(
    settings_contract, governor, issue, covers
):
    issued = issue(first=START - 300 * DAY).timestamp
    settings_contract.setRecordingWindow(30 * DAY, {"from": governor})
    assert not covers(issued - 7 * DAY - 1, issued)
    later = issue(label=OTHER_LABEL, first=START - 300 * DAY).timestamp
    assert covers(later - 30 * DAY, later)


def test_a_suspension_counts_as_soon_as_it_is_known(issue, set_status, covers):
    issue()
    assert covers(START, END)
    set_status(SUSPENDED, START + 50)
    assert not covers(START, END)
    assert covers(START, START + 49)


def test_in_force_again_counts_from_its_time_on_and_an_hour_after_its_recording(
    issue, set_status, covers
):
    issue(last=END + DAY)
    set_status(SUSPENDED, START)
    recorded = set_status(IN_FORCE, latest() + 60).timestamp
    wait(2 * HOUR)
    assert covers(recorded + HOUR, recorded + HOUR)
    assert not covers(recorded + HOUR - 1, recorded + HOUR)


def test_a_withdrawal_closes(issue, set_status, covers):
    issue()
    set_status(WITHDRAWN, START)
    assert not covers(START, START)


def test_an_excused_certificate_counts_from_its_validity_on(
    certificates, governor, stranger, issue, covers
):
    first = START - 300 * DAY
    issued = issue(first=first).timestamp
    with reverts("OnlyCouncil", stranger):
        certificates.excuseLateRecording(CERTIFICATE, {"from": stranger})
    assert not covers(first, issued)
    tx = certificates.excuseLateRecording(CERTIFICATE, {"from": governor})
    emitted(tx, "CertificateExcused", certificate=CERTIFICATE, site=MINE, sequence=2)
    assert covers(first, issued)
    assert not covers(first - 1, issued)
    assert certificates.sequenceOf(CERTIFICATE) == 2


def test_an_excuse_bridges_no_suspension(certificates, governor, issue, set_status, covers):
    first = START - 300 * DAY
    issued = issue(first=first).timestamp
    certificates.excuseLateRecording(CERTIFICATE, {"from": governor})
    set_status(SUSPENDED, issued - 20 * DAY)
    assert covers(first, issued - 20 * DAY - 1)
    assert not covers(first, issued - 20 * DAY)


def test_a_certificate_is_excused_once_and_before_its_status_changes(
    certificates, governor, issue, set_status
):
    issue()
    issue(label=OTHER_LABEL)
    certificates.excuseLateRecording(OTHER, {"from": governor})
    set_status(SUSPENDED, START)
    for certificate in (CERTIFICATE, OTHER):
        with reverts("NotExcusable", certificate):
            certificates.excuseLateRecording(certificate, {"from": governor})
    with reverts("CertificateUnknown", word("none")):
        certificates.excuseLateRecording(word("none"), {"from": governor})
