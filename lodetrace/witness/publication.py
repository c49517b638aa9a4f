"""What a witness gives away: one small file, and the same on a port of loopback.

Whoever exports a bundle takes its signatures from there. A web server of the member's own serves
the file, or passes questions on to the port; nobody has to be known, since nothing in it is secret.
"""

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any, Final

from lodetrace.atomic_file import PUBLIC, replace_file, require_folder
from lodetrace.audit.heads import SignedHead
from lodetrace.errors import StorageError
from lodetrace.evidence.cosignatures import FILE, FORMAT, ROUTE, heads_of
from lodetrace.witness.errors import PortUnusable

STOPPED_FILE: Final = "stopped.json"
HOST: Final = "127.0.0.1"
PUBLISHED: Final = 288
"""Heads in the file: those of a day."""

CONNECTIONS: Final = 32
PATIENCE: Final = 5
"""Seconds for a request to come."""


class PublicationUnwritable(StorageError):
    """The disk refused; what was signed is kept, and is given away by the next round."""

    template = "cannot publish {path}: {reason}"
    advice = "Make room or fix the permissions of the folder."


class Publication:
    """The folder that others read."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder

    @property
    def path(self) -> Path:
        """The file with the heads."""
        return self.folder / FILE

    def require_folder(self) -> None:
        """Raises PublicationUnwritable where it is not there and cannot be made."""
        try:
            require_folder(self.folder)
        except OSError as error:
            raise PublicationUnwritable(path=self.folder, reason=error.strerror or error) from error

    def write(self, heads: Sequence[SignedHead]) -> None:
        """The newest heads, the last one last; raises PublicationUnwritable."""
        document = {"format": FORMAT, "heads": [head.to_json() for head in heads]}
        self._write(self.path, document)

    def write_stopped(self, contradiction: dict[str, Any]) -> None:
        """Two headers where there is one block; raises PublicationUnwritable."""
        self._write(self.folder / STOPPED_FILE, contradiction)

    def last_seen(self) -> dict[bytes, int]:
        """Whose heads are in the file, each with its latest time; nobody's where there is none.

        Raises HeadUnreadable.
        """
        found: dict[bytes, int] = {}
        if self.path.exists():
            for signed in heads_of(self.content(), str(self.path)):
                signer = signed.signer
                found[signer] = max(signed.head.seen_at, found.get(signer, 0))
        return found

    def content(self) -> bytes:
        """The file, as it is given away; empty where there is none yet."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def _write(self, path: Path, document: dict[str, Any]) -> None:
        try:
            self.folder.mkdir(exist_ok=True)
            replace_file(path, (json.dumps(document, indent=1) + "\n").encode(), PUBLIC)
        except OSError as error:
            raise PublicationUnwritable(path=path, reason=error.strerror or error) from error


class HeadsServer:
    """Answers GET /heads on loopback, until it is closed."""

    def __init__(self, publication: Publication, port: int) -> None:
        """Raises PortUnusable."""
        try:
            self._server: Final = _Server((HOST, port), publication)
        except OSError as error:
            raise PortUnusable(port=port, reason=error.strerror or error) from error
        Thread(target=self._server.serve_forever, name="heads", daemon=True).start()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._server.server_port}{ROUTE}"

    def close(self) -> None:
        """Answers no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], publication: Publication) -> None:
        self.publication: Final = publication
        self._room: Final = BoundedSemaphore(CONNECTIONS)
        super().__init__(address, _Answer)

    def process_request(self, request: Any, client_address: Any) -> None:
        """As socketserver calls it; whoever comes when there is no room is hung up on."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As socketserver calls it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up, or sends what is no request, is nobody's concern."""


class _Answer(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server: _Server

    def do_GET(self) -> None:
        """The file, or that there is none."""
        content = self.server.publication.content() if self.path == ROUTE else b""
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Who asks for heads is nobody's business."""
