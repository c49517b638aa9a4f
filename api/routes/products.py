"""Products, and the passport of one."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from api.deps import Index
from api.errors import SubjectNotFound
from api.format import Id, IdPath, metal
from api.graph import Direction, provenance
from api.graph_svg import draw
from api.indexer.tables import parts, products
from api.passport import Passport, passport
from api.problems import PROBLEM_RESPONSES
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
    time: str
    parts: list[PartResource]


@router.get("", summary="All products")
def list_products(index: Index) -> list[ProductResource]:
    rows = index.execute(select(products).order_by(products.c.product)).mappings().all()
    return [_product(index, row) for row in rows]


@router.get("/{product}", summary="One product and its parts")
def show_product(index: Index, product: IdPath) -> ProductResource:
    return _product(index, _row(index, product))


@router.get("/{product}/passport", summary="What is proven about a product, with the evidence")
def show_passport(index: Index, product: IdPath) -> Passport:
    row = _row(index, product)
    return passport(index, row)


@router.get(
    "/{product}/provenance.svg",
    summary="Where all metals of a product come from, as a picture",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
def show_picture(index: Index, product: IdPath) -> Response:
    roots = sorted({part.lot for part in _product(index, _row(index, product)).parts})
    graph = provenance(index, roots, Direction.ANCESTORS)
    return Response(draw(index, graph), media_type="image/svg+xml")


def _row(index: Connection, product: str) -> Any:
    wanted = select(products).where(products.c.product == product.lower())
    row = index.execute(wanted).mappings().one_or_none()
    if row is None:
        raise SubjectNotFound(kind="product", id=product)
    return row


def _product(index: Connection, row: Any) -> ProductResource:
    wanted = select(parts).where(parts.c.product == row["product"])
    found = index.execute(wanted.order_by(parts.c.element, parts.c.part)).mappings()
    return ProductResource(
        product=row["product"],
        account=row["account"],
        is_sealed=row["sealed"],
        time=iso_time(row["time"]),
        parts=[
            PartResource(
                element=metal(p["element"]), part=p["part"], lot=p["lot"], units=p["units"]
            )
            for p in found
        ],
    )
