"""Conditional requests (RFC 9110, 13.1.2): who has an answer already is sent 304.

Answers from the index carry the tag of the index and of the block that they were read at: one
that was rebuilt may answer otherwise. It is weak, because compression changes their bytes; that of
a bundle, which nothing compresses, is of its bytes.
"""

import hashlib
import re
from typing import Final

from fastapi import Request, Response
from sqlalchemy import Row
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lodetrace.version import VERSION

KEPT_BY_READERS: Final = {"Cache-Control": "no-cache"}
"""Ask whether it is still so before each use."""

OF_CONTENT: Final = frozenset(
    {b"content-type", b"content-length", b"content-encoding", b"content-disposition"}
)
"""Header fields that describe a body, which 304 has not."""

_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class NotModified(Exception):
    """The reader has what would be answered; raised before it is made."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag: Final = tag


def block_tag(request: Request, read: Row) -> str:
    """Of an address at the block that the index has read; read: the cursor and the index's nonce.

    The address is in it: so nobody has the tag of an answer that was a refusal.
    """
    url, last = request.url, int(read.next_block) - 1
    index = (VERSION, read.nonce, read.chain_id, read.genesis, read.last_hash)
    facts = (*index, url.path, url.query)
    summed = hashlib.sha256("\n".join(map(str, facts)).encode())
    return f'W/"{last}-{summed.hexdigest()[:16]}"'


def content_tag(content: bytes) -> str:
    """Of a page that compression may change on its way."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'


def condition_of(headers: Headers) -> str:
    """What If-None-Match says, in one line or in several; empty without it."""
    return ", ".join(headers.getlist("if-none-match"))


def is_named(tag: str, condition: str) -> bool:
    """Whether the condition names a tag, by weak comparison."""
    return tag.removeprefix("W/") in _TAG.findall(condition)


def is_known(tag: str, condition: str) -> bool:
    """Whether the reader of an answer has it: `*` stands for every tag."""
    return condition.strip() == "*" or is_named(tag, condition)


def also_varies(request: Request, field: str) -> str:
    """Says that a route's answers depend on a header field, 304 as well; the field."""
    request.state.varies = field
    return field


async def not_modified(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)
    own = getattr(request.state, "varies", None)
    vary = "Accept-Encoding" if own is None else f"{own}, Accept-Encoding"
    headers = {"ETag": error.tag, "Vary": vary, **KEPT_BY_READERS}
    return Response(status_code=304, headers=headers)


class ConditionalRequests:
    """Tags what was read from the index, and turns a 200 that its reader has into a 304."""

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        condition = condition_of(Headers(scope=scope))
        unchanged = False

        async def answer(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(raw=list(message["headers"]))
                if "tag" in state and "etag" not in headers:
                    headers.update({"ETag": state["tag"], **KEPT_BY_READERS})
                message = {**message, "headers": headers.raw}
                tag = headers.get("etag")
                unchanged = tag is not None and is_known(tag, condition)
                if unchanged:
                    left = [field for field in headers.raw if field[0] not in OF_CONTENT]
                    message = {**message, "status": 304, "headers": left}
            elif unchanged and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, answer)
