"""The passport of a product: what is proven about its metals, and the evidence for each point.

Legal references: Regulation (EU) 2023/1542, Annex XIII. What is attested, proven or missing is
said as such; a carbon claim speaks of the tracked metal's chain, not of a product footprint.
"""

from typing import Final

from pydantic import BaseModel, Field

from api.claim_view import ClaimResource, claim_view
from api.format import Id, Time, metal
from api.loaders.passports import PassportRows
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


def passport_view(known: PassportRows) -> Passport:
    """The passport, from the index alone."""
    graph, product, read = known.graph, known.product, known.read
    return Passport(
        version=VERSION,
        product=product["product"],
        account=product["account"],
        is_sealed=product["sealed"],
        metals=[_metal(known, element) for element in sorted(known.parts)],
        origins=_origins(known),
        lots=len(graph.lots),
        runs=len(graph.runs),
        reference=EvidenceReference(
            chain_id=read["chain_id"],
            genesis=read["genesis"],
            block=read["next_block"] - 1,
            block_hash=read["last_hash"],
            time=iso_time(read["last_time"]),
        ),
        not_promised=list(LIMITS),
    )


def _metal(known: PassportRows, element: int) -> Metal:
    total = known.totals.get(element)
    claims = () if total is None else known.claims.get(total["total"], ())
    return Metal(
        element=metal(element),
        total=total["total"] if total else None,
        complete=bool(total and total["complete"]),
        parts=len(known.parts[element]),
        claims=[claim_view(one) for one in claims],
    )


def _origins(known: PassportRows) -> list[Origin]:
    born: dict[str, list[str]] = {}
    for lot in known.graph.lots.values():
        if lot["event_id"]:
            born.setdefault(lot["event_id"], []).append(lot["lot"])
    return [
        Origin(event=site_event_view(known.graph.events[key], known.events), lots=sorted(born[key]))
        for key in sorted(born)
    ]
