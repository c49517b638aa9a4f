"""Claims: threshold statements with their proofs."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import select

from api.claim_view import ClaimResource, claim_view
from api.deps import Index
from api.format import IdPath
from api.indexer.tables import claims
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import AddressQuery, IdQuery
from api.rows import required_row

router = APIRouter(prefix="/claims", tags=["claims"], responses=PROBLEM_RESPONSES)


class ClaimPage(BaseModel):
    """Claims in the order of the chain."""

    claims: list[ClaimResource]
    next: Next


@router.get("", summary="Claims in the order of the chain")
def list_claims(
    index: Index,
    page: Page,
    subject: Annotated[IdQuery | None, Query(description="a lot or a total")] = None,
    account: Annotated[AddressQuery | None, Query(description="who made it")] = None,
) -> ClaimPage:
    wanted = select(claims)
    for column, value in ((claims.c.subject, subject), (claims.c.account, account)):
        wanted = wanted if value is None else wanted.where(column == value)
    rows, after = page.of(index, wanted, claims.c.block, claims.c.claim)
    return ClaimPage(claims=[claim_view(row) for row in rows], next=after)


@router.get("/{claim}", summary="One claim with its proof", responses=NOT_FOUND)
def show_claim(index: Index, claim: IdPath) -> ClaimResource:
    return claim_view(required_row(index, claims.c.claim, claim, "claim"))
