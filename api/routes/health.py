"""Whether the process lives, and whether its index is up to date."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.deps import Current, Snapshot
from api.errors import IndexHalted, IndexNotReady
from api.format import Time
from api.indexer.tables import cursor
from api.problems import FAILURE, refusals
from lodetrace.text import iso_time
from lodetrace.version import VERSION

router = APIRouter(tags=["service"])

LAG = 5
"""Blocks that the index may be behind and still be ready."""


class Health(BaseModel):
    status: str = Field(examples=["alive"], json_schema_extra={"const": "alive"})
    version: str = Field(examples=["0.1.0"], description="of the software")


class Readiness(BaseModel):
    """How far the index has read."""

    status: str = Field(examples=["ready"], json_schema_extra={"const": "ready"})
    chain_id: int = Field(examples=[1337])
    head: int = Field(examples=[412])
    indexed: int = Field(examples=[412], description="last block read")
    time: Time = Field(examples=["2026-09-14T10:00:00Z"], description="of that block")


@router.get("/health", summary="The process answers", responses=FAILURE)
def health() -> Health:
    return Health(status="alive", version=VERSION)


@router.get(
    "/ready",
    summary="The index follows the chain",
    responses={**FAILURE, **refusals(IndexNotReady, IndexHalted)},
)
def ready(current: Current, index: Snapshot) -> Readiness:
    read = index.execute(select(cursor)).one_or_none()
    head = current.source.head()
    if read is None or head - read.next_block + 1 > LAG:
        raise IndexNotReady(indexed="none" if read is None else read.next_block - 1, head=head)
    return Readiness(
        status="ready",
        chain_id=read.chain_id,
        head=head,
        indexed=read.next_block - 1,
        time=iso_time(read.last_time),
    )
