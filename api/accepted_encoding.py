"""Whether a reader takes gzip (RFC 9110, 12.5.3): weights, capitals and `*` count.

Starlette's compression looks for the letters alone, so that `gzip;q=0`, which forbids it, was
taken for a wish.
"""

import re
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

GZIP: Final = "gzip"
_ENTRY: Final = re.compile(
    r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII
)


class AcceptedEncoding:
    """Tells what comes after it in one word: `gzip`, or `identity` where that is not wanted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = MutableHeaders(raw=list(scope["headers"]))
            asked = Headers(scope=scope).getlist("accept-encoding")
            headers["accept-encoding"] = GZIP if takes_gzip(asked) else "identity"
            scope = {**scope, "headers": headers.raw}
        await self._app(scope, receive, send)


def takes_gzip(lines: Sequence[str]) -> bool:
    """By the lines of Accept-Encoding; entries that are malformed say nothing."""
    weights: dict[str, int] = {}
    for entry in ",".join(lines).lower().split(","):
        if found := _ENTRY.fullmatch(entry):
            weights[found[1]] = _thousandths(found[2] or "1")
    weight = next((weights[one] for one in (GZIP, "x-gzip", "*") if one in weights), 0)
    return weight > 0 and weight >= weights.get("identity", 0)


def _thousandths(weight: str) -> int:
    """Of "0.25", which has at most three decimals: 250."""
    return int((weight.replace(".", "") + "000")[:4])
