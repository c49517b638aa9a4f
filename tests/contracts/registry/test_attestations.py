# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Attestations: events stand by a quorum of oracle nodes, once, and are used once."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.conftest import COBALT, LABORATORY, MINE
from tests.contracts.consents import add_account
from tests.contracts.lots.making import (
    BIRTH,
    CELL,
    LOSS,
    MASS_BALANCE,
    MEASUREMENT,
    NONE,
    OUTSIDE,
    PROCESSING,
    RECOVERY,
    REWORK,
    SEGREGATED,
    SULPHATE,
    field_word,
    in_order,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617
STATEMENT = (
    "(bytes32,uint32,uint16,uint8,uint16,uint40,uint40,bytes32,bytes32,"
    "uint16[],uint8,uint16,bool,bytes32,bytes32[],uint32)"
)
NOTHING = "0x" + keccak(encode(["bytes32[]"], [[]])).hex()
"""Hash of no inputs."""
SINCE, EXCUSED = 11, 12
"""Places in the struct Standing."""
LOT = field_word("lot")


def id_of(attestations, statement):
    return attestations.eventIdOf(statement[0], statement[1], statement[4])


def organisation(number):
    return PEOPLE[f"node_{number}"].organisation


# --- attesting


def test_event_stands_at_quorum(attestations, nodes, statement):
    given = statement()
    event_id, digest = id_of(attestations, given), attestations.digestOf(given)

    for count, node in enumerate(nodes[:3], start=1):
        tx = attestations.attest(given, {"from": node})
        emitted(
            tx,
            "Attested",
            eventId=event_id,
            organisation=organisation(count),
            digest=digest,
            revision=0,
            attestations=count,
            statement=given,
        )
        assert ("EventStanding" in tx.events) == (count == 3)

    emitted(tx, "EventStanding", eventId=event_id, site=MINE, digest=digest, statement=given)
    site, sequence, revision, kind, element, first, last, document, commitment = given[:9]
    assert plain(attestations.standingOf(event_id)) == plain(
        (
            *(site, document, commitment, NOTHING, 0),
            *(sequence, revision, kind, element, first, last),
            *(tx.timestamp, False, False, MASS_BALANCE, 0, False, 0, 0),
        )
    )


def test_what_stands_keeps_what_a_run_asks_for(attestations, statement, stand):
    """Elements are kept where something comes in units: its batches move as one."""
    changes = {"elements": [25, COBALT], "model": SEGREGATED, "unit_material": CELL}
    stand(statement(**changes))
    standing = attestations.standingOf(id_of(attestations, statement()))
    assert standing[4] == 1 << 25 | 1 << COBALT
    assert tuple(standing[14:]) == (SEGREGATED, CELL, False, 0, 0)


def test_event_id_and_digest(attestations, statement, web3):
    given = statement()
    encoded = web3.codec.encode(
        ["bytes32", "uint32", "uint16"], [bytes.fromhex(MINE[2:]), 1, COBALT]
    )
    assert plain(id_of(attestations, given)) == plain(bytes(web3.keccak(encoded)))
    words = tuple(bytes.fromhex(v[2:]) if isinstance(v, str) else v for v in given)
    expected = bytes(web3.keccak(web3.codec.encode([STATEMENT], [words])))
    assert plain(attestations.digestOf(given)) == plain(expected)


@pytest.mark.parametrize("field", range(16))
def test_digest_covers_every_field(attestations, statement, field):
    given = list(statement(model=SEGREGATED))
    digest = attestations.digestOf(given)
    others = {9: [COBALT, 28], 12: True, 14: [LOT]}
    other = word("other") if isinstance(given[field], str) else None
    given[field] = others.get(field) or other or given[field] + 1
    assert attestations.digestOf(given) != digest


def test_only_oracle_nodes_attest(attestations, statement, miner, stranger):
    with reverts("RoleMissing", miner, Role.ORACLE, PEOPLE["miner"].roles):
        attestations.attest(statement(), {"from": miner})
    with reverts("NotActive", stranger):
        attestations.attest(statement(), {"from": stranger})
    with reverts("NotActive", stranger):
        attestations.attestMany([], {"from": stranger})


def test_suspended_node_does_not_attest(attestations, members, governor, statement, node_1):
    members.suspend(organisation(1), spoken("reason"), {"from": governor})
    with reverts("NotActive", node_1):
        attestations.attest(statement(), {"from": node_1})


def test_organisation_attests_a_revision_once(attestations, members, statement, node_1, accounts):
    given = statement()
    attestations.attest(given, {"from": node_1})
    error = ("AlreadyAttested", id_of(attestations, given), 0, organisation(1))
    with reverts(*error):
        attestations.attest(given, {"from": node_1})
    with reverts(*error):  # nor another statement of the same revision
        attestations.attest(statement(commitment=f"0x{8:064x}"), {"from": node_1})
    add_account(members, accounts[20], Role.ORACLE, word("key"), node_1)
    with reverts(*error):  # nor by another account
        attestations.attest(given, {"from": accounts[20]})
    attestations.attest(statement(revision=1), {"from": node_1})
    attestations.attest(statement(sequence=2), {"from": node_1})


def test_node_is_independent_of_the_operator(attestations, statement, affiliate):
    given = statement(site=LABORATORY, kind=MEASUREMENT, inputs=[LOT])
    with reverts("NotIndependent", LABORATORY, PEOPLE["affiliate"].organisation):
        attestations.attest(given, {"from": affiliate})


def test_site_is_active_and_handles_the_element(attestations, sites, governor, statement, node_1):
    with reverts("SiteUnknown", word("nowhere")):
        attestations.attest(statement(site=word("nowhere")), {"from": node_1})
    with reverts("ElementNotAtSite", MINE, 29):
        attestations.attest(statement(element=29), {"from": node_1})
    sites.close(MINE, {"from": governor})
    with reverts("SiteInactive", MINE):
        attestations.attest(statement(), {"from": node_1})


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": NONE},
        {"sequence": 0},
        {"document": ZERO_WORD},
        {"commitment": ZERO_WORD},
        {"commitment": f"0x{FIELD:064x}"},
        {"commitment": "0x" + "f" * 64},
        {"elements": []},
        {"elements": [28]},
        {"elements": [28, COBALT]},
        {"elements": [COBALT, COBALT]},
        {"elements": [0, COBALT]},
        {"elements": [COBALT, 128]},
        {"batches": ZERO_WORD},
        {"unit_material": SULPHATE},
        {"no_output": True},
        {"kind": PROCESSING, "no_output": True, "inputs": [LOT]},
        {"kind": MEASUREMENT, "batches": word("batches"), "inputs": [LOT]},
        {"kind": LOSS, "batches": ZERO_WORD, "inputs": [LOT]},
    ],
)
def test_statement_is_complete(attestations, statement, node_1, changes):
    given = statement(**changes)
    with reverts("StatementInvalid", id_of(attestations, given)):
        attestations.attest(given, {"from": node_1})


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        (BIRTH, [LOT]),
        (OUTSIDE, [LOT]),
        (PROCESSING, []),
        (RECOVERY, []),
        (REWORK, []),
        (LOSS, []),
        (PROCESSING, in_order(field_word(str(index)) for index in range(5))),
        (PROCESSING, in_order(field_word(str(index)) for index in range(2))[::-1]),
        (PROCESSING, [LOT, LOT]),
        (PROCESSING, [ZERO_WORD, LOT]),
        (MEASUREMENT, []),
        (MEASUREMENT, in_order(field_word(str(index)) for index in range(2))),
    ],
)
def test_events_name_their_lots(attestations, statement, node_1, kind, inputs):
    given = statement(kind=kind, inputs=inputs)
    with reverts("InputsInvalid", id_of(attestations, given)):
        attestations.attest(given, {"from": node_1})


def test_a_birth_of_outside_metal_names_nothing(attestations, statement, stand):
    stand(statement(kind=OUTSIDE))
    event_id = id_of(attestations, statement())
    assert plain(attestations.usable(event_id, OUTSIDE)) == plain(attestations.standingOf(event_id))


def test_largest_commitment(attestations, statement, node_1):
    attestations.attest(statement(commitment=f"0x{FIELD - 1:064x}"), {"from": node_1})


def test_event_has_ended_and_runs_forward(attestations, chain, statement, node_1):
    given = statement()
    start, end = given[5], given[6]
    with reverts_with_time("TimeInvalid", end + 1, end):
        attestations.attest(statement(**{"from": end + 1}), {"from": node_1})
    future = chain.time() + 1_000
    with reverts_with_time("TimeInvalid", start, future):
        attestations.attest(statement(to=future), {"from": node_1})
    attestations.attest(statement(**{"from": end}), {"from": node_1})


def test_many_in_one_transaction(attestations, statement, node_1):
    given = [statement(element=element) for element in (25, 27, 28)]
    tx = attestations.attestMany(given, {"from": node_1})
    assert [event["statement"] for event in emitted_many(tx, "Attested")] == list(plain(given))


def test_many_are_all_or_none(attestations, statement, node_1):
    good, bad = statement(), statement(sequence=0)
    with reverts("StatementInvalid", id_of(attestations, bad)):
        attestations.attestMany([good, bad], {"from": node_1})
    (said,) = emitted_many(attestations.attest(good, {"from": node_1}), "Attested")
    assert said["attestations"] == 1


# --- conflicts


def test_conflict_is_visible_and_does_not_block(attestations, statement, nodes):
    honest, lie = statement(), statement(commitment=f"0x{8:064x}")
    tx = attestations.attest(lie, {"from": nodes[0]})
    assert emitted_many(tx, "Attested")[0]["digest"] == plain(attestations.digestOf(lie))
    for node in nodes[1:3]:
        attestations.attest(honest, {"from": node})
    assert attestations.standingOf(id_of(attestations, honest))[SINCE] == 0
    tx = attestations.attest(honest, {"from": nodes[3]})
    assert "EventStanding" in tx.events


def test_split_is_resolved_by_a_revision(attestations, statement, nodes, stand):
    """Two against two: neither stands; the site files anew."""
    for node, value in zip(nodes, (7, 7, 8, 8), strict=True):
        attestations.attest(statement(commitment=f"0x{value:064x}"), {"from": node})
    assert attestations.standingOf(id_of(attestations, statement()))[SINCE] == 0
    stand(statement(revision=1))
    standing = attestations.standingOf(id_of(attestations, statement()))
    assert standing[6] == 1


def test_event_stands_once(attestations, statement, nodes, stand):
    stand(statement())
    event_id = id_of(attestations, statement())
    for later in (statement(), statement(revision=1), statement(commitment=f"0x{8:064x}")):
        with reverts("AlreadyStanding", event_id):
            attestations.attest(later, {"from": nodes[3]})


# --- quorum


def test_quorum_is_set(attestations, settings_contract, governor, stranger, statement, nodes):
    emitted(settings_contract.setQuorum(1, {"from": governor}), "QuorumSet", quorum=1)
    assert settings_contract.quorum() == 1
    assert "EventStanding" in attestations.attest(statement(), {"from": nodes[0]}).events
    with reverts("QuorumInvalid", 0):
        settings_contract.setQuorum(0, {"from": governor})
    with reverts("OnlyCouncil", stranger):
        settings_contract.setQuorum(1, {"from": stranger})


def test_lowered_quorum_counts_from_the_next_attestation(
    attestations, settings_contract, governor, statement, nodes
):
    attestations.attest(statement(), {"from": nodes[0]})
    attestations.attest(statement(), {"from": nodes[1]})
    settings_contract.setQuorum(2, {"from": governor})
    assert attestations.standingOf(id_of(attestations, statement()))[SINCE] == 0
    assert "EventStanding" in attestations.attest(statement(), {"from": nodes[2]}).events


def test_nothing_stands_before_the_first_quorum(
    Attestations,
    Settings,
    governor,
    members,
    sites,
    lot_book,
    journal,
    statement,
    node_1,
):
    unset = governor.deploy(Settings, governor, journal)
    fresh = governor.deploy(Attestations, governor, members, sites, unset, lot_book)
    with reverts("QuorumInvalid", 0):
        fresh.attest(statement(), {"from": node_1})


# --- use


def test_event_that_made_lots_is_not_usable(attestations, lot_book, governor, statement, stand):
    stand(statement())
    event_id = id_of(attestations, statement())
    assert plain(attestations.usable(event_id, BIRTH)) == plain(attestations.standingOf(event_id))
    lot_book.useEvent(MINE, 1, COBALT, {"from": governor})
    with reverts("AlreadyUsed", event_id):
        attestations.usable(event_id, BIRTH)


def test_use_needs_a_standing_event_of_the_kind(attestations, statement, stand):
    event_id = id_of(attestations, statement())
    with reverts("NotStanding", event_id):
        attestations.usable(event_id, BIRTH)
    stand(statement())
    for kind in (NONE, PROCESSING, RECOVERY, MEASUREMENT, REWORK, LOSS, OUTSIDE):
        with reverts("EventKindMismatch", event_id, kind, BIRTH):
            attestations.usable(event_id, kind)


# --- late filing


def test_late_filing_is_excused_by_the_council(attestations, governor, stranger, statement, stand):
    event_id = id_of(attestations, statement())
    with reverts("NotStanding", event_id):
        attestations.excuseLateFiling(event_id, {"from": governor})
    stand(statement())
    with reverts("OnlyCouncil", stranger):
        attestations.excuseLateFiling(event_id, {"from": stranger})
    tx = attestations.excuseLateFiling(event_id, {"from": governor})
    emitted(tx, "LateFilingExcused", eventId=event_id)
    assert attestations.standingOf(event_id)[EXCUSED] is True


def test_used_event_is_not_excused(attestations, lot_book, governor, statement, stand):
    stand(statement())
    event_id = id_of(attestations, statement())
    lot_book.useEvent(MINE, 1, COBALT, {"from": governor})
    with reverts("AlreadyUsed", event_id):
        attestations.excuseLateFiling(event_id, {"from": governor})
