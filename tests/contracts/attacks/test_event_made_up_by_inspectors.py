"""Attack: three inspectors make up an event of a site, or take one of its events back.

What they attested stood without the site. Now an event stands only where its operator filed the
document on chain, and a withdrawal takes effect only where it filed the declaration; or the council
decides for a silent site, two weeks after the quorum.
"""

import pytest

from tests.contracts.conftest import DAY, MINE
from tests.contracts.lots.clock import pass_time, wait
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import PEOPLE, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted_many

DECLARATION = word("declaration")
CONSENT_TERM = 14 * DAY


@pytest.fixture
def made_up(now):
    return site_event(MINE, now - DAY)


@pytest.fixture
def event(stand):
    """One that the site stated."""
    return stand()


@pytest.fixture
def withdrawal(attestations, event):
    site, document, _, _, _, sequence = attestations.standingOf(event)[:6]
    return (site, sequence, COBALT, document, DECLARATION, spoken("wrong"), [])


@pytest.fixture
def agreed(attestations, withdrawal, nodes):
    """A quorum withdraws what the site did not; returns the digest and the time."""
    for node in nodes[:3]:
        tx = attestations.withdraw(withdrawal, {"from": node})
    assert "EventWithdrawn" not in tx.events
    return attestations.withdrawalDigestOf(withdrawal), tx.timestamp


def test_what_the_site_did_not_file_does_not_stand(attestations, made_up, nodes, miner):
    for node in nodes[:2]:
        attestations.attest(made_up, {"from": node})
    for node in nodes[2:]:
        with reverts("NotFiled", MINE, made_up[1], made_up[7]):
            attestations.attest(made_up, {"from": node})
    attestations.file(MINE, made_up[1], made_up[7], {"from": miner})
    tx = attestations.attest(made_up, {"from": nodes[2]})
    assert "EventStanding" in tx.events


def test_nobody_files_for_it(attestations, made_up, node_1, refiner):
    for who, name in ((node_1, "node_1"), (refiner, "refiner")):
        with reverts("NotOperator", MINE, PEOPLE[name].organisation):
            attestations.file(MINE, made_up[1], made_up[7], {"from": who})


def test_a_site_that_was_sold_is_spoken_for_by_its_new_operator(
    attestations, sites, governor, made_up, miner, refiner
):
    sites.proposeTransfer(MINE, PEOPLE["refiner"].organisation, {"from": governor})
    sites.acceptTransfer(MINE, {"from": refiner})
    with reverts("NotOperator", MINE, PEOPLE["miner"].organisation):
        attestations.file(MINE, made_up[1], made_up[7], {"from": miner})
    attestations.file(MINE, made_up[1], made_up[7], {"from": refiner})


def test_inspectors_alone_withdraw_nothing(attestations, event, withdrawal, agreed, nodes, node_1):
    digest, at = agreed
    assert attestations.agreedAt(digest) == at
    attestations.withdraw(withdrawal, {"from": nodes[3]})
    assert attestations.agreedAt(digest) == at, "once"
    assert attestations.isWithdrawn(event, withdrawal[3]) is False
    with reverts("NotFiled", MINE, 1, DECLARATION):
        attestations.conclude(withdrawal, {"from": node_1})


def test_a_late_word_of_the_site_ends_it(attestations, event, withdrawal, agreed, miner, stranger):
    attestations.file(MINE, 1, DECLARATION, {"from": miner})
    tx = attestations.conclude(withdrawal, {"from": stranger})
    (ended,) = emitted_many(tx, "EventWithdrawn")
    assert ended["digest"] == str(agreed[0])
    with reverts("AlreadyWithdrawn", event, withdrawal[3]):
        attestations.conclude(withdrawal, {"from": stranger})


def test_the_council_decides_for_a_silent_site_after_two_weeks(
    attestations, event, withdrawal, agreed, governor
):
    digest, at = agreed
    with reverts("ConsentAwaited", event, digest, at + CONSENT_TERM):
        attestations.conclude(withdrawal, {"from": governor})
    pass_time(at + CONSENT_TERM - 1)
    attestations.conclude(withdrawal, {"from": governor})
    assert attestations.isWithdrawn(event, withdrawal[3]) is True


def test_the_council_alone_withdraws_nothing(attestations, event, withdrawal, governor, node_1):
    attestations.withdraw(withdrawal, {"from": node_1})
    wait(CONSENT_TERM)
    with reverts("WithdrawalUndecided", event, attestations.withdrawalDigestOf(withdrawal)):
        attestations.conclude(withdrawal, {"from": governor})
