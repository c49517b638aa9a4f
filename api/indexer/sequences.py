"""Whether an event is the next of its subject: each carries the subject's number of events."""

from typing import Final

from sqlalchemy import Column, Connection, func, select

from api.errors import EventsMissing
from api.indexer.chain_event import ChainEvent
from api.indexer.tables import certificates, determinations, lots, organisations, root_holds, sites
from lodetrace.audit.replay.counters import number_of
from lodetrace.contracts.enums import SubjectKind
from lodetrace.text import enum_word, hex_of

LAST_NUMBERS: Final[dict[SubjectKind, tuple[Column, Column]]] = {
    SubjectKind.LOT: (lots.c.lot, lots.c.sequence),
    SubjectKind.CERTIFICATE: (certificates.c.certificate, certificates.c.sequence),
    SubjectKind.MEMBER: (organisations.c.organisation, organisations.c.sequence),
    SubjectKind.SITE: (sites.c.site, sites.c.sequence),
    SubjectKind.HOLD: (root_holds.c.key, root_holds.c.sequence),
    SubjectKind.PLACE: (determinations.c.place, determinations.c.sequence),
}
"""By kind: the column of the id, and that of the number of its last event."""


def require_next(connection: Connection, at: ChainEvent) -> None:
    """Raises EventsMissing unless the event's number follows that of its subject in the rows."""
    found = number_of(at.event)
    if found is None:
        return
    (kind, subject), actual = found
    id_, sequence = LAST_NUMBERS[kind]
    last = connection.execute(select(func.max(sequence)).where(id_ == subject)).scalar_one()
    expected = (last or 0) + 1
    if actual != expected:
        raise EventsMissing(
            name=at.name,
            block=at.block,
            subject=f"{enum_word(kind)} {hex_of(subject)}",
            actual=actual,
            expected=expected,
        )
