"""The pages for people: the explorer, and the description of the routes in Swagger UI.

They load nothing from elsewhere, and all their addresses are relative, so that a proxy may put
them below a prefix.
"""

from functools import cache
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from starlette.exceptions import HTTPException

from api.conditional import KEPT_BY_READERS, content_tag

SWAGGER_UI: Final = ("fastapi_offline", "static")
"""The package that carries its files."""

HTML: Final = "text/html"
JAVASCRIPT: Final = "text/javascript"
PARTS: Final = {
    "start.js": (("api", "docs_start.js"), JAVASCRIPT),
    "swagger-ui.css": ((*SWAGGER_UI, "swagger-ui.css"), "text/css"),
    "swagger-ui-bundle.js": ((*SWAGGER_UI, "swagger-ui-bundle.js"), JAVASCRIPT),
}
"""What the page of the routes loads: package and path, media type."""

EXPLORER_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self'"
)
DOCS_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; img-src 'self' data:"
)
"""Styles of elements and pictures in its own style sheet are how Swagger UI is made."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def explorer() -> Response:
    """Reads the same routes as everybody."""
    return _answer(("api", "explorer.html"), HTML, EXPLORER_POLICY)


@router.get("/docs")
def docs() -> Response:
    return _answer(("api", "docs.html"), HTML, DOCS_POLICY)


@router.get("/docs/{part}")
def docs_part(part: Annotated[str, Path()]) -> Response:
    if part not in PARTS:
        raise HTTPException(404)
    file, media_type = PARTS[part]
    return _answer(file, media_type, DOCS_POLICY)


def _answer(file: tuple[str, ...], media_type: str, policy: str) -> Response:
    content = _content(file)
    headers = {"Content-Security-Policy": policy, "ETag": content_tag(content)}
    return Response(content, headers={**headers, **KEPT_BY_READERS}, media_type=media_type)


@cache
def _content(file: tuple[str, ...]) -> bytes:
    package, *path = file
    return files(package).joinpath(*path).read_bytes()
