"""What the events of a provenance name, so that its holder may show it: hashes and commitments."""

from collections.abc import Iterable
from typing import Final

from lodetrace.contracts import events as told
from lodetrace.contracts.events import Event

DOCUMENTS: Final = ("document", "declaration", "receiving_document")
COMMITMENTS: Final = ("lot", "total")


def documents_in(event: Event) -> set[bytes]:
    """Hashes of documents that an event names; some have them inside a struct."""
    if isinstance(event, told.PlaceDetermined):
        return {event.determination.document}
    if isinstance(event, told.EventStanding | told.Attested):
        return {event.statement.document}
    if isinstance(event, told.PriceReleased):
        return {event.publication.document, event.publication.assessment}
    return _words(event, DOCUMENTS)


def commitments_in(event: Event) -> set[bytes]:
    """What an event names that can be opened: lots, totals, site events."""
    if isinstance(event, told.EventStanding | told.Attested):
        return {event.statement.commitment}
    if isinstance(event, told.RunRecorded):
        return {output.id for output in event.outputs}
    return _words(event, COMMITMENTS)


def _words(event: Event, names: Iterable[str]) -> set[bytes]:
    return {value for name in names if isinstance(value := getattr(event, name, None), bytes)}
