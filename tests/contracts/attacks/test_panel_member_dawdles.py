"""Attack: inspectors of a panel neither attest nor refuse, and so stop a competitor.

Or they are silent so that friends are called in, after the others have refused.
"""

import pytest

from tests.contracts.conftest import DAY, MINE
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

TERM = 10 * DAY
REASON = spoken("weights do not agree")
DOCUMENT = word("document")
FIFTH, SIXTH = PEOPLE["affiliate"].group, word("group of the newcomer")


@pytest.fixture
def newcomer(members, governor, accounts):
    """The sixth inspector, after the affiliate, who is the fifth."""
    identity = (word("newcomer"), SIXTH, Role.ORACLE, word("profile"))
    members.register(*identity, accounts[31], word("key"), {"from": governor})
    return accounts[31]


@pytest.fixture
def statement(now, file, newcomer):
    said = site_event(MINE, now - DAY)
    file(MINE, said[1], said[7])
    return said


@pytest.fixture
def attest(attestations, statement):
    """Inspectors attest one after the other."""

    def by(*nodes):
        for node in nodes:
            attestations.attest(statement, {"from": node})

    return by


@pytest.fixture
def refuse(attestations, statement):
    return lambda node: attestations.refuse(MINE, 1, DOCUMENT, REASON, {"from": node})


@pytest.fixture
def stands(attestations):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    return lambda: attestations.standingOf(event)[11] != 0


def test_after_ten_days_the_longest_serving_one_is_drawn(nodes, affiliate, attest, stands):
    attest(*nodes[:2])
    wait(TERM - 60)
    with reverts("NotOnPanel", MINE, FIFTH):
        attest(affiliate)
    wait(60)
    attest(affiliate)
    assert stands()


def test_nobody_is_drawn_before_its_turn(nodes, newcomer, attest, refuse):
    """One is silent, so one is drawn: the fifth, and not the sixth."""
    attest(*nodes[:2])
    refuse(nodes[2])
    wait(TERM)
    with reverts("NotOnPanel", MINE, SIXTH):
        attest(newcomer)


def test_as_many_are_drawn_as_are_silent(nodes, affiliate, newcomer, attest, stands):
    attest(nodes[0])
    wait(TERM)
    attest(newcomer, affiliate)
    assert stands()


def test_who_cannot_speak_is_not_drawn(
    members, governor, nodes, affiliate, newcomer, attest, refuse, stands
):
    """Else an expelled inspector stops a site a second time."""
    members.suspend(PEOPLE["affiliate"].organisation, REASON, {"from": governor})
    attest(*nodes[:2])
    refuse(nodes[2])
    wait(TERM)
    attest(newcomer)
    assert stands()


def test_a_document_that_the_panel_refused_calls_nobody_in(
    nodes, affiliate, attest, refuse, stands
):
    """Two of four refuse: the two that are left are no quorum, whoever of them is silent."""
    refuse(nodes[0])
    refuse(nodes[1])
    attest(nodes[2])
    wait(10 * TERM)
    with reverts("NotOnPanel", MINE, FIFTH):
        attest(affiliate)
    attest(nodes[3])
    assert not stands()


def test_a_seat_is_spoken_for_once(nodes, affiliate, newcomer, attestations, attest, now, stands):
    """Who comes back after another one was drawn in its place and answered is too late.

    Conflicting statements, so that nothing stands meanwhile.
    """
    attest(*nodes[:2])
    wait(TERM)
    other = site_event(MINE, now - DAY, commitment=f"0x{8:064x}")
    attestations.attest(other, {"from": affiliate})
    attestations.attest(other, {"from": newcomer})
    with reverts("PanelAnswered", MINE, PEOPLE["node_3"].group):
        attest(nodes[2])
    assert not stands()


def test_who_wakes_up_in_time_has_its_seat(nodes, affiliate, newcomer, attestations, attest, now):
    attest(*nodes[:2])
    wait(TERM)
    other = site_event(MINE, now - DAY, commitment=f"0x{8:064x}")
    attestations.attest(other, {"from": nodes[2]})
    with reverts("NotOnPanel", MINE, SIXTH):
        attestations.attest(other, {"from": newcomer})
    attestations.attest(other, {"from": affiliate})


def test_the_term_begins_with_the_filing(now, nodes, affiliate, attestations, file):
    unfiled = site_event(MINE, now - DAY, sequence=2)
    attestations.attest(unfiled, {"from": nodes[0]})
    wait(2 * TERM)
    file(MINE, 2, unfiled[7])
    with reverts("NotOnPanel", MINE, FIFTH):
        attestations.attest(unfiled, {"from": affiliate})


def test_a_refusal_is_seen_for_ever_and_keeps_the_seat(attestations, nodes, attest, refuse, stands):
    tx = refuse(nodes[0])
    organisation = PEOPLE["node_1"].organisation
    emitted(
        tx, "DocumentRefused", site=MINE, document=DOCUMENT, organisation=organisation,
        sequence=1, reason=REASON,
    )  # fmt: skip
    assert plain(attestations.refusalsOf(MINE, 1, DOCUMENT)) == plain((organisation,))
    with reverts("AlreadyRefused", MINE, DOCUMENT, PEOPLE["node_1"].group):
        refuse(nodes[0])
    wait(TERM)
    attest(*nodes[:3])
    assert stands()
    assert len(attestations.refusalsOf(MINE, 1, DOCUMENT)) == 1


def test_only_the_panel_refuses_and_only_what_was_filed(
    attestations, refuse, affiliate, miner, node_1
):
    with reverts("NotOnPanel", MINE, FIFTH):
        refuse(affiliate)
    with reverts("RoleMissing", miner, Role.ORACLE, PEOPLE["miner"].roles):
        refuse(miner)
    with reverts("NotFiled", MINE, 1, word("draft")):
        attestations.refuse(MINE, 1, word("draft"), REASON, {"from": node_1})


def test_who_refuses_after_attesting_has_one_voice(nodes, affiliate, attest, refuse, stands):
    attest(*nodes[:2])
    refuse(nodes[0])
    wait(TERM)
    attest(affiliate)
    assert stands()
