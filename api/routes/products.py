"""Products, and the passport of one."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.deps import Index
from api.format import Id, IdPath, Time, metal
from api.graph import Direction, provenance
from api.graph_svg import PICTURE, draw
from api.indexer.tables import parts, products
from api.passport import Passport, passport
from api.problems import GRAPH_TOO_LARGE, NOT_FOUND, PROBLEM_RESPONSES
from api.rows import all_rows, required_row
from lodetrace.text import iso_time

router = APIRouter(prefix="/products", tags=["products"], responses=PROBLEM_RESPONSES)


class PartResource(BaseModel):
    """Units of a lot that are in a product."""

    element: str = Field(examples=["Co"])
    part: int
    lot: Id
    units: int


class ProductResource(BaseModel):
    """A product, for example a vehicle, by the hash of its identifier."""

    product: Id
    account: str
    is_sealed: bool = Field(description="no further parts: totals over it are complete")
    time: Time
    parts: list[PartResource]


@router.get("", summary="All products")
def list_products(index: Index) -> list[ProductResource]:
    return [_product(index, row) for row in all_rows(index, products)]


@router.get("/{product}", summary="One product and its parts", responses=NOT_FOUND)
def show_product(index: Index, product: IdPath) -> ProductResource:
    return _product(index, _row(index, product))


@router.get(
    "/{product}/passport",
    summary="What is proven about a product, with the evidence",
    responses={**NOT_FOUND, **GRAPH_TOO_LARGE},
)
def show_passport(index: Index, product: IdPath) -> Passport:
    row = _row(index, product)
    return passport(index, row)


@router.get(
    "/{product}/provenance.svg",
    summary="Where all metals of a product come from, as a picture",
    response_class=Response,
    responses={**PICTURE, **NOT_FOUND, **GRAPH_TOO_LARGE},
)
def show_product_picture(index: Index, product: IdPath) -> Response:
    roots = sorted({part.lot for part in _product(index, _row(index, product)).parts})
    graph = provenance(index, roots, Direction.ANCESTORS)
    return Response(draw(index, graph), media_type="image/svg+xml")


def _row(index: Connection, product: str) -> Any:
    return required_row(index, products.c.product, product, "product")


def _product(index: Connection, row: Any) -> ProductResource:
    return ProductResource(
        product=row["product"],
        account=row["account"],
        is_sealed=row["sealed"],
        time=iso_time(row["time"]),
        parts=[
            PartResource(
                element=metal(p["element"]), part=p["part"], lot=p["lot"], units=p["units"]
            )
            for p in all_rows(index, parts, parts.c.product == row["product"])
        ],
    )
