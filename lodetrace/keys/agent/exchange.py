"""How an agent is asked and answers: one line of JSON each, one question a connection."""

import json
import socket
from typing import Any, Final

LARGEST: Final = 1 << 20
"""Bytes of a line."""

SECONDS: Final = 5
"""That the other end may take for a line."""


class LineMalformed(ValueError):
    """No whole line of JSON, or no object."""


def send(connection: socket.socket, document: dict[str, Any]) -> None:
    """Writes one line."""
    connection.sendall(json.dumps(document).encode() + b"\n")


def receive(connection: socket.socket) -> dict[str, Any]:
    """Reads one line; raises LineMalformed or OSError."""
    connection.settimeout(SECONDS)
    line = b""
    while not line.endswith(b"\n"):
        part = connection.recv(65_536)
        if not part or len(line) > LARGEST:
            raise LineMalformed(f"{len(line)} bytes")
        line += part
    found = json.loads(line)
    if not isinstance(found, dict):
        raise LineMalformed("no object")
    return found
