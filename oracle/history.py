"""What this oracle node has accepted or refused so far: a SQLite file beside its keys.

It answers what a single document cannot: did its parents come before, does a site stay within
its capacity, is a number used for two documents. What it holds was committed before it counted,
and can be made anew from the documents.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.event_hash import EventIdentity
from lodetrace.documents.identity import canonical
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.statement_fields import BATCHING, PRODUCING
from lodetrace.storage import open_database, prepare, run, storage_errors, transaction
from oracle import batch_ledger, production_totals
from oracle.batch_ledger import (
    BatchFigures,
    Delivery,
    MadeBatch,
    Shipment,
    SiteStep,
    UsedBatch,
)
from oracle.serials import Serial, serial, serials_of

FILE: Final = "oracle-history.sqlite"
LAYOUT: Final = 8
_GOODS: Final = """
CREATE TABLE IF NOT EXISTS contents (
    hash BLOB NOT NULL REFERENCES documents,
    element TEXT NOT NULL,
    epc_class TEXT NOT NULL,
    substance TEXT NOT NULL,
    PRIMARY KEY (hash, element, epc_class)
) STRICT;
CREATE TABLE IF NOT EXISTS received (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    epc_class TEXT NOT NULL,
    finish INTEGER NOT NULL,
    PRIMARY KEY (site, epc_class, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS named (
    hash BLOB NOT NULL REFERENCES documents,
    lot BLOB NOT NULL,
    PRIMARY KEY (lot, hash)
) STRICT;
"""
"""contents: batches of what an event made; received: what sites weighed in; named: lots."""
_STOCK: Final = """
CREATE TABLE IF NOT EXISTS stock (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    epc_class TEXT NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (site, epc_class, element, hash)
) STRICT;
"""
"""What lay in continuous sites at the end of their periods, mg."""
SCHEMA: Final = (
    """
CREATE TABLE documents (
    hash BLOB PRIMARY KEY,
    identity TEXT NOT NULL,
    site BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    findings TEXT NOT NULL,
    withdraws BLOB
) STRICT;
CREATE INDEX documents_by_withdrawn ON documents (withdraws);
CREATE INDEX documents_by_number ON documents (site, sequence, revision);
CREATE INDEX documents_by_identity ON documents (identity);
CREATE TABLE outputs (
    hash BLOB NOT NULL REFERENCES documents,
    epc_class TEXT NOT NULL,
    place TEXT NOT NULL,
    finish INTEGER NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE made (
    hash BLOB NOT NULL REFERENCES documents,
    element TEXT NOT NULL,
    site BLOB NOT NULL,
    finish INTEGER NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (hash, element)
) STRICT;
CREATE TABLE serials (
    hash BLOB NOT NULL REFERENCES documents,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER,
    site BLOB NOT NULL,
    PRIMARY KEY (kind, name, hash)
) STRICT;
CREATE INDEX serials_by_site ON serials (site, kind, series, number);
"""
    + _GOODS
    + _STOCK
    + batch_ledger.SCHEMA
    + production_totals.SCHEMA
)

_FROM_LAYOUT_2: Final = """
CREATE INDEX IF NOT EXISTS documents_by_identity ON documents (identity);
DROP INDEX made_by_time;
ALTER TABLE serials ADD COLUMN site BLOB NOT NULL DEFAULT x'';
UPDATE serials SET site = (SELECT site FROM documents WHERE documents.hash = serials.hash);
DROP INDEX serials_by_series;
CREATE INDEX serials_by_site ON serials (site, kind, series, number);
"""


def _add_up(connection: sqlite3.Connection) -> None:
    """Layout 2 added up anew for each document."""
    run(connection, _FROM_LAYOUT_2 + production_totals.SCHEMA)
    production_totals.count_all(connection)
    _name_anew(connection)


def _name_anew(connection: sqlite3.Connection) -> None:
    """Layout 3 kept batches and seals as they were written: one had several names."""
    outputs = connection.execute("SELECT hash, epc_class, place, finish FROM outputs").fetchall()
    serials = connection.execute("SELECT hash, kind, name, site FROM serials").fetchall()
    connection.execute("DELETE FROM outputs")
    connection.execute("DELETE FROM serials")
    connection.executemany(
        "INSERT OR IGNORE INTO outputs VALUES (?, ?, ?, ?)",
        [(document, canonical(name), *others) for document, name, *others in outputs],
    )
    named = [(document, serial(kind, name), site) for document, kind, name, site in serials]
    connection.executemany(
        "INSERT OR IGNORE INTO serials VALUES (?, ?, ?, ?, ?, ?)",
        [(document, *astuple(one), site) for document, one, site in named],
    )
    _tell_goods(connection)


def _tell_goods(connection: sqlite3.Connection) -> None:
    """Layout 4 knew neither lots nor receipts; no document of its time names a lot."""
    run(connection, _GOODS + _STOCK + batch_ledger.SCHEMA)


def _keep_stock(connection: sqlite3.Connection) -> None:
    """Layout 5 knew no continuous sites."""
    run(connection, _STOCK + batch_ledger.SCHEMA)


def _keep_ledger(connection: sqlite3.Connection) -> None:
    """Layout 6 knew no masses of batches; OracleNode.recall books what the intake still has."""
    run(connection, batch_ledger.SCHEMA)


def _keep_deliveries(connection: sqlite3.Connection) -> None:
    """Layout 7 knew no shipments and no credits; OracleNode.recall books them again."""
    run(connection, batch_ledger.SCHEMA)
    connection.execute("DELETE FROM booked")


UPGRADES: Final = {
    2: _add_up, 3: _name_anew, 4: _tell_goods, 5: _keep_stock, 6: _keep_ledger,
    7: _keep_deliveries,
}  # fmt: skip

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"

_IS_WITHDRAWN: Final = (
    f"EXISTS (SELECT 1 FROM documents AS one WHERE one.outcome = '{ACCEPTED}' AND one.withdraws = "
)
"""Begins a condition; to be followed by a hash and a parenthesis."""


_IS_CORRECTED: Final = (
    "EXISTS (SELECT 1 FROM documents AS later WHERE later.site = documents.site"
    " AND later.sequence = documents.sequence AND later.revision > documents.revision"
    f" AND later.outcome = '{ACCEPTED}' AND later.withdraws IS NULL)"
)
"""A condition on `documents`: a later revision of the same number was accepted."""


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier document that made a lot: where, and when it was done.

    withdrawn: by its site, since.
    """

    epc_class: str
    place: str
    finish: int
    withdrawn: bool


class DocumentHistory:
    """The node's memory of documents. Close it, or use it in `with`. Raises StorageError."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        """connection: to work with instead of the file, see copy_of."""
        self._path: Final = path
        self._connection: Final = connection or open_database(path, SCHEMA, LAYOUT, UPGRADES)

    @classmethod
    def copy_of(cls, path: Path) -> Self:
        """A copy in memory, empty where there is no file: what it remembers is not kept."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        with storage_errors(path):
            if path.is_file():
                source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
                with closing(source):
                    source.backup(copy)
        prepare(copy, path, SCHEMA, LAYOUT, UPGRADES)
        return cls(path, copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is remembered inside is committed at once, at the end."""
        with transaction(self._connection, self._path):
            yield

    def outcome_of(self, document: bytes) -> str | None:
        """ "accepted", "refused", or None for a document that was never seen."""
        rows = self._rows("SELECT outcome FROM documents WHERE hash = ?", (document,))
        return str(rows[0][0]) if rows else None

    def findings_of(self, document: bytes) -> str:
        """What the checks found, one a line."""
        rows = self._rows("SELECT findings FROM documents WHERE hash = ?", (document,))
        return str(rows[0][0]) if rows else ""

    def other_document(self, signed: SignedDocument) -> bytes | None:
        """An accepted document with the same site, sequence and revision, but another hash."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE site = ? AND sequence = ? AND revision = ?"
            " AND hash <> ? AND outcome = ? AND withdraws IS NULL",
            (signed.site, signed.sequence, signed.revision, signed.hash, ACCEPTED),
        )
        return bytes(rows[0][0]) if rows else None

    def same_event(self, signed: SignedDocument, identity: str) -> bytes | None:
        """An accepted document about the same event, but with another site or sequence."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE identity = ? AND outcome = ?"
            f" AND (site <> ? OR sequence <> ?) AND NOT {_IS_WITHDRAWN} documents.hash)",
            (identity, ACCEPTED, signed.site, signed.sequence),
        )
        return bytes(rows[0][0]) if rows else None

    def withdrawal_of(self, document: bytes) -> bytes | None:
        """The accepted declaration that withdraws a document."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE withdraws = ? AND outcome = ? ORDER BY hash",
            (document, ACCEPTED),
        )
        return bytes(rows[0][0]) if rows else None

    def parents(self, epc_classes: Iterable[str]) -> list[Parent]:
        """Accepted documents that made these lots."""
        query = (
            f"SELECT epc_class, place, finish, {_IS_WITHDRAWN} outputs.hash) FROM outputs"
            " WHERE epc_class = ? ORDER BY finish"
        )
        return [
            Parent(lot, place, finish, bool(withdrawn))
            for name in epc_classes
            for lot, place, finish, withdrawn in self._rows(query, (name,))
        ]

    def contents(self, document: bytes, element: str) -> list[tuple[str, str]]:
        """Batches of an accepted document's outputs that hold the element, with substances."""
        query = "SELECT epc_class, substance FROM contents WHERE hash = ? AND element = ?"
        return [(str(batch), str(what)) for batch, what in self._rows(query, (document, element))]

    def is_received(self, site: bytes, epc_class: str, until: int) -> bool:
        """Whether an accepted document of the site says that the batch had arrived by then."""
        query = (
            "SELECT 1 FROM received WHERE site = ? AND epc_class = ? AND finish <= ?"
            f" AND NOT {_IS_WITHDRAWN} received.hash)"
        )
        return bool(self._rows(query, (site, epc_class, until)))

    def naming(self, signed: SignedDocument, lot: bytes) -> list[tuple[bytes, bytes, int]]:
        """Accepted documents of other numbers that name a lot, in their last revision.

        Hash, site and sequence of each.
        """
        rows = self._rows(
            "SELECT hash, site, sequence FROM named JOIN documents USING (hash) WHERE lot = ?"
            f" AND (site <> ? OR sequence <> ?) AND NOT {_IS_WITHDRAWN} named.hash)"
            f" AND NOT {_IS_CORRECTED} ORDER BY hash",
            (lot, signed.site, signed.sequence),
        )
        return [(bytes(one), bytes(site), int(number)) for one, site, number in rows]

    def made_between(self, signed: SignedDocument, element: str, after: int, until: int) -> int:
        """mg of an element that the site made in (after, until], leaving out this very event.

        Of an event with several revisions the last accepted one counts, and nothing that its
        site withdrew.
        """
        return self._between(signed, element, [until, after])[0]

    def metal_by_window(
        self, signed: SignedDocument, element: str, until: int, seconds: int, count: int
    ) -> list[int]:
        """As made_between for `count` windows of so many seconds, the newest first."""
        return self._between(signed, element, [until - n * seconds for n in range(count + 1)])

    def stock(self, site: bytes, element: str, epc_class: str) -> int | None:
        """mg of an element that lay in the site as this batch when a period ended."""
        rows = self._rows(
            "SELECT metal FROM stock JOIN documents USING (hash)"
            " WHERE stock.site = ? AND element = ? AND epc_class = ?"
            f" AND NOT {_IS_WITHDRAWN} stock.hash) ORDER BY revision DESC LIMIT 1",
            (site, element, epc_class),
        )
        return int(rows[0][0]) if rows else None

    def made_batch(self, epc_class: str) -> MadeBatch | None:
        """A batch where it was made, as the last document in force says."""
        with storage_errors(self._path):
            return batch_ledger.made(self._connection, epc_class)

    def certified(self, epc_class: str) -> list[BatchFigures]:
        """What laboratories certified of a batch."""
        with storage_errors(self._path):
            return batch_ledger.certified(self._connection, epc_class)

    def last_made(
        self, signed: SignedDocument, substance: str, until: int, count: int
    ) -> list[MadeBatch]:
        """The site's last batches of a substance by then, newest first, without this event's."""
        with storage_errors(self._path):
            return batch_ledger.last_made(self._connection, signed, substance, until, count)

    def uses(self, signed: SignedDocument, epc_class: str) -> list[UsedBatch]:
        """What other documents, of whatever site, used of a batch."""
        with storage_errors(self._path):
            return batch_ledger.uses(self._connection, signed, epc_class)

    def steps(
        self,
        signed: SignedDocument,
        element: str,
        kinds: Iterable[EventKind],
        finish: tuple[int, int],
        count: int,
    ) -> list[SiteStep]:
        """The site's other steps that ended after one time and by another, newest first."""
        with storage_errors(self._path):
            return batch_ledger.steps(self._connection, signed, element, kinds, finish, count)

    def arrived(
        self,
        signed: SignedDocument,
        element: str,
        substances: Iterable[str],
        finish: tuple[int, int],
    ) -> int:
        """mg of a metal in these substances that arrived at the site after one time, by another."""
        with storage_errors(self._path):
            return batch_ledger.arrived(self._connection, signed, element, substances, finish)

    def deliveries(
        self, signed: SignedDocument, element: str, until: int, count: int
    ) -> list[Delivery]:
        """What arrived at the site by then, newest first, without this event's."""
        with storage_errors(self._path):
            return batch_ledger.deliveries(self._connection, signed, element, until, count)

    def deliveries_of(self, signed: SignedDocument, element: str, epc_class: str) -> list[Delivery]:
        """What other documents of the site say arrived of a batch."""
        with storage_errors(self._path):
            return batch_ledger.deliveries_of(self._connection, signed, element, epc_class)

    def shipments(self, signed: SignedDocument, epc_class: str) -> list[Shipment]:
        """What other documents, of whatever site, say was sent off of a batch."""
        with storage_errors(self._path):
            return batch_ledger.shipments(self._connection, signed, epc_class)

    def credited(
        self, signed: SignedDocument, element: str, credit: int, finish: tuple[int, int]
    ) -> int:
        """mg of the site's other births that earned a credit after one time, by another."""
        with storage_errors(self._path):
            return batch_ledger.credited(self._connection, signed, element, credit, finish)

    def first_seen(self, signed: SignedDocument, element: str) -> int | None:
        """When the first of the site's other steps with a metal ended."""
        with storage_errors(self._path):
            return batch_ledger.first_seen(self._connection, signed, element)

    def stated_energy(self, signed: SignedDocument, until: int) -> bytes | None:
        """Another document of the site that said its energy by then."""
        with storage_errors(self._path):
            return batch_ledger.stated_energy(self._connection, signed, until)

    def gave_seals(self, signed: SignedDocument, until: int) -> bytes | None:
        """Another document of the site that gave seals by then."""
        with storage_errors(self._path):
            return batch_ledger.gave_seals(self._connection, signed, until)

    def events_of(self, document: bytes) -> list[tuple[bytes, int, str]]:
        """Site, sequence and element of each event of an accepted document."""
        query = "SELECT documents.site, sequence, element FROM steps JOIN documents USING (hash)"
        rows = self._rows(f"{query} WHERE hash = ?", (document,))
        return [(bytes(site), int(sequence), str(symbol)) for site, sequence, symbol in rows]

    def is_booked(self, document: bytes) -> bool:
        """Whether the ledger has an accepted document, or need not have it."""
        rows = self._rows(
            "SELECT 1 FROM documents WHERE hash = ? AND (outcome <> ? OR withdraws IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM booked WHERE booked.hash = documents.hash))",
            (document, ACCEPTED),
        )
        return bool(rows)

    def holder_of(self, signed: SignedDocument, serial: Serial) -> bytes | None:
        """An accepted document with another site or sequence that gave this number before."""
        rows = self._rows(
            "SELECT hash FROM serials JOIN documents USING (hash) WHERE kind = ? AND name = ?"
            " AND (documents.site <> ? OR sequence <> ?)"
            f" AND NOT {_IS_WITHDRAWN} serials.hash) ORDER BY hash LIMIT 1",
            (serial.kind, serial.name, signed.site, signed.sequence),
        )
        return bytes(rows[0][0]) if rows else None

    def number_before(self, signed: SignedDocument, serial: Serial) -> int | None:
        """The highest number of the series below this one that other documents of the site gave."""
        rows = self._rows(
            "SELECT number FROM serials JOIN documents USING (hash) WHERE serials.site = ?"
            " AND kind = ? AND series = ? AND number < ? AND sequence <> ?"
            " ORDER BY number DESC LIMIT 1",
            (signed.site, serial.kind, serial.series, serial.number, signed.sequence),
        )
        return int(rows[0][0]) if rows else None

    def numbered_beside(self, signed: SignedDocument, serial: Serial) -> list[tuple[int, int]]:
        """Number and end of the site's batches next below and next above in the series."""
        query = (
            "SELECT number, finish FROM serials JOIN documents USING (hash) JOIN outputs"
            " ON outputs.hash = serials.hash AND outputs.epc_class = serials.name"
            " WHERE serials.site = ? AND kind = ? AND series = ? AND sequence <> ?"
            f" AND NOT {_IS_WITHDRAWN} serials.hash) AND number {{}} ? ORDER BY number {{}} LIMIT 1"
        )
        values = (signed.site, serial.kind, serial.series, signed.sequence, serial.number)
        below = self._rows(query.format("<", "DESC"), values)
        above = self._rows(query.format(">", "ASC"), values)
        return [(int(number), int(finish)) for number, finish in (*below, *above)]

    def remember(
        self,
        signed: SignedDocument,
        identity: EventIdentity,
        statement: SiteStatement,
        place: str | None,
        outcome: str,
        findings: Iterable[str],
    ) -> None:
        """Keeps the outcome for a document; it is committed when this returns.

        A refusal is not for ever, an acceptance is: it may have been acted on.
        place: of the site, ISO 3166-2; only an accepted document has to have one.
        """
        with transaction(self._connection, self._path) as connection:
            _remember(connection, signed, identity, outcome, findings, None)
            if outcome != ACCEPTED:
                return
            _remember_goods(connection, signed, statement)
            batch_ledger.book(connection, signed, statement)
            if place is not None and statement.kind in BATCHING:
                _remember_products(connection, signed, statement, place)
                production_totals.count_anew(connection, signed.hash)

    def remember_withdrawal(
        self,
        signed: SignedDocument,
        identity: EventIdentity,
        document: bytes,
        outcome: str,
        findings: Iterable[str],
    ) -> None:
        """Keeps a declaration: once accepted, the withdrawn document counts for nothing more."""
        with transaction(self._connection, self._path) as connection:
            _remember(connection, signed, identity, outcome, findings, document)
            production_totals.count_anew(connection, document)

    def _between(self, signed: SignedDocument, element: str, times: Sequence[int]) -> list[int]:
        """mg made after each time but the first and up to the one before it."""
        with storage_errors(self._path):
            own = production_totals.counted(self._connection, signed.site, element, signed.sequence)
            made = production_totals.made_until(self._connection, signed.site, element, times)
        if own is not None:
            finish, metal = own
            made = [all_ - metal * (finish <= time) for all_, time in zip(made, times, strict=True)]
        return [until - after for until, after in pairwise(made)]

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple]:
        with storage_errors(self._path):
            return self._connection.execute(query, values).fetchall()


def _remember(
    connection: sqlite3.Connection,
    signed: SignedDocument,
    identity: EventIdentity,
    outcome: str,
    findings: Iterable[str],
    withdraws: bytes | None,
) -> None:
    number = (signed.site, signed.sequence, signed.revision)
    row = (signed.hash, str(identity), *number, outcome, "\n".join(findings), withdraws)
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash)"
        " DO UPDATE SET outcome = excluded.outcome, findings = excluded.findings"
        " WHERE outcome <> ?",
        (*row, ACCEPTED),
    )


def _remember_goods(
    connection: sqlite3.Connection, signed: SignedDocument, statement: SiteStatement
) -> None:
    """What came out, what arrived, and which lots went in.

    What only looks at a lot does not use it up.
    """
    document = signed.hash
    if statement.is_receipt:
        connection.executemany(
            "INSERT OR IGNORE INTO received VALUES (?, ?, ?, ?)",
            [(document, signed.site, one.epc_class, statement.to) for one in statement.outputs],
        )
    if statement.kind in BATCHING:
        connection.executemany(
            "INSERT OR IGNORE INTO contents VALUES (?, ?, ?, ?)",
            [
                (document, symbol, one.epc_class, one.substance)
                for symbol in statement.elements
                for one in statement.outputs
                if one.metal(symbol)
            ],
        )
    connection.executemany(
        "INSERT OR IGNORE INTO stock VALUES (?, ?, ?, ?, ?)",
        [
            (document, signed.site, symbol, one.epc_class, str(one.metal(symbol)))
            for symbol in statement.elements
            for one in statement.outputs
            if one.is_stock and one.metal(symbol)
        ],
    )
    if not statement.kind.looks_at_one:
        connection.executemany(
            "INSERT OR IGNORE INTO named VALUES (?, ?)",
            [(document, one.lot) for one in statement.named],
        )


def _remember_products(
    connection: sqlite3.Connection, signed: SignedDocument, statement: SiteStatement, place: str
) -> None:
    document = signed.hash
    connection.executemany(
        "INSERT OR IGNORE INTO outputs VALUES (?, ?, ?, ?)",
        [(document, one.epc_class, place, statement.to) for one in statement.outputs],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?, ?)",
        [
            (document, symbol, signed.site, statement.to, str(statement.made(symbol)))
            for symbol in statement.elements
            if statement.kind in PRODUCING
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO serials VALUES (?, ?, ?, ?, ?, ?)",
        [(document, *astuple(one), signed.site) for one in serials_of(statement)],
    )
