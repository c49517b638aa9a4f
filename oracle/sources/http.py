"""The node's HTTP server on loopback, in a thread of its own."""

import socket
from threading import Thread
from typing import Any, Final

from oracle.service.intake import Intake
from oracle.service.source import SourceUnusable
from oracle.sources.http_app import IntakeContext, intake_app

NAME: Final = "http"
HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 64
"""Requests at once; a further one is answered 503."""


def check_port(port: int) -> str:
    """Raises SourceUnusable where the port is taken."""
    listener = _bound(port)
    listener.close()
    return f"{HOST}:{port} is free"


class HttpSource:
    """Intake, metrics and health."""

    def __init__(self, port: int, desk: IntakeContext) -> None:
        self._port: Final = port
        self._desk: Final = desk
        self._listener: socket.socket | None = None
        self._server: Any = None
        self._thread: Thread | None = None

    @property
    def name(self) -> str:
        """As the status and the metrics name it."""
        return NAME

    @property
    def address(self) -> str:
        """Where it listens, once it does."""
        port = self._port if self._listener is None else self._listener.getsockname()[1]
        return f"http://{HOST}:{port}"

    def check(self) -> str:
        """Raises SourceUnusable where the port is taken."""
        return check_port(self._port)

    def start(self) -> None:
        """Listens from here on; raises SourceUnusable."""
        import uvicorn

        self._listener = _bound(self._port)
        self._listener.listen()
        config = uvicorn.Config(
            intake_app(self._desk),
            log_level="warning",
            log_config=None,  # what it has to say goes into the log of the service
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name=NAME, daemon=True
        )
        self._thread.start()

    def collect(self, intake: Intake) -> int:
        """It stores documents itself, as they come."""
        del intake
        return 0

    def stop(self) -> None:
        """Takes no more; what was being stored is stored."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
            self._desk.close()
        if self._listener is not None:
            self._listener.close()


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise SourceUnusable(source=NAME, reason=f"{HOST}:{port}: {error.strerror}") from error
    return listener
