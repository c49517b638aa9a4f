"""A gateway on a port: slow clients are cut off, and members sign in with their commands."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.access.rights import Readers
from api.access.sessions import SESSION_SECONDS
from api.access.sign_in import SignInPlace
from api.app import create_app
from api.deps import Gateway
from api.indexer.store import engine_of
from api.serve import bind, server_of
from lodetrace import impatient_heads
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member import gateway_session
from lodetrace.member.gateway_session import (
    GatewayAddressMalformed,
    GatewayAt,
    GatewayRefuses,
    GatewayUnreachable,
    MemberAtGateway,
)
from lodetrace.text import parse_hex, parse_iso_time
from tests.unit.api.members_gateway import MembersGateway

KEYS = MemberKeys.for_development(7)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    """At a port of its own; the keys of KEYS sign for the maker of its product."""
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", Readers.MEMBERS)
    made.now = int(time.time())
    made.chain.world.tx(made.rotation(made.maker(), KEYS.signer))
    made.catch_up()
    listener = bind("127.0.0.1", 0)
    host, port = listener.getsockname()
    object.__setattr__(made.gateway.access, "place", SignInPlace.at(f"http://{host}:{port}", 1337))
    server = server_of(create_app(made.gateway, 60))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    made.url = f"http://{host}:{port}"
    yield made
    server.should_exit = True
    thread.join(timeout=60)
    listener.close()
    made.engine.dispose()


def connected(url: str) -> socket.socket:
    found = urlsplit(url)
    return socket.create_connection((found.hostname, found.port), timeout=30)


# --- slow clients --------------------------------------------------------------------------------


def test_a_head_that_drips_is_cut_off(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient_heads, "HEADER_SECONDS", 1)
    begun = time.monotonic()
    with connected(served.url) as client:
        client.settimeout(0.1)
        client.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n")
        closed = False
        while not closed and time.monotonic() - begun < 30:
            try:
                client.sendall(b"x: y\r\n")
                closed = client.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
    assert closed
    assert httpx.get(f"{served.url}/health").status_code == 200


def test_dripping_clients_keep_nobody_else_from_reading(served: MembersGateway) -> None:
    waiting = [connected(served.url) for _ in range(150)]
    for one in waiting:
        one.sendall(b"POST /session HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n")
    assert httpx.get(f"{served.url}/ready", timeout=30).status_code == 200
    for one in waiting:
        one.close()


def test_the_server_does_not_say_what_it_is_made_of(served: MembersGateway) -> None:
    assert "server" not in httpx.get(f"{served.url}/health").headers


# --- commands of members -------------------------------------------------------------------------


def member(served: MembersGateway, url: str | None = None, chain: int = 1337) -> MemberAtGateway:
    return MemberAtGateway(GatewayAt.of(served.url if url is None else url), chain, KEYS)


def test_a_member_signs_in_reads_and_signs_out(served: MembersGateway) -> None:
    at = member(served, served.url + "/")
    session = at.sign_in()
    lasts = parse_iso_time(session["expires_at"]) - served.now
    assert SESSION_SECONDS - 30 < lasts <= SESSION_SECONDS
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert httpx.get(f"{served.url}/lots", headers=headers).status_code == 200
    at.gateway.sign_out(session["token"])
    assert httpx.get(f"{served.url}/lots", headers=headers).status_code == 401
    with pytest.raises(GatewayRefuses) as caught:
        at.gateway.sign_out(session["token"])
    assert "expired or revoked" in str(caught.value)
    assert "lodetrace gateway login" in caught.value.advice


def test_a_maker_publishes_and_takes_it_back(served: MembersGateway) -> None:
    at, product = member(served), parse_hex(served.product)
    passport = f"{served.url}/products/{served.product}/passport"
    with at.signed_in() as token:
        assert at.publish(product, "passport", token)["up_to"] == "passport"
        assert httpx.get(passport).status_code == 200
        assert at.publish(product, None, token)["up_to"] is None
    assert httpx.get(passport).status_code == 403


def test_a_message_for_this_gateway_is_signed_for_no_other(served: MembersGateway) -> None:
    """What is signed names the address that was typed, whatever the gateway says of itself."""
    text = member(served, "https://other.example/x").message("a" * 8, 1_800_000_000)
    assert text.startswith("other.example wants you")
    assert "URI: https://other.example/x/session" in text
    for url, chain in ((served.url.replace("127.0.0.1", "localhost"), 1337), (served.url, 1)):
        with pytest.raises(GatewayRefuses, match="another"):
            member(served, url, chain).sign_in()


def test_a_redirect_is_not_followed(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token would go along."""
    listener = bind("127.0.0.1", 0)
    host, port = listener.getsockname()

    def answer() -> None:
        connection, _ = listener.accept()
        connection.recv(65_536)
        there = f"{served.url}/session".encode()
        connection.sendall(b"HTTP/1.1 302 Found\r\nlocation: " + there + b"\r\n\r\n")
        connection.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    with pytest.raises(GatewayUnreachable, match="302"):
        member(served, f"http://{host}:{port}").gateway.sign_out("secret")
    thread.join(timeout=30)
    listener.close()


@pytest.mark.parametrize(
    "url",
    ["gateway.example", "ftp://gateway.example", "https://", "https://me@gateway.example",
     "https://gateway.example?x", "https://gateway.example#x", "https://[", "https://a b",
     "http://gateway.example", "http://192.168.1.4:8000"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(GatewayAddressMalformed):
        GatewayAt.of(url)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"nonce": 5}', b'{"nonce": "a\\nb"}'])
def test_something_else_at_the_address_is_told(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is signed for it, whatever it gives as a nonce."""
    monkeypatch.setattr(gateway_session.Signature, "make", None)
    listener = bind("127.0.0.1", 0)
    host, port = listener.getsockname()

    def answer() -> None:
        connection, _ = listener.accept()
        connection.recv(65_536)
        length = str(len(body)).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: " + length + b"\r\n\r\n" + body)
        connection.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    with pytest.raises(GatewayUnreachable):
        MemberAtGateway(GatewayAt.of(f"http://{host}:{port}"), 1337, KEYS).sign_in()
    thread.join(timeout=30)
    listener.close()
    with pytest.raises(GatewayUnreachable):
        MemberAtGateway(GatewayAt.of(f"http://{host}:{port}"), 1337, KEYS).sign_in()


def test_what_a_member_signs_is_as_the_library_writes_it(served: MembersGateway) -> None:
    from siwe import SiweMessage

    text = member(served).message("a1b2c3d4", 1_800_000_000)
    assert SiweMessage.from_message(text).prepare_message() == text


def test_answers_are_read_from_the_replica(tmp_path: Path) -> None:
    """A copy that stays behind: what is told, and who may read, is as of its block."""
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    behind = made.chain.head()
    with (
        sqlite3.connect(tmp_path / "index.db") as file,
        sqlite3.connect(tmp_path / "replica.db") as copy,
    ):
        file.backup(copy)
    old, replica = made.gateway, engine_of(f"sqlite:///{tmp_path / 'replica.db'}", "SETTING")
    made.gateway = Gateway(replica, old.source, old.indexer, old.bundles, old.access)
    made.client.app.state.gateway = made.gateway  # type: ignore[attr-defined]
    made.chain.world.tx(made.rotation("alpha", KEYS.signer))
    assert made.catch_up() == behind + 1
    assert made.ask("/changes?limit=1000", "alpha").json()["next"] == str(behind)
    assert made.ask("/session", "alpha").json()["block"] == behind
    assert made.ask("/ready").json()["indexed"] == behind
    replica.dispose()
    made.engine.dispose()
