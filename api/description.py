"""The OpenAPI description of the gateway, and what holds for every route of it.

Operation ids are the names of the routes' functions; programs are generated from them, so a
change of one is a breaking change.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.problems import Problem
from lodetrace.version import VERSION

TEXT: Final = """Reads the chain of custody of battery metals, from mine to car.

Lots are commitments: no route can show an amount, because no node knows one. Claims carry the
proof that anyone can verify.

Every route answers HEAD as well. An answer from the index has an `ETag` of the block that it was
read at, and 304 for who has it already."""

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
            found["security"] = []  # there is no login
            schemas = found["components"]["schemas"]
            schemas[Problem.__name__] = Problem.model_json_schema()
            for path in found["paths"].values():
                for operation in path.values():
                    _complete(operation)
        return super().openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name


def _complete(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if "304" in answers:
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)
        for status in ("200", "304"):
            answers[status]["headers"] = {"ETag": ETAG}
    if "503" in answers:
        answers["503"]["headers"] = {"Retry-After": RETRY_AFTER}
