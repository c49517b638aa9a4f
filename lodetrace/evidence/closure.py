"""The rows that tell a subject's provenance, from a node: the shared closure over its logs.

Which rows they are says lodetrace/audit/closure.py alone, so a bundle has what its reader asks for.
Times are no part of that question; they are read once for all entries when it is answered.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lodetrace.audit.bundle import Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.logs import known_shapes
from lodetrace.audit.rows import Entry, ShownEntry, count_of, fold
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.structs import Row
from lodetrace.evidence.entry_store import NotedLog
from lodetrace.evidence.errors import AncestryTooLarge, EventsLeftOut, SubjectNotRecorded
from lodetrace.evidence.journal_copy import JournalCopy
from lodetrace.text import enum_word, hex_of

MOST_LOTS: Final = 5_000
"""Lots of one bundle."""


def provenance(journal: JournalCopy, subject: Subject, block: int) -> Closure:
    """The closure up to a block, its entries without their times.

    Raises SubjectNotRecorded or AncestryTooLarge.
    """
    root, kind, id_ = root_of(subject), enum_word(subject.kind), hex_of(subject.id)
    if not journal.row(root, block):
        raise SubjectNotRecorded(kind=kind, id=id_, block=block)
    shown: dict[int, ShownEntry] = {}
    lots = 0

    def row_of(row: Row) -> list[ShownEntry]:
        nonlocal lots
        lots += row.kind is RowKind.LOT
        if lots > MOST_LOTS:
            raise AncestryTooLarge(kind=kind, id=id_, limit=MOST_LOTS)
        return [
            shown.get(place) or shown.setdefault(place, _undated(place, log))
            for place, log in journal.row(row, block)
        ]

    return closure(root, row_of)


def dated(found: Closure, times: Mapping[int, int]) -> Closure:
    """With the times of the blocks that the entries are in."""
    entries = {
        shown.entry.place: ShownEntry(
            replace(shown.entry, time=times[shown.entry.block]), shown.event
        )
        for shown in found.entries
    }
    rows = {
        row: tuple(entries[shown.entry.place] for shown in row_entries)
        for row, row_entries in found.rows.items()
    }
    return Closure(found.root, rows)


def require_words(journal: JournalCopy, found: Closure, words: Mapping[Row, int]) -> None:
    """Each row folds to its word. A row that does not is searched for what the node keeps back.

    Raises LogsLeftOut, LogsAltered or EventsLeftOut.
    """
    for row, shown in found.rows.items():
        if fold(one.entry for one in shown) != words[row]:
            journal.search(sorted({one.entry.block for one in shown}))
            raise EventsLeftOut(
                reason=f"the Journal counts {count_of(words[row])} about {enum_word(row.kind)}"
                f" {hex_of(row.subject)}, and the {len(shown)} found do not add up to its word"
            )


def _undated(place: int, log: NotedLog) -> ShownEntry:
    event = known_shapes()[log.contract][log.topics[0]].decode(log.topics, log.data)
    return ShownEntry(Entry(log.writer, log.block, 0, place, log.topics, log.data), event)
