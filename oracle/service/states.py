"""The states of a document and of its reports, and every move from one to another.

A move that is not in the tables does not happen: whoever changes a state does it through
StateColumn, which looks the move up before anything is written.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lodetrace.errors import LodetraceError


class IntakeState(StrEnum):
    """What became of a document.

    pending: to be examined, or waiting. contradicted: its site signed another document under its
    number. examined: in order, not attested yet. evidence: in order,
    nothing of it goes on chain. attested: by this node. standing: at quorum as this node says.
    overruled: something else stands. withdrawn: a quorum attested that its site withdrew it; of a
    declaration, what it declares wrong.
    """

    PENDING = "pending"
    REFUSED = "refused"
    CONTRADICTED = "contradicted"
    EVIDENCE = "evidence"
    EXAMINED = "examined"
    ATTESTED = "attested"
    STANDING = "standing"
    OVERRULED = "overruled"
    WITHDRAWN = "withdrawn"


class ReportState(StrEnum):
    """ready: to be sent. sent: on its way. The others as those of a document."""

    READY = "ready"
    SENT = "sent"
    REFUSED = "refused"
    ATTESTED = "attested"
    STANDING = "standing"
    OVERRULED = "overruled"
    WITHDRAWN = "withdrawn"


State = IntakeState | ReportState
Moves = Mapping[tuple[State | None, State | None], str]
"""Why, by (from, to). From None: the row is new. To None: the row is removed."""

ENDED: Final = frozenset(IntakeState) - {IntakeState.PENDING, IntakeState.EXAMINED}
"""States in which this node has done for a document what it can."""

TURNED_DOWN: Final = frozenset({IntakeState.REFUSED, IntakeState.CONTRADICTED})
"""States of a document for which nothing is sent, until it is brought again."""

DOCUMENT_MOVES: Final[Moves] = MappingProxyType(
    {
        (None, IntakeState.PENDING): "it was taken in",
        (None, IntakeState.REFUSED): "it could not be read",
        (IntakeState.PENDING, IntakeState.REFUSED): "the examination refused it",
        (IntakeState.PENDING, IntakeState.CONTRADICTED): "its site signed another one so numbered",
        (IntakeState.PENDING, IntakeState.EVIDENCE): "it is in order and has nothing to attest",
        (IntakeState.PENDING, IntakeState.EXAMINED): "it is in order and is to be attested",
        (IntakeState.REFUSED, IntakeState.PENDING): "it was brought again",
        (IntakeState.CONTRADICTED, IntakeState.PENDING): "it was brought again",
        (IntakeState.EXAMINED, IntakeState.REFUSED): "the contract refused one of its events",
        (IntakeState.EXAMINED, IntakeState.ATTESTED): "this node attested its events",
        (IntakeState.EXAMINED, IntakeState.STANDING): "the quorum was reached without this node",
        (IntakeState.EXAMINED, IntakeState.OVERRULED): "the quorum had attested something else",
        (IntakeState.EXAMINED, IntakeState.WITHDRAWN): "the quorum had attested its withdrawal",
        (IntakeState.ATTESTED, IntakeState.STANDING): "the quorum was reached",
        (IntakeState.ATTESTED, IntakeState.OVERRULED): "the quorum attested something else",
        (IntakeState.ATTESTED, IntakeState.WITHDRAWN): "the quorum attested its withdrawal",
        (IntakeState.WITHDRAWN, IntakeState.OVERRULED): "another of its events was overruled",
    }
)
"""A document follows its reports: the one that most needs to be seen (reports.py)."""

REPORT_MOVES: Final[Moves] = MappingProxyType(
    {
        (None, ReportState.READY): "its document is in order",
        (ReportState.READY, ReportState.READY): "its batch was taken apart before it was sent",
        (ReportState.READY, ReportState.SENT): "its transaction was handed to the chain node",
        (ReportState.READY, ReportState.REFUSED): "the contract refused it",
        (ReportState.READY, ReportState.ATTESTED): "its organisation had attested it before",
        (ReportState.READY, ReportState.STANDING): "the quorum was reached before it was sent",
        (ReportState.READY, ReportState.OVERRULED): "something else stood before it was sent",
        (ReportState.READY, ReportState.WITHDRAWN): "it was withdrawn before it was sent",
        (ReportState.SENT, ReportState.READY): "its transaction reverted, or the outbox was lost",
        (ReportState.SENT, ReportState.REFUSED): "its transaction reverted because of it",
        (ReportState.SENT, ReportState.ATTESTED): "its transaction succeeded",
        (ReportState.SENT, ReportState.STANDING): "the quorum was reached on its way",
        (ReportState.SENT, ReportState.OVERRULED): "something else stood on its way",
        (ReportState.SENT, ReportState.WITHDRAWN): "it was withdrawn on its way",
        (ReportState.ATTESTED, ReportState.STANDING): "the quorum was reached",
        (ReportState.ATTESTED, ReportState.OVERRULED): "the quorum attested something else",
        (ReportState.ATTESTED, ReportState.WITHDRAWN): "the quorum attested its withdrawal",
        (ReportState.REFUSED, None): "its document was brought again",
    }
)


class MoveImpossible(LodetraceError):
    """A change of state that the tables do not have: a fault of this program, or of the file."""

    template = "{what} {number} cannot go from {before} to {after}"
    advice = "Nothing was written. Keep a copy of the node's folder, and report this."


@dataclass(frozen=True, slots=True, eq=False)
class StateColumn:
    """The states in one table of the database, changed inside of a transaction of the caller.

    columns: other columns that are written with the state.
    """

    table: str
    what: str
    moves: Moves

    def add(self, connection: sqlite3.Connection, state: State, **columns: object) -> int | None:
        """Adds a row; its id, None where it was there before. Raises MoveImpossible."""
        self._require("new", None, state)
        names = ", ".join(("state", *columns))
        marks = ", ".join("?" * (1 + len(columns)))
        row = connection.execute(
            f"INSERT INTO {self.table} ({names}) VALUES ({marks})"
            " ON CONFLICT DO NOTHING RETURNING id",
            (state, *columns.values()),
        ).fetchone()
        return None if row is None else int(row[0])

    def move(
        self, connection: sqlite3.Connection, ids: Sequence[int], state: State, **columns: object
    ) -> None:
        """Moves rows to a state; all of them, or none. Raises MoveImpossible."""
        self._require_all(connection, ids, state)
        changes = ", ".join(f"{name} = ?" for name in ("state", *columns))
        connection.executemany(
            f"UPDATE {self.table} SET {changes} WHERE id = ?",
            [(state, *columns.values(), number) for number in ids],
        )

    def remove(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        """Removes rows; all of them, or none. Raises MoveImpossible."""
        self._require_all(connection, ids, None)
        connection.executemany(
            f"DELETE FROM {self.table} WHERE id = ?", [(number,) for number in ids]
        )

    def state_of(self, connection: sqlite3.Connection, number: int) -> str | None:
        """The state of a row, None where there is none."""
        row = connection.execute(
            f"SELECT state FROM {self.table} WHERE id = ?", (number,)
        ).fetchone()
        return None if row is None else str(row[0])

    def _require_all(
        self, connection: sqlite3.Connection, ids: Sequence[int], after: State | None
    ) -> None:
        for number in ids:
            before = self.state_of(connection, number)
            if before is None:  # a move from nothing is an addition
                raise MoveImpossible(what=self.what, number=number, before="nothing", after=after)
            self._require(number, before, after)

    def _require(self, number: object, before: str | None, after: State | None) -> None:
        # a StrEnum equals its text, so a state that no enum has is in no table
        if (before, after) not in self.moves:
            raise MoveImpossible(
                what=self.what, number=number, before=before or "nothing", after=after or "nothing"
            )


DOCUMENTS: Final = StateColumn("intake", "document", DOCUMENT_MOVES)
REPORTS: Final = StateColumn("reports", "report", REPORT_MOVES)
