"""What an id begins with, whatever it is the id of."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import Column, Connection, select

from api.deps import Index
from api.format import ID_BEGINNING, Id
from api.indexer.tables import (
    certificates,
    claims,
    lots,
    organisations,
    prices,
    products,
    site_events,
    sites,
)
from api.problems import PROBLEM_RESPONSES

router = APIRouter(prefix="/search", tags=["search"], responses=PROBLEM_RESPONSES)

KINDS: Final[dict[str, Column[str]]] = {
    "product": products.c.product,
    "lot": lots.c.lot,
    "organisation": organisations.c.organisation,
    "site": sites.c.site,
    "certificate": certificates.c.certificate,
    "claim": claims.c.claim,
    "event": site_events.c.event_id,
    "price": prices.c.record,
}
MOST: Final = 5
"""Of each kind: a longer beginning says more."""
ID_LENGTH: Final = 66

Beginning = Annotated[
    str, Field(pattern=ID_BEGINNING, examples=["0x2f2f"]), AfterValidator(str.lower)
]


class Found(BaseModel):
    kind: str = Field(examples=["lot"], json_schema_extra={"enum": [*KINDS]})
    id: Id


class FoundIds(BaseModel):
    """By kind, then in the order of ids."""

    found: list[Found]
    more: bool = Field(description="some kind has more ids that begin so")


@router.get("", summary="Ids that begin with some digits, at most five of each kind")
def search_ids(
    index: Index, begins: Annotated[Beginning, Query(description="0x and four digits at least")]
) -> FoundIds:
    found = {kind: [*_beginning(index, column, begins)] for kind, column in KINDS.items()}
    return FoundIds(
        found=[Found(kind=kind, id=one) for kind, ids in found.items() for one in ids[:MOST]],
        more=any(len(ids) > MOST for ids in found.values()),
    )


def _beginning(index: Connection, column: Column[str], begins: str) -> Iterator[str]:
    first, last = begins.ljust(ID_LENGTH, "0"), begins.ljust(ID_LENGTH, "f")
    wanted = select(column).where(column.between(first, last)).order_by(column).limit(MOST + 1)
    yield from index.execute(wanted).scalars()
