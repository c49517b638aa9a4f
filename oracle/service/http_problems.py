"""What the servers of a node answer where no route of theirs does, as problem objects."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from lodetrace.head_requests import HeadAsGet
from lodetrace.problems import MEDIA_TYPE, RETRY_SECONDS, problem

RETRY: Final = {"retry-after": str(RETRY_SECONDS)}
"""With every 503."""

log: Final = logging.getLogger("lodetrace.oracle")


def application(router: APIRouter) -> FastAPI:
    """One server's routes; an unknown route, a wrong method and a defect are problems."""
    app = FastAPI(title="Lodetrace oracle node", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(HeadAsGet)
    app.include_router(router)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Exception, _unexpected)
    return app


def refusal(found: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """What is left of a refused request is not read."""
    closing = {**(headers or {}), "connection": "close"}
    return JSONResponse(found, found["status"], closing, MEDIA_TYPE)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = (f"Http{error.status_code}", str(error.detail), str(error.detail))
    advice = "See docs/oracle.md for the routes of a node."
    found = problem(*said, advice, status=error.status_code, instance=request.url.path)
    return refusal(found, error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error at %s: %s", request.url.path, type(error).__name__)
    detail = "the node failed on this request; its log says why"
    said = ("Unexpected", "The node failed", detail, "Tell the operator.")
    return refusal(problem(*said, status=500, instance=request.url.path))
