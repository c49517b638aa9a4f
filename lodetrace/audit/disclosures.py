"""Openings and documents that a holder chose to show: they are of the story, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lodetrace.audit.bundle import OpeningShown
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.births import BORN_OF
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.history import ReplayedHistory
from lodetrace.text import hex_of
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement, four
from zk_circuits.commitment import Opening
from zk_circuits.errors import ZkError
from zk_circuits.keccak import keccak256
from zk_circuits.tags import Tag, TagType


class OpeningRefused(HistoryRefused):
    """An opening that does not open its commitment."""

    template = "step {step}, opening of {item}: {reason}"


class OpeningForeign(HistoryRefused):
    """An opening of a commitment that the story does not contain."""

    template = (
        "step {step}, opening of {item}: no lot, event or total of this story has this commitment"
    )


class DocumentForeign(HistoryRefused):
    """A document whose hash no event of the story names."""

    template = "step {step}, document {item}: no event of this story names its hash"


Amounts: TypeAlias = Balance | BirthMeasurement | RunMeasurement
"""What a commitment may hide: of a lot or total, of a birth, of a run."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Amounts of a lot, total or site event, opened."""

    about: str
    element: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document whose hash the chain has. about: what names it."""

    hash: bytes
    size: int
    about: tuple[str, ...]


def opened(story: ReplayedHistory) -> tuple[Disclosed, ...]:
    """Every opening of the bundle, recomputed; raises OpeningRefused or OpeningForeign."""
    known = _commitments(story)
    return tuple(_open(shown, known) for shown in story.replay.evidence.bundle.openings)


def documents_of(story: ReplayedHistory) -> tuple[DocumentShown, ...]:
    """Every document of the bundle, hashed; raises DocumentForeign."""
    named = _documents(story)
    shown = []
    for content in story.replay.evidence.bundle.documents:
        digest = keccak256(content)
        if digest not in named:
            raise DocumentForeign(item=hex_of(digest))
        shown.append(DocumentShown(digest, len(content), tuple(sorted(named[digest]))))
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class _Known:
    """A commitment of the story. inputs: lots that it names, of the event of a run."""

    type: TagType
    element: int
    about: str
    inputs: int = 0


def _open(shown: OpeningShown, known: Mapping[bytes, _Known]) -> Disclosed:
    item = hex_of(shown.commitment)
    found = known.get(shown.commitment)
    if found is None:
        raise OpeningForeign(item=item)
    kind, element, about = found.type, found.element, found.about
    try:
        tag = Tag.parse(shown.tag)
        if (tag.type, tag.element) != (kind, element):
            raise OpeningRefused(item=item, reason=f"its tag is that of another than {about}")
        amounts = _amounts(kind, shown.values, found.inputs)
        if amounts.slots() != shown.values:
            raise OpeningRefused(item=item, reason="an amount that there is not is not 0")
        Opening(tag, amounts, shown.salt).check(int.from_bytes(shown.commitment, "big"))
    except ZkError as error:
        raise OpeningRefused(item=item, reason=str(error)) from error
    return Disclosed(about, element, amounts)


def _amounts(kind: TagType, values: tuple[int, ...], inputs: int) -> Amounts:
    """v0 to v8 as what they are of. inputs: lots that a run's event names."""
    first, carbon, third, units, *middle, direct = values
    if kind is TagType.BIRTH:
        return BirthMeasurement(first, carbon, units, four("attested", tuple(middle)), direct)
    if kind is TagType.RUN_EVENT:
        return RunMeasurement(first, tuple(middle[:inputs]), carbon, third, units, direct)
    return Balance(first, carbon, third, units, four("credits", tuple(middle)), direct)


def _commitments(story: ReplayedHistory) -> dict[bytes, _Known]:
    """Everything of the story that can be opened: type, metal, and how it is named."""
    replay = story.replay
    found = {
        record.id: _Known(TagType.LOT, record.nature.element, record.item)
        for record in replay.book.lots.values()
    }
    for total in replay.products.totals.values():
        found[total.total] = _Known(TagType.TOTAL, total.element, labels.total(total.total))
    for event_id, history in replay.attestations.events.items():
        for statement in history.statements.values():
            item = labels.site_event(event_id)
            born = statement.kind in BORN_OF
            kind = TagType.BIRTH if born else TagType.RUN_EVENT
            inputs = len(statement.inputs)
            found[statement.commitment] = _Known(kind, statement.element, item, inputs)
    return found


def _documents(story: ReplayedHistory) -> dict[bytes, set[str]]:
    """Hashes of documents that events of the story name."""
    replay = story.replay
    found: dict[bytes, set[str]] = {}
    for event_id, history in replay.attestations.events.items():
        item = labels.site_event(event_id)
        for statement in history.statements.values():
            found.setdefault(statement.document, set()).add(item)
        for gone in history.withdrawn_documents:
            found.setdefault(gone.declaration, set()).add(item)
    for certificate in replay.certificates.certificates.values():
        item = labels.certificate(certificate.id)
        found.setdefault(certificate.issued.document, set()).add(item)
    for place, documents in replay.places.documents.items():
        for document in documents:
            found.setdefault(document, set()).add(labels.place(place))
    for check in replay.prices.checks.values():
        released = replay.prices.released[check.event.record].publication
        for document in (released.document, released.assessment):
            found.setdefault(document, set()).add(labels.price_check(check.event.check_id))
    return found
