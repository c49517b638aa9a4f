"""Readers who ask and do not take keep no place, no memory, and nobody else out: real sockets."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client import generate_latest

from api import limits, slow_readers
from api.metrics import Metrics
from tests.unit.api.members_gateway import MembersGateway
from tests.unit.api.served_gateway import SOON, grown, running

SMALL = 4_096
"""Bytes that the operating system holds for a connection here, so that answers do not fit in."""

LARGE = "/docs/swagger-ui-bundle.js"
"""An answer of more than a megabyte, to everybody."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MembersGateway]:
    """At a port of its own, following its chain."""
    monkeypatch.setattr("api.serve.SEND_BUFFER", SMALL)
    monkeypatch.setattr(slow_readers, "PATIENCE_SECONDS", 0.5)
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    grown(made)
    with running(made):
        yield made
    made.engine.dispose()


def asking(served: MembersGateway, path: str, **headers: str) -> socket.socket:
    """Has asked, and has not read yet."""
    found = urlsplit(served.url)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    made.settimeout(SOON)
    made.connect((found.hostname, found.port))
    ask(made, path, **headers)
    assert made.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"  # an answer begins
    return made


def ask(client: socket.socket, path: str, **headers: str) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    client.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\n{lines}\r\n".encode())


def member(served: MembersGateway, name: str = "alpha") -> dict[str, str]:
    return {"Authorization": f"Bearer {served.token(name)}"}


def hung_up(served: MembersGateway, times: int) -> None:
    end = time.monotonic() + SOON
    while served.gateway.hung_up < times:
        assert time.monotonic() < end, served.gateway.hung_up
        time.sleep(0.02)
    assert served.gateway.hung_up == times


def is_cut_off(client: socket.socket) -> bool:
    """Whether the answer ends before its end."""
    with client:
        try:
            while client.recv(1 << 16):
                pass
        except ConnectionResetError:
            return True
    return False


def test_a_stream_that_nobody_reads_gives_its_place_back(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.live.PAGE", 10)
    accept = {"Accept": "text/event-stream"}
    with ExitStack() as open_:
        silent = [
            open_.enter_context(asking(served, "/changes", **member(served), **accept))
            for _ in range(4)
        ]
        assert served.gateway.live.open_streams == 4
        world = served.chain.world
        for _ in range(60):  # more than lies in the connections
            world.offer(world.birth(), "gamma")
            time.sleep(0.02)
        hung_up(served, 4)
        assert all(is_cut_off(one) for one in silent)
    end = time.monotonic() + SOON
    while served.gateway.live.open_streams and time.monotonic() < end:
        time.sleep(0.02)
    assert served.gateway.live.open_streams == 0


@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_a_table_that_nobody_reads_keeps_no_view_of_the_index(
    served: MembersGateway, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a turn at graphs."""
    monkeypatch.setattr("api.routes.provenance.lines_of", lambda *_: "x" * (1 << 20))
    monkeypatch.setattr("api.routes.provenance.csv_of", lambda *_: "x" * (1 << 20))
    path = f"/products/{served.product}/provenance.{ending}"
    silent = 10
    with ExitStack() as open_:
        for _ in range(silent):
            open_.enter_context(asking(served, path, **member(served)))
        hung_up(served, silent)
        assert served.ask(path, "beta").status_code == 200
    assert served.engine.pool.checkedout() <= 1  # type: ignore[attr-defined]  # who follows


def test_readers_who_take_nothing_keep_nobody_else_out(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each asks again before it took the first answer, which had kept a place for ever."""
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(slow_readers, "PATIENCE_SECONDS", 2)
    with ExitStack() as open_:
        silent = [open_.enter_context(asking(served, LARGE)) for _ in range(20)]
        for one in silent:
            ask(one, LARGE)
        time.sleep(0.5)
        assert served.gateway.hung_up == 0
        for _ in range(10):
            assert httpx.get(f"{served.url}/ready").status_code == 200
        hung_up(served, len(silent))


def test_a_reader_who_takes_drops_is_cut_off(served: MembersGateway) -> None:
    with asking(served, LARGE) as client:
        begun = time.monotonic()
        while served.gateway.hung_up == 0:
            assert time.monotonic() - begun < SOON
            assert client.recv(64)
            time.sleep(0.05)
        assert is_cut_off(client)


def test_a_slow_reader_is_given_all(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_readers, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(slow_readers, "LEAST_TAKEN", 1 << 10)
    whole = httpx.get(f"{served.url}{LARGE}", headers={"accept-encoding": "identity"}).content
    with asking(served, LARGE, Connection="close") as client:
        found, begun = b"", time.monotonic()
        while taken := client.recv(1 << 14):
            found += taken
            if len(found) % (1 << 15) < len(taken):
                time.sleep(0.05)
    assert time.monotonic() - begun > 1  # many looks
    assert found.partition(b"\r\n\r\n")[2] == whole
    assert served.gateway.hung_up == 0


def test_a_reader_who_waits_for_news_is_not_slow(served: MembersGateway) -> None:
    """Nothing waits for it."""
    stream = {"Accept": "text/event-stream"}
    headers = {**member(served), **stream}
    with httpx.stream("GET", f"{served.url}/changes", headers=headers, timeout=SOON) as answer:
        lines = answer.iter_lines()
        assert any(f'{{"block": {served.chain.head()},' in line for line in lines)
        time.sleep(1.5)
        world = served.chain.world
        world.offer(world.birth(), "gamma")
        assert any("LotOffered" in line for line in lines)
    assert served.gateway.hung_up == 0


def test_where_too_much_waits_the_slowest_is_cut_off_first(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_readers, "PATIENCE_SECONDS", 60)
    monkeypatch.setattr(slow_readers, "MOST_WAITING", 2 << 20)
    with asking(served, LARGE) as first:
        time.sleep(0.5)
        with asking(served, LARGE, Connection="close") as second:
            hung_up(served, 1)
            assert is_cut_off(first)
            assert not is_cut_off(second)
    told = generate_latest(Metrics(served.gateway).registry).decode()
    assert "lodetrace_gateway_hung_up_total 1.0" in told
