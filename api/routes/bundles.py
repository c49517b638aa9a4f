"""Audit bundles: one file that proves where a lot or a product comes from, to anybody."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Column, Connection, select

from api.admission import WhoseTurn
from api.conditional import KEPT_BY_READERS
from api.deps import Current, Snapshot
from api.errors import IndexNotReady, TooManyLotsForBundle
from api.format import IdPath
from api.indexer.tables import cursor, lots, products
from api.problems import (
    NODE_AT_FAULT,
    NOT_FOUND,
    PROBLEM_RESPONSES,
    STATE_NOT_KEPT,
    refusals,
)
from api.query import Whole
from api.rows import required_row
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.evidence.cosignatures import Wanted
from lodetrace.text import enum_word, parse_hex, short_id
from zk_circuits.keccak import keccak256

MEDIA_TYPE = "application/octet-stream"

router = APIRouter(tags=["audit"], responses=PROBLEM_RESPONSES)

AtBlock = Annotated[Whole | None, Query(description="the last block told of; else the newest")]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "the file, as docs/audit-bundle.md describes it; the ETag is of its bytes",
    },
    **NOT_FOUND,
    **refusals(TooManyLotsForBundle),
    **STATE_NOT_KEPT,
    **NODE_AT_FAULT,
}


FILE: dict[str, Any] = {"response_class": Response, "responses": ANSWERS}
"""What both routes say of their answer."""


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What a reader asks with, beside the subject."""

    index: Snapshot
    gateway: Current
    reader: WhoseTurn
    block: AtBlock = None

    def answer(self, kind: BundleSubject, column: Column[str], id_: str) -> Response:
        """The file; raises SubjectNotFound and what Bundles.of raises."""
        word = enum_word(kind)
        required_row(self.index, column, id_, word)
        subject = Subject(kind, parse_hex(id_, 32))
        wanted = Wanted(subject, self.block, _newest(self.index))
        file = self.gateway.bundles.of(wanted, self.reader)
        name = f"{word}-{short_id(id_.lower())[2:]}.bundle"
        headers = {
            "ETag": f'"{keccak256(file).hex()}"',
            "Content-Disposition": f'attachment; filename="{name}"',
            **KEPT_BY_READERS,
        }
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
