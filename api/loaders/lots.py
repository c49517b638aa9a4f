"""What is told of lots beside their own rows: custody, holds, claims, withdrawn events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from api.indexer.tables import claims, cursor, custody, holds, withdrawn_origins
from api.rows import grouped, rows_of


@dataclass(frozen=True, slots=True)
class LotRows:
    """By lot; a lot without any is not in it. now: block time, seconds."""

    now: int
    withdrawn: Mapping[str, list[str]]
    custody: Mapping[str, Sequence[RowMapping]]
    holds: Mapping[str, Sequence[RowMapping]]
    claims: Mapping[str, Sequence[RowMapping]]


def lot_rows(index: Connection, lots: Iterable[str]) -> LotRows:
    """Everything that the details of some lots are made of."""
    ids = list(lots)
    return LotRows(
        now=block_time(index),
        withdrawn=withdrawn_events(index, ids),
        custody=grouped(rows_of(index, custody.c.lot, ids), "lot"),
        holds=grouped(rows_of(index, holds.c.lot, ids), "lot"),
        claims=claims_on(index, ids),
    )


def block_time(index: Connection) -> int:
    """Time of the last block read: what expiries are measured against."""
    return index.execute(select(cursor.c.last_time)).scalar_one_or_none() or 0


def withdrawn_events(index: Connection, lots: Iterable[str]) -> dict[str, list[str]]:
    """The withdrawn events behind lots, by lot; a lot without one is not in it."""
    found = grouped(rows_of(index, withdrawn_origins.c.lot, lots), "lot")
    return {lot: [row["event_id"] for row in rows] for lot, rows in found.items()}


def claims_on(index: Connection, subjects: Iterable[str]) -> dict[str, list[RowMapping]]:
    """The claims on lots or totals, by subject, in the order of the chain."""
    found = grouped(rows_of(index, claims.c.subject, subjects), "subject")
    return {
        subject: sorted(rows, key=lambda row: (row["block"], row["claim"]))
        for subject, rows in found.items()
    }
