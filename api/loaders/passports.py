"""What the passport of a product is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from api.graph import Direction, Graph, provenance
from api.indexer.tables import cursor, parts, totals
from api.loaders.lots import claims_on
from api.loaders.site_events import SiteEventRows, site_event_rows
from api.rows import all_rows


@dataclass(frozen=True, slots=True)
class PassportRows:
    """read: the cursor. parts, totals: by element. claims: by total. events: of the births."""

    product: RowMapping
    read: RowMapping
    parts: Mapping[int, Sequence[RowMapping]]
    totals: Mapping[int, RowMapping]
    claims: Mapping[str, Sequence[RowMapping]]
    graph: Graph
    events: SiteEventRows


def passport_rows(index: Connection, product: RowMapping) -> PassportRows:
    """Of a row of `products`; raises GraphTooLarge."""
    read = index.execute(select(cursor)).mappings().one()
    used: dict[int, list[RowMapping]] = {}
    for row in all_rows(index, parts, parts.c.product == product["product"]):
        used.setdefault(row["element"], []).append(row)
    roots = sorted({row["lot"] for rows in used.values() for row in rows})
    graph = provenance(index, roots, Direction.ANCESTORS)
    born = {row["event_id"] for row in graph.lots.values() if row["event_id"]}
    best = _best_totals(index, product["product"])
    return PassportRows(
        product=product,
        read=read,
        parts=used,
        totals=best,
        claims=claims_on(index, (row["total"] for row in best.values())),
        graph=graph,
        events=site_event_rows(index, [graph.events[key] for key in born], read["last_time"]),
    )


def _best_totals(index: Connection, product: str) -> dict[int, RowMapping]:
    """By element: the latest total that covers most of the parts."""
    columns = totals.c
    ranked = (columns.complete, columns.parts, columns.time, columns.total)
    wanted = select(totals).where(columns.product == product).order_by(columns.element, *ranked)
    return {row["element"]: row for row in index.execute(wanted).mappings()}
