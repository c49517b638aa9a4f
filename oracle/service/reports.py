"""What the node is to attest: each event of each accepted document, up to its end."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Final

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import SiteEvent, Withdrawal
from lodetrace.documents.statement import event_id
from oracle.attestable import Said
from oracle.contradictions import keep_proof
from oracle.examination import FileReport as Examination
from oracle.service.fate_log import tell
from oracle.service.intake import WaitingDocument
from oracle.service.states import DOCUMENTS, REPORTS, TURNED_DOWN, IntakeState, ReportState
from oracle.service.store import Store

FIELDS: Final = (
    "event_id", "site", "sequence", "revision", "kind", "element", "start", "finish", "document",
    "commitment", "elements", "model", "unit_material", "no_output", "batches", "inputs",
    "units", "declaration", "word",
)  # fmt: skip
"""Columns of what is attested."""
COLUMNS: Final = ", ".join(FIELDS)


@dataclass(frozen=True, slots=True)
class EventReport:
    """One metal of one document. purpose: of the batch it travels in, once that is planned.

    intake: number of its document.
    """

    id: int
    intake: int
    event_id: bytes
    said: Said
    purpose: str | None
    state: ReportState


class EventReports:
    """The reports in the database. Every change is committed when its method returns."""

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def settle(self, taken: WaitingDocument, found: Examination, made: Iterable[str]) -> None:
        """Keeps what an examination came to; wakes what waited for the lots that were made.

        Of what is refused and no member signed, only digest and reason are kept.
        """
        state = _state_of(found)
        reason = "\n".join(found.refusals or map(str, found.findings))
        kept = taken.content if found.is_attributed or not found.refusals else None
        identity = None if found.identity is None else str(found.identity)
        with self._store.write() as connection:
            DOCUMENTS.move(
                connection, [taken.id], state,
                reason=reason, identity=identity, document=found.document, content=kept,
            )  # fmt: skip
            if found.contradicts is not None:
                keep_proof(connection, taken.id, taken.content, found.contradicts)
            connection.execute("DELETE FROM waits WHERE intake = ?", (taken.id,))
            connection.execute("DELETE FROM refusals WHERE intake = ?", (taken.id,))
            if state in TURNED_DOWN and found.is_attributed and found.document is not None:
                connection.execute("INSERT INTO refusals VALUES (?, 0)", (taken.id,))
            for one in found.said:
                REPORTS.add(
                    connection, ReportState.READY,
                    intake=taken.id, reason="", looked=0, **_columns(one),
                )  # fmt: skip
            connection.executemany(
                "UPDATE intake SET due = 0 WHERE id IN"
                " (SELECT intake FROM waits WHERE epc_class = ?)",
                [(lot,) for lot in made],
            )
            tell(self._store, connection, taken.id, state, found.codes)
            self._roll_up(connection, [taken.id])

    def plan(self, purpose: str, batch: Sequence[EventReport]) -> None:
        """These reports travel together; a restart sends them together again."""
        self._note(batch, "purpose = ?", purpose)

    def unplan(self, batch: Sequence[EventReport]) -> None:
        """These reports are to be sent anew, each by itself."""
        with self._store.write():
            self._move(batch, ReportState.READY, hash=None)
            self._note(batch, "purpose = 'alone ' || id")

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
        self._move(batch, ReportState.SENT, hash=transaction)

    def mark(self, batch: Sequence[EventReport], state: ReportState, reason: str = "") -> None:
        """What became of reports. reason: begins with its code, see fate_log.code_of."""
        self._move(batch, state, reason=reason)

    def confirm(self, batch: Sequence[EventReport]) -> None:
        """Attested: as of now nothing else stands."""
        self._move(batch, ReportState.ATTESTED, reason="", looked=time.time_ns())

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
        self._note(batch, "looked = ?", time.time_ns())

    def is_backed_up(self, limit: int) -> bool:
        """Whether more reports than that wait to be sent."""
        query = "SELECT 1 FROM reports WHERE state = 'ready' LIMIT 1 OFFSET ?"
        return bool(self._store.rows(query, limit))

    def count(self, state: ReportState) -> int:
        """How many reports are in a state."""
        return int(self._store.rows("SELECT count(*) FROM reports WHERE state = ?", state)[0][0])

    def _move(self, batch: Sequence[EventReport], state: ReportState, **columns: object) -> None:
        with self._store.write() as connection:
            REPORTS.move(connection, [one.id for one in batch], state, **columns)
            self._roll_up(connection, list(dict.fromkeys(one.intake for one in batch)))

    def _note(self, batch: Sequence[EventReport], change: str, *values: object) -> None:
        """Changes what is no state."""
        with self._store.write() as connection:
            connection.executemany(
                f"UPDATE reports SET {change} WHERE id = ?", [(*values, one.id) for one in batch]
            )

    def _roll_up(self, connection: sqlite3.Connection, documents: Sequence[int]) -> None:
        """The state of a document is that of its events: the one that most needs to be seen.

        Not while it is to be examined, and not where it is refused: it stays so until it is
        brought again, whatever becomes of its other events.
        """
        for document in documents:
            before = DOCUMENTS.state_of(connection, document)
            rows = connection.execute(
                "SELECT state, reason FROM reports WHERE intake = ?", (document,)
            ).fetchall()
            found = {ReportState(part) for part, _ in rows}
            if not found or before == IntakeState.PENDING:
                continue
            state, parts = next(one for one in _ORDER if found & one[1])
            if before in TURNED_DOWN and state != before:
                continue
            reasons = [reason for part, reason in rows if part in parts and reason]
            if reasons:
                reason = "\n".join(dict.fromkeys(reasons))
                connection.execute("UPDATE intake SET reason = ? WHERE id = ?", (reason, document))
            if state != before:
                DOCUMENTS.move(connection, [document], state)
                tell(self._store, connection, document, state)

    def _select(self, condition: str, *values: object) -> list[EventReport]:
        rows = self._store.rows(
            f"SELECT id, intake, purpose, state, {COLUMNS} FROM reports WHERE {condition}",
            *values,
        )
        return [_report(row) for row in rows]


_ORDER: Final = (
    (IntakeState.REFUSED, {ReportState.REFUSED}),
    (IntakeState.EXAMINED, {ReportState.READY, ReportState.SENT}),
    (IntakeState.OVERRULED, {ReportState.OVERRULED}),
    (IntakeState.WITHDRAWN, {ReportState.WITHDRAWN}),
    (IntakeState.ATTESTED, {ReportState.ATTESTED}),
    (IntakeState.STANDING, {ReportState.STANDING}),
)
"""A document's state by those of its reports, what most needs to be seen first."""


def _state_of(found: Examination) -> IntakeState:
    if found.contradicts is not None:
        return IntakeState.CONTRADICTED
    if found.refusals:
        return IntakeState.REFUSED
    return IntakeState.EXAMINED if found.said else IntakeState.EVIDENCE


def _columns(said: Said) -> dict[str, object]:
    return dict(zip(FIELDS, _values(said), strict=True))


def _values(said: Said) -> tuple[object, ...]:
    key, inputs = event_id(said.site, said.sequence, said.element), b"".join(said.inputs)
    if isinstance(said, Withdrawal):
        return (
            key, said.site, said.sequence, 0, int(EventKind.NONE), said.element, 0, 0,
            said.document, b"", b"", 0, 0, 0, b"", inputs, 0, said.declaration, said.reason,
        )  # fmt: skip
    elements = b"".join(one.to_bytes(2, "big") for one in said.elements)
    return (
        key, said.site, said.sequence, said.revision, int(said.kind), said.element,
        said.from_, said.to, said.document, said.commitment, elements, int(said.model),
        said.unit_material, int(said.no_output), said.batches, inputs, said.units, None, None,
    )  # fmt: skip


def _report(row: tuple) -> EventReport:
    number, intake, purpose, state, key, site, sequence, revision, kind, element, *others = row
    start, finish, document, commitment, *kept, declaration, word = others
    elements, model, unit_material, no_output, batches, inputs, units = kept
    said: Said
    if declaration is not None:
        said = Withdrawal(
            site, sequence, element, document, declaration, word, tuple(_cut(inputs, 32))
        )
    else:
        said = SiteEvent(
            site=site,
            sequence=sequence,
            revision=revision,
            kind=EventKind(kind),
            element=element,
            from_=start,
            to=finish,
            document=document,
            commitment=commitment,
            elements=tuple(int.from_bytes(one, "big") for one in _cut(elements, 2)),
            model=CustodyModel(model),
            unit_material=unit_material,
            no_output=bool(no_output),
            batches=batches,
            inputs=tuple(_cut(inputs, 32)),
            units=units,
        )
    return EventReport(number, intake, key, said, purpose, ReportState(state))


def _cut(joined: bytes, length: int) -> Iterator[bytes]:
    return (joined[start : start + length] for start in range(0, len(joined), length))
