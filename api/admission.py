"""The door of every route that reads the index: who asks, whether they may, and that they did.

Nothing of an answer is made before. Who is told what stands in api/access/rights.py.
"""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Network
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from sqlalchemy import Connection, select

from api.access.access import Access
from api.access.rights import MATRIX, Readers, Right, Route, Told, Work
from api.access.standing import Reader, same_reader
from api.conditional import block_tag, condition_of, is_named
from api.deps import Current, Snapshot
from api.errors import (
    LoginRequired,
    NotPublished,
    NotTheMaker,
    OpenElsewhere,
    TokenInvalid,
    TooManyRequests,
)
from api.indexer.tables import accounts, products
from api.live import Listener
from api.loaders.position import TAGGED
from api.rows import required_row
from api.unread_values import LONGEST
from lodetrace.loopback import is_loopback
from lodetrace.text import enum_word

BEARER: Final = "bearer "
PASSED_ON: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Header fields by which a proxy says that others asked it."""

EVERYBODY: Final = "everybody"
"""Who asks without a token, as one reader."""

STREAMED: Final = "/changes"
EVENT_STREAM: Final = "text/event-stream"

IPV6_OF_ONE: Final = 64
"""Bits of an address in IPv6 that one customer of a provider has for itself alone."""


def admitted(request: Request, current: Current, index: Snapshot) -> None:
    """Raises TokenInvalid, ReaderOut, LoginRequired, OpenElsewhere, NotPublished, NotTheMaker,
    SubjectNotFound or TooManyRequests."""
    access = current.access
    right = _right_of(request)
    reader = _reader(request, access, index)
    _require_rate(request, access, right, reader)
    told = _told(request, access, right, reader, index)
    if told is Told.NOTHING:
        raise _refusal(request, reader)
    if told is Told.PUBLISHED:
        _require_published(request, access, right, index)
    request.state.reader = reader
    request.state.known = _is_known(request, index)
    if reader is not None and not request.state.known:
        access.reads.add(
            time=access.now(),
            account=reader.account,
            organisation=reader.organisation,
            method=request.method,
            target=_target(request),
            block=reader.block,
        )


def rationed(request: Request, current: Current) -> Iterator[None]:
    """A turn at a graph; who has the answer already needs none. Raises GraphBusy."""
    if _right_of(request).work is not Work.GRAPH or request.state.known:
        yield
        return
    with current.graphs.turn(whose_turn(request, current)):
        yield


def whose_turn(request: Request, current: Current) -> str | None:
    """Whom a costly answer is counted for: who did not sign in shares one place with all others.

    Nobody where the machine's own programs are told everything.
    """
    reader: Reader | None = request.state.reader
    if reader is not None:
        return reader.account
    return None if current.access.readers is Readers.OPEN else EVERYBODY


WhoseTurn = Annotated[str | None, Depends(whose_turn)]


def wants_stream(request: Request) -> bool:
    """Whether the changes are to come as they happen, in place of a page."""
    accepted = ",".join(request.headers.getlist("accept")).lower().split(",")
    is_changes = request.scope["route"].path_format == STREAMED
    return is_changes and any(one.split(";")[0].strip() == EVENT_STREAM for one in accepted)


def listening(request: Request, current: Current) -> Iterator[Listener | None]:
    """Room for a stream until it ends, None where none is wanted; raises StreamsBusy."""
    if not wants_stream(request):
        yield None
        return
    with current.live.place(request.state.session) as listener:
        yield listener


def signed_in_reader(request: Request) -> Reader:
    """Behind a route that only signed-in readers are told; raises LoginRequired."""
    found: Reader | None = request.state.reader
    if found is None:
        raise LoginRequired(path=request.url.path)
    return found


SignedInReader = Annotated[Reader, Depends(signed_in_reader)]


def token_of(request: Request) -> str | None:
    """What Authorization carries; raises TokenInvalid where it is anything but one token."""
    lines = request.headers.getlist("authorization")
    if not lines:
        return None
    if len(lines) > 1 or not lines[0].lower().startswith(BEARER):
        raise TokenInvalid()
    return lines[0][len(BEARER) :].strip()


def _right_of(request: Request) -> Right:
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    return MATRIX[Route(request.method, route.path_format)]


def _reader(request: Request, access: Access, index: Connection) -> Reader | None:
    """Whoever holds the session of the token, in good standing; None without a token."""
    request.state.session = None
    token = token_of(request)
    if token is None:
        return None
    session = access.sessions.of(token, access.now())
    if session is None:
        _require_rate_of(_address(request), access)
        raise TokenInvalid()
    request.state.session = session
    _require_rate_of(session.account, access)  # also of who is out, and asks on
    return same_reader(index, session.signer, session.account)


def _require_rate(request: Request, access: Access, right: Right, reader: Reader | None) -> None:
    if right.work is Work.SIGN_IN:
        if not access.sign_ins.take(_address(request)):
            raise TooManyRequests(limit=access.sign_ins.a_second)
    elif reader is None and access.readers is Readers.MEMBERS:
        _require_rate_of(_address(request), access)


def _require_rate_of(reader: str, access: Access) -> None:
    """reader: an account, or an address."""
    if not access.requests.take(reader):
        raise TooManyRequests(limit=access.requests.a_second)


def _told(
    request: Request, access: Access, right: Right, reader: Reader | None, index: Connection
) -> Told:
    if right.public is Told.WHOLE and right.member is Told.WHOLE:
        return Told.WHOLE
    if reader is None and access.readers is Readers.OPEN:
        _require_this_machine(request)
        return right.member
    if reader is None:
        return right.public
    if right.owner is not right.member and _is_maker(request, reader, index):
        return right.owner
    return right.member


def _require_this_machine(request: Request) -> None:
    """Not of a proxy, nor of a page in a browser whose name of another host leads here."""
    passed_on = [name for name in PASSED_ON if name in request.headers]
    host = request.url.hostname or ""
    if passed_on or not is_loopback(host):
        told = request.headers.get(passed_on[0], "") if passed_on else host
        raise OpenElsewhere(host=told[:LONGEST])


def _refusal(request: Request, reader: Reader | None) -> LoginRequired | NotTheMaker:
    if reader is None:
        return LoginRequired(path=request.url.path)
    return NotTheMaker(product=request.path_params["product"])


def _is_maker(request: Request, reader: Reader, index: Connection) -> bool:
    product = required_row(index, products.c.product, request.path_params["product"], "product")
    wanted = select(accounts.c.organisation).where(accounts.c.account == product["account"])
    return index.execute(wanted).scalar_one_or_none() == reader.organisation


def _require_published(request: Request, access: Access, right: Right, index: Connection) -> None:
    assert right.part is not None
    product = required_row(index, products.c.product, request.path_params["product"], "product")
    up_to = access.publications.of(product["product"])
    if up_to is None or up_to < right.part:
        raise NotPublished(product=product["product"], part=enum_word(right.part))


def _is_known(request: Request, index: Connection) -> bool:
    """Whether the answer will be 304: it tells nothing, costs nothing, and is not written down."""
    condition = condition_of(request.headers)
    if not condition or wants_stream(request):
        return False
    read = index.execute(TAGGED).one_or_none()
    return read is not None and is_named(block_tag(request, read), condition)


def _address(request: Request) -> str:
    """Whom a rate is counted for: an address, or what of it one customer has in IPv6."""
    host = "unknown" if request.client is None else request.client.host
    try:
        return str(IPv6Network((host.split("%")[0], IPV6_OF_ONE), strict=False))
    except (AddressValueError, ValueError):
        return host


def _target(request: Request) -> str:
    """Path and query as they were asked; that of a stream is told apart from a page's."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    whole = raw.split(b"?")[0] + (b"?" + query if query else b"")
    told = whole.decode("latin-1")
    return f"{told} as {EVENT_STREAM}" if wants_stream(request) else told
