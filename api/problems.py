"""Every error of the gateway as problem+json (RFC 9457), from this one place."""

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from api.errors import DatabaseUnreachable, GatewayError
from lodetrace.errors import LodetraceError, NodeError

MEDIA_TYPE: Final = "application/problem+json"

log: Final = logging.getLogger("lodetrace.gateway")


class Problem(BaseModel):
    """What went wrong and what to do."""

    type: str = Field(examples=["urn:lodetrace:problem:SubjectNotFound"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no lot 0x2f…"])
    advice: str = Field(default="", examples=["Check the identifier."])
    instance: str = Field(examples=["/lots/0x2f…"])


PROBLEM_RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    404: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": "Not found"},
    422: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": "Invalid parameter"},
    503: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": "Not ready"},
}


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(LodetraceError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for silent in (OperationalError, InterfaceError, PoolExhausted):
        app.add_exception_handler(silent, _database)
    app.add_exception_handler(Exception, _unknown)


def _problem(
    request: Request, kind: str, title: str, status: int, detail: str, advice: str
) -> JSONResponse:
    problem = Problem(
        type=f"urn:lodetrace:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        advice=advice,
        instance=request.url.path,
    )
    return JSONResponse(problem.model_dump(), status, media_type=MEDIA_TYPE)


async def _known(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LodetraceError):
        return await _unknown(request, error)
    if isinstance(error, GatewayError):
        status, title = error.status, error.title
    elif isinstance(error, NodeError):
        status, title = 503, "The chain's node does not answer"
    else:
        status, title = 500, "The gateway failed"
    return _problem(request, error.code, title, status, str(error), error.advice)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in found)
    advice = "See /docs for the parameters of this route."
    return _problem(request, "QueryInvalid", "Invalid parameter", 422, said, advice)


async def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    return _problem(request, f"Http{status}", detail, status, detail, "See /docs for all routes.")


async def _database(request: Request, error: Exception) -> JSONResponse:
    """What the database said is for the log: a reader learns nothing about the machine."""
    log.warning("the database did not answer at %s: %s", request.url.path, error)
    return await _known(request, DatabaseUnreachable(reason="see the gateway's log"))


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.exception("unexpected error at %s", request.url.path, exc_info=error)
    detail = "the gateway failed on this request; its log says why"
    return _problem(request, "Unexpected", "The gateway failed", 500, detail, "Tell the operator.")
