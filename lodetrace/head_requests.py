"""HEAD wherever there is GET (RFC 9110, 9.3.2), for the HTTP applications of gateway and node.

ASGI only, so the library needs no web framework for it.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


HEAD_ALONE: Final = "lodetrace.head_alone"
"""In the scope of a GET that was a HEAD: an answer without an end need not begin."""


class HeadAsGet:
    """Answers HEAD with the status and header fields of GET, and names HEAD in `Allow`."""

    def __init__(self, app: Application) -> None:
        self._app: Final = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields = [_with_head(*field) for field in message.get("headers", ())]
                await send({**message, "headers": fields})
            elif is_head and message["type"] == "http.response.body":
                await send({**message, "body": b""})
            else:
                await send(message)

        # a copy: the server looks at its own scope to know that no body follows
        asked = {**scope, "method": "GET", HEAD_ALONE: True} if is_head else scope
        await self._app(asked, receive, answer)


def _with_head(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"allow":
        return name, value
    allowed = [method.strip() for method in value.split(b",")]
    if b"GET" in allowed and b"HEAD" not in allowed:
        allowed.insert(allowed.index(b"GET") + 1, b"HEAD")
    return name, b", ".join(allowed)
