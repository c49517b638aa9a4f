"""Documents over HTTP on loopback, as a source of the service."""

from typing import Final

from oracle.service.intake import Intake
from oracle.service.loopback_server import LoopbackServer
from oracle.sources.http_app import NAME, IntakeContext, intake_app

CONNECTIONS: Final = 64
"""Requests at once; a further one is answered 503."""


class HttpSource:
    """Takes documents from whoever is on this machine."""

    def __init__(self, port: int, desk: IntakeContext) -> None:
        self._desk: Final = desk
        self._server: Final = LoopbackServer(NAME, port, CONNECTIONS)
        self._is_open = False

    @property
    def name(self) -> str:
        """As the status and the metrics name it."""
        return NAME

    @property
    def address(self) -> str:
        """Where it listens, once it does."""
        return self._server.address

    def check(self) -> str:
        """Raises SourceUnusable where the port is taken."""
        return self._server.check()

    def start(self) -> None:
        """Listens from here on; raises SourceUnusable or StorageError."""
        self._is_open = True
        self._desk.open()
        self._server.start(intake_app(self._desk))

    def collect(self, intake: Intake) -> int:
        """It stores documents itself, as they come."""
        del intake
        return 0

    def stop(self) -> None:
        """Takes no more; what was being stored is stored."""
        self._server.stop()
        if self._is_open:
            self._is_open = False
            self._desk.close()
