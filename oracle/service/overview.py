"""What an operator sees of the database: how many documents are in which state, and which."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.storage import StorageOfAnotherVersion, storage_errors
from oracle.contradictions import Proof, proofs
from oracle.service.states import IntakeState
from oracle.service.store import FILE, LAYOUT

UNFINISHED: Final = (IntakeState.PENDING, IntakeState.EXAMINED, IntakeState.ATTESTED)
COLUMNS: Final = "id, digest, document, identity, source, name, received, state, reason"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document. received: seconds since 1970; stuck: without an end for too long."""

    digest: bytes
    document: bytes | None
    identity: str | None
    source: str
    name: str
    received: int
    state: IntakeState
    reason: str
    stuck: bool
    transactions: tuple[str, ...]

    @property
    def shown_state(self) -> str:
        """In the words of the documentation: stuck is said in place of where it is stuck."""
        if self.stuck:
            return "stuck"
        return IntakeState.PENDING.value if self.state is IntakeState.EXAMINED else self.state.value


@dataclass(frozen=True, slots=True)
class Overview:
    """counts: by shown state, stuck ones apart. lines: what needs to be seen first."""

    counts: Mapping[str, int]
    lines: Sequence[DocumentLine]
    contradictions: Sequence[Proof] = ()


def overview(folder: Path, stuck_after: int, limit: int) -> Overview:
    """Reads the database of a service, running or not, and changes nothing.

    stuck_after: seconds. limit: most lines; those without a good end come first, then the newest.
    Raises StorageError.
    """
    path = folder / FILE
    if not path.is_file():
        return Overview(_counts({}, 0), ())
    since = int(time.time()) - stuck_after
    with _read_only(path) as connection:
        counts = _count(connection, since)
        # the table is as old as the first of them
        proven = proofs(connection) if counts[IntakeState.CONTRADICTED] else ()
        return Overview(counts, _lines(connection, since, limit), proven)


def lines_of(folder: Path, digests: Iterable[bytes]) -> dict[bytes, DocumentLine]:
    """Those of some documents, by digest; none is called stuck. Raises StorageError."""
    found = {}
    with _read_only(folder / FILE) as connection:
        for digest in digests:
            row = connection.execute(
                f"SELECT {COLUMNS}, 0 FROM intake WHERE digest = ?", (digest,)
            ).fetchone()
            if row is not None:
                found[digest] = _line(connection, row)
    return found


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    with storage_errors(path):
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found != LAYOUT:
                raise StorageOfAnotherVersion(path=path, found=found, expected=LAYOUT)
            yield connection
        finally:
            connection.close()


def _count(connection: sqlite3.Connection, since: int) -> dict[str, int]:
    found = dict(connection.execute("SELECT state, count(*) FROM intake GROUP BY state").fetchall())
    late = dict(
        connection.execute(
            "SELECT state, count(*) FROM intake WHERE received < ? AND state IN (?, ?, ?)"
            " GROUP BY state",
            (since, *UNFINISHED),
        ).fetchall()
    )
    left = {state: number - late.get(state, 0) for state, number in found.items()}
    return _counts(left, sum(late.values()))


def _counts(found: Mapping[str, int], stuck: int) -> dict[str, int]:
    counts = {state.value: found.get(state, 0) for state in IntakeState}
    counts[IntakeState.PENDING] += counts.pop(IntakeState.EXAMINED)
    return {**{str(name): number for name, number in counts.items()}, "stuck": stuck}


def _lines(connection: sqlite3.Connection, since: int, limit: int) -> list[DocumentLine]:
    rows = connection.execute(
        f"SELECT {COLUMNS}, received < ? AND state IN (?, ?, ?) AS stuck FROM intake"
        " ORDER BY state = 'contradicted' DESC, state = 'overruled' DESC, stuck DESC,"
        " state = 'refused' DESC,"
        " state IN ('standing', 'evidence', 'withdrawn'), id DESC LIMIT ?",
        (since, *UNFINISHED, limit),
    ).fetchall()
    return [_line(connection, row) for row in rows]


def _line(connection: sqlite3.Connection, row: tuple) -> DocumentLine:
    number, digest, document, identity, source, name, received, state, reason, stuck = row
    hashes = connection.execute(
        "SELECT DISTINCT hash FROM reports WHERE intake = ? AND hash IS NOT NULL", (number,)
    ).fetchall()
    return DocumentLine(
        digest, document, identity, source, name, received, IntakeState(state), reason, bool(stuck),
        tuple(one[0] for one in hashes),
    )  # fmt: skip
