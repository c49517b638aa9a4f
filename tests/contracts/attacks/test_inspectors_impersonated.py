"""A majority of the council replaces three inspectors' keys by its own, as if they had rotated."""

import pytest

from tests.contracts.people import PEOPLE, Role, spoken
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted

LABORATORY = PEOPLE["umpire"].organisation
VOICES = ("node_1", "certifier", "observer", "auditor", "umpire", "price_reporter")


@pytest.mark.parametrize("name", VOICES)
def test_who_speaks_for_others_is_suspended_first(request, members, governor, accounts, name):
    person, voice = PEOPLE[name], request.getfixturevalue(name)
    with reverts("VoiceNotSuspended", voice, person.roles):
        members.replaceSigner(voice, accounts[30], {"from": governor})
    members.suspend(person.organisation, spoken("stolen key"), {"from": governor})
    sequence = members.sequenceOf(person.organisation)
    tx = members.replaceSigner(voice, accounts[30], {"from": governor})
    emitted(
        tx,
        "SignerReplaced",
        account=voice,
        organisation=person.organisation,
        sequence=sequence + 1,
        signer=accounts[30],
    )
    assert "SignerRotated" not in tx.events
    with reverts("NotActive", accounts[30]):  # it speaks once the council reinstates it
        members.resolve(accounts[30])


def test_only_the_voices_in_force_count(members, governor, umpire, accounts):
    members.setRoles(PEOPLE["umpire"].organisation, 0, {"from": governor})
    members.replaceSigner(umpire, accounts[30], {"from": governor})
    assert members.accountOf(accounts[30]) == umpire


def test_a_laboratory_speaks_for_others(members, governor, umpire, accounts):
    members.setRoles(LABORATORY, Role.LABORATORY, {"from": governor})
    with reverts("VoiceNotSuspended", umpire, Role.LABORATORY):
        members.replaceSigner(umpire, accounts[30], {"from": governor})
