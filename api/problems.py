"""Every error of the gateway as a problem over HTTP; lodetrace/problems.py makes the object."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from api.conditional import NotModified, not_modified
from api.errors import (
    DatabaseUnreachable,
    GatewayError,
    GraphTooLarge,
    IndexNotReady,
    LoginRequired,
    NotPublished,
    QueryInvalid,
    ReaderOut,
    SubjectNotFound,
    TooManyRequests,
)
from api.library_errors import NOT_KEPT, UNRELIABLE, HttpForm, form_of
from api.unread_values import unread
from lodetrace.errors import LodetraceError
from lodetrace.problems import MEDIA_TYPE, RETRY_SECONDS, problem, problem_of

log: Final = logging.getLogger("lodetrace.gateway")


class Problem(BaseModel):
    """What went wrong and what to do."""

    type: str = Field(examples=["urn:lodetrace:problem:SubjectNotFound"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no lot 0x2f…"])
    instance: str = Field(examples=["/lots/0x2f…"])
    code: str = Field(examples=["SubjectNotFound"], description="stable; type ends with it")
    advice: str = Field(examples=["Check the identifier."])
    values: dict[str, str] = Field(
        examples=[{"kind": "lot", "id": "0x2f…"}], description="what detail was made of"
    )


Answers: TypeAlias = dict[int | str, dict[str, Any]]
"""By status, what the description of a route says of its answers."""


def refusals(*errors: type[GatewayError] | HttpForm) -> Answers:
    """Errors that a route answers with; api/description.py adds the schema of a problem."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        error.status: {"description": error.title, "content": {MEDIA_TYPE: {"schema": schema}}}
        for error in errors
    }


NOT_FOUND: Final = refusals(SubjectNotFound)
GRAPH_TOO_LARGE: Final = refusals(GraphTooLarge)
FAILURE: Final = refusals(GatewayError)
NODE_AT_FAULT: Final = refusals(UNRELIABLE)
"""Of routes that ask the node."""
STATE_NOT_KEPT: Final = refusals(NOT_KEPT)
PROBLEM_RESPONSES: Final[Answers] = {
    304: {"description": "The reader has it already"},
    **FAILURE,
    **refusals(LoginRequired, ReaderOut, QueryInvalid, TooManyRequests, IndexNotReady),
}
"""Of every route that reads the index for members."""

PUBLISHED: Final = refusals(NotPublished)
"""Of what everybody reads once a maker published it."""


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(LodetraceError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotModified, not_modified)
    for silent in (OperationalError, InterfaceError, PoolExhausted):
        app.add_exception_handler(silent, _database)
    app.add_exception_handler(Exception, _unknown)


INNER_ADVICE: Final = "Ask again later, or the gateway of another member; its operator has the log."
"""A reader can do no more about somebody else's node and settings."""

ASK_AGAIN: Final = (429, 503)
"""Statuses that come with the seconds until it is worth asking again."""


def problem_text(error: LodetraceError, path: str) -> str:
    """An error of the family in a stream that began: its problem, in one line."""
    return json.dumps(_problem_at(error, path))


def _problem_at(error: LodetraceError, path: str) -> dict[str, Any]:
    form = _form(error)
    if isinstance(form, HttpForm) and form.is_inner:
        log.warning("refused at %s: %s", path, error)
        said = (error.code, form.title, form.told, INNER_ADVICE)
        return problem(*said, {}, status=form.status, instance=path)
    return problem_of(error, title=form.title, status=form.status, instance=path)


def _form(error: LodetraceError) -> GatewayError | HttpForm:
    return error if isinstance(error, GatewayError) else form_of(error)


def problem_answer(error: LodetraceError, scope: Scope) -> JSONResponse:
    """An error of the family as the answer to a request."""
    form, found = _form(error), _problem_at(error, scope["path"])
    seconds = error.retry_seconds if isinstance(error, GatewayError) else RETRY_SECONDS
    headers = {}
    if form.status in ASK_AGAIN:
        headers["Retry-After"] = str(seconds)
    if form.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(scope, found, headers)


def _answer(
    scope: Scope, found: dict[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Leaves its name in the request's state, where it is counted."""
    scope.setdefault("state", {})["refusal"] = found["code"]
    return JSONResponse(found, found["status"], headers, MEDIA_TYPE)


async def _known(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LodetraceError):
        return await _unknown(request, error)
    return problem_answer(error, request.scope)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        return await _unknown(request, error)
    return await _known(request, unread(error.errors()))


async def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return await _unknown(request, error)
    said = (f"Http{error.status_code}", error.detail, error.detail, "See /docs for all routes.")
    found = problem(*said, status=error.status_code, instance=request.url.path)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _answer(request.scope, found, {"Allow": ", ".join(_methods_at(request))})
    return _answer(request.scope, found, error.headers)


def _methods_at(request: Request) -> list[str]:
    """Of all routes of an address: Starlette's refusal names those of the first alone."""
    routes = request.app.state.served
    scope = request.scope
    methods = [route.methods or () for route in routes if route.matches(scope)[0] != Match.NONE]
    return sorted({method for each in methods for method in each})


async def _database(request: Request, error: Exception) -> JSONResponse:
    """What the database said is for the log: a reader learns nothing about the machine."""
    log.warning("the database did not answer at %s: %s", request.url.path, error)
    return await _known(request, DatabaseUnreachable(reason="see the gateway's log"))


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.exception("unexpected error at %s", request.url.path, exc_info=error)
    detail = "the gateway failed on this request; its log says why"
    said = ("Unexpected", GatewayError.title, detail, "Tell the operator.")
    found = problem(*said, status=GatewayError.status, instance=request.url.path)
    return _answer(request.scope, found)
