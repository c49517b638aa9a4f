"""What is for this machine or for one address reaches no proxy of the environment and no other."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from lodetrace.evidence.cosignatures import WitnessUnreachable, published
from lodetrace.http_opener import opener_for
from lodetrace.member.gateway_session import GatewayAt, GatewayUnreachable
from lodetrace.member.oracle_desk import DeskUnreachable, OracleDesk

OPENS = re.compile(r"\b(?:build_opener|urlopen|HTTPConnection|HTTPSConnection)\(")
OPENERS = {
    "lodetrace/http_opener.py",
    "lodetrace/member/webhook.py",  # a host of one's own: never by a proxy
    "lodetrace/network/releases.py",  # a public download, compared with its hash
    "lodetrace/node/plain_rpc.py",  # a node of this machine
}


class Served(NamedTuple):
    """A server, and the request lines that reached it."""

    url: str
    seen: list[str]


@pytest.fixture
def served() -> Iterator[Callable[[str], Served]]:
    """Starts servers that answer everything with a redirect to an address."""
    servers: list[HTTPServer] = []

    def start(location: str) -> Served:
        seen: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                seen.append(self.requestline)
                self.send_response(302)
                self.send_header("Location", location)
                self.end_headers()

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_words: object) -> None:
                """Nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Served(f"http://127.0.0.1:{server.server_port}", seen)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def hand_in(url: str, path: Path) -> None:
    with pytest.raises(DeskUnreachable):
        OracleDesk.at(url).hand_in(path)


def ask(url: str, _path: Path) -> None:
    with pytest.raises(GatewayUnreachable):
        GatewayAt.of(url).ask("POST", "/session", "token", {"message": "m"})


def follow(url: str, _path: Path) -> None:
    with pytest.raises(GatewayUnreachable):
        next(GatewayAt.of(url).stream("/changes", "token", ""))


def heads(url: str, _path: Path) -> None:
    with pytest.raises(WitnessUnreachable):
        published(url)


@pytest.mark.parametrize("act", [hand_in, ask, follow, heads])
def test_no_proxy_and_no_other_address_sees_it(
    act: Callable[[str, Path], None],
    served: Callable[[str], Served],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = tmp_path / "weighing.signed.json"
    document.write_text("{}")
    elsewhere = served("/")
    host, proxy = served(elsewhere.url), served("/")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", proxy.url)
    act(host.url, document)
    assert (len(host.seen), proxy.seen, elsewhere.seen) == (1, [], [])


def test_a_proxy_of_the_environment_is_for_other_machines(
    served: Callable[[str], Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a member is behind one, there is no other way out; it sees TLS alone."""
    proxy = served("/")
    monkeypatch.setenv("http_proxy", proxy.url)
    with pytest.raises(OSError, match="302"):
        opener_for("http://gateway.example").open("http://gateway.example/", timeout=5)
    assert proxy.seen == ["GET http://gateway.example/ HTTP/1.1"]


def test_nothing_else_opens_an_address(root: Path) -> None:
    found = {
        str(path.relative_to(root))
        for package in ("lodetrace", "oracle", "api", "zk_circuits")
        for path in (root / package).rglob("*.py")
        if OPENS.search(path.read_text("utf-8"))
    }
    assert found == OPENERS
