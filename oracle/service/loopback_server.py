"""An HTTP server on loopback, in a thread of its own."""

import asyncio
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from oracle.service.source import SourceUnusable

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST: Final = "127.0.0.1"
HEADER_SECONDS: Final = 5
"""A connection has so long for the head of a request; the body has a limit of its own."""
RETRY: Final = {"retry-after": "5"}
"""Seconds until it is worth asking again, with every 503."""


class ListenerUnusable(SourceUnusable):
    """A port that is taken, or may not be listened on."""

    template = "{source} cannot listen on {address}: {reason}"
    advice = "Set LODETRACE_ORACLE_PORT and LODETRACE_ORACLE_MONITOR_PORT; 0 takes a free one."


class LoopbackServer:
    """Answers on one port. connections: requests at once; a further one is answered 503."""

    def __init__(self, name: str, port: int, connections: int) -> None:
        self._name: Final = name
        self._port: Final = port
        self._connections: Final = connections
        self._listener: socket.socket | None = None
        self._server: Any = None
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        """Where it listens, once it does."""
        port = self._port if self._listener is None else self._listener.getsockname()[1]
        return f"http://{HOST}:{port}"

    def check(self) -> str:
        """Raises ListenerUnusable where the port is taken."""
        _bound(self._name, self._port).close()
        return f"{HOST}:{self._port} is free"

    def start(self, app: "FastAPI") -> None:
        """Listens from here on; raises ListenerUnusable."""
        self._listener = _bound(self._name, self._port)
        self._listener.listen()
        config = Config(
            app,
            http=_ImpatientProtocol,
            log_level="warning",
            log_config=None,  # what it has to say goes into the log of the service
            limit_concurrency=self._connections,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
            lifespan="off",
        )
        self._server = Server(config)
        self._thread = Thread(
            target=self._server.run,
            kwargs={"sockets": [self._listener]},
            name=self._name,
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Takes no more; what was being answered is answered."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
        if self._listener is not None:
            self._listener.close()


class _ImpatientProtocol(H11Protocol):
    """Hangs up on whoever brings the head of a request byte by byte, or not at all."""

    _hang_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

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


def _bound(name: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise ListenerUnusable(source=name, address=f"{HOST}:{port}", reason=reason) from error
    return listener
