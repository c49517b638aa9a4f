"""Products, and the passport of one."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.deps import Index
from api.format import Id, IdPath, Time, metal
from api.indexer.tables import parts, products, retirements
from api.loaders.passports import passport_rows
from api.lot_filters import accounts_of
from api.paging import Next, Page
from api.passport import Passport, passport_view
from api.problems import GRAPH_TOO_LARGE, NOT_FOUND, PROBLEM_RESPONSES
from api.query import AddressQuery, IdQuery
from api.rows import grouped, required_row, rows_of
from lodetrace.text import iso_time

router = APIRouter(prefix="/products", tags=["products"], responses=PROBLEM_RESPONSES)


class PartResource(BaseModel):
    """Units of a lot that are in a product."""

    element: str = Field(examples=["Co"])
    part: int
    lot: Id
    units: int


class RetirementResource(BaseModel):
    """Units that left a product at the end of its life."""

    lot: Id = Field(description="of which the product had the units")
    units: int
    run: Id = Field(description="of the kind end of life")


class ProductResource(BaseModel):
    """A product, for example a vehicle, by the hash of its identifier."""

    product: Id
    label: Id = Field(description="its maker's own; with his account it makes the id")
    account: str
    is_sealed: bool = Field(description="no further parts: totals over it are complete")
    time: Time
    parts: list[PartResource]
    retired: list[RetirementResource]


class ProductPage(BaseModel):
    """Products in the order of their ids."""

    products: list[ProductResource]
    next: Next


@router.get("", summary="Products and their parts")
def list_products(
    index: Index,
    page: Page,
    account: Annotated[AddressQuery | None, Query(description="of the maker")] = None,
    organisation: Annotated[IdQuery | None, Query(description="of the maker")] = None,
) -> ProductPage:
    columns, wanted = products.c, select(products)
    if account is not None:
        wanted = wanted.where(columns.account == account)
    if organisation is not None:
        wanted = wanted.where(columns.account.in_(accounts_of(organisation)))
    rows, after = page.of(index, wanted, columns.product)
    return ProductPage(products=_products(index, rows), next=after)


@router.get("/{product}", summary="One product and its parts", responses=NOT_FOUND)
def show_product(index: Index, product: IdPath) -> ProductResource:
    row = required_row(index, products.c.product, product, "product")
    [shown] = _products(index, [row])
    return shown


@router.get(
    "/{product}/passport",
    summary="What is proven about a product, with the evidence",
    responses={**NOT_FOUND, **GRAPH_TOO_LARGE},
)
def show_passport(index: Index, product: IdPath) -> Passport:
    row = required_row(index, products.c.product, product, "product")
    return passport_view(passport_rows(index, row))


def _products(index: Connection, rows: Sequence[RowMapping]) -> list[ProductResource]:
    ids = [row["product"] for row in rows]
    used = grouped(rows_of(index, parts.c.product, ids), "product")
    gone = grouped(rows_of(index, retirements.c.product, ids), "product")
    return [
        _product(row, used.get(row["product"], ()), gone.get(row["product"], ())) for row in rows
    ]


def _product(
    row: RowMapping, used: Sequence[RowMapping], gone: Sequence[RowMapping]
) -> ProductResource:
    return ProductResource(
        product=row["product"],
        label=row["label"],
        account=row["account"],
        is_sealed=row["sealed"],
        time=iso_time(row["time"]),
        parts=[
            PartResource(
                element=metal(one["element"]), part=one["part"], lot=one["lot"], units=one["units"]
            )
            for one in used
        ],
        retired=[
            RetirementResource(lot=one["lot"], units=one["units"], run=one["run"]) for one in gone
        ],
    )
