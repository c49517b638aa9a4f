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
from lodetrace.contracts.enums import EventKind, Material, RunKind
from lodetrace.evidence.named import documents_in
from tests.support.audit_world import COBALT, World, altered, events_of
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256
from zk_circuits.tags import Tag, TagType

LOT = Tag(COBALT)
EVENT = Tag(COBALT, TagType.BIRTH)
RUN = Tag(COBALT, TagType.RUN_EVENT)
SECRET = 12345
BALANCE = Balance(1_500_000, 9_000_000, 0, credits=(1_500_000, 0, 0, 0), direct=2_000_000)
MEASURED = BirthMeasurement(1_500_000, 9_000_000, attested=(1_500_000, 0, 0, 0))
WORKED = RunMeasurement(1_400_000, (1_500_000,), 9_000_000, 50_000, direct=1_000_000)


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
    born = world.chain.events[-1].event
    assert isinstance(born, ev.LotBorn)
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
    assert amounts(found) == {
        "Co": "1.5 kg",
        "responsible": "1.5 kg",
        "carbon": "9 kg CO2e",
        "direct emissions": "2 kg CO2e",
    }


def test_an_opened_site_event_tells_its_amounts(world: World) -> None:
    opening = Opening(EVENT, MEASURED, SECRET)
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, commitment=opening.commitment.to_bytes(32, "big"))
    lot = world.birth(world.attest(world.restated(said)))
    (found,) = opened(replay(world.evidence(lot, openings=(shown(opening),))))
    assert found.amounts == MEASURED
    assert "Co out" in amounts(found)


def worked(world: World, opening: Opening) -> bytes:
    """A lot that a run made under an event that this opens."""
    ore = world.birth()
    world.hand_over(ore, "beta")
    world.chain.next(2 * 3600)
    stated = world.stated("refinery", EventKind.PROCESSING, hours=1, ago=30, inputs=[ore])
    said = replace(stated.statement, commitment=opening.commitment.to_bytes(32, "big"))
    attested = world.attest(world.restated(said))
    return world.run(RunKind.PROCESS, [ore], [(Material.SULPHATE, 1)], stated=attested)[0]


def test_an_opened_event_of_a_run_tells_what_went_in(world: World) -> None:
    opening = Opening(RUN, WORKED, SECRET)
    lot = worked(world, opening)
    (found,) = opened(replay(world.evidence(lot, openings=(shown(opening),))))
    assert found.amounts == WORKED
    assert amounts(found) == {
        "Co in, lot 1": "1.5 kg",
        "Co out": "1.4 kg",
        "Co as scrap": "50 g",
        "carbon": "9 kg CO2e",
        "direct emissions": "1 kg CO2e",
    }


def test_an_opened_event_of_a_run_whose_second_lot_it_does_not_name(world: World) -> None:
    opening = Opening(RUN, replace(WORKED, metal_in=(1_000_000, 500_000)), SECRET)
    lot = worked(world, opening)
    with pytest.raises(OpeningRefused):
        opened(replay(world.evidence(lot, openings=(shown(opening),))))


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
        {"values": (*BALANCE.slots()[:8], 1)},
        {"tag": RUN.word},
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


def test_an_event_opening_whose_empty_amount_is_used(world: World) -> None:
    opening = Opening(EVENT, MEASURED, SECRET)
    stated = world.stated("mine", EventKind.BIRTH)
    said = replace(stated.statement, commitment=opening.commitment.to_bytes(32, "big"))
    lot = world.birth(world.attest(world.restated(said)))
    used = (*MEASURED.slots()[:2], 5, *MEASURED.slots()[3:])
    with pytest.raises(OpeningRefused):
        opened(replay(world.evidence(lot, openings=(shown(opening, values=used),))))


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
