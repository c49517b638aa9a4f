# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Births with real proofs: what is true passes, for its sender and place alone."""

import brownie
import pytest

from tests.contracts.conftest import COBALT, DAY, MINE
from tests.contracts.consents import add_account
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    FIELD,
    IDENTITY_PRESERVED,
    birth,
    field_word,
    number,
    sealed,
)
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.people import word

CAHRA_BIT = 1 << 4
IRMA = 2


@pytest.fixture
def ore(prover):
    """A birth of 1 t of cobalt, 5 kg CO2e a kg, 400 kg of it of kind 1; its lot at a CAHRA."""
    metal, carbon = 10**9, 5 * 10**9
    event = prover.birth(COBALT, metal, carbon, attested=(4 * 10**8, 0, 0, 0), direct=10**9)
    return event, prover.lot(COBALT, metal, carbon, cahra=metal, direct=10**9)


@pytest.fixture
def prove_birth(origins, prover, miner):
    """The request with its proof."""

    def prove(event_id, event, lot, gates=CAHRA_BIT, account=miner, **changes):
        request = birth(event_id, lot.id, **changes)
        ctx = origins.ctxOf(account, request)
        rule = request[2] | gates << 32
        proof = prover.prove("origin", ctx=ctx, rule=rule, event=event, lot=lot)
        return with_field(request, 6, proof)

    return prove


def test_birth(origins, lot_book, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    origins.birth(request, {"from": miner})
    assert lot_book.commitmentOf(lot.id) == lot.id


def test_birth_with_its_credit(
    origins, certificates, certifier, determine, prover, prove_birth, stand, miner, now
):
    determine(now - DAY, now + DAY)
    validity = (now - DAY, now + DAY)
    certificates.issue(word("c"), MINE, IRMA, 0, *validity, word("document"), {"from": certifier})
    end = wait(100)
    attested = (4 * 10**8, 0, 0, 0)
    event = prover.birth(COBALT, 10**9, 7, attested=attested)
    lot = prover.lot(COBALT, 10**9, 7, credits=attested)
    interval = {"from": end - 20, "to": end}
    request = prove_birth(stand(commitment=event.id, **interval), event, lot, gates=1)
    tx = origins.birth(request, {"from": miner})
    assert tx.events["LotBorn"]["gates"] == 1


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (1, field_word("another lot")),
        (4, IDENTITY_PRESERVED),
        (5, sealed("another box")),
    ],
)
def test_a_birth_is_proven_as_it_is(origins, stand, prove_birth, ore, miner, index, value):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        origins.birth(with_field(request, index, value), {"from": miner})


@pytest.mark.parametrize("words", [(0,) * 8, (1, 2, *[1] * 6)])
def test_what_is_no_proof_is_refused(origins, stand, prove_birth, ore, miner, words):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with brownie.reverts():
        origins.birth(with_field(request, 6, (words,)), {"from": miner})


def test_a_copied_birth_is_refused_and_the_original_passes(
    origins, members, stand, prove_birth, ore, miner, accounts
):
    """Another account of the same operator sends the same proof."""
    add_account(members, accounts[30], 0b11, word("viewing key"), miner)
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        origins.birth(request, {"from": accounts[30]})
    origins.birth(request, {"from": miner})


def test_a_birth_of_another_event_is_refused(origins, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    twin = stand(commitment=event.id)
    with refused("origin"):
        origins.birth(with_field(request, 0, twin), {"from": miner})


def test_a_birth_for_another_contract_is_refused(
    Origins, origins, members, sites, attestations, gates, lot_book, verifiers, governor, admit,
    stand, prove_birth, ore, miner,
):  # fmt: skip
    arguments = (members, sites, attestations, gates, lot_book, verifiers["origin"])
    other = admit(governor.deploy(Origins, *arguments))
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        other.birth(request, {"from": miner})


def test_gates_that_closed_since_are_not_passed(
    origins, stand, prove_birth, ore, determine, miner, now
):
    """Proven as outside any CAHRA, which nobody has determined."""
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    determine(now - 3 * DAY, now)
    with refused("origin"):
        origins.birth(request, {"from": miner})


def test_signals_beyond_the_field_are_refused(origins, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    beyond = f"0x{number(lot.id) + FIELD:064x}"
    with refused("origin"):
        origins.birth(with_field(request, 1, beyond), {"from": miner})
