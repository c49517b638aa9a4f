"""Readers who do not take what they asked for: a mixin before a protocol of uvicorn.

An answer is made whole before it begins, so a slow reader holds no view of the index and no turn at
graphs: what waits for it are bytes in memory, and the place of a stream. Both end here.
"""

import socket
import struct
import time
from logging import getLogger
from typing import Any, Final

PATIENCE_SECONDS: Final = 30
"""Between two looks at what waits for a reader."""

LEAST_TAKEN: Final = 32 << 10
"""Bytes that a reader for whom bytes wait has to take from one look to the next."""

MOST_WAITING: Final = 256 << 20
"""Bytes that may wait for all readers together."""

SEND_BUFFER: Final = 256 << 10
"""Bytes of a connection that the operating system holds, for each of them up to 4 MiB otherwise."""

_FORGOTTEN: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: nor does the operating system go on offering what it holds."""

_log: Final = getLogger("lodetrace.gateway")


class _Counted:
    """A transport that counts what is written to it."""

    def __init__(self, transport: Any) -> None:
        self._transport: Final = transport
        self.written = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """As uvicorn calls it."""
        self.written += len(data)
        self._transport.write(data)

    @property
    def waiting(self) -> int:
        """Bytes that the operating system has not taken over yet."""
        found: int = self._transport.get_write_buffer_size()
        return found


class SlowReaders:
    """Hangs up on a reader for whom bytes wait and who takes next to none of them; and where too
    many wait for all readers, on whoever is slow for the longest time.
    """

    config: Any
    connections: set[Any]
    loop: Any
    _counted: _Counted
    _next_look: Any = None
    _written = 0
    _taken = 0
    _slow_since: float | None = None

    def connection_made(self, transport: Any) -> None:
        """As asyncio calls it."""
        self._counted = _Counted(transport)
        super().connection_made(self._counted)  # type: ignore[misc]
        self._next_look = self.loop.call_later(PATIENCE_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio calls it."""
        self._next_look.cancel()
        super().connection_lost(exc)  # type: ignore[misc]

    def pause_writing(self) -> None:
        """As asyncio calls it, where more waits than is good."""
        super().pause_writing()  # type: ignore[misc]
        self._slow_since = time.monotonic()
        slow = [one for one in self.connections if one._slow_since is not None]
        while sum(one._counted.waiting for one in slow) > MOST_WAITING:
            slowest = min(slow, key=lambda one: one._slow_since)
            slow.remove(slowest)
            slowest._cut_off("too much waits for all readers")

    def resume_writing(self) -> None:
        """As asyncio calls it."""
        self._slow_since = None
        super().resume_writing()  # type: ignore[misc]

    def _look(self) -> None:
        """Bytes that were written before the look before and still wait are old ones."""
        waiting, taken = self._counted.waiting, self._counted.written - self._counted.waiting
        if waiting and taken < self._written and taken - self._taken < LEAST_TAKEN:
            self._cut_off(f"it took {taken - self._taken} bytes in {PATIENCE_SECONDS} seconds")
            return
        self._written, self._taken = self._counted.written, taken
        self._next_look = self.loop.call_later(PATIENCE_SECONDS, self._look)

    def _cut_off(self, reason: str) -> None:
        """At once: a usual end would wait until everything was taken."""
        _log.info("hung up on a reader, for whom %d bytes wait: %s", self._counted.waiting, reason)
        self.config.app.state.gateway.hung_up += 1
        self._slow_since = None  # nor is it the slowest once more
        connection = self._counted.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _FORGOTTEN)
        self._counted.abort()
