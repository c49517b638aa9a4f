"""The changes of new blocks as a stream of Server-Sent Events: read once for all who listen.

Whoever follows the chain looks at the index after each block, reads what is new in one view of it,
and hands the same bytes to every listener. In that view it also asks, for all of them together,
whether they still may read: who may not any more gets a last event that says so instead. Who comes
from an earlier place reads the pages up to there alone, and joins the others at its end.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from anyio import to_thread
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.access.access import Access
from api.access.sessions import Session
from api.access.standing import readers_out, same_reader
from api.change_view import change_of
from api.errors import DatabaseUnreachable, FellBehind, IndexRemade, StreamsBusy, TokenInvalid
from api.indexer.store import reading
from api.loaders.changes import BEGINNING, LAST_LOG, Place, changes_after
from api.loaders.position import TAGGED
from api.problems import problem_text
from lodetrace.errors import LodetraceError
from lodetrace.text import iso_time

MOST_LISTENERS: Final = 100
MOST_OF_ONE: Final = 4
"""Streams of one account."""

PAGE: Final = 1_000
"""Changes that are read and sent together."""

MOST_WAITING: Final = 16
"""Pages that wait for one listener to take them."""

KEEP_ALIVE_SECONDS: Final = 15
LOOK_SECONDS: Final = 5
"""Between two looks at who may still read, while there is no new block."""

RETRY: Final = format_sse_event(retry=2_000)


@dataclass(frozen=True, slots=True)
class Told:
    """Bytes of a stream. is_last: nothing comes after them."""

    content: bytes
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Changes up to a place of the index that `nonce` names.

    more: there are further ones. is_early: the index has not read up to the place yet.
    """

    content: bytes
    place: Place
    more: bool
    is_early: bool
    nonce: str | None


@dataclass(slots=True, eq=False)
class Listener:
    """A stream that is open. session: None where everybody is told.

    is_among_others: it was told all before, and is given what is new, up to its last bytes.
    """

    session: Session | None
    is_among_others: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _waiting: asyncio.Queue[Told] = field(default_factory=asyncio.Queue)

    def begin(self) -> None:
        """In the loop that serves it; nothing is given to it before."""
        self._loop = asyncio.get_running_loop()

    def give(self, told: Told) -> None:
        """From any thread."""
        assert self._loop is not None
        with suppress(RuntimeError):  # the server is gone, and its listeners with it
            self._loop.call_soon_threadsafe(self._put, told)

    def _put(self, told: Told) -> None:
        if self._waiting.qsize() > MOST_WAITING:
            return  # it is told already that it fell behind
        if self._waiting.qsize() == MOST_WAITING:
            told = _end(FellBehind(pages=MOST_WAITING))
        self._waiting.put_nowait(told)

    async def next(self) -> Told:
        """What comes next; a comment where nothing does for a while."""
        try:
            return await asyncio.wait_for(self._waiting.get(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            return Told(KEEPALIVE_COMMENT)


class LiveChanges:
    """Of one gateway. Until it is open, and once it is closed, a stream ends with the index."""

    def __init__(self, engine: Engine, access: Access) -> None:
        self._engine: Final = engine
        self._access: Final = access
        self._turn: Final = Lock()
        self._places: Final[Counter[str | None]] = Counter()
        self._listeners: Final[set[Listener]] = set()
        self._is_open = False
        self._alarm: LodetraceError | None = None
        self._at: Page | None = None
        self._asked_at = 0.0

    @property
    def open_streams(self) -> int:
        """As many as have a place."""
        return self._places.total()

    def open(self) -> None:
        """Somebody looks from here on."""
        with self._turn:
            self._is_open = True

    def close(self, error: LodetraceError | None = None) -> None:
        """Ends all streams; error: what they are told."""
        with self._turn:
            self._is_open = False
            self._end_all(error)

    def halt(self, alarm: LodetraceError) -> None:
        """Ends all streams with what they are told, until somebody looks again."""
        with self._turn:
            self._alarm = alarm
            self._end_all(alarm)

    @contextmanager
    def place(self, session: Session | None) -> Iterator[Listener]:
        """Room for one more stream; raises StreamsBusy."""
        reader = None if session is None else session.account
        with self._turn:
            if self._places.total() >= MOST_LISTENERS:
                raise StreamsBusy(limit=MOST_LISTENERS)
            if reader is not None and self._places[reader] >= MOST_OF_ONE:
                raise StreamsBusy(limit=MOST_OF_ONE)
            self._places[reader] += 1
        listener = Listener(session)
        try:
            yield listener
        finally:
            with self._turn:
                self._places[reader] -= 1
                self._listeners.discard(listener)

    async def told_to(self, listener: Listener, place: Place) -> AsyncIterator[bytes]:
        """Everything after a place, until the listener leaves or may read no more."""
        listener.begin()
        yield RETRY
        try:
            async for page in self._pages_before(listener, place):
                yield page
        except LodetraceError as error:
            yield _end(error).content
            return
        except SQLAlchemyError:
            yield _end(DatabaseUnreachable(reason="see the gateway's log")).content
            return
        while listener.is_among_others:
            told = await listener.next()
            yield told.content
            if told.is_last:
                return

    async def _pages_before(self, listener: Listener, place: Place) -> AsyncIterator[bytes]:
        """Up to where the others are told, and the listener among them; or the index's end."""
        nonce: str | None = None
        while True:
            page = await to_thread.run_sync(self._page_of, listener, place)
            if nonce not in (None, page.nonce):
                raise IndexRemade()
            yield page.content
            if page.is_early and self._is_open:
                yield KEEPALIVE_COMMENT
                await asyncio.sleep(LOOK_SECONDS)
            elif not page.more and await to_thread.run_sync(self._join, listener, page):
                return
            elif page.place == place and not self._is_open:  # nor will there be more
                break
            place, nonce = page.place, page.nonce
            await self._request(listener)

    async def _request(self, listener: Listener) -> None:
        """A page of one's own counts as a request: a stream is no way around the rate."""
        session, requests = listener.session, self._access.requests
        while session is not None and not requests.take(session.account):
            await asyncio.sleep(1 / requests.a_second)

    def look(self) -> None:
        """Reads what is new and hands it out. For whoever follows the chain, after each block."""
        with self._turn:
            self._alarm = None
            if self._at is None or not self._listeners:
                self._at = None
                return
            with reading(self._engine) as index:
                self._look(index, self._at)

    def _look(self, index: Connection, at: Page) -> None:
        page = _page_after(index, at.place)
        if page.nonce != at.nonce:
            self._end_all(IndexRemade())
            return
        is_new = page.place != at.place
        if is_new or time.monotonic() - self._asked_at > LOOK_SECONDS:
            self._dismiss(index)
        while is_new and self._listeners:
            for listener in self._listeners:
                listener.give(Told(page.content))
            self._at = page
            if not page.more:
                return
            page = _page_after(index, page.place)

    def _dismiss(self, index: Connection) -> None:
        """Ends the streams of those who may read no more."""
        self._asked_at = time.monotonic()
        sessions = {one: one.session for one in self._listeners if one.session is not None}
        signers = {(one.account, one.signer) for one in sessions.values()}
        alive = self._access.sessions.alive(
            {one.token_hash for one in sessions.values()}, self._access.now()
        )
        out = readers_out(index, signers)
        for listener, session in sessions.items():
            error: LodetraceError | None = out.get((session.account, session.signer))
            if session.token_hash not in alive:
                error = TokenInvalid()
            if error is not None:
                listener.give(_end(error))
                self._listeners.discard(listener)

    def _end_all(self, error: LodetraceError | None) -> None:
        for listener in self._listeners:
            listener.give(Told(b"", is_last=True) if error is None else _end(error))
        self._listeners.clear()
        self._at = None

    def _join(self, listener: Listener, page: Page) -> bool:
        """Whether the listener is where the others are, and is told with them from here on."""
        with self._turn:
            if self._alarm is not None:
                raise self._alarm
            if not self._is_open:
                return False
            if self._at is not None and self._at.place < page.place:
                with reading(self._engine) as index:  # the others come along
                    self._look(index, self._at)
            if self._at is None:
                self._at = page
            if self._at.place != page.place:
                return False
            self._listeners.add(listener)
            listener.is_among_others = True
            return True

    def _page_of(self, listener: Listener, place: Place) -> Page:
        """Raises ReaderOut or TokenInvalid for who may not read it any more, or an alarm."""
        session = listener.session
        if self._alarm is not None:
            raise self._alarm
        with reading(self._engine) as index:
            if session is not None:
                alive = self._access.sessions.alive({session.token_hash}, self._access.now())
                if not alive:
                    raise TokenInvalid()
                same_reader(index, session.signer, session.account)
            return _page_after(index, place)


def _page_after(index: Connection, place: Place) -> Page:
    """The next changes of a place; without further ones it reaches up to the last block read."""
    read = index.execute(TAGGED).one_or_none()
    reached = BEGINNING if read is None else Place(read.next_block - 1, LAST_LOG)
    rows = changes_after(index, place, PAGE + 1)
    shown, more = rows[:PAGE], len(rows) > PAGE
    frames = [
        format_sse_event(
            event="change",
            id=f"{row['block']}-{row['log_index']}",
            data_str=change_of(row).model_dump_json(),
        )
        for row in shown
    ]
    end = Place(shown[-1]["block"], shown[-1]["log_index"]) if more else max(place, reached)
    if read is not None and end != place and not more:
        said = {"block": end.block, "time": iso_time(read.last_time)}
        frames.append(format_sse_event(event="block", id=str(end.block), data_str=json.dumps(said)))
    nonce = None if read is None else read.nonce
    return Page(b"".join(frames), end, more, is_early=place > reached, nonce=nonce)


def _end(error: LodetraceError) -> Told:
    said = problem_text(error, "/changes")
    return Told(format_sse_event(event="end", data_str=said), is_last=True)
