"""What a maker shows to everybody of a product: nothing, its claims, its passport, its bundle."""

from enum import StrEnum
from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from api.access.publications import Part
from api.admission import SignedInReader
from api.claim_view import ClaimResource, claim_view
from api.deps import Current, Index, Snapshot
from api.errors import (
    BodyTooLarge,
    IndexNotReady,
    LoginRequired,
    NotTheMaker,
    QueryInvalid,
    SubjectNotFound,
    TooManyRequests,
)
from api.format import Id, IdPath
from api.indexer.tables import claims, products, totals
from api.paging import Next, Page
from api.problems import FAILURE, NOT_FOUND, PROBLEM_RESPONSES, PUBLISHED, refusals
from api.rows import required_row
from lodetrace.text import enum_word, enum_words

COMMON: Final[dict[int | str, dict[str, Any]]] = {
    **FAILURE,
    **refusals(SubjectNotFound, QueryInvalid, TooManyRequests, IndexNotReady),
}
MAKERS: Final = refusals(LoginRequired, NotTheMaker)

router = APIRouter(prefix="/products/{product}", tags=["products"])


class PublishedPart(StrEnum):
    """Each holds what is before it."""

    CLAIMS = "claims"
    PASSPORT = "passport"
    BUNDLE = "bundle"


class PublicationResource(BaseModel):
    """That the product exists, and how much of it everybody may read."""

    product: Id
    up_to: PublishedPart | None = Field(description="null: nothing, until its maker says so")


class PublicationAsked(BaseModel):
    """A bundle shows the whole ancestry, and so do the events of a passport their sites."""

    model_config = ConfigDict(extra="forbid")

    up_to: PublishedPart


class ProductClaims(BaseModel):
    """Claims on the totals of a product, in the order of the chain."""

    claims: list[ClaimResource]
    next: Next


@router.get("/publication", summary="What everybody may read of a product", responses=COMMON)
def show_publication(current: Current, index: Snapshot, product: IdPath) -> PublicationResource:
    named = required_row(index, products.c.product, product, "product")["product"]
    return _told(named, current.access.publications.of(named))


@router.put(
    "/publication",
    summary="Publish a product up to its claims, passport or bundle",
    responses={**COMMON, **MAKERS, **refusals(BodyTooLarge)},
)
def publish_product(
    current: Current, reader: SignedInReader, product: IdPath, asked: PublicationAsked
) -> PublicationResource:
    part = enum_words(Part)[asked.up_to]
    return _set(current, reader.account, product, part)


@router.delete(
    "/publication", summary="Publish nothing of a product", responses={**COMMON, **MAKERS}
)
def unpublish_product(
    current: Current, reader: SignedInReader, product: IdPath
) -> PublicationResource:
    return _set(current, reader.account, product, None)


@router.get(
    "/claims",
    summary="The claims on a product's totals",
    responses={**PROBLEM_RESPONSES, **NOT_FOUND, **PUBLISHED},
)
def list_product_claims(index: Index, product: IdPath, page: Page) -> ProductClaims:
    named = required_row(index, products.c.product, product, "product")["product"]
    of_product = select(totals.c.total).where(totals.c.product == named)
    wanted = select(claims).where(claims.c.subject.in_(of_product))
    rows, after = page.of(index, wanted, claims.c.block, claims.c.claim)
    return ProductClaims(claims=[claim_view(row) for row in rows], next=after)


def _set(current: Current, account: str, product: str, part: Part | None) -> PublicationResource:
    named = product.lower()
    current.access.publications.set(named, part, account, current.access.now())
    return _told(named, part)


def _told(product: str, part: Part | None) -> PublicationResource:
    up_to = None if part is None else PublishedPart(enum_word(part))
    return PublicationResource(product=product, up_to=up_to)
