"""25 suspended days are erased by an "in force" that is recorded later and reaches back."""

import pytest

from tests.contracts.conftest import COBALT, DAY, MINE
from tests.contracts.lots.clock import latest, mine_at, pass_time
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.scoped_ids import scoped_of

LABEL, REASON = word("certificate"), spoken("reason")
CERTIFICATE = scoped_of("certifier", LABEL)
IRMA, RESPONSIBLE = 2, 1
IN_FORCE, SUSPENDED = 1, 2


@pytest.fixture
def suspended_at(certificates, certifier, now):
    """A certificate of a year, suspended five days ago with effect from then; when."""
    validity = (now - 30 * DAY, now + 300 * DAY)
    arguments = (LABEL, MINE, IRMA, 0, *validity, word("document"))
    certificates.issue(*arguments, {"from": certifier})
    certificates.setStatus(CERTIFICATE, SUSPENDED, now, REASON, {"from": certifier})
    pass_time(now + 25 * DAY)
    return now


def test_in_force_does_not_reach_back(certificates, certifier, suspended_at):
    with reverts_with_time("EffectiveInPast", suspended_at):
        certificates.setStatus(CERTIFICATE, IN_FORCE, suspended_at, REASON, {"from": certifier})
    event = (suspended_at + DAY, latest())
    assert not certificates.inForceAt(MINE, COBALT, RESPONSIBLE, *event, latest())


def test_in_force_begins_at_the_block_or_later(certificates, certifier, suspended_at):
    """Calls see the time of the latest block."""
    time = latest() + 10
    mine_at(time)
    ask, by = certificates.setStatus.call, {"from": certifier}
    ask(CERTIFICATE, IN_FORCE, time, REASON, by)
    ask(CERTIFICATE, IN_FORCE, time + DAY, REASON, by)
    with reverts("EffectiveInPast", time - 1, time):
        ask(CERTIFICATE, IN_FORCE, time - 1, REASON, by)


def test_the_gate_opens_for_what_begins_from_then_on(certificates, certifier, suspended_at):
    again = latest() + DAY
    certificates.setStatus(CERTIFICATE, IN_FORCE, again, REASON, {"from": certifier})
    mine_at(again + DAY)
    question = (MINE, COBALT, RESPONSIBLE)
    assert certificates.inForceAt(*question, again, again + DAY, latest())
    assert not certificates.inForceAt(*question, again - 1, again + DAY, latest())


def test_a_suspension_may_still_reach_back(certificates, certifier, suspended_at):
    earlier = suspended_at - 10 * DAY
    certificates.setStatus(CERTIFICATE, SUSPENDED, earlier, REASON, {"from": certifier})
    assert not certificates.inForceAt(MINE, COBALT, RESPONSIBLE, earlier, earlier + 1, latest())


def test_another_certificate_does_not_reach_back_into_the_suspension(
    certificates, certifier, suspended_at
):
    """The window bridges silence. A second certificate does not make a suspension silent."""
    other, again = word("another certificate"), suspended_at + 25 * DAY
    arguments = (other, MINE, IRMA, 0, suspended_at, again + 300 * DAY, word("document"))
    issued = certificates.issue(*arguments, {"from": certifier}).timestamp
    mine_at(issued + 2 * DAY)
    question = (MINE, COBALT, RESPONSIBLE)
    assert not certificates.inForceAt(*question, issued - 1, issued + DAY, latest())
    assert certificates.inForceAt(*question, issued, issued + DAY, latest())


def test_another_certificate_does_not_reach_back_before_the_time_of_in_force_again(
    certificates, certifier, suspended_at
):
    again = certificates.setStatus(
        CERTIFICATE, IN_FORCE, latest() + DAY, REASON, {"from": certifier}
    ).timestamp
    mine_at(again + 3 * DAY)
    other = word("another certificate")
    arguments = (other, MINE, IRMA, 0, suspended_at, again + 300 * DAY, word("document"))
    certificates.issue(*arguments, {"from": certifier})
    since = certificates.certificateOf(other)[6]
    assert again + DAY - 5 < since <= again + DAY
