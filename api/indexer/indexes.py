"""The indexes that the gateway's filters and pages are found with.

Each list is walked in the order of a key: a filter's index has the filter first and then the key,
so that a page is read without the rows around it. `tables` has those that the indexer itself needs.
"""

from typing import Final

from sqlalchemy import Column, ColumnClause, Index, literal_column

from api.indexer import tables as t


def _index(*columns: Column) -> Index:
    """Named by its table and columns."""
    return Index("_".join([columns[0].table.name, *(one.name for one in columns)]), *columns)


RAISED: Final[ColumnClause[str]] = literal_column("'disputed'")
"""An act of custody that is looked for by itself; a value given apart would not find its index."""
_DISPUTED: Final = t.custody.c.act == RAISED

OF_READERS: Final = (
    _index(t.events.c.time),
    _index(t.accounts.c.organisation),
    _index(t.accounts.c.signer),
    _index(t.sites.c.operator),
    _index(t.certificates.c.scheme, t.certificates.c.certificate),
    _index(t.certificates.c.element, t.certificates.c.certificate),
    _index(t.site_events.c.site, t.site_events.c.event_id),
    _index(t.site_events.c.element, t.site_events.c.event_id),
    _index(t.site_events.c.to, t.site_events.c.event_id),
    _index(t.filings.c.document),
    _index(t.refusals.c.document),
    _index(t.lots.c.root, t.lots.c.index, t.lots.c.lot),
    _index(t.lots.c.account, t.lots.c.lot),
    _index(t.lots.c.element, t.lots.c.lot),
    _index(t.lots.c.material, t.lots.c.lot),
    _index(t.lots.c.state, t.lots.c.lot),
    _index(t.lots.c.time, t.lots.c.lot),
    Index("custody_disputed", t.custody.c.to, sqlite_where=_DISPUTED, postgresql_where=_DISPUTED),
    _index(t.products.c.account, t.products.c.product),
    _index(t.totals.c.product, t.totals.c.element),
    _index(t.claims.c.block, t.claims.c.claim),
    _index(t.claims.c.subject, t.claims.c.block, t.claims.c.claim),
    _index(t.claims.c.account, t.claims.c.block, t.claims.c.claim),
    _index(t.prices.c.block, t.prices.c.sequence, t.prices.c.record),
    _index(t.prices.c.commodity, t.prices.c.block, t.prices.c.sequence, t.prices.c.record),
)


def all_indexes() -> list[Index]:
    """Those of readers, and those of the indexer."""
    return [index for table in t.metadata.sorted_tables for index in table.indexes]
