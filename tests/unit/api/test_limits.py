"""What a request may take: bytes, seconds, places; how many a second; slow, greedy clients."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from api import limits
from api.access.limits import MOST_READERS, Buckets
from api.access.rights import Readers, Work
from api.app import create_app
from api.errors import BundleBusy, GraphBusy
from api.indexer.store import reading
from api.limits import LARGEST_BODY, RequestLimits
from api.rations import Ration
from tests.unit.api.members_gateway import MembersGateway

Asgi = Callable[..., Awaitable[None]]
BUNDLE = 1.0
"""Seconds that a bundle has here."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    yield made
    made.engine.dispose()


def asked(app: Asgi, seconds: float, *paths: str, **more: Any) -> list[httpx.Response]:
    """What a limited application answers to questions that come at once."""
    each = {**dict.fromkeys(Work, seconds), Work.BUNDLE: BUNDLE}

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(RequestLimits(app, each))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await asyncio.gather(*(client.request("POST", one, **more) for one in paths))

    return asyncio.run(ask())


async def _answer(send: Any, status: int = 200) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


async def reading_all(scope: Any, receive: Any, send: Any) -> None:
    """Answers once the body is there."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
    if message["type"] == "http.request":
        await _answer(send)


async def slow(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.5)
    await _answer(send)


async def very_slow(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(1.5 * BUNDLE)
    await _answer(send)


# --- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_has_at_most_a_mebibyte(size: int, status: int, chunked: bool) -> None:
    async def chunks() -> Any:
        for _ in range(4):
            yield bytes(size // 4)
        yield bytes(size % 4)

    (answer,) = asked(reading_all, 5, "/session", content=chunks() if chunked else bytes(size))
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "BodyTooLarge"
        assert answer.headers["connection"] == "close"


# --- seconds -------------------------------------------------------------------------------------


def test_who_waits_too_long_is_told() -> None:
    begun = time.monotonic()
    (late,) = asked(slow, 0.1, "/lots")
    assert (late.status_code, late.json()["code"]) == (503, "TookTooLong")
    assert late.headers["retry-after"] == "5"
    assert time.monotonic() - begun < 0.45
    assert asked(slow, 5, "/lots")[0].content == b"done"


def test_a_body_that_drips_is_not_waited_for() -> None:
    async def drips() -> Any:
        for _ in range(20):
            yield b" "
            await asyncio.sleep(0.05)

    async def dripping(scope: Any, receive: Any, send: Any) -> None:
        async def late() -> Any:
            await asyncio.sleep(0.3)
            return await receive()

        await reading_all(scope, late, send)

    (answer,) = asked(dripping, 0.1, "/session", content=drips())
    assert answer.json()["code"] == "TookTooLong"


def test_a_bundle_may_take_longer() -> None:
    paths = [f"/lots/0x{'ab' * 32}/bundle", f"/products/0x{'ab' * 32}/bundle", "/lots"]
    assert [one.status_code for one in asked(slow, 0.1, *paths)] == [200, 200, 503]
    assert [one.status_code for one in asked(very_slow, 5, *paths)] == [503, 503, 200]


def test_an_answer_that_began_is_finished() -> None:
    async def long(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b"done"})

    assert asked(long, 0.1, "/lots")[0].content == b"done"


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


def test_a_statement_that_runs_too_long_is_ended(engine: Engine) -> None:
    begun = time.monotonic()
    with reading(engine, seconds=1) as index, pytest.raises(OperationalError):
        index.execute(text(ENDLESS[engine.dialect.name]))
    assert 0.9 < time.monotonic() - begun < 30
    with reading(engine) as index:  # and the connection is as good as before
        assert index.execute(text("SELECT 1")).scalar_one() == 1


# --- places --------------------------------------------------------------------------------------


def test_more_at_once_than_there_is_room_for_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 3)
    answers = asked(slow, 5, *["/lots"] * 5, "/health")
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 503, 503]
    assert answers[-1].status_code == 200  # who watches is always told
    (busy,) = {one.json()["code"] for one in answers if one.status_code == 503}
    assert busy == "GatewayBusy"


def test_work_that_goes_on_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gave up waiting does not make room for another."""
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1)

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(RequestLimits(slow, dict.fromkeys(Work, 0.1)))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            found = [(await client.get("/lots")).status_code, (await client.get("/lots")).json()]
            await asyncio.sleep(0.5)
            return [*found, (await client.get("/lots")).json()]

    first, second, third = asyncio.run(ask())
    assert (first, second["code"], third["code"]) == (503, "GatewayBusy", "TookTooLong")


@pytest.mark.parametrize("busy", [GraphBusy, BundleBusy])
def test_a_ration_has_turns_and_room_to_wait(busy: type[GraphBusy]) -> None:
    ration, at_work, most = Ration(at_once=2, room=4, busy=busy), [0], [0]
    go_on, lock = threading.Event(), threading.Lock()
    refused: list[Exception] = []

    def work() -> None:
        try:
            with ration.turn():
                with lock:
                    at_work[0] += 1
                    most[0] = max(most[0], at_work[0])
                go_on.wait(30)
                with lock:
                    at_work[0] -= 1
        except busy as error:
            refused.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while (len(refused) < 2 or at_work[0] < 2) and time.monotonic() < until:
        time.sleep(0.01)
    go_on.set()
    for thread in threads:
        thread.join()
    assert (len(refused), most[0]) == (2, 2)
    with ration.turn():  # and its room is free again
        pass


def test_graphs_are_rationed_and_lists_are_not(served: MembersGateway) -> None:
    lot = served.chain.ids["lot"][-1]
    served.gateway.graphs = Ration(at_once=1, room=1, busy=GraphBusy)
    tag = served.ask(f"/lots/{lot}/provenance", "alpha").headers["etag"]
    with served.gateway.graphs.turn():
        for path in (f"/lots/{lot}/provenance.svg", f"/products/{served.product}/passport"):
            refused = served.ask(path, "alpha")
            assert (refused.status_code, refused.json()["code"]) == (503, "GraphBusy")
        assert served.ask("/lots", "alpha").status_code == 200
        known = {"Authorization": f"Bearer {served.token('alpha')}", "If-None-Match": tag}
        assert served.client.get(f"/lots/{lot}/provenance", headers=known).status_code == 304
    assert served.ask(f"/lots/{lot}/provenance", "alpha").status_code == 200


# --- requests a second ---------------------------------------------------------------------------


def test_a_bucket_gives_back_as_time_passes() -> None:
    now = [0.0]
    bucket = Buckets(2, 3, clock=lambda: now[0])
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("b")
    now[0] = 0.5
    assert [bucket.take("a") for _ in range(2)] == [True, False]
    now[0] = 100
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]


def test_buckets_of_many_readers_take_no_more_room() -> None:
    bucket = Buckets(1, 1)
    for number in range(MOST_READERS + 10):
        bucket.take(str(number))
    assert len(bucket._left) == MOST_READERS


def few(served: MembersGateway, most: int) -> None:
    served.gateway.access.requests.burst = most
    served.gateway.access.requests.a_second = 0.0001


def test_a_reader_has_so_many_requests_however_many_tokens(served: MembersGateway) -> None:
    first, others = served.token("alpha"), served.token("beta")
    served.tokens.clear()
    second = served.token("alpha")
    few(served, 4)
    codes = [
        served.client.get("/lots", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in (first, second, first, second, first, others)
    ]
    assert codes == [200, 200, 200, 200, 429, 200]


def test_an_address_has_so_many_requests_without_a_token(served: MembersGateway) -> None:
    few(served, 3)
    asked = [
        served.client.get("/lots"),
        served.client.get("/lots", headers={"Authorization": "Bearer guessed"}),
        served.client.get(f"/products/{served.product}/publication"),
        served.client.get("/lots"),
        served.client.get("/lots", headers={"Authorization": "Bearer guessed"}),
    ]
    assert [one.status_code for one in asked] == [401, 401, 200, 429, 429]
    assert asked[-1].headers["retry-after"] == "1"
    assert served.ask("/lots", "alpha").status_code == 200
    assert served.ask("/health").status_code == 200


def test_who_signs_in_over_and_over_is_stopped(served: MembersGateway) -> None:
    served.gateway.access.sign_ins.burst = 3
    served.gateway.access.sign_ins.a_second = 0.0001
    codes = [served.client.post("/session/nonce").status_code for _ in range(5)]
    assert codes == [201, 201, 201, 429, 429]


def test_addresses_of_one_customer_in_ipv6_count_as_one(served: MembersGateway) -> None:
    few(served, 1)
    app = create_app(served.gateway, 60)
    hosts = ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1", "192.0.2.1", "192.0.2.2")
    codes = [TestClient(app, client=(host, 1)).get("/lots").status_code for host in hosts]
    assert codes == [401, 429, 401, 401, 401]


def test_an_open_gateway_counts_nobody_without_a_token(tmp_path: Path) -> None:
    served = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", Readers.OPEN)
    few(served, 1)
    assert {served.client.get("/lots").status_code for _ in range(5)} == {200}
