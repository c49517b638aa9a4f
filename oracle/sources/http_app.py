"""Documents over HTTP on loopback.

`POST /documents` answers 202 once the document is committed. What is too large is refused
before it is read; the same document again is answered the same way.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from lodetrace.errors import InputError, LodetraceError, NotFound, StorageError
from lodetrace.problems import problem_of
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from lodetrace.text import TextMalformed, hex_of, parse_hex
from oracle.service import http_problems
from oracle.service.fate_log import tell_unread
from oracle.service.health import DISK, ServiceHealth
from oracle.service.http_problems import RETRY, refusal
from oracle.service.intake import Checkpoint, Intake
from oracle.service.store import Store
from oracle.service.store_thread import StoreThread

NAME: Final = "http"
PATIENCE: Final = 30
"""Seconds that a request may take to bring its document."""


class DocumentTooSlow(InputError):
    """Somebody who sends a document byte by byte."""

    template = "the document did not arrive within {seconds} s"
    advice = "Send it again, in one piece."


class DocumentUnknown(NotFound):
    """Never taken in, or the node's database was lost."""

    template = "no document {digest} was taken in"
    advice = "Send the document again: the same bytes are taken once."


STATUS: Final[Mapping[type[LodetraceError], int]] = {
    DocumentTooLarge: 413,
    DocumentTooSlow: 408,
    NotFound: 404,
    InputError: 400,
    StorageError: 503,
    LodetraceError: 500,
}
"""HTTP status by error, the first that fits."""

router: Final = APIRouter()


class IntakeContext:
    """What the routes work with: the database, and the service's health."""

    def __init__(
        self,
        folder: Path,
        service_health: ServiceHealth,
        wake: Event,
        checkpoint: Checkpoint = lambda step: None,
    ) -> None:
        self.service_health: Final = service_health
        self._wake: Final = wake
        self._checkpoint: Final = checkpoint
        self._store: Final = StoreThread(folder, "intake")

    def open(self) -> None:
        """Before the first document; raises StorageError."""
        self._store.open()

    async def accept(self, content: bytes, name: str) -> dict[str, str]:
        """Stores a document; raises InputError or StorageError."""
        found = await self._store.do(lambda store: self._intake(store).accept(content, NAME, name))
        self.service_health.took(NAME)
        self._wake.set()
        return {"digest": hex_of(found.digest), "state": found.state}

    async def state(self, digest: bytes) -> dict[str, str]:
        """What became of a document; raises DocumentUnknown."""
        found = await self._store.do(lambda store: self._intake(store).state_of(digest))
        if found is None:
            raise DocumentUnknown(digest=hex_of(digest))
        return {"state": found[0], "reason": found[1]}

    def close(self) -> None:
        """Ends the thread once what it does is done."""
        self._store.close()

    def _intake(self, store: Store) -> Intake:
        return Intake(store, self._checkpoint)


def intake_app(desk: IntakeContext) -> FastAPI:
    """The routes of one node."""
    app = http_problems.application(router)
    app.state.desk = desk
    app.add_exception_handler(LodetraceError, _problem)
    return app


def _desk(request: Request) -> IntakeContext:
    found: IntakeContext = request.app.state.desk
    return found


@router.post("/documents")
async def take(request: Request) -> Response:
    """202 once the document is committed."""
    try:
        content = await asyncio.wait_for(_body(request), PATIENCE)
    except TimeoutError as error:
        raise DocumentTooSlow(seconds=PATIENCE) from error
    name = request.headers.get("x-name", "document")
    return JSONResponse(await _desk(request).accept(content, name), 202)


@router.get("/documents/{digest}")
async def tell(digest: str, request: Request) -> Response:
    """What became of a document; digest: as its answer named it."""
    try:
        named = parse_hex(digest, 32, lower=True)
    except TextMalformed as error:
        raise DocumentUnknown(digest=digest[:80]) from error
    return JSONResponse(await _desk(request).state(named))


async def _body(request: Request) -> bytes:
    """The document; raises DocumentTooLarge before more than its limit is read."""
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > MAX_BYTES:
        raise DocumentTooLarge(what="bytes", value=int(said), limit=MAX_BYTES)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_BYTES:
            raise DocumentTooLarge(what="bytes", value=f">= {len(content)}", limit=MAX_BYTES)
    return bytes(content)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, LodetraceError)
    if isinstance(error, StorageError):
        _desk(request).service_health.failed(error, DISK)
    elif isinstance(error, InputError):
        tell_unread(error)
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    found = problem_of(error, status=status, instance=request.url.path)
    return refusal(found, RETRY if status == 503 else None)
