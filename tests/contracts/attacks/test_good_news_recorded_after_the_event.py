"""A risk account back-dates "no criterion met", a certifier a certificate, once metal was mined."""

import pytest

from tests.contracts.conftest import COBALT, DAY, LUALABA, MINE
from tests.contracts.lots.clock import latest, pass_time
from tests.contracts.people import ZERO_WORD, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted

LABEL, IRMA, RESPONSIBLE = word("certificate"), 2, 1
CERTIFICATE = scoped_of("certifier", LABEL)
HOUR = 3_600
FOREVER = 2**40 - 1


@pytest.fixture
def mined(now):
    """An event of a day that ended 31 days ago."""
    pass_time(now + 32 * DAY)
    return (now, now + DAY)


@pytest.fixture
def certify(certificates, certifier):
    def issue(id_, first, last, by=certifier, scheme=IRMA):
        arguments = (id_, MINE, scheme, 0, first, last, word("document"))
        return certificates.issue(*arguments, {"from": by}).timestamp

    return issue


def covered(certificates, first, last, known_at=FOREVER):
    return certificates.inForceAt(MINE, COBALT, RESPONSIBLE, first, last, known_at)


def test_a_certificate_recorded_a_month_later_covers_nothing_of_the_month(
    certificates, certify, mined
):
    certify(LABEL, mined[0] - 100 * DAY, mined[1] + 300 * DAY)
    assert not covered(certificates, *mined)


def test_a_place_cleared_a_month_later_is_a_cahra_at_the_event(places, determine, mined):
    determine(mined[0] - DAY, mined[1] + 300 * DAY)
    assert places.isCahra(LUALABA, *mined, FOREVER, ZERO_WORD)


def test_good_news_within_the_window_does_not_erase_bad_news(places, observer, determine, now):
    """A finding stands; the friendly one that follows a day later is within the window."""
    met = (True, False, False)
    places.determine(LUALABA, now - 2 * DAY, now + DAY, *met, word("m"), {"from": observer})
    determine(now - 2 * DAY, now + 300 * DAY)
    assert places.isCahra(LUALABA, now - DAY, now, FOREVER, ZERO_WORD)


def test_bad_news_counts_at_once_for_all_of_its_time(places, observer, determine, now):
    determine(now - DAY, now + 300 * DAY)
    assert not places.isCahra(LUALABA, now - DAY, now, FOREVER, ZERO_WORD)
    met = (True, False, False)
    places.determine(LUALABA, now - DAY, now, *met, word("m"), {"from": observer})
    assert places.isCahra(LUALABA, now - DAY, now, FOREVER, ZERO_WORD)


def test_a_proposer_who_dates_his_block_back_gains_nothing(places, observer, determine, now):
    """Chain time may lag by an hour: only what was recorded earlier counts against bad news."""
    met = (True, False, False)
    places.determine(LUALABA, now - DAY, now + 10 * DAY, *met, word("m"), {"from": observer})
    pass_time(now + DAY)
    determine(now, now + 300 * DAY)
    recorded = latest()
    assert places.isCahra(LUALABA, recorded + HOUR - 1, recorded + DAY, FOREVER, ZERO_WORD)
    assert not places.isCahra(LUALABA, recorded + HOUR, recorded + DAY, FOREVER, ZERO_WORD)


def test_a_window_set_later_reaches_no_further_back(
    certificates, certify, settings_contract, governor, now
):
    issued = certify(LABEL, now - 100 * DAY, now + 300 * DAY)
    settings_contract.setRecordingWindow(30 * DAY, {"from": governor})
    assert covered(certificates, issued - 7 * DAY, issued)
    assert not covered(certificates, issued - 7 * DAY - 1, issued)


# Scheme owners are slow: a renewal reaches back 90 days, and nothing else does.


@pytest.fixture
def ended(certify, now):
    """The last second of a certificate that ran to its end 60 days ago."""
    certify(LABEL, now - DAY, now + DAY)
    pass_time(now + 61 * DAY)
    return now + DAY


def test_a_renewal_in_90_days_leaves_no_gap(certificates, certify, ended):
    issued = certify(word("renewal"), ended + 1, ended + 300 * DAY)
    assert covered(certificates, ended - DAY, issued)


def test_a_renewal_after_90_days_leaves_one(certificates, certify, ended):
    pass_time(ended + 100 * DAY)
    issued = certify(word("renewal"), ended + 1, ended + 300 * DAY)
    assert covered(certificates, issued - 90 * DAY, issued)
    assert not covered(certificates, issued - 90 * DAY - 1, issued)


@pytest.mark.parametrize(("gap", "scheme"), [(1, IRMA), (0, 1)])
def test_what_does_not_go_on_with_it_is_no_renewal(certificates, certify, ended, gap, scheme):
    issued = certify(word("renewal"), ended + 1 + gap, ended + 300 * DAY, scheme=scheme)
    assert not covered(certificates, issued - 7 * DAY - 1, issued)


def test_another_certifier_renews_nothing(certificates, certify, affiliate, ended):
    issued = certify(word("renewal"), ended + 1, ended + 300 * DAY, by=affiliate)
    assert not covered(certificates, issued - 7 * DAY - 1, issued)


def test_what_was_suspended_is_not_renewed(certificates, certifier, certify, ended):
    certificates.setStatus(CERTIFICATE, 2, ended, spoken("reason"), {"from": certifier})
    issued = certify(word("renewal"), ended + 1, ended + 300 * DAY)
    assert not covered(certificates, issued - 7 * DAY - 1, issued)


def test_a_certificate_that_still_runs_is_not_renewed(certificates, certify, now):
    certify(LABEL, now - DAY, now + 300 * DAY)
    issued = certify(word("renewal"), now - 80 * DAY, now + 400 * DAY)
    assert not covered(certificates, issued - 7 * DAY - 1, issued)


# The window itself


def test_the_window_is_set_by_the_council_to_30_days_at_most(settings_contract, governor, stranger):
    assert settings_contract.recordingWindow() == 7 * DAY
    with reverts("OnlyCouncil", stranger):
        settings_contract.setRecordingWindow(DAY, {"from": stranger})
    with reverts("WindowTooLong", 30 * DAY + 1, 30 * DAY):
        settings_contract.setRecordingWindow(30 * DAY + 1, {"from": governor})
    tx = settings_contract.setRecordingWindow(30 * DAY, {"from": governor})
    emitted(tx, "RecordingWindowSet", window=30 * DAY)
    assert settings_contract.recordingWindow() == 30 * DAY
