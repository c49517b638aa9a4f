"""HEAD as the server sees it: test clients drop a body by themselves."""

import asyncio
from typing import Any

import pytest

from lodetrace.head_requests import HeadAsGet

FIELDS = [(b"content-length", b"5"), (b"Allow", b"POST, GET"), (b"x-b", b"GET")]


def answered(method: str) -> tuple[list[Any], dict[str, Any]]:
    """What is sent for a request, and the scope that the application was given."""
    sent: list[Any] = []
    given: dict[str, Any] = {}

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        given.update(scope)
        await send({"type": "http.response.start", "status": 200, "headers": list(FIELDS)})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"cde"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": method}
    asyncio.run(HeadAsGet(app)(scope, receive, send))
    assert scope["method"] == method, "the server's own scope stays"
    return sent, given


@pytest.mark.parametrize(
    ("method", "seen", "bodies"),
    [
        ("HEAD", "GET", [b"", b""]),
        ("GET", "GET", [b"ab", b"cde"]),
        ("POST", "POST", [b"ab", b"cde"]),
    ],
)
def test_head_is_get_without_its_body(method: str, seen: str, bodies: list[bytes]) -> None:
    (start, *rest), given = answered(method)
    assert given["method"] == seen
    assert [message["body"] for message in rest] == bodies
    assert [message.get("more_body", False) for message in rest] == [True, False]
    assert start["headers"] == [FIELDS[0], (b"Allow", b"POST, GET, HEAD"), FIELDS[2]]


def test_what_is_no_request_passes() -> None:
    seen: list[Any] = []

    async def app(scope: Any, *_: Any) -> None:
        seen.append(scope)

    asyncio.run(HeadAsGet(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == [{"type": "lifespan"}]
