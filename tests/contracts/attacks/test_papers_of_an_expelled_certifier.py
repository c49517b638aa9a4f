"""A certifier is expelled, and its papers open gates for three years: nobody can end them.

They end with its word, after 90 days in which another certifier may vouch for them, so that no
expulsion closes all gates at once.
"""

import pytest

from tests.contracts.conftest import CHAIN_OF_CUSTODY, COBALT, DAY, MINE
from tests.contracts.lots.clock import latest, mine_at, wait
from tests.contracts.people import PEOPLE, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted, plain

IRMA, SOURCED = 2, 1
IN_FORCE, SUSPENDED, WITHDRAWN = 1, 2, 3
CERTIFIER, AFFILIATE = PEOPLE["certifier"], PEOPLE["affiliate"]
CERTIFICATE, APART = (scoped_of("certifier", word(text)) for text in ("certificate", "apart"))
REASON = spoken("reason")
HOUR, GRACE = 3_600, 90 * DAY


@pytest.fixture
def issued(certificates, certifier, now):
    """For two years: of a credit's scheme, and of one that proves a model. Counts from then on."""
    for text, scheme in (("certificate", IRMA), ("apart", CHAIN_OF_CUSTODY)):
        terms = (word(text), MINE, scheme, 0, now, now + 700 * DAY, word("document"))
        certificates.issue(*terms, {"from": certifier})
    return wait(2 * HOUR)


@pytest.fixture
def suspend(members, governor):
    def act(person=CERTIFIER):
        return members.suspend(person.organisation, REASON, {"from": governor}).timestamp

    return act


@pytest.fixture
def reinstate(members, governor):
    def act(person=CERTIFIER):
        return members.reinstate(person.organisation, {"from": governor}).timestamp

    return act


@pytest.fixture
def covers(certificates):
    """As known now, or at another time."""

    def ask(first, last, known_at=None):
        known = latest() if known_at is None else known_at
        answer = certificates.inForceAt(MINE, COBALT, SOURCED, first, last, known)
        assert certificates.keepsApart(MINE, COBALT, 1, first, last, known) == answer
        return answer

    return ask


def test_papers_end_90_days_after_their_certifier(issued, suspend, covers):
    end = suspend() + GRACE
    assert covers(issued, end - 1)
    assert not covers(issued, end)
    assert not covers(end, end)


def test_what_was_made_before_stays_certified(issued, suspend, covers):
    suspended = suspend()
    wait(400 * DAY)
    assert covers(issued, suspended)


def test_a_lapse_counts_as_soon_as_it_is_known(issued, suspend, covers):
    end = suspend() + GRACE
    assert covers(issued, end + DAY, known_at=end - GRACE - 1)
    assert not covers(issued, end + DAY, known_at=end - GRACE)


def test_short_suspensions_close_nothing(issued, suspend, reinstate, covers):
    for _ in range(3):
        suspend()
        wait(80 * DAY)
        reinstate()
        wait(HOUR)
    assert covers(issued, issued + 600 * DAY)


def test_the_silence_is_not_made_good(issued, suspend, reinstate, covers):
    end = suspend() + GRACE
    wait(100 * DAY)
    again = reinstate()
    assert covers(issued, end - 1)
    assert not covers(end - 1, end)
    assert not covers(again - 1, again - 1)
    assert covers(again, again + 100 * DAY)
    assert not covers(again, again, known_at=again - 1)


def test_what_is_issued_anew_does_not_reach_into_the_silence(
    certificates, issued, suspend, reinstate, certifier
):
    end = suspend() + GRACE
    wait(93 * DAY)
    again = reinstate()
    terms = (word("anew"), MINE, IRMA, 0, end, again + 300 * DAY, word("document"))
    certificates.issue(*terms, {"from": certifier})
    asked = (MINE, COBALT, SOURCED)
    assert certificates.inForceAt(*asked, again, again, latest())
    assert not certificates.inForceAt(*asked, again - 1, again - 1, latest())


def test_another_certifier_takes_a_certificate_over(
    certificates, issued, suspend, affiliate, certifier, covers
):
    end = suspend() + GRACE
    asked = wait(89 * DAY)
    wait(HOUR)
    for certificate in (CERTIFICATE, APART):
        tx = certificates.takeOver(certificate, word("findings"), {"from": affiliate})
        emitted(
            tx,
            "CertificateTakenOver",
            certificate=certificate,
            site=MINE,
            sequence=2,
            certifier=affiliate,
            document=word("findings"),
        )
    shown = plain(certificates.certificateOf(CERTIFICATE))
    assert shown[7:] == plain((affiliate, word("document"), 2))
    assert plain(certificates.predecessorsOf(CERTIFICATE)) == plain((certifier,))
    assert covers(issued, end + 300 * DAY)
    assert not covers(issued, end, known_at=asked)
    certificates.setStatus(CERTIFICATE, SUSPENDED, latest(), REASON, {"from": affiliate})
    certificates.setStatus(APART, SUSPENDED, latest(), REASON, {"from": affiliate})
    assert not covers(issued, latest())


def test_a_successor_may_be_expelled_as_well(
    certificates, issued, suspend, reinstate, affiliate, certifier, covers
):
    suspend()
    for certificate in (CERTIFICATE, APART):
        certificates.takeOver(certificate, word("findings"), {"from": affiliate})
    end = suspend(AFFILIATE) + GRACE
    assert covers(issued, end - 1)
    assert not covers(issued, end)
    reinstate()
    for certificate in (CERTIFICATE, APART):
        certificates.takeOver(certificate, word("findings"), {"from": certifier})
    assert covers(issued, end + DAY)


def test_only_what_nobody_vouches_for_is_taken_over(
    certificates, issued, suspend, affiliate, certifier, miner, members, governor
):
    with reverts("CertifierStands", CERTIFICATE, certifier):
        certificates.takeOver(CERTIFICATE, word("findings"), {"from": affiliate})
    suspended = suspend()
    with reverts("CertificateUnknown", word("none")):
        certificates.takeOver(word("none"), word("findings"), {"from": affiliate})
    members.accredit(AFFILIATE.organisation, 2, {"from": governor})
    with reverts("NotAccredited", AFFILIATE.organisation, IRMA, 2):
        certificates.takeOver(CERTIFICATE, word("findings"), {"from": affiliate})
    members.accredit(AFFILIATE.organisation, 6, {"from": governor})
    mine_at(suspended + GRACE)
    with reverts("GraceOver", CERTIFICATE, certifier):
        certificates.takeOver.call(CERTIFICATE, word("findings"), {"from": affiliate})


def test_no_sister_takes_over_what_was_taken_from_the_group(
    certificates, issued, suspend, members, governor, accounts, certifier
):
    suspend()
    sister = accounts[31]
    identity = (word("sister"), CERTIFIER.group, CERTIFIER.roles, word("profile"), sister)
    members.register(*identity, word("viewing key"), {"from": governor})
    members.accredit(word("sister"), 1 << IRMA, {"from": governor})
    with reverts("CertifiersAreSisters", CERTIFICATE, certifier, sister):
        certificates.takeOver(CERTIFICATE, word("findings"), {"from": sister})


def test_a_rival_who_takes_over_rewrites_no_past(certificates, issued, suspend, affiliate, covers):
    """A certifier in a competitor's pay takes a certificate over, to withdraw it from its start."""
    suspend()
    wait(HOUR)
    taken = certificates.takeOver(CERTIFICATE, word("f"), {"from": affiliate}).timestamp
    certificates.takeOver(APART, word("f"), {"from": affiliate})
    with reverts("EffectiveBeforeTakeOver", CERTIFICATE, issued, taken):
        certificates.setStatus(CERTIFICATE, WITHDRAWN, issued, REASON, {"from": affiliate})
    certificates.setStatus(CERTIFICATE, WITHDRAWN, taken, REASON, {"from": affiliate})
    assert certificates.inForceAt(MINE, COBALT, SOURCED, issued, taken - 1, latest())


def test_the_council_withdraws_for_cause(certificates, issued, governor, certifier, stranger):
    """Also what its certifier never would, from the day on from which it was false."""
    with reverts("OnlyCouncil", stranger):
        certificates.withdraw(CERTIFICATE, issued, REASON, {"from": stranger})
    future = latest() + DAY
    with reverts_with_time("EffectiveInFuture", future):
        certificates.withdraw(CERTIFICATE, future, REASON, {"from": governor})
    tx = certificates.withdraw(CERTIFICATE, issued, REASON, {"from": governor})
    emitted(
        tx,
        "CertificateWithdrawn",
        certificate=CERTIFICATE,
        site=MINE,
        sequence=2,
        effectiveFrom=issued,
        recordedAt=tx.timestamp,
        reason=REASON,
    )
    assert not certificates.inForceAt(MINE, COBALT, SOURCED, issued, issued, latest())
    with reverts("TransitionInvalid", CERTIFICATE, WITHDRAWN, IN_FORCE):
        certificates.setStatus(CERTIFICATE, IN_FORCE, latest() + DAY, REASON, {"from": certifier})
    with reverts("TransitionInvalid", CERTIFICATE, WITHDRAWN, WITHDRAWN):
        certificates.withdraw(CERTIFICATE, issued, REASON, {"from": governor})


def test_no_certifier_fills_the_list_before_the_council(certificates, issued, governor, certifier):
    for back in range(32 - 1):
        certificates.setStatus(CERTIFICATE, WITHDRAWN, issued - back, REASON, {"from": certifier})
    with reverts("TooManyStatuses", CERTIFICATE, 32):
        certificates.setStatus(CERTIFICATE, WITHDRAWN, issued - DAY, REASON, {"from": certifier})
    certificates.withdraw(CERTIFICATE, issued - DAY, REASON, {"from": governor})
