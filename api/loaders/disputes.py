"""Disputes that a buyer raised and nobody settled: the lot was bound for nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, exists, func, or_, select

from api.indexer.indexes import RAISED
from api.indexer.tables import accounts, custody, holds
from api.loaders.lots import block_time

ANSWERS: Final = ("accepted", "rejected")
DECISIONS: Final = ("settlement", "dispute ended", "held")
DISPUTES: Final = custody.alias("disputes")


def lapsed_disputes(index: Connection, organisations: Sequence[str]) -> Counter[str]:
    """How many by organisation of the buyer, as of the last block.

    A dispute lapses when its time is over before the buyer accepts or returns the lot, an umpire
    approves a settlement, or somebody holds the lot.
    """
    lapsed = (
        select(func.count())
        .select_from(DISPUTES)
        .where(
            DISPUTES.c.to == accounts.c.account,
            DISPUTES.c.act == RAISED,
            DISPUTES.c.until < block_time(index),
            ~_ended_by(custody, ANSWERS),
            ~_ended_by(holds, DECISIONS),
        )
    )
    counted = (
        select(accounts.c.organisation, func.sum(lapsed.scalar_subquery()))
        .where(accounts.c.organisation.in_(organisations))
        .group_by(accounts.c.organisation)
    )
    return Counter({organisation: int(count) for organisation, count in index.execute(counted)})


def _ended_by(acts: Table, names: Sequence[str]) -> ColumnElement[bool]:
    """Whether one of these acts about the lot came after the dispute, within its time."""
    then = (acts.c.block, acts.c.log_index)
    later = or_(
        then[0] > DISPUTES.c.block,
        (then[0] == DISPUTES.c.block) & (then[1] > DISPUTES.c.log_index),
    )
    return exists().where(
        acts.c.lot == DISPUTES.c.lot,
        acts.c.act.in_(names),
        later,
        acts.c.time <= DISPUTES.c.until,
    )
