"""What the node is to attest: each event of each accepted document, up to its end."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, takewhile
from typing import Final

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent, Withdrawal
from lodetrace.documents.statement import event_id
from oracle.attest import FileReport as Examination
from oracle.attestable import Said
from oracle.service.intake import IntakeState, WaitingDocument
from oracle.service.store import Store

FIELDS: Final = (
    "site, sequence, revision, kind, element, start, finish, document, commitment,"
    " declaration, word"
)


class ReportState(StrEnum):
    """ready: to be sent. sent: on its way. The others as those of a document."""

    READY = "ready"
    SENT = "sent"
    REFUSED = "refused"
    ATTESTED = "attested"
    STANDING = "standing"
    OVERRULED = "overruled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EventReport:
    """One metal of one document. purpose: of the batch it travels in, once that is planned."""

    id: int
    event_id: bytes
    said: Said
    purpose: str | None
    state: ReportState


class EventReports:
    """The reports in the database. Every change is committed when its method returns."""

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def settle(self, taken: WaitingDocument, found: Examination, made: Iterable[str]) -> None:
        """Keeps what an examination came to; wakes what waited for the lots that were made."""
        if found.refusals:
            state, reason = IntakeState.REFUSED, "\n".join(found.refusals)
        else:
            state = IntakeState.EXAMINED if found.said else IntakeState.EVIDENCE
            reason = "\n".join(map(str, found.findings))
        identity = None if found.identity is None else str(found.identity)
        with self._store.write() as connection:
            connection.execute(
                "UPDATE intake SET state = ?, reason = ?, identity = ?, document = ? WHERE id = ?",
                (state, reason, identity, found.document, taken.id),
            )
            connection.execute("DELETE FROM waits WHERE intake = ?", (taken.id,))
            connection.executemany(
                f"INSERT OR IGNORE INTO reports (intake, event_id, {FIELDS}, state, reason, looked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ready', '', 0)",
                [(taken.id, *_row(one)) for one in found.said],
            )
            connection.executemany(
                "UPDATE intake SET due = 0 WHERE id IN"
                " (SELECT intake FROM waits WHERE epc_class = ?)",
                [(lot,) for lot in made],
            )
            _roll_up(connection, [taken.id] if found.said else [])

    def plan(self, purpose: str, batch: Sequence[EventReport]) -> None:
        """These reports travel together; a restart sends them together again."""
        self._update(batch, "purpose = ?", purpose)

    def unplan(self, batch: Sequence[EventReport]) -> None:
        """These reports are to be sent anew, each by itself."""
        self._update(batch, "state = 'ready', purpose = 'alone ' || id, hash = NULL")

    def unplanned(self, limit: int) -> list[EventReport]:
        """Reports of one kind to be sent that are in no batch, oldest first."""
        found = self._select("state = 'ready' AND purpose IS NULL ORDER BY id LIMIT ?", limit)
        return list(takewhile(lambda one: type(one.said) is type(found[0].said), found))

    def batches(self, state: ReportState) -> Iterator[list[EventReport]]:
        """Planned batches that are ready or sent, oldest first."""
        found = self._select("state = ? AND purpose IS NOT NULL ORDER BY purpose, id", state)
        groups = [list(group) for _, group in groupby(found, lambda one: one.purpose)]
        return iter(sorted(groups, key=lambda batch: batch[0].id))

    def sent(self, batch: Sequence[EventReport], transaction: str) -> None:
        """On their way. transaction: its hash."""
        self._update(batch, "state = 'sent', hash = ?", transaction)

    def mark(self, batch: Sequence[EventReport], state: ReportState, reason: str = "") -> None:
        """What became of reports."""
        self._update(batch, "state = ?, reason = ?", state, reason)

    def confirm(self, batch: Sequence[EventReport]) -> None:
        """Attested: as of now nothing else stands."""
        self._update(batch, "state = 'attested', reason = '', looked = ?", time.time_ns())

    def open(self, before: int, limit: int) -> list[EventReport]:
        """Attested reports without an end that were not looked at since, longest ago first."""
        condition = "state = 'attested' AND looked < ? ORDER BY looked, id LIMIT ?"
        return self._select(condition, before, limit)

    def unended(self, event_ids: Iterable[bytes]) -> dict[bytes, list[EventReport]]:
        """Reports of these events that are attested, or are still to be. None has no entry."""
        found: dict[bytes, list[EventReport]] = {}
        for key in event_ids:
            states = "state IN ('ready', 'sent', 'attested')"
            if reports := self._select(f"event_id = ? AND {states}", key):
                found[key] = reports
        return found

    def looked_at(self, batch: Sequence[EventReport]) -> None:
        """Nothing new about these."""
        self._update(batch, "looked = ?", time.time_ns())

    def is_backed_up(self, limit: int) -> bool:
        """Whether more reports than that wait to be sent."""
        query = "SELECT 1 FROM reports WHERE state = 'ready' LIMIT 1 OFFSET ?"
        return bool(self._store.rows(query, limit))

    def count(self, state: ReportState) -> int:
        """How many reports are in a state."""
        return int(self._store.rows("SELECT count(*) FROM reports WHERE state = ?", state)[0][0])

    def _update(self, batch: Sequence[EventReport], change: str, *values: object) -> None:
        if not batch:
            return
        ids = [one.id for one in batch]
        marks = ", ".join("?" * len(ids))
        with self._store.write() as connection:
            connection.execute(
                f"UPDATE reports SET {change} WHERE id IN ({marks})", (*values, *ids)
            )
            rows = connection.execute(
                f"SELECT DISTINCT intake FROM reports WHERE id IN ({marks})", ids
            ).fetchall()
            _roll_up(connection, [row[0] for row in rows])

    def _select(self, condition: str, *values: object) -> list[EventReport]:
        rows = self._store.rows(
            f"SELECT id, event_id, purpose, state, {FIELDS} FROM reports WHERE {condition}", *values
        )
        return [_report(row) for row in rows]


def _roll_up(connection: sqlite3.Connection, documents: Sequence[int]) -> None:
    """The state of a document is that of its events: the one that most needs to be seen."""
    order = (
        (IntakeState.REFUSED, (ReportState.REFUSED,)),
        (IntakeState.EXAMINED, (ReportState.READY, ReportState.SENT)),
        (IntakeState.OVERRULED, (ReportState.OVERRULED,)),
        (IntakeState.WITHDRAWN, (ReportState.WITHDRAWN,)),
        (IntakeState.ATTESTED, (ReportState.ATTESTED,)),
        (IntakeState.STANDING, (ReportState.STANDING,)),
    )
    for document in documents:
        rows = connection.execute(
            "SELECT state, reason FROM reports WHERE intake = ?", (document,)
        ).fetchall()
        for state, parts in order:
            reasons = [reason for part, reason in rows if part in parts]
            if not reasons:
                continue
            said = "\n".join(dict.fromkeys(one for one in reasons if one))
            connection.execute(
                "UPDATE intake SET state = ?, reason = CASE WHEN ? = '' THEN reason ELSE ? END"
                " WHERE id = ?",
                (state, said, said, document),
            )
            break


def _row(said: Said) -> tuple[object, ...]:
    key = event_id(said.site, said.sequence, said.element)
    if isinstance(said, Withdrawal):
        return (
            key, said.site, said.sequence, 0, int(EventKind.NONE), said.element, 0, 0,
            said.document, b"", said.declaration, said.reason,
        )  # fmt: skip
    return (
        key, said.site, said.sequence, said.revision, int(said.kind), said.element,
        said.from_, said.to, said.document, said.commitment, None, None,
    )  # fmt: skip


def _report(row: tuple) -> EventReport:
    number, key, purpose, state, site, sequence, revision, kind, element, *others = row
    start, finish, document, commitment, declaration, word = others
    if declaration is not None:
        withdrawal = Withdrawal(site, sequence, element, document, declaration, word)
        return EventReport(number, key, withdrawal, purpose, ReportState(state))
    numbers = (site, sequence, revision, EventKind(kind), element)
    event = SiteEvent(*numbers, start, finish, document, commitment)
    return EventReport(number, key, event, purpose, ReportState(state))
