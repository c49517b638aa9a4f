"""What was made and what was used of each batch, and what each step of a site took and gave.

Rows are of accepted documents; what was withdrawn, or corrected by a later revision, stays in them
and counts for nothing. So the ledger is the same however the documents came, and can be made anew
from them.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.statement_fields import BATCHING, RUNS
from lodetrace.units import PPM

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS made_batches (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    epc_class TEXT NOT NULL,
    substance TEXT NOT NULL,
    start INTEGER NOT NULL,
    finish INTEGER NOT NULL,
    wet_mass TEXT NOT NULL,
    dry_mass TEXT NOT NULL,
    moisture INTEGER NOT NULL,
    assay TEXT NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE INDEX IF NOT EXISTS made_batches_by_site ON made_batches (site, substance, finish);
CREATE TABLE IF NOT EXISTS used_batches (
    hash BLOB NOT NULL REFERENCES documents,
    epc_class TEXT NOT NULL,
    dry_mass TEXT NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS steps (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    kind INTEGER NOT NULL,
    start INTEGER NOT NULL,
    finish INTEGER NOT NULL,
    metal_in TEXT NOT NULL,
    metal_out TEXT NOT NULL,
    made TEXT NOT NULL,
    throughput TEXT NOT NULL,
    carbon TEXT NOT NULL,
    has_energy INTEGER NOT NULL,
    PRIMARY KEY (hash, element)
) STRICT;
CREATE INDEX IF NOT EXISTS steps_by_site ON steps (site, element, finish);
CREATE INDEX IF NOT EXISTS steps_with_energy ON steps (site, finish) WHERE has_energy = 1;
CREATE TABLE IF NOT EXISTS arrivals (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    epc_class TEXT NOT NULL,
    substance TEXT NOT NULL,
    finish INTEGER NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (site, element, finish, epc_class, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS certificates (
    hash BLOB NOT NULL REFERENCES documents,
    epc_class TEXT NOT NULL,
    substance TEXT NOT NULL,
    moisture INTEGER NOT NULL,
    assay TEXT NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS certified_at (
    hash BLOB PRIMARY KEY REFERENCES documents,
    finish INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS shipments (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    epc_class TEXT NOT NULL,
    dry_mass TEXT NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS credited (
    hash BLOB NOT NULL REFERENCES documents,
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    credit INTEGER NOT NULL,
    finish INTEGER NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (site, element, credit, finish, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS booked (
    hash BLOB PRIMARY KEY REFERENCES documents
) STRICT;
"""
"""Masses are text: mg have up to 64 bits. assay: JSON, ppm by symbol. made, throughput: as the
statement's; carbon: mg CO2e of the element. credited: mg of a birth that earn a credit. booked:
documents whose rows are all there."""

IN_FORCE: Final = (
    "NOT EXISTS (SELECT 1 FROM documents AS later WHERE later.withdraws = documents.hash"
    " AND later.outcome = 'accepted') AND NOT EXISTS (SELECT 1 FROM documents AS later"
    " WHERE later.site = documents.site AND later.sequence = documents.sequence"
    " AND later.revision > documents.revision AND later.outcome = 'accepted'"
    " AND later.withdraws IS NULL)"
)
"""A condition on `documents`: neither withdrawn nor corrected, as far as the node has seen."""


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """What one document says a batch is: moisture and assay in ppm. finish: when it was found."""

    document: bytes
    substance: str
    moisture: int
    assay: Mapping[str, int]
    finish: int | None


@dataclass(frozen=True, slots=True)
class MadeBatch:
    """A batch where it was made; masses in mg, moisture and assay in ppm."""

    document: bytes
    epc_class: str
    substance: str
    start: int
    finish: int
    wet_mass: int
    dry_mass: int
    moisture: int
    assay: Mapping[str, int]

    @property
    def figures(self) -> BatchFigures:
        """What its maker says it is."""
        return BatchFigures(self.document, self.substance, self.moisture, self.assay, self.finish)


@dataclass(frozen=True, slots=True)
class UsedBatch:
    """What one document used of a batch, mg of dry mass. It is known by site and number."""

    document: bytes
    site: bytes
    sequence: int
    dry_mass: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """mg of a metal of a batch that arrived at a site."""

    document: bytes
    epc_class: str
    metal: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """mg of dry mass of a batch that a site sent off."""

    document: bytes
    site: bytes
    sequence: int
    dry_mass: int


@dataclass(frozen=True, slots=True)
class SiteStep:
    """A step of a site and one metal, mg. kind: as the statement's."""

    start: int
    finish: int
    metal_in: int
    metal_out: int
    made: int
    throughput: int
    carbon: int

    def share_within(self, after: int, until: int) -> int:
        """mg made in (after, until], where it was made evenly; rounded down."""
        length = self.finish - self.start
        if length <= 0:
            return self.made if after < self.finish <= until else 0
        common = min(self.finish, until) - max(self.start, after)
        return self.made * common // length if common > 0 else 0


def book(connection: sqlite3.Connection, signed: SignedDocument, statement: SiteStatement) -> None:
    """Writes down an accepted document; to be called in a transaction, any number of times."""
    document = signed.hash
    connection.execute("INSERT OR IGNORE INTO booked VALUES (?)", (document,))
    if statement.kind in BATCHING:
        connection.executemany(
            "INSERT OR IGNORE INTO made_batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    document, signed.site, one.epc_class, one.substance, statement.from_,
                    statement.to, str(one.wet_mass), str(one.dry_mass), one.moisture,
                    _json(one.assay),
                )
                for one in statement.outputs
                if not one.is_stock
            ],
        )  # fmt: skip
    connection.executemany(
        "INSERT OR IGNORE INTO used_batches VALUES (?, ?, ?)",
        [(document, batch, str(dry)) for batch, dry in used(statement).items()],
    )
    if statement.is_certificate:
        connection.executemany(
            "INSERT OR IGNORE INTO certificates VALUES (?, ?, ?, ?, ?)",
            [
                (document, one.epc_class, one.substance, one.moisture, _json(one.assay))
                for one in statement.outputs
            ],
        )
        connection.execute(
            "INSERT OR IGNORE INTO certified_at VALUES (?, ?)", (document, statement.to)
        )
    if statement.is_shipment:
        connection.executemany(
            "INSERT OR IGNORE INTO shipments VALUES (?, ?, ?, ?)",
            [
                (document, signed.site, one.epc_class, str(one.dry_mass))
                for one in statement.outputs
            ],
        )
    connection.executemany(
        "INSERT OR IGNORE INTO credited VALUES (?, ?, ?, ?, ?, ?)",
        [
            (document, signed.site, symbol, credit, statement.to,
             str(statement.made(symbol) * share // PPM))
            for symbol in statement.elements
            for credit, share in enumerate(statement.attested, 1)
            if share
        ],
    )  # fmt: skip
    if statement.is_receipt:
        connection.executemany(
            "INSERT OR IGNORE INTO arrivals VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (document, signed.site, symbol, one.epc_class, one.substance, statement.to,
                 str(one.metal(symbol)))
                for one in statement.outputs
                for symbol in one.assay
            ],
        )  # fmt: skip
    if statement.kind in (*BATCHING, *RUNS):
        connection.executemany(
            f"INSERT OR IGNORE INTO steps VALUES ({', '.join('?' * 12)})",
            [
                (document, signed.site, symbol, int(statement.kind), *_amounts(statement, symbol))
                for symbol in statement.elements
            ],
        )


def used(statement: SiteStatement) -> dict[str, int]:
    """mg of dry mass that a run takes of each batch. A loss leaves the rest under its name."""
    if statement.kind not in RUNS:
        return {}
    left = {one.epc_class: one.dry_mass for one in statement.outputs}
    kept = left if statement.kind is EventKind.LOSS else {}
    return {
        one.epc_class: max(0, one.dry_mass - kept.get(one.epc_class, 0))
        for one in statement.inputs
        if not one.is_stock
    }


def made(connection: sqlite3.Connection, epc_class: str) -> MadeBatch | None:
    """Where a batch was made, by the last document in force."""
    rows = _made(connection, "made_batches.epc_class = ? ORDER BY revision DESC LIMIT 1", epc_class)
    return rows[0] if rows else None


def certified(connection: sqlite3.Connection, epc_class: str) -> list[BatchFigures]:
    """What laboratories said of a batch, in certificates in force."""
    rows = connection.execute(
        "SELECT hash, substance, moisture, assay, finish FROM certificates CROSS JOIN documents"
        " USING (hash) LEFT JOIN certified_at USING (hash)"
        f" WHERE epc_class = ? AND {IN_FORCE} ORDER BY hash",
        (epc_class,),
    ).fetchall()
    return [
        BatchFigures(bytes(document), substance, moisture, json.loads(assay), finish)
        for document, substance, moisture, assay, finish in rows
    ]


def last_made(
    connection: sqlite3.Connection, own: SignedDocument, substance: str, until: int, count: int
) -> list[MadeBatch]:
    """The site's last batches of a substance that ended by then, newest first, without its own."""
    return _made(
        connection,
        "made_batches.site = ? AND substance = ? AND finish <= ? AND sequence <> ?"
        " ORDER BY finish DESC, sequence DESC, epc_class LIMIT ?",
        own.site, substance, until, own.sequence, count,
    )  # fmt: skip


def uses(connection: sqlite3.Connection, own: SignedDocument, epc_class: str) -> list[UsedBatch]:
    """What other documents used of a batch."""
    rows = connection.execute(
        "SELECT hash, site, sequence, dry_mass FROM used_batches CROSS JOIN documents USING (hash)"
        f" WHERE epc_class = ? AND (site <> ? OR sequence <> ?) AND {IN_FORCE} ORDER BY hash",
        (epc_class, own.site, own.sequence),
    ).fetchall()
    return [UsedBatch(bytes(one), bytes(site), number, int(dry)) for one, site, number, dry in rows]


def steps(
    connection: sqlite3.Connection,
    own: SignedDocument,
    element: str,
    kinds: Iterable[EventKind],
    finish: tuple[int, int],
    count: int,
) -> list[SiteStep]:
    """The site's steps of these kinds that ended in (after, until], newest first, without its own.

    finish: after and until; count: at most so many.
    """
    chosen = ", ".join(str(int(kind)) for kind in kinds)
    rows = connection.execute(
        "SELECT start, finish, metal_in, metal_out, made, throughput, carbon"
        " FROM steps CROSS JOIN documents USING (hash) WHERE steps.site = ? AND element = ?"
        f" AND kind IN ({chosen}) AND finish > ? AND finish <= ? AND sequence <> ? AND {IN_FORCE}"
        " ORDER BY finish DESC, sequence DESC LIMIT ?",
        (own.site, element, *finish, own.sequence, count),
    ).fetchall()
    return [SiteStep(*map(int, row)) for row in rows]


def arrived(
    connection: sqlite3.Connection,
    own: SignedDocument,
    element: str,
    substances: Iterable[str],
    finish: tuple[int, int],
) -> int:
    """mg of a metal in these substances that arrived at the site in (after, until]."""
    names = list(substances)
    rows = connection.execute(
        "SELECT metal FROM arrivals CROSS JOIN documents USING (hash) WHERE arrivals.site = ?"
        f" AND element = ? AND finish > ? AND finish <= ? AND {IN_FORCE}"
        f" AND substance IN ({', '.join('?' * len(names))})",
        (own.site, element, *finish, *names),
    ).fetchall()
    return sum(int(metal) for (metal,) in rows)


def deliveries(
    connection: sqlite3.Connection, own: SignedDocument, element: str, until: int, count: int
) -> list[Delivery]:
    """What arrived at the site by then, newest first, without its own document."""
    rows = connection.execute(
        "SELECT hash, epc_class, metal FROM arrivals CROSS JOIN documents USING (hash)"
        " WHERE arrivals.site = ? AND element = ? AND finish <= ? AND sequence <> ?"
        f" AND {IN_FORCE} ORDER BY finish DESC, sequence DESC, epc_class DESC LIMIT ?",
        (own.site, element, until, own.sequence, count),
    ).fetchall()
    return [Delivery(bytes(one), batch, int(metal)) for one, batch, metal in rows]


def deliveries_of(
    connection: sqlite3.Connection, own: SignedDocument, element: str, epc_class: str
) -> list[Delivery]:
    """What other documents of the site say of a batch that arrived, at whatever time."""
    rows = connection.execute(
        "SELECT hash, epc_class, metal FROM arrivals CROSS JOIN documents USING (hash)"
        " WHERE arrivals.site = ? AND element = ? AND epc_class = ? AND sequence <> ?"
        f" AND {IN_FORCE} ORDER BY finish, hash",
        (own.site, element, epc_class, own.sequence),
    ).fetchall()
    return [Delivery(bytes(one), batch, int(metal)) for one, batch, metal in rows]


def shipments(
    connection: sqlite3.Connection, own: SignedDocument, epc_class: str
) -> list[Shipment]:
    """What other documents say was sent off of a batch, by whatever site."""
    rows = connection.execute(
        "SELECT hash, shipments.site, sequence, dry_mass FROM shipments CROSS JOIN documents"
        " USING (hash) WHERE epc_class = ? AND (shipments.site <> ? OR sequence <> ?)"
        f" AND {IN_FORCE} ORDER BY hash",
        (epc_class, own.site, own.sequence),
    ).fetchall()
    return [Shipment(bytes(one), bytes(site), number, int(dry)) for one, site, number, dry in rows]


def credited(
    connection: sqlite3.Connection,
    own: SignedDocument,
    element: str,
    credit: int,
    finish: tuple[int, int],
) -> int:
    """mg of the site's other births that earned a credit in (after, until]."""
    rows = connection.execute(
        "SELECT metal FROM credited CROSS JOIN documents USING (hash) WHERE credited.site = ?"
        " AND element = ? AND credit = ? AND finish > ? AND finish <= ? AND sequence <> ?"
        f" AND {IN_FORCE}",
        (own.site, element, credit, *finish, own.sequence),
    ).fetchall()
    return sum(int(metal) for (metal,) in rows)


def first_seen(connection: sqlite3.Connection, own: SignedDocument, element: str) -> int | None:
    """When the first of the site's other steps with a metal ended."""
    row = connection.execute(
        "SELECT finish FROM steps CROSS JOIN documents USING (hash) WHERE steps.site = ?"
        f" AND element = ? AND sequence <> ? AND {IN_FORCE} ORDER BY finish LIMIT 1",
        (own.site, element, own.sequence),
    ).fetchone()
    return None if row is None else int(row[0])


def stated_energy(connection: sqlite3.Connection, own: SignedDocument, until: int) -> bytes | None:
    """Another document of the site, of a step that ended by then, that says its energy."""
    return _one_of(
        connection,
        "steps CROSS JOIN documents USING (hash) WHERE steps.site = ? AND has_energy = 1"
        " AND finish <= ? AND sequence <> ?",
        own.site, until, own.sequence,
    )  # fmt: skip


def gave_seals(connection: sqlite3.Connection, own: SignedDocument, until: int) -> bytes | None:
    """Another document of the site, of a step that ended by then, that gave seals."""
    return _one_of(
        connection,
        "serials CROSS JOIN documents USING (hash) CROSS JOIN steps USING (hash)"
        " WHERE serials.site = ? AND serials.kind = 'seal' AND finish <= ? AND sequence <> ?",
        own.site, until, own.sequence,
    )  # fmt: skip


def _one_of(connection: sqlite3.Connection, condition: str, *values: object) -> bytes | None:
    query = f"SELECT hash FROM {condition} AND {IN_FORCE} LIMIT 1"
    row = connection.execute(query, values).fetchone()
    return None if row is None else bytes(row[0])


def _json(assay: Mapping[str, int]) -> str:
    return json.dumps(dict(assay), sort_keys=True)


def _amounts(statement: SiteStatement, symbol: str) -> tuple[object, ...]:
    amounts = (
        statement.metal_in(symbol),
        statement.metal_out(symbol),
        statement.made(symbol),
        statement.throughput(symbol),
        statement.carbon[symbol],
    )
    return (statement.from_, statement.to, *map(str, amounts), int(bool(statement.energy)))


def _made(connection: sqlite3.Connection, condition: str, *values: object) -> list[MadeBatch]:
    rows = connection.execute(
        "SELECT hash, epc_class, substance, start, finish, wet_mass, dry_mass, moisture, assay"
        f" FROM made_batches CROSS JOIN documents USING (hash) WHERE {IN_FORCE} AND {condition}",
        values,
    ).fetchall()
    return [
        MadeBatch(
            bytes(document), batch, substance, start, finish, int(wet), int(dry), moisture,
            json.loads(assay),
        )
        for document, batch, substance, start, finish, wet, dry, moisture, assay in rows
    ]  # fmt: skip
