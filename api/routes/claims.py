"""Claims: threshold statements with their proofs."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from api.claim_view import ClaimResource, claim_view
from api.deps import Index
from api.format import IdPath
from api.indexer.tables import claims
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import IdQuery, Limit
from api.rows import required_row

router = APIRouter(prefix="/claims", tags=["claims"], responses=PROBLEM_RESPONSES)


@router.get("", summary="Claims in the order of the chain, or those on one subject")
def list_claims(
    index: Index,
    subject: Annotated[IdQuery | None, Query(description="a lot or a total")] = None,
    limit: Limit = 100,
) -> list[ClaimResource]:
    wanted = select(claims).order_by(claims.c.block, claims.c.claim).limit(limit)
    if subject is not None:
        wanted = wanted.where(claims.c.subject == subject)
    return [claim_view(row) for row in index.execute(wanted).mappings()]


@router.get("/{claim}", summary="One claim with its proof", responses=NOT_FOUND)
def show_claim(index: Index, claim: IdPath) -> ClaimResource:
    return claim_view(required_row(index, claims.c.claim, claim, "claim"))
