"""The explorer: one page that shows lots, products and the provenance graph of a lot."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter()


@router.get("/", include_in_schema=False)
def explorer() -> HTMLResponse:
    """Reads the same routes as everybody; loads nothing from elsewhere."""
    page = files("api").joinpath("explorer.html").read_text("utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    allowed = "connect-src 'self'; img-src 'self'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy + allowed})
