"""The demo's gateway: serves the story's chain, and hands out what the demo writes to files."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.app import create_app
from api.errors import AddressTaken
from api.serve import bind, open_gateway, server_of
from api.settings import GatewaySettings, sqlite_address
from demo.errors import GatewayRefused
from demo.workspace import Workspace
from lodetrace.settings import Settings

POLL_SECONDS = 0.5
PORT = 8000


@dataclass(frozen=True, slots=True)
class Served:
    """A gateway that answers."""

    url: str

    def save(self, path: str, target: Path) -> None:
        """Writes what a route answers to a file; raises GatewayRefused."""
        try:
            answer = httpx.get(f"{self.url}{path}", timeout=60, trust_env=False)
        except httpx.TransportError as error:
            raise GatewayRefused(path=path, reason=str(error) or type(error).__name__) from error
        if not answer.is_success:
            raise _refusal(path, answer)
        target.write_bytes(answer.content)


@contextmanager
def serving(settings: Settings, workspace: Workspace) -> Iterator[Served]:
    """A gateway on the loopback interface, its index up to the chain's head."""
    index, access = sqlite_address(workspace.index), sqlite_address(workspace.access)
    gateway = open_gateway(GatewaySettings.open(settings, index, access))
    gateway.indexer.catch_up()
    listener = _listener()
    app = create_app(gateway, POLL_SECONDS)
    server = server_of(app)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        host, port = listener.getsockname()[:2]
        yield Served(f"http://{host}:{port}")
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def _refusal(path: str, answer: httpx.Response) -> GatewayRefused:
    """What the gateway's problem says, with its advice."""
    try:
        problem = answer.json()
        reason, advice = str(problem["detail"]), str(problem["advice"])
    except (ValueError, KeyError, TypeError):
        return GatewayRefused(path=path, reason=f"status {answer.status_code}")
    return GatewayRefused(path=path, reason=reason, advice=advice)


def _listener() -> socket.socket:
    """The usual port, or a free one where it is taken."""
    try:
        return bind("127.0.0.1", PORT)
    except AddressTaken:
        return bind("127.0.0.1", 0)
