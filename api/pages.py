"""The pages for people: the explorer, and the description of the routes in Swagger UI.

They load nothing from elsewhere, and all their addresses are relative, so that a proxy may put
them below a prefix.
"""

from collections.abc import Mapping
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
STYLES: Final = "text/css"
EXPLORER_PARTS: Final = {
    "explorer.css": (("api", "explorer.css"), STYLES),
    "explorer.js": (("api", "explorer.js"), JAVASCRIPT),
}
DOCS_PARTS: Final = {
    "start.js": (("api", "docs_start.js"), JAVASCRIPT),
    "swagger-ui.css": ((*SWAGGER_UI, "swagger-ui.css"), STYLES),
    "swagger-ui-bundle.js": ((*SWAGGER_UI, "swagger-ui-bundle.js"), JAVASCRIPT),
}
"""What the pages load: package and path, media type."""

_OWN: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; img-src 'self' "
)
EXPLORER_POLICY: Final = f"{_OWN}blob:"
"""Pictures are asked for with the reader's token, so they come by way of the script."""
DOCS_POLICY: Final = f"{_OWN}data:"
"""Swagger UI has pictures in its own style sheet."""

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
    return _part(DOCS_PARTS, part, DOCS_POLICY)


@router.get("/pages/{part}")
def explorer_part(part: Annotated[str, Path()]) -> Response:
    return _part(EXPLORER_PARTS, part, EXPLORER_POLICY)


def _part(parts: Mapping[str, tuple[tuple[str, ...], str]], part: str, policy: str) -> Response:
    if part not in parts:
        raise HTTPException(404)
    file, media_type = parts[part]
    return _answer(file, media_type, policy)


def _answer(file: tuple[str, ...], media_type: str, policy: str) -> Response:
    content = _content(file)
    headers = {"Content-Security-Policy": policy, "ETag": content_tag(content)}
    return Response(content, headers={**headers, **KEPT_BY_READERS}, media_type=media_type)


@cache
def _content(file: tuple[str, ...]) -> bytes:
    package, *path = file
    return files(package).joinpath(*path).read_bytes()
