"""The OpenAPI description of the gateway, and what holds for every route of it.

Operation ids are the names of the routes' functions; programs are generated from them, so a
change of one is a breaking change.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.access.rights import MATRIX, Right, Route, Told
from api.problems import Problem
from lodetrace.version import VERSION

TEXT: Final = """Reads the chain of custody of battery metals, from mine to car.

Lots are commitments: no route can show an amount, because no node knows one. Claims carry the
proof that anyone can verify.

Some routes answer everybody, most of them members alone (`LODETRACE_READERS`): sign in with the
key that the register on chain names (EIP-4361), at `POST /session`, and send the token.

Every route that answers GET answers HEAD as well. An answer from the index has an `ETag` of the
block that it was read at, and 304 for who has it already."""

SCHEME: Final = "session"
BEARER: Final = {"type": "http", "scheme": "bearer", "description": "the token of a session"}

BESIDE: Final = "."
"""Routes lie beside this description, whatever prefix a proxy puts before both."""

IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "an `ETag` of before, several of them, or `*`",
    "schema": {"type": "string"},
}
ETAG: Final[dict[str, Any]] = {
    "description": "to ask again with, in If-None-Match",
    "schema": {"type": "string"},
}
RETRY_AFTER: Final[dict[str, Any]] = {
    "description": "seconds until it is worth asking again",
    "schema": {"type": "integer"},
}


class DescribedApp(FastAPI):
    """An application whose description says all that its middleware and handlers do."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            title="Lodetrace gateway",
            version=VERSION,
            description=TEXT,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            servers=[{"url": BESIDE, "description": "this gateway"}],
            generate_unique_id_function=_operation_id,
            docs_url=None,
            redoc_url=None,
            **settings,
        )

    def openapi(self) -> dict[str, Any]:
        """Made once, at the first question."""
        if self.openapi_schema is None:
            found = super().openapi()
            found["components"]["securitySchemes"] = {SCHEME: BEARER}
            found["security"] = []
            schemas = found["components"]["schemas"]
            schemas[Problem.__name__] = Problem.model_json_schema()
            for path, operations in found["paths"].items():
                for method, operation in operations.items():
                    _complete(operation)
                    _secure(operation, MATRIX[Route(method.upper(), path)])
        return super().openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name


def _secure(operation: dict[str, Any], right: Right) -> None:
    if right.public is Told.NOTHING:
        operation["security"] = [{SCHEME: []}]
    elif right.public is Told.PUBLISHED:
        operation["security"] = [{}, {SCHEME: []}]


def _complete(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if "304" in answers:
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)
        for status in ("200", "304"):
            answers[status]["headers"] = {"ETag": ETAG}
    for status in answers.keys() & {"429", "503"}:
        answers[status]["headers"] = {"Retry-After": RETRY_AFTER}
