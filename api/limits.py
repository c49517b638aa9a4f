"""What a request may take: bytes of its body, seconds until it is answered, a place among others.

A request is counted until its work has ended, not until its reader was sent away: a thread that
still runs keeps its place. Its work has ended when its answer begins: what is sent was made before,
so that readers who do not take it keep nobody else out (api/slow_readers.py).
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.rights import MATRIX, SECONDS, Work
from api.errors import BodyTooLarge, GatewayBusy, GatewayError, TookTooLong
from api.problems import problem_answer

LARGEST_BODY: Final = 1 << 20
MOST_AT_ONCE: Final = 100
"""40 of them have a thread; more would take memory and wait in vain."""

WITHOUT: Final = ("/health",)
"""Answered from memory, so that whoever watches is never told that the gateway is busy."""

CLOSING: Final[Mapping[str, str]] = {"Connection": "close"}
"""What is left of such a request is not read."""


class RequestLimits:
    """Answers itself, with a problem, where a limit is met."""

    def __init__(self, app: ASGIApp, seconds: Mapping[Work, float] = SECONDS) -> None:
        self._app: Final = app
        self._answering: Final[set[asyncio.Task[None]]] = set()
        self._usual: Final = seconds[Work.LIGHT]
        self._others: Final = [
            (compile_path(route.path)[0], seconds[right.work])
            for route, right in MATRIX.items()
            if seconds[right.work] != seconds[Work.LIGHT]
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in WITHOUT:
            await self._app(scope, receive, send)
            return
        refused = self._at_the_door(scope)
        if refused is not None:
            await _refuse(refused, scope, receive, send)
            return
        limited = _Limited(receive, send)
        task = asyncio.create_task(self._answer(scope, limited))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        refused = await limited.refusal(task, self._seconds_of(scope["path"]))
        if refused is None:
            self._answering.discard(task)
            await task
        else:
            task.add_done_callback(_forget)
            await _refuse(refused, scope, receive, send)

    async def _answer(self, scope: Scope, limited: "_Limited") -> None:
        await self._app(scope, limited.receive, limited.send)

    def _at_the_door(self, scope: Scope) -> GatewayError | None:
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > LARGEST_BODY:
            return BodyTooLarge(limit=LARGEST_BODY)
        if len(self._answering) >= MOST_AT_ONCE:
            return GatewayBusy(limit=MOST_AT_ONCE)
        return None

    def _seconds_of(self, path: str) -> float:
        found = (seconds for pattern, seconds in self._others if pattern.match(path))
        return next(found, self._usual)


class _Limited:
    """One request's ways in and out."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive: Final = receive
        self._send: Final = send
        self._bytes = 0
        self._is_over = False
        self._outcome: Final[asyncio.Future[GatewayError | None]] = (
            asyncio.get_running_loop().create_future()
        )

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > LARGEST_BODY:
            self._settle(BodyTooLarge(limit=LARGEST_BODY))
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """What comes too late goes nowhere."""
        if not self._is_over:
            self._settle(None)
            await self._send(message)

    async def refusal(self, task: "asyncio.Task[None]", seconds: float) -> GatewayError | None:
        """None as soon as an answer begins, or the request ends without one."""
        waited: set[asyncio.Future[Any]] = {task, self._outcome}
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not self._outcome.done():
            self._settle(None if task.done() else TookTooLong(seconds=seconds))
        found = self._outcome.result()
        self._is_over = found is not None
        return found

    def _settle(self, outcome: GatewayError | None) -> None:
        if not self._outcome.done():
            self._outcome.set_result(outcome)


def _forget(task: "asyncio.Task[None]") -> None:
    """Nobody waits for it: what it failed of was told to the log by the application."""
    if not task.cancelled():
        task.exception()


async def _refuse(error: GatewayError, scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem_answer(error, scope)
    answer.headers.update(CLOSING)
    await answer(scope, receive, send)
