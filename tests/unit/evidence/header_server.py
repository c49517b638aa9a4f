"""A node that answers for a chain made in the test: headers as Besu writes them, over a socket."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from lodetrace.audit.anchor import hash_of
from lodetrace.evidence.headers import FIELDS, LATER
from lodetrace.node.client import Node
from tests.support.synthetic_chain import Chain


class Answers(BaseHTTPRequestHandler):
    """eth_getBlockByNumber and eth_blockNumber, alone and many in one request.

    asked: numbers of the blocks that were given.
    """

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        many = isinstance(request, list)
        found = [self._answer(one) for one in (request if many else [request])]
        body = json.dumps(found if many else found[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, request: Any) -> Any:
        if request["method"] == "eth_blockNumber":
            head = hex(len(self.server.chain.blocks) - 1)  # type: ignore[attr-defined]
            return {"jsonrpc": "2.0", "id": request["id"], "result": head}
        number = int(request["params"][0], 16)
        self.server.asked.append(number)  # type: ignore[attr-defined]
        found = block_json(self.server.chain, number)  # type: ignore[attr-defined]
        changed = self.server.change(found)  # type: ignore[attr-defined]
        return {"jsonrpc": "2.0", "id": request["id"], "result": changed}

    def log_message(self, *_: object) -> None:
        pass


def block_json(chain: Chain, number: int) -> dict[str, Any]:
    """With every seal, as the node keeps it."""
    header = chain.blocks[number].header
    names = [*FIELDS, *LATER][: len(header.fields)]
    fields = {
        name: hex(int.from_bytes(value, "big")) if is_number else "0x" + value.hex()
        for (name, is_number), value in zip(names, header.fields, strict=True)
        if isinstance(value, bytes)
    }
    return {**fields, "hash": "0x" + hash_of(header, chain.consensus).hex(), "transactions": []}


@contextmanager
def serving(
    chain: Chain, change: Callable[[dict[str, Any]], dict[str, Any]] = dict
) -> Iterator[tuple[Node, list[int]]]:
    """The node, and the numbers of all blocks that it was asked for. change: of its answers."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    asked: list[int] = []
    server.chain, server.asked, server.change = chain, asked, change  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    node = Node(f"http://127.0.0.1:{server.server_port}")
    yield node, asked
    node.close()
    server.shutdown()
    server.server_close()
