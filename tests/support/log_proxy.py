"""A proxy in front of a node that answers questions about logs badly: a real server.

As nodes do it: a limit on the blocks of one question, an index of logs that lacks some of them.
"""

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class LogProxy:
    """limit: blocks of one question, None for any; dropped: topics of logs that it leaves out.

    altered: topics of logs whose first word of data it changes. ranges: how many blocks each
    question about logs was for.
    """

    upstream: str
    url: str = ""
    limit: int | None = None
    dropped: frozenset[str] = frozenset()
    altered: frozenset[str] = frozenset()
    ranges: list[int] = field(default_factory=list)

    def answer(self, asked: Any) -> Any:
        """To one question, or to many of one request."""
        if isinstance(asked, list):
            return [self.answer(one) for one in asked]
        return self._logs(asked) if asked["method"] == "eth_getLogs" else self._ask(asked)

    def _logs(self, asked: Any) -> Any:
        wanted = asked["params"][0]
        blocks = int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1
        self.ranges.append(blocks)
        if self.limit is not None and blocks > self.limit:
            refusal = {"code": -32005, "message": "Requested range exceeds maximum range limit"}
            return {"jsonrpc": "2.0", "id": asked["id"], "error": refusal}
        found = self._ask(asked)
        kept = [log for log in found["result"] if log["topics"][0] not in self.dropped]
        return {**found, "result": [self._altered(log) for log in kept]}

    def _altered(self, log: Any) -> Any:
        if log["topics"][0] not in self.altered:
            return log
        first = int(log["data"][2:66], 16) ^ 1
        return {**log, "data": f"0x{first:064x}{log['data'][66:]}"}

    def _ask(self, asked: Any) -> Any:
        content = json.dumps(asked).encode()
        request = urllib.request.Request(
            self.upstream, content, {"content-type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as reply:
            return json.load(reply)


@contextmanager
def log_proxy(upstream: str) -> Iterator[LogProxy]:
    """A proxy for one block of code, on a free port of the loopback interface."""
    proxy = LogProxy(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            content = json.dumps(proxy.answer(asked)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
