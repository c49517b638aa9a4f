"""The changes as a stream: everything once, in order, to who may read, at one reading for all."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from api import live
from api.errors import StreamsBusy
from api.indexer.store import wipe
from api.live import MOST_OF_ONE, MOST_WAITING, Listener, Told
from api.loaders.changes import BEGINNING
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import SubjectKind
from lodetrace.evidence.errors import LogsLeftOut
from lodetrace.text import hex_of
from tests.support.audit_world import address, word
from tests.support.wallet import Wallet
from tests.unit.api.asked_statements import asked_of
from tests.unit.api.members_gateway import NAMES, MembersGateway
from tests.unit.api.served_gateway import SOON, grown, running

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    """At a port of its own, following its chain."""
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    grown(made)
    with running(made):
        yield made
    made.engine.dispose()


class Stream:
    """What comes of one, frame by frame."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def frame(self) -> dict[str, str] | None:
        """The next one that says something; None at the end."""
        found: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if not line and found.keys() & {"event", "data"}:
                return found
            if name and line:
                found[name] = value
        return None

    def until(self, event: str, told: str = "") -> list[dict[str, str]]:
        """All frames up to one of an event with a text in its data."""
        found: list[dict[str, str]] = []
        while (frame := self.frame()) is not None:
            found.append(frame)
            if frame["event"] == event and told in frame["data"]:
                return found
        raise AssertionError(f"the stream ended without {event} {told}: {found[-3:]}")


@contextmanager
def stream(served: MembersGateway, name: str, **headers: str) -> Iterator[Stream]:
    bearer = {"Authorization": f"Bearer {served.token(name)}"}
    asked = {**STREAM, **bearer, **{key.replace("_", "-"): value for key, value in headers.items()}}
    with httpx.stream("GET", f"{served.url}/changes", headers=asked, timeout=SOON) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)


def head(served: MembersGateway) -> str:
    return f'{{"block": {served.chain.head()},'


def changes(frames: list[dict[str, str]]) -> list[tuple[int, int]]:
    told = [json.loads(one["data"]) for one in frames if one["event"] == "change"]
    return [(one["block"], one["log_index"]) for one in told]


def suspended(name: str, served: MembersGateway) -> ev.Event:
    number = served.chain.world.chain.count(SubjectKind.MEMBER, word(name))
    return ev.OrganisationSuspended(word(name), number, word("why"))


def recorded(served: MembersGateway, block: int) -> list[tuple[int, int]]:
    """Places of the one event of a block."""
    (one,) = served.chain.events(block, block)
    return [(one.block, one.log_index)]


# --- what is told --------------------------------------------------------------------------------


def test_a_stream_tells_what_pages_tell(served: MembersGateway) -> None:
    with stream(served, "alpha") as found:
        frames = found.until("block", head(served))
    told = [json.loads(one["data"]) for one in frames if one["event"] == "change"]
    assert told == served.ask("/changes?limit=1000", "alpha").json()["changes"]
    assert len(told) > 50
    assert [one["id"] for one in frames[:-1]] == [f"{b}-{i}" for b, i in changes(frames)]
    assert frames[-1]["id"] == str(served.chain.head())


@pytest.mark.parametrize("page", [3, 1_000])
def test_whoever_is_cut_off_goes_on_where_it_was(
    served: MembersGateway, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PAGE", page)
    seen: list[dict[str, str]] = []
    last: dict[str, str] = {}
    end = head(served)
    while not seen or end not in seen[-1]["data"]:
        with stream(served, "alpha", **last) as found:
            for _ in range(17):
                seen.append(found.frame() or {})
                last = {"Last_Event_ID": seen[-1]["id"]}
                if end in seen[-1]["data"]:
                    break
    expected = [(one.block, one.log_index) for one in served.chain.events(1, served.chain.head())]
    assert changes(seen) == expected


def test_what_is_recorded_later_comes_by_itself(served: MembersGateway) -> None:
    with stream(served, "alpha", Last_Event_ID=str(served.chain.head())) as found:
        for number in range(20):
            served.rotate("gamma", Wallet.named(f"key {number}"))
            frames = found.until("block", head(served))
            assert json.loads(frames[0]["data"])["name"] == "SignerRotated"
            assert changes(frames) == recorded(served, served.chain.head())


def test_last_event_id_weighs_more_than_the_address(served: MembersGateway) -> None:
    bearer = {"Authorization": f"Bearer {served.token('alpha')}"}
    end = str(served.chain.head() - 1)
    page = served.client.get("/changes?after=0", headers={**bearer, "Last-Event-ID": end}).json()
    assert {one["block"] for one in page["changes"]} == {served.chain.head()}
    wrong = served.client.get("/changes", headers={**bearer, "Last-Event-ID": "x"})
    assert (wrong.status_code, wrong.json()["values"]["name"]) == (422, "Last-Event-ID")


def test_a_place_that_the_index_has_not_reached_is_waited_for(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a gateway that is behind the one that was asked before; it disturbs nobody."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    ahead = served.chain.head() + 2
    with stream(served, "beta", Last_Event_ID=str(ahead)) as late, stream(served, "alpha") as all_:
        all_.until("block", head(served))
        for number in range(3):
            served.rotate("gamma", Wallet.named(f"key {number}"))
            all_.until("block", head(served))
        assert changes(late.until("block", head(served))) == recorded(served, ahead + 1)


def test_a_stream_ends_where_nobody_follows(tmp_path: Path) -> None:
    still = MembersGateway.over(f"sqlite:///{tmp_path / 'still.db'}")
    bearer = {"Authorization": f"Bearer {still.token('alpha')}"}
    told = still.client.get("/changes", headers={**STREAM, **bearer})
    assert told.text.count("event: change") > 50
    still.engine.dispose()


def test_a_stream_has_no_pages(served: MembersGateway) -> None:
    bearer = {"Authorization": f"Bearer {served.token('alpha')}"}
    refused = served.client.get("/changes?limit=5", headers={**STREAM, **bearer})
    assert (refused.status_code, refused.json()["values"]["name"]) == (422, "limit")


def test_the_head_of_a_stream_does_not_wait_for_its_end(served: MembersGateway) -> None:
    bearer = {"Authorization": f"Bearer {served.token('alpha')}"}
    told = httpx.head(f"{served.url}/changes", headers={**STREAM, **bearer}, timeout=SOON)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["cache-control"] == "no-store"


# --- who is told ---------------------------------------------------------------------------------


def test_who_is_suspended_is_told_nothing_of_the_block_that_says_so(
    served: MembersGateway,
) -> None:
    with stream(served, "beta") as out, stream(served, "alpha") as stays:
        out.until("block", head(served))
        served.chain.world.tx(suspended("beta", served))
        last = out.until("end")
        assert [one["event"] for one in last] == ["end"]
        said = json.loads(last[0]["data"])
        assert (said["code"], said["status"]) == ("ReaderOut", 403)
        assert f"as of block {served.chain.head()}" in said["detail"]
        assert out.frame() is None
        stays.until("change", "OrganisationSuspended")
    refused = served.ask("/changes", "beta")
    assert refused.json()["code"] == "ReaderOut"


def test_who_is_suspended_while_it_catches_up_is_out(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that it asks for next is read in a view that knows."""
    monkeypatch.setattr(live, "PAGE", 5)
    session = served.gateway.access.sessions.of(served.token("beta"), served.now)

    async def follow() -> list[bytes]:
        with served.gateway.live.place(session) as listener:
            told = served.gateway.live.told_to(listener, BEGINNING)
            found = [await anext(told), await anext(told)]
            served.chain.world.tx(suspended("beta", served))
            await asyncio.to_thread(served.catch_up)
            return [*found, *[one async for one in told]]

    found = asyncio.run(follow())
    assert b"ReaderOut" in found[-1]
    assert len(found) == 3


@pytest.mark.parametrize("how", ["revoked", "expired", "rotated"])
def test_a_stream_ends_with_its_token(
    served: MembersGateway, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a new block, too."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.1)
    with stream(served, "beta") as found:
        found.until("block", head(served))
        if how == "revoked":
            served.gateway.access.sessions.revoke(served.tokens["beta"])
        elif how == "expired":
            served.now += 900
        else:
            served.rotate("beta", Wallet.named("thief"))
        code = json.loads(found.until("end")[-1]["data"])["code"]
    assert code == ("ReaderOut" if how == "rotated" else "TokenInvalid")


def test_a_stream_is_written_down_whatever_its_reader_has(served: MembersGateway) -> None:
    bearer = {"Authorization": f"Bearer {served.token('alpha')}"}
    tag = served.client.get("/changes", headers=bearer).headers["etag"]
    before = len(list(served.gateway.access.reads.lines()))
    with stream(served, "alpha", If_None_Match=tag) as found:
        found.until("block")
    lines = list(served.gateway.access.reads.lines())[before:]
    assert [one["target"] for one in lines] == ["/changes as text/event-stream"]


# --- what it costs -------------------------------------------------------------------------------


def statements_of_a_block(served: MembersGateway, listeners: int) -> int:
    with ExitStack() as open_:
        names = [NAMES[number % len(NAMES)] for number in range(listeners)]
        found = [open_.enter_context(stream(served, name)) for name in names]
        for one in found:
            one.until("block", head(served))
        live, until = served.gateway.live, time.monotonic() + SOON
        while time.monotonic() < until:  # those of the test before may not have left yet
            if live.open_streams == len(live._listeners) == listeners:
                break
            time.sleep(0.02)
        with asked_of(served.engine) as asked:
            served.chain.world.tx(ev.GraceSet(served.chain.head()))
            with ThreadPoolExecutor(listeners) as threads:
                list(threads.map(lambda one: one.until("block", head(served)), found))
        return sum(" events" in one.text and one.text.startswith("SELECT") for one in asked)


def test_a_block_is_read_once_for_all_listeners(served: MembersGateway) -> None:
    """One statement; a look that falls before the block may be counted with it."""
    assert statements_of_a_block(served, 1) in (1, 2)
    assert statements_of_a_block(served, 20) in (1, 2)


def test_one_reader_has_so_many_streams(served: MembersGateway) -> None:
    with ExitStack() as open_:
        found = [open_.enter_context(stream(served, "alpha")) for _ in range(MOST_OF_ONE)]
        for one in found:
            one.until("block")
        headers = {**STREAM, "Authorization": f"Bearer {served.token('alpha')}"}
        refused = httpx.get(f"{served.url}/changes", headers=headers, timeout=SOON)
        assert (refused.status_code, refused.json()["code"]) == (503, "StreamsBusy")
        assert refused.headers["retry-after"] == "60"
        open_.enter_context(stream(served, "beta")).until("block")
    until = time.monotonic() + SOON
    while served.gateway.live._places.total() and time.monotonic() < until:
        time.sleep(0.05)
    with stream(served, "alpha") as found:  # their places are free again
        found.until("block")


def test_a_page_of_ones_own_counts_as_a_request(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream from the beginning is no way around the rate."""
    monkeypatch.setattr(live, "PAGE", 10)
    served.gateway.access.requests.burst, served.gateway.access.requests.a_second = 3, 10
    begun = time.monotonic()
    with stream(served, "alpha") as found:
        pages = len(found.until("block", head(served))) // 10
    assert pages > 8
    assert time.monotonic() - begun > (pages - 3) / 10 * 0.9


def test_all_readers_together_have_so_many(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_LISTENERS", 2)
    places = served.gateway.live
    with places.place(None), places.place(None), pytest.raises(StreamsBusy, match="2 other"):
        places.place(None).__enter__()


def test_streams_keep_nobody_else_from_reading(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.limits.MOST_AT_ONCE", 2)
    with ExitStack() as open_:
        found = [open_.enter_context(stream(served, name)) for name in NAMES]
        for one in found:
            one.until("block")
        headers = {"Authorization": f"Bearer {served.token('alpha')}"}
        assert httpx.get(f"{served.url}/lots?limit=1", headers=headers).status_code == 200


def test_who_does_not_take_what_comes_is_told_that_it_fell_behind() -> None:
    async def follow() -> list[Told]:
        listener = Listener(None)
        listener.begin()
        for number in range(MOST_WAITING + 10):
            listener.give(Told(f"{number}".encode()))
        await asyncio.sleep(0)
        return [await listener.next() for _ in range(MOST_WAITING + 1)]

    found = asyncio.run(follow())
    assert [one.is_last for one in found] == [False] * MOST_WAITING + [True]
    assert b"FellBehind" in found[-1].content


def test_a_silent_stream_says_that_it_is_there(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEEP_ALIVE_SECONDS", 0.1)
    headers = {**STREAM, "Authorization": f"Bearer {served.token('alpha')}"}
    with httpx.stream("GET", f"{served.url}/changes", headers=headers, timeout=SOON) as answer:
        assert any(line.startswith(": ") for line in answer.iter_lines())


# --- what ends it --------------------------------------------------------------------------------


def test_an_alarm_ends_every_stream(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left_out(first: int, last: int) -> None:
        raise LogsLeftOut(count=1, block=first, contracts="Custody")

    with stream(served, "alpha") as found:
        found.until("block", head(served))
        monkeypatch.setattr(served.chain, "events", left_out)
        served.rotate("gamma", Wallet.named("another"))
        assert json.loads(found.until("end")[-1]["data"])["code"] == "IndexHalted"
    assert served.ask("/changes", "alpha").json()["code"] == "IndexHalted"
    monkeypatch.undo()
    until = time.monotonic() + SOON
    while served.gateway.failure is not None and time.monotonic() < until:
        time.sleep(0.05)
    with stream(served, "alpha") as found:
        found.until("block", head(served))


def test_an_index_that_is_made_anew_ends_every_stream(served: MembersGateway) -> None:
    with stream(served, "alpha") as found:
        found.until("block", head(served))
        wipe(served.engine)
        assert json.loads(found.until("end")[-1]["data"])["code"] == "IndexRemade"
    with stream(served, "alpha") as found:
        until = time.monotonic() + SOON
        while served.gateway.indexer._position() is None and time.monotonic() < until:
            time.sleep(0.05)
        found.until("change", hex_of(word("mine")))


def test_the_gateway_ends_its_streams_when_it_stops(served: MembersGateway) -> None:
    """The fixture stops it while this one is open; by itself it would go on for a token's life."""
    begun = time.monotonic()
    with stream(served, "alpha") as found:
        found.until("block", head(served))
        served.gateway.live.close()
        assert found.frame() is None
    assert time.monotonic() - begun < SOON / 2
    assert address("alpha") in served.ask("/session", "alpha").text
