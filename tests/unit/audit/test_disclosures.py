"""What a holder opens: amounts and documents that belong to the story, and no others."""

from dataclasses import replace
from typing import Any

import pytest

from lodetrace.audit.bundle import OpeningShown
from lodetrace.audit.disclosures import (
    DocumentForeign,
    OpeningForeign,
    OpeningRefused,
    documents_of,
    opened,
)
from lodetrace.audit.replay.history import replay
from lodetrace.audit.report.wording import amounts
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import EventKind
from lodetrace.evidence.closure import documents_in
from tests.support.audit_world import COBALT, World, altered, events_of
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256
from zk_circuits.tags import Tag, TagType

LOT = Tag(COBALT)
EVENT = Tag(COBALT, TagType.EVENT)
SECRET = 12345
BALANCE = Balance(1_500_000, 9_000_000, 0, credits=(1_500_000, 0, 0, 0, 0))
MEASURED = Measurement(1_500_000, 9_000_000, attested=(1_500_000, 0, 0, 0, 0))


@pytest.fixture
def world() -> World:
    return World.founded()


def shown(opening: Opening, **changes: Any) -> OpeningShown:
    whole = OpeningShown(
        opening.tag.word,
        opening.commitment.to_bytes(32, "big"),
        opening.balance.slots(),
        opening.salt,
    )
    return replace(whole, **changes)


def lot_of(world: World, opening: Opening) -> bytes:
    """A lot that this opens; the story looks at ids, and so does everything made of them."""
    lot = world.birth()
    born = world.lots.pop(lot)
    opened_id = opening.commitment.to_bytes(32, "big")
    changed = replace(born, lot=opened_id)
    world.chain.events[-1] = replace(world.chain.events[-1], event=changed)
    world.chain.numbers = {
        (kind, opened_id if name == lot else name): number
        for (kind, name), number in world.chain.numbers.items()
    }
    return opened_id


def test_an_opened_lot_tells_its_amounts(world: World) -> None:
    opening = Opening(LOT, BALANCE, SECRET)
    lot = lot_of(world, opening)
    (found,) = opened(replay(world.evidence(lot, openings=(shown(opening),))))
    assert found.amounts == BALANCE
    assert amounts(found) == {"Co": "1.5 kg", "carbon": "9 kg CO2e", "responsible": "1.5 kg"}


def test_an_opened_site_event_tells_its_amounts(world: World) -> None:
    opening = Opening(EVENT, MEASURED, SECRET)
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, commitment=opening.commitment.to_bytes(32, "big"))
    lot = world.birth(world.attest(world.restated(said)))
    (found,) = opened(replay(world.evidence(lot, openings=(shown(opening),))))
    assert found.amounts == MEASURED
    assert "Co out" in amounts(found)


def test_an_opening_of_another_storys_lot(world: World) -> None:
    lot = world.birth()
    foreign = shown(Opening(LOT, BALANCE, SECRET))
    with pytest.raises(OpeningForeign):
        opened(replay(world.evidence(lot, openings=(foreign,))))


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": SECRET + 1},
        {"values": (1_500_001, *BALANCE.slots()[1:])},
        {"values": (*BALANCE.slots()[:4], 0, 0, 0, 0, 0)},
        {"values": (1 << 64, *BALANCE.slots()[1:])},
        {"tag": EVENT.word},
        {"tag": Tag(28).word},
        {"tag": 0},
        {"salt": 1 << 250},
    ],
)
def test_an_opening_that_does_not_open_its_lot(world: World, changes: dict[str, Any]) -> None:
    opening = Opening(LOT, BALANCE, SECRET)
    lot = lot_of(world, opening)
    with pytest.raises(OpeningRefused):
        opened(replay(world.evidence(lot, openings=(shown(opening, **changes),))))


@pytest.mark.parametrize("tag", [EVENT.word, Tag(28).word])
def test_a_tag_of_something_else_is_named(world: World, tag: int) -> None:
    opening = Opening(LOT, BALANCE, SECRET)
    lot = lot_of(world, opening)
    with pytest.raises(OpeningRefused, match="its tag is that of another than lot"):
        opened(replay(world.evidence(lot, openings=(shown(opening, tag=tag),))))


def test_an_event_opening_whose_spare_amount_is_used(world: World) -> None:
    opening = Opening(EVENT, MEASURED, SECRET)
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, commitment=opening.commitment.to_bytes(32, "big"))
    lot = world.birth(world.attest(world.restated(said)))
    spare = (*MEASURED.slots()[:3], 5, *MEASURED.slots()[4:])
    with pytest.raises(OpeningRefused):
        opened(replay(world.evidence(lot, openings=(shown(opening, values=spare),))))


def test_a_document_that_a_site_event_names(world: World) -> None:
    content = b'{"what":"a site document"}'
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, document=keccak256(content))
    lot = world.birth(world.attest(world.restated(said)))
    (found,) = documents_of(replay(world.evidence(lot, documents=(content,))))
    assert found.hash == keccak256(content)
    assert found.about[0].startswith("site event")


def test_a_document_of_a_certificate_and_one_of_a_place(world: World) -> None:
    content = b"a certificate, as paper"
    lot = world.birth()
    evidence = world.evidence(lot, documents=(content,))
    document = keccak256(content)
    first: Any = events_of(evidence, ev.PlaceDetermined)[0]
    determination = replace(first.determination, document=document)
    for event, about, fields in (
        (ev.CertificateIssued, "certificate", {"document": document}),
        (ev.PlaceDetermined, "place", {"determination": determination}),
    ):
        named = altered(evidence, event, 0, **fields)
        (found,) = documents_of(replay(named))
        assert found.about[0].startswith(about)
        assert document in documents_in(events_of(named, event)[0])


def test_a_document_that_nothing_names(world: World) -> None:
    lot = world.birth()
    with pytest.raises(DocumentForeign):
        documents_of(replay(world.evidence(lot, documents=(b"another paper",))))


def test_a_document_with_another_byte(world: World) -> None:
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, document=keccak256(b"paper"))
    lot = world.birth(world.attest(world.restated(said)))
    with pytest.raises(DocumentForeign):
        documents_of(replay(world.evidence(lot, documents=(b"papes",))))


def test_nothing_is_opened_where_nothing_is_shown(world: World) -> None:
    story = replay(world.evidence(world.birth()))
    assert opened(story) == ()
    assert documents_of(story) == ()
