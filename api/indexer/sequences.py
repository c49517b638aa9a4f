"""Whether an event is the next of its subject: each carries the subject's number of events."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column, Connection, func, select

from api.errors import EventsMissing
from api.indexer.chain_event import ChainEvent
from api.indexer.tables import certificates, determinations, lots, organisations, root_holds, sites
from api.indexer.writes import CHUNK, Rows
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.sequences import Subject, number_of
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


def last_numbers(connection: Connection, events: Iterable[ChainEvent]) -> dict[Subject, int]:
    """Of every subject of some events, as the rows have them before."""
    named: dict[SubjectKind, set[bytes]] = {}
    for at in events:
        if (found := number_of(at.event)) is not None:
            kind, subject = found[0]
            named.setdefault(kind, set()).add(subject)
    numbers: dict[Subject, int] = {}
    for kind, subjects in named.items():
        id_, sequence = LAST_NUMBERS[kind]
        by_id = {hex_of(subject): subject for subject in subjects}
        wanted = sorted(by_id)
        for start in range(0, len(wanted), CHUNK):
            chosen = id_.in_(wanted[start : start + CHUNK])
            last = select(id_, func.max(sequence)).where(chosen).group_by(id_)
            for one, number in connection.execute(last):
                numbers[kind, by_id[one]] = number
    return numbers


def require_next(rows: Rows, at: ChainEvent) -> None:
    """Raises EventsMissing unless the event's number follows that of its subject."""
    found = number_of(at.event)
    if found is None:
        return
    (kind, subject), actual = found
    expected = rows.numbers.get((kind, subject), 0) + 1
    if actual != expected:
        raise EventsMissing(
            name=at.name,
            block=at.block,
            subject=f"{enum_word(kind)} {hex_of(subject)}",
            actual=actual,
            expected=expected,
        )
    rows.numbers[kind, subject] = actual
