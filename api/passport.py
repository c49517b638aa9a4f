"""The passport of a product: what is proven about its metals, and the evidence for each point.

Legal references: Regulation (EU) 2023/1542, Annex XIII. What is attested, proven or missing is
said as such; a carbon claim speaks of the tracked metal's chain, not of a product footprint.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.claim_view import ClaimResource, claims_on
from api.format import Id, Time, metal
from api.graph import Direction, provenance
from api.indexer.tables import cursor, parts, totals
from api.lot_view import block_time
from api.site_event_view import SiteEventResource, site_event_view
from lodetrace.text import iso_time

VERSION: Final = "lodetrace-passport/1"

LIMITS: Final = (
    "A proof shows that attested numbers add up, not that a scale was honest or that ore existed.",
    (
        "A carbon claim covers the chain of the tracked metal; it is no carbon footprint under "
        "Article 7 of Regulation (EU) 2023/1542, whose act for EV batteries is pending."
    ),
    "Chain-of-custody models say how metal was accounted for; mass balance is no physical trace.",
)


class Metal(BaseModel):
    """One metal of the product."""

    element: str = Field(examples=["Co"])
    total: Id | None = Field(description="commitment to the sum over all parts, if recorded")
    complete: bool = Field(description="the total covers every part of the sealed product")
    parts: int
    claims: list[ClaimResource] = Field(description="on the total, each with its proof")


class Origin(BaseModel):
    """A site event at the beginning of the chain: a mine, a cooperative or a recycler."""

    event: SiteEventResource
    lots: list[Id]


class EvidenceReference(BaseModel):
    """Where the evidence comes from: enough to check it on any node."""

    chain_id: int
    genesis: Id
    block: int = Field(description="state as of this block")
    block_hash: Id
    time: Time


class Passport(BaseModel):
    """What is proven about a product."""

    version: str = Field(examples=[VERSION], json_schema_extra={"const": VERSION})
    product: Id
    account: str
    is_sealed: bool
    metals: list[Metal]
    origins: list[Origin]
    lots: int = Field(description="in the ancestry")
    runs: int
    reference: EvidenceReference
    not_promised: list[str]


def passport(connection: Connection, product: RowMapping) -> Passport:
    """The passport of a row of `products`, from the index alone."""
    wanted = select(parts).where(parts.c.product == product["product"])
    rows = connection.execute(wanted.order_by(parts.c.element, parts.c.part)).mappings().all()
    roots = sorted({row["lot"] for row in rows})
    graph = provenance(connection, roots, Direction.ANCESTORS)
    read = connection.execute(select(cursor)).one()
    elements = sorted({row["element"] for row in rows})
    return Passport(
        version=VERSION,
        product=product["product"],
        account=product["account"],
        is_sealed=product["sealed"],
        metals=[_metal(connection, product["product"], element, rows) for element in elements],
        origins=_origins(connection, graph.lots, graph.events),
        lots=len(graph.lots),
        runs=len(graph.runs),
        reference=EvidenceReference(
            chain_id=read.chain_id,
            genesis=read.genesis,
            block=read.next_block - 1,
            block_hash=read.last_hash,
            time=iso_time(read.last_time),
        ),
        not_promised=list(LIMITS),
    )


def _metal(connection: Connection, product: str, element: int, rows: Any) -> Metal:
    """The latest total that covers most of the parts, and the claims on it."""
    wanted = select(totals).where(totals.c.product == product, totals.c.element == element)
    best = wanted.order_by(totals.c.complete.desc(), totals.c.parts.desc(), totals.c.time.desc())
    total = connection.execute(best.limit(1)).mappings().one_or_none()
    return Metal(
        element=metal(element),
        total=total["total"] if total else None,
        complete=bool(total and total["complete"]),
        parts=sum(row["element"] == element for row in rows),
        claims=claims_on(connection, [total["total"]]) if total else [],
    )


def _origins(
    connection: Connection, lots: Mapping[str, RowMapping], events: Mapping[str, RowMapping]
) -> list[Origin]:
    born: dict[str, list[str]] = {}
    for lot in lots.values():
        if lot["event_id"]:
            born.setdefault(lot["event_id"], []).append(lot["lot"])
    now = block_time(connection)
    return [
        Origin(event=site_event_view(connection, events[key], now), lots=sorted(born[key]))
        for key in sorted(born)
    ]
