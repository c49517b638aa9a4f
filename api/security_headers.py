"""Header fields of every answer that keep a browser from doing more with it than showing it."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIELDS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Pages have a policy of their own, for their own files."""

TRANSPORT: Final = "max-age=31536000"
"""A year of TLS and nothing else, where readers come by it."""


class SecurityHeaders:
    """is_tls: whether readers reach the gateway by TLS."""

    def __init__(self, app: ASGIApp, is_tls: bool) -> None:
        self._app: Final = app
        transport = {"Strict-Transport-Security": TRANSPORT} if is_tls else {}
        self._fields: Final = {**FIELDS, **transport}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in self._fields.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, answer if scope["type"] == "http" else send)
