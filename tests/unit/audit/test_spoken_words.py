"""Attacks: words in clear, hashes that a dictionary finds, boxes of an unknown form, in a story."""

from dataclasses import replace

import pytest

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.spoken import ReasonInvalid, SealedBoxInvalid
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, EventKind, RunKind
from lodetrace.text import hex_of
from tests.support.audit_world import World, altered, events_of
from tests.unit.audit.refusals import refused
from zk_circuits.keccak import keccak256

GRIEVANCE = b"grievance about under-age workers at pit B under inquiry"
WORDS = [
    pytest.param(b"seal broken".ljust(32, b"\0"), id="words in clear"),
    pytest.param(keccak256(GRIEVANCE), id="an unsalted hash"),
    pytest.param(bytes(32), id="no reason"),
    pytest.param((99).to_bytes(32, "big"), id="a code that is not on the list"),
]
BOXES = [
    pytest.param(bytes(160), id="format 1"),
    pytest.param(b"\1" + bytes(175), id="a byte short"),
    pytest.param(b"\2" + bytes(176), id="an unknown algorithm"),
    pytest.param(b"", id="nothing"),
]
SEALED = {
    ev.LotBorn: "sealed_to_owner",
    ev.LotOffered: "sealed_to_receiver",
    ev.PriceChecked: "sealed_to_counterparty",
}
SPEAKING = (
    ev.LotRejected, ev.LotDisputed, ev.HoldPlaced, ev.OrganisationSuspended,
    ev.CertificateStatusSet, ev.WithdrawalAttested, ev.EventWithdrawn,
)  # fmt: skip


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """A story in which everything with words or boxes happens."""
    world = World.founded()
    record, stated = world.price_record(), world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    world.reject(lot)
    world.offer(lot, "beta")
    world.dispute(lot)
    world.reject(lot)
    world.hold(lot)
    world.release(lot)
    world.hand_over(lot, "beta")
    [made] = world.run(RunKind.REBOOK, [lot], [(world.lots[lot].material, 1)])
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, world.chain.time)
    world.withdraw(stated)
    world.suspend("beta")
    return world.evidence(made)


def test_the_story_holds(evidence: Evidence) -> None:
    replay(evidence)
    told = {type(shown.event) for shown in evidence.events}
    assert told.issuperset({*SEALED, *SPEAKING})


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("event", SPEAKING)
def test_a_reason_that_a_dictionary_finds(
    evidence: Evidence, event: type[ev.Event], word: bytes
) -> None:
    if event is ev.WithdrawalAttested:
        [attested, *_] = events_of(evidence, event)
        assert isinstance(attested, ev.WithdrawalAttested)
        change: dict[str, object] = {"withdrawal": replace(attested.withdrawal, reason=word)}
    else:
        change = {"reason": word}
    found = refused(ReasonInvalid, altered(evidence, event, **change))
    assert found.values["word"] == hex_of(word)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("event", SEALED)
def test_a_box_of_an_unknown_form(evidence: Evidence, event: type[ev.Event], box: bytes) -> None:
    change: dict[str, object] = {SEALED[event]: box}
    told = altered(evidence, event, **change)
    found = refused(SealedBoxInvalid, told)
    assert found.values["length"] == len(box)
