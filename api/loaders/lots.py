"""What is told of lots beside their own rows: custody, holds, claims, withdrawn events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from api.indexer.tables import (
    claims,
    cursor,
    custody,
    hold_acts,
    holds,
    lots,
    root_holds,
    withdrawn_origins,
)
from api.loaders.holds import holds_on
from api.rows import chunks, grouped, rows_of


@dataclass(frozen=True, slots=True)
class LotsNow:
    """What the state of lots depends on; by lot. now: block time, seconds."""

    now: int
    on_hold: Mapping[str, RowMapping]
    withdrawn: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class LotRows:
    """By lot, and by root; a lot without any is not in it."""

    state: LotsNow
    custody: Mapping[str, Sequence[RowMapping]]
    holds: Mapping[str, Sequence[RowMapping]]
    root_acts: Mapping[int, Sequence[RowMapping]]
    claims: Mapping[str, Sequence[RowMapping]]


def lots_now(index: Connection, wanted: Iterable[str]) -> LotsNow:
    """What is told of every lot of a list."""
    ids, now = list(wanted), block_time(index)
    return LotsNow(now, holds_on(index, ids, now), withdrawn_events(index, ids))


def lot_rows(index: Connection, wanted: Iterable[str]) -> LotRows:
    """Everything that the details of some lots are made of."""
    ids = list(wanted)
    return LotRows(
        state=lots_now(index, ids),
        custody=grouped(rows_of(index, custody.c.lot, ids), "lot"),
        holds=grouped(rows_of(index, holds.c.lot, ids), "lot"),
        root_acts=acts_on_roots(index, ids),
        claims=claims_on(index, ids),
    )


def acts_on_roots(index: Connection, ids: Iterable[str]) -> dict[int, list[RowMapping]]:
    """All that was decided about holds on the roots of lots, in whosever hands, by root."""
    found: dict[int, list[RowMapping]] = {}
    for chunk in chunks(ids):
        roots = select(lots.c.root).where(lots.c.lot.in_(chunk))
        joined = hold_acts.join(root_holds, root_holds.c.key == hold_acts.c.key)
        chosen = select(hold_acts, root_holds.c.group).select_from(joined)
        wanted = chosen.where(hold_acts.c.root.in_(roots))
        order = (hold_acts.c.time, hold_acts.c.key, hold_acts.c.sequence)
        for row in index.execute(wanted.order_by(*order)).mappings():
            known = found.setdefault(row["root"], [])
            if row not in known:
                known.append(row)
    return found


def block_time(index: Connection) -> int:
    """Time of the last block read: what expiries are measured against."""
    return index.execute(select(cursor.c.last_time)).scalar_one_or_none() or 0


def withdrawn_events(index: Connection, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The withdrawn events behind lots, by lot; a lot without one is not in it."""
    found = grouped(rows_of(index, withdrawn_origins.c.lot, wanted), "lot")
    return {lot: [row["event_id"] for row in rows] for lot, rows in found.items()}


def claims_on(index: Connection, subjects: Iterable[str]) -> dict[str, list[RowMapping]]:
    """The claims on lots or totals, by subject, in the order of the chain."""
    found = grouped(rows_of(index, claims.c.subject, subjects), "subject")
    return {
        subject: sorted(rows, key=lambda row: (row["block"], row["claim"]))
        for subject, rows in found.items()
    }
