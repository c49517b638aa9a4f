"""A proxy in front of a node that fails on request: a real server, real connections."""

import json
import ssl
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HEADS = ("eth_blockNumber", "eth_getBlockByNumber", "eth_getTransactionReceipt",
         "eth_getTransactionCount", "eth_call")  # fmt: skip


class Fault(StrEnum):
    """down: hangs up. slow: answers after `delay`. bad_gateway: 502. lost_reply: what is sent
    reaches the node, its answer reaches nobody. stale: everything is read as of an old block.
    """

    NONE = "none"
    DOWN = "down"
    SLOW = "slow"
    BAD_GATEWAY = "502"
    LOST_REPLY = "lost reply"
    STALE = "stale"


class FaultProxy:
    """fault may be changed at any time. delay in seconds. token: asked for where there is one.

    asked: how often each method came in.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.url = ""
        self.fault = Fault.NONE
        self.delay = 4.0
        self.stale_at = "0x0"
        self.failed = 0
        self.asked: Counter[str] = Counter()
        self.token: str | None = None

    def freeze(self) -> None:
        """From here on the node seems to stand at its present head."""
        self.stale_at = self._ask({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber",
                                   "params": []})["result"]  # fmt: skip
        self.fault = Fault.STALE

    def turns_away(self, authorization: str | None) -> int | None:
        """The status of an answer that is none: 401 without the token, where one is asked for."""
        if self.token is not None and authorization != f"Bearer {self.token}":
            return 401
        return 502 if self.fault is Fault.BAD_GATEWAY else None

    def answer(self, body: Any) -> Any:
        """The node's answer, or that of a node which lags."""
        if self.fault is Fault.STALE and body["method"] in HEADS:
            self.failed += 1
            return self._stale(body)
        return self._ask(body)

    def _stale(self, body: Any) -> Any:
        method, params = body["method"], body["params"]
        if method == "eth_blockNumber":
            return {"jsonrpc": "2.0", "id": body["id"], "result": self.stale_at}
        if method == "eth_getTransactionReceipt":
            return {"jsonrpc": "2.0", "id": body["id"], "result": None}
        old = [self.stale_at if one in ("latest", "pending") else one for one in params]
        return self._ask({**body, "params": old})

    def _ask(self, body: Any) -> Any:
        request = urllib.request.Request(
            self.upstream, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as reply:
            return json.load(reply)


@contextmanager
def proxied(upstream: str, context: ssl.SSLContext | None = None) -> Iterator[FaultProxy]:
    """A proxy for one block of code; with TLS where a context is given."""
    proxy = FaultProxy(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            proxy.asked[body["method"]] += 1
            if proxy.fault is Fault.DOWN:
                return self._hang_up()
            if status := proxy.turns_away(self.headers.get("authorization")):
                return self._reply(status, b"<html>no JSON</html>")
            if proxy.fault is Fault.SLOW:
                proxy.failed += 1
                time.sleep(proxy.delay)
            reply = json.dumps(proxy.answer(body)).encode()
            if proxy.fault is Fault.LOST_REPLY and body["method"] == "eth_sendRawTransaction":
                return self._hang_up()
            return self._reply(200, reply)

        def _hang_up(self) -> None:
            proxy.failed += 1
            self.close_connection = True

        def _reply(self, status: int, content: bytes) -> None:
            proxy.failed += status != 200
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # who asked has gone

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with serving(Handler, context) as port:
        proxy.url = f"{'http' if context is None else 'https'}://127.0.0.1:{port}"
        yield proxy


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None) -> Iterator[int]:
    """The port of a server for one block of code."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
