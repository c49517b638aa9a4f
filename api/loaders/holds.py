"""Which hold binds a lot now: one on its root, in the hands of its holder's ownership group.

An organisation that left a group took the holds along that were in force then.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, RowMapping, Select, and_, or_, select

from api.indexer.tables import accounts, lots, memberships, root_holds
from api.rows import chunks

_BINDS = and_(
    root_holds.c.root == lots.c.root,
    root_holds.c.group == memberships.c.group,
    or_(memberships.c.left_at.is_(None), root_holds.c.since <= memberships.c.left_at),
)


def held_lots(now: int) -> Select[tuple[str, str, int]]:
    """Lots on hold, each with the group that the hold is on, and its end.

    now: block time, seconds. Of ended lots, too: nothing binds them.
    """
    joined = (
        lots.join(accounts, accounts.c.account == lots.c.account)
        .join(memberships, memberships.c.organisation == accounts.c.organisation)
        .join(root_holds, _BINDS)
    )
    chosen = select(lots.c.lot, root_holds.c.group, root_holds.c.until).select_from(joined)
    return chosen.where(root_holds.c.until >= now)


def holds_on(index: Connection, ids: Iterable[str], now: int) -> Mapping[str, RowMapping]:
    """By lot, the hold that binds it longest; a lot without one is not in it."""
    found: dict[str, RowMapping] = {}
    for chunk in chunks(ids):
        wanted = held_lots(now).where(lots.c.lot.in_(chunk))
        for row in index.execute(wanted.order_by(root_holds.c.until, root_holds.c.key)).mappings():
            found[row["lot"]] = row
    return found
