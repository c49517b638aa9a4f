"""Audit bundles: one file that proves where a lot or a product comes from, to anybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import Connection, select

from api.deps import Current, Gateway, Index
from api.errors import IndexNotReady, SubjectNotFound
from api.format import IdPath
from api.indexer.tables import cursor, lots, products
from api.problems import PROBLEM_RESPONSES
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.text import enum_word, parse_hex, short_id
from zk_circuits.keccak import keccak256

MEDIA_TYPE = "application/octet-stream"

router = APIRouter(tags=["audit"], responses=PROBLEM_RESPONSES)

AtBlock = Annotated[int | None, Query(ge=0, description="the last block told of; else the newest")]
Known = Annotated[str | None, Header(alias="If-None-Match", description="an ETag of before")]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "the file, as docs/audit-bundle.md describes it; the ETag is of its bytes",
    },
    304: {"description": "the reader has it already"},
}


@router.get(
    "/lots/{lot}/bundle",
    summary="All evidence about a lot, to verify offline",
    response_class=Response,
    responses=ANSWERS,
)
def lot_bundle(
    index: Index, current: Current, lot: IdPath, block: AtBlock = None, known: Known = None
) -> Response:
    _require(index, "lot", lots.c.lot, lot)
    return _answer(index, current, BundleSubject.LOT, lot, block, known)


@router.get(
    "/products/{product}/bundle",
    summary="All evidence about a product, to verify offline",
    response_class=Response,
    responses=ANSWERS,
)
def product_bundle(
    index: Index, current: Current, product: IdPath, block: AtBlock = None, known: Known = None
) -> Response:
    _require(index, "product", products.c.product, product)
    return _answer(index, current, BundleSubject.PRODUCT, product, block, known)


def _require(index: Connection, kind: str, column: Any, id_: str) -> None:
    if index.execute(select(column).where(column == id_.lower())).first() is None:
        raise SubjectNotFound(kind=kind, id=id_)


def _answer(
    index: Connection,
    gateway: Gateway,
    kind: BundleSubject,
    id_: str,
    block: int | None,
    known: str | None,
) -> Response:
    if block is None:
        block = _newest(index, gateway)
    file = gateway.bundles.of(Subject(kind, parse_hex(id_, 32)), block)
    tag = f'"{keccak256(file).hex()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if known is not None and tag in (one.strip() for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    name = f"{enum_word(kind)}-{short_id(id_.lower())[2:]}.bundle"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(file, media_type=MEDIA_TYPE, headers=headers)


def _newest(index: Connection, gateway: Gateway) -> int:
    read = index.execute(select(cursor)).one_or_none()
    if read is None:
        raise IndexNotReady(indexed="none", head="unknown", failure=gateway.failure)
    return int(read.next_block) - 1
