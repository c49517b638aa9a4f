"""Slow clients, for the HTTP servers of gateway and oracle node.

A mixin before a protocol of uvicorn, so the library itself needs no web server.
"""

from typing import Any, Final

HEADER_SECONDS: Final = 5
"""A connection has so long for the head of a request; the body has a limit of its own."""


class ImpatientHeads:
    """Hangs up on whoever brings the head of a request byte by byte, or not at all."""

    cycle: Any
    loop: Any
    transport: Any
    _hang_up: Any = None

    def connection_made(self, transport: Any) -> None:
        """As asyncio calls it."""
        super().connection_made(transport)  # type: ignore[misc]
        self._watch()

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        super().data_received(data)  # type: ignore[misc]
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio calls it."""
        self._rest()
        super().connection_lost(exc)  # type: ignore[misc]

    def _watch(self) -> None:
        """The clock runs while a head is awaited, however much of it comes."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._rest()
        elif self._hang_up is None:
            self._hang_up = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _rest(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None
