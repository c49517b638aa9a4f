"""Which lots and claims a period of a continuous site is behind: it balances an account by mass."""

from sqlalchemy import exists, select

from api.indexer.tables import lots, parts, runs, site_events, sites, totals
from api.indexer.writes import Rows
from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent


def is_period(rows: Rows, said: SiteEvent) -> bool:
    """Whether a statement that stands now is of a period."""
    if said.kind != EventKind.PROCESSING:
        return False
    found = select(sites.c.continuous).where(sites.c.site == said.site)
    return bool(rows.execute(found).scalar_one_or_none())


def made_by_period(rows: Rows, run: bytes) -> bool:
    """Whether the event of a run was a period, or one is behind what it consumed."""
    fed = exists().where(
        runs.c.run == run, runs.c.event_id == site_events.c.event_id, site_events.c.period
    )
    behind = exists().where(lots.c.consumed_by == run, lots.c.by_period)
    return bool(rows.execute(select(fed | behind)).scalar_one())


def claimed_by_period(rows: Rows, subject: bytes) -> bool:
    """Whether a period is behind a lot, or behind one of the lots in a total."""
    of_lot = exists().where(lots.c.lot == subject, lots.c.by_period)
    of_total = exists().where(
        totals.c.total == subject,
        parts.c.product == totals.c.product,
        parts.c.element == totals.c.element,
        parts.c.lot == lots.c.lot,
        lots.c.by_period,
    )
    return bool(rows.execute(select(of_lot | of_total)).scalar_one())
