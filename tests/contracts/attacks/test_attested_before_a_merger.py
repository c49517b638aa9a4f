"""Attack: two inspectors attest and merge, or the operator buys one, and the next word completes.

Who attested was counted as it was then: an event stood by three words of two ownership groups, or
of one and the operator's own.
"""

import pytest

from tests.contracts.conftest import DAY, MINE
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import COBALT, site_event
from tests.contracts.people import PEOPLE, spoken, word
from tests.contracts.reverts import reverts

NODES = [PEOPLE[f"node_{count}"] for count in range(1, 5)]
PANEL = sorted(node.group for node in NODES)
ANSWER = 10 * DAY


@pytest.fixture
def statement(now, file):
    said = site_event(MINE, now - DAY)
    file(MINE, said[1], said[7])
    return said


@pytest.fixture
def stands(attestations):
    event = attestations.eventIdOf(MINE, 1, COBALT)
    return lambda: attestations.standingOf(event)[11] != 0


@pytest.fixture
def merge(members, governor):
    """The first inspector becomes one group with the second."""
    return lambda: members.setGroup(NODES[0].organisation, NODES[1].group, 1, {"from": governor})


@pytest.fixture
def buy(members, governor):
    """The first inspector gives up its role, and comes into the operator's group."""

    def bought():
        members.setRoles(NODES[0].organisation, 0, {"from": governor})
        members.setGroup(NODES[0].organisation, PEOPLE["miner"].group, 1, {"from": governor})

    return bought


@pytest.fixture
def voices(attestations, statement):
    """Each attests; how many voices the chain counts by then."""

    def spoken_by(*nodes, said=statement):
        return [
            attestations.attest(said, {"from": node}).events["Attested"]["attestations"]
            for node in nodes
        ]

    return spoken_by


def test_who_merge_before_the_third_are_one_voice(nodes, merge, voices, stands):
    assert voices(*nodes[:2]) == [1, 2]
    merge()
    assert voices(nodes[2]) == [2]
    assert not stands()
    assert voices(nodes[3]) == [3]
    assert stands()


def test_whom_the_operator_buys_has_no_voice(nodes, buy, voices, stands):
    assert voices(*nodes[:2]) == [1, 2]
    buy()
    assert voices(nodes[2]) == [2]
    assert not stands()
    assert voices(nodes[3]) == [3]
    assert stands()


def test_who_part_again_are_two_voices(members, governor, nodes, merge, voices, stands):
    voices(*nodes[:2])
    merge()
    voices(nodes[2])
    members.setGroup(NODES[0].organisation, word("its own again"), 1, {"from": governor})
    assert voices(nodes[3]) == [4]
    assert stands()


def test_what_stood_stays(attestations, nodes, merge, voices, stands):
    """It stood by three groups; who is merged later takes nothing back."""
    voices(*nodes[:3])
    merge()
    assert stands()
    event = attestations.eventIdOf(MINE, 1, COBALT)
    assert attestations.usable(event, 1)[11] != 0


def test_a_word_for_something_else_is_no_voice(attestations, statement, nodes, voices, stands):
    """Each statement has the voices of its own, also where words for two of them alternate."""
    other = (*statement[:8], f"0x{8:064x}", *statement[9:])
    assert voices(nodes[0]) == [1]
    assert voices(nodes[1], said=other) == [1]
    assert voices(nodes[2]) == [2]
    assert voices(nodes[3], said=other) == [2]
    assert not stands()


def test_a_withdrawal_is_by_groups_of_now(attestations, file, nodes, voices, merge, stands):
    voices(*nodes[:3])
    event = attestations.eventIdOf(MINE, 1, COBALT)
    document, declaration = attestations.standingOf(event)[1], word("declaration")
    file(MINE, 1, declaration)
    given = (MINE, 1, COBALT, document, declaration, spoken("weights do not agree"), [])
    for node in nodes[:2]:
        attestations.withdraw(given, {"from": node})
    merge()
    tx = attestations.withdraw(given, {"from": nodes[2]})
    assert tx.events["WithdrawalAttested"]["attestations"] == 2
    assert not attestations.isWithdrawn(event, document)
    attestations.withdraw(given, {"from": nodes[3]})
    assert attestations.isWithdrawn(event, document)


def test_a_withdrawal_is_agreed_by_groups_of_now(attestations, nodes, voices, buy):
    """Nor does the time begin after which the council speaks for the site."""
    voices(*nodes[:3])
    event = attestations.eventIdOf(MINE, 1, COBALT)
    document = attestations.standingOf(event)[1]
    given = (MINE, 1, COBALT, document, word("unfiled"), spoken("weights do not agree"), [])
    digest = attestations.withdrawalDigestOf(given)
    for node in nodes[:2]:
        attestations.withdraw(given, {"from": node})
    buy()
    attestations.withdraw(given, {"from": nodes[2]})
    assert attestations.agreedAt(digest) == 0
    attestations.withdraw(given, {"from": nodes[3]})
    assert attestations.agreedAt(digest) != 0


# --- it stays alive


def test_the_least_network_asks_anew(
    settings_contract, attestations, governor, nodes, statement, members, merge, voices, stands
):
    """Three inspectors, two of them merge: the quorum is lowered, and a revision stands by it."""
    members.setRoles(NODES[3].organisation, 0, {"from": governor})
    members.setRoles(PEOPLE["affiliate"].organisation, 0, {"from": governor})
    voices(*nodes[:2])
    merge()
    voices(nodes[2])
    settings_contract.setQuorum(2, {"from": governor})
    event = attestations.eventIdOf(MINE, 1, COBALT)
    with reverts("AlreadyAttested", event, 0, NODES[2].organisation):
        voices(nodes[2])
    again = (*statement[:2], 1, *statement[3:])
    assert voices(*nodes[1:3], said=again) == [1, 2]
    assert stands()


def test_the_place_of_who_was_merged_is_free(
    sites, governor, affiliate, nodes, merge, voices, stands
):
    """On a panel of the council's: of four places two are one group's, and another is drawn."""
    sites.setPanel(MINE, PANEL, {"from": governor})
    voices(*nodes[:2])
    merge()
    wait(ANSWER)
    assert voices(nodes[2], affiliate) == [2, 3]
    assert stands()


def test_the_place_of_whom_the_operator_bought_is_free(
    attestations, sites, members, governor, affiliate, statement, nodes, voices, stands
):
    """The operator comes into the group of an inspector who refused: that refusal is none."""
    sites.setPanel(MINE, PANEL, {"from": governor})
    reason = spoken("weights do not agree")
    for node in nodes[:2]:
        attestations.refuse(MINE, statement[1], statement[7], reason, {"from": node})
    members.setRoles(NODES[0].organisation, 0, {"from": governor})
    members.setGroup(PEOPLE["miner"].organisation, NODES[0].group, 1, {"from": governor})
    wait(ANSWER)
    assert voices(nodes[2], nodes[3], affiliate) == [1, 2, 3]
    assert stands()
