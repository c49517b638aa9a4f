"""Audit bundles: one file that proves where a lot or a product comes from, to anybody."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy import Column, Connection, select

from api.deps import Current, Index
from api.errors import IndexNotReady
from api.format import IdPath
from api.indexer.tables import cursor, lots, products
from api.problems import PROBLEM_RESPONSES
from api.rows import required_row
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


FILE: dict[str, Any] = {"response_class": Response, "responses": ANSWERS}
"""What both routes say of their answer."""


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What a reader asks with, beside the subject."""

    index: Index
    gateway: Current
    block: AtBlock = None
    known: Known = None

    def answer(self, kind: BundleSubject, column: Column[str], id_: str) -> Response:
        """The file, or 304 for who has it; raises SubjectNotFound and what Bundles.of raises."""
        word = enum_word(kind)
        required_row(self.index, column, id_, word)
        block = _newest(self.index) if self.block is None else self.block
        file = self.gateway.bundles.of(Subject(kind, parse_hex(id_, 32)), block)
        tag = f'"{keccak256(file).hex()}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if self.known is not None and tag in (one.strip() for one in self.known.split(",")):
            return Response(status_code=304, headers=headers)
        name = f"{word}-{short_id(id_.lower())[2:]}.bundle"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return Response(file, media_type=MEDIA_TYPE, headers=headers)


Asked = Annotated[BundleRequest, Depends()]


@router.get("/lots/{lot}/bundle", summary="All evidence about a lot, to verify offline", **FILE)
def lot_bundle(asked: Asked, lot: IdPath) -> Response:
    return asked.answer(BundleSubject.LOT, lots.c.lot, lot)


@router.get(
    "/products/{product}/bundle", summary="All evidence about a product, to verify offline", **FILE
)
def product_bundle(asked: Asked, product: IdPath) -> Response:
    return asked.answer(BundleSubject.PRODUCT, products.c.product, product)


def _newest(index: Connection) -> int:
    read = index.execute(select(cursor)).one_or_none()
    if read is None:
        raise IndexNotReady(indexed="none", head="unknown")
    return int(read.next_block) - 1
