"""Who may read a gateway of a test."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from api.access.access import Access
from api.access.rights import Readers
from api.access.sign_in import SignInPlace
from api.access.store import open_access_store

HERE: Final = "http://127.0.0.1"
"""How an open gateway is asked: by the name of its own machine."""

PLACE: Final = SignInPlace.at("http://127.0.0.1:8000", 1337)


def access_of(
    index: Engine, readers: Readers = Readers.OPEN, now: Callable[[], int] | None = None
) -> Access:
    """In the database of an index, beside its tables."""
    engine = open_access_store(index.url)
    return Access.over(engine, readers, PLACE, 10_000, **({} if now is None else {"now": now}))
