"""The pages for people: the explorer, and the description of the routes in Swagger UI.

They load nothing from elsewhere, and all their addresses are relative, so that a proxy may put
them below a prefix. The explorer is bundled at set-up (api/explorer/build.mjs).
"""

import json
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
JSON: Final = "application/json"
MEDIA_TYPES: Final = {".js": JAVASCRIPT, ".css": STYLES}
EXPLORER: Final = ("explorer", "dist")
"""Below this package: what the bundler made."""
FIRST_PAGE: Final = "index.html"
CLAIM_KEYS: Final = "claim-keys.json"
"""Verifying keys of the claim circuit, as snarkjs writes them, by the set that each is of."""
NOT_BUILT: Final = "The explorer is not built: run `make explorer` in the clone.\n"

DOCS_PARTS: Final = {
    "start.js": (("api", "docs_start.js"), JAVASCRIPT),
    "swagger-ui.css": ((*SWAGGER_UI, "swagger-ui.css"), STYLES),
    "swagger-ui-bundle.js": ((*SWAGGER_UI, "swagger-ui-bundle.js"), JAVASCRIPT),
}
"""What the page of the routes loads: package and path, media type."""

_OWN: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; img-src 'self' "
)
EXPLORER_POLICY: Final = f"{_OWN}data:"
"""Its icon is in the page."""
DOCS_POLICY: Final = f"{_OWN}data:"
"""Swagger UI has pictures in its own style sheet."""

KEPT_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
"""What has the hash of its content in its name."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def explorer() -> Response:
    """Reads the same routes as everybody."""
    if not is_built():
        headers = {"Content-Security-Policy": EXPLORER_POLICY}
        return Response(NOT_BUILT, 503, headers, media_type="text/plain")
    return _answer(("api", *EXPLORER, FIRST_PAGE), HTML, EXPLORER_POLICY)


@router.get("/docs")
def docs() -> Response:
    return _answer(("api", "docs.html"), HTML, DOCS_POLICY)


@router.get("/docs/{part}")
def docs_part(part: Annotated[str, Path()]) -> Response:
    if part not in DOCS_PARTS:
        raise HTTPException(404)
    return _answer(*DOCS_PARTS[part], DOCS_POLICY)


@router.get("/pages/{part}")
def explorer_part(part: Annotated[str, Path()]) -> Response:
    if part == CLAIM_KEYS:
        return _answer_of(_claim_keys(), JSON, EXPLORER_POLICY)
    if part not in explorer_parts():
        raise HTTPException(404)
    media_type = MEDIA_TYPES[part[part.rindex(".") :]]
    answer = _answer(("api", *EXPLORER, part), media_type, EXPLORER_POLICY)
    answer.headers.update(KEPT_FOR_EVER)
    return answer


def is_built() -> bool:
    """Whether the explorer is there: a fresh clone has only its sources."""
    return files("api").joinpath(*EXPLORER, FIRST_PAGE).is_file()


def explorer_parts() -> frozenset[str]:
    """Names of the files that the explorer loads."""
    folder = files("api").joinpath(*EXPLORER)
    if not folder.is_dir():
        return frozenset()
    return frozenset(one.name for one in folder.iterdir() if one.name.endswith(tuple(MEDIA_TYPES)))


def _answer(file: tuple[str, ...], media_type: str, policy: str) -> Response:
    return _answer_of(_content(file), media_type, policy)


def _answer_of(content: bytes, media_type: str, policy: str) -> Response:
    headers = {"Content-Security-Policy": policy, "ETag": content_tag(content)}
    return Response(content, headers={**headers, **KEPT_BY_READERS}, media_type=media_type)


@cache
def _content(file: tuple[str, ...]) -> bytes:
    package, *path = file
    return files(package).joinpath(*path).read_bytes()


@cache
def _claim_keys() -> bytes:
    from lodetrace.evidence.keys import SUFFIX, installed_keys

    found = sorted(installed_keys().rglob(f"claim{SUFFIX}"))
    keys = {path.parent.name: json.loads(path.read_bytes()) for path in found}
    return json.dumps(keys).encode()
